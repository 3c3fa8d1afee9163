import type { Column, LookupColumn } from '../metadata/column.ts'

/** A JSON Schema, or a part of one. `minimum` and `maximum` of 64-bit columns are bigint. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** What a client asks for: the two payloads differ in the columns they may carry. */
export type PayloadKind = 'create' | 'update'

// What XML cannot hold, and therefore no text column: control characters other than tab and line ends.
const NOT_IN_XML = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff'
const DAY = '\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])'
const TIME = '([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d+)?)?'
const OFFSET = '(Z|[+-]\\d{2}:\\d{2})'

/**
 * What columns of several kinds have in common; a schema file holds each once and refers to it.
 * `format` is an annotation only, the patterns assert: a day alone and a time without an offset are
 * dates the Web API takes, the format `date-time` is narrower.
 */
export const SHARED = {
  text: { pattern: `^[^${NOT_IN_XML}]*$` },
  guid: {
    format: 'uuid',
    pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
  },
  date: { format: 'date', pattern: `^${DAY}$` },
  dateTime: { format: 'date-time', pattern: `^${DAY}(T${TIME}${OFFSET}?)?$` },
} as const satisfies Readonly<Record<string, JsonSchema>>
export type SharedName = keyof typeof SHARED

/** The most options one multi-select column holds. https://learn.microsoft.com/power-apps/maker/data-platform/types-of-fields */
export const MAX_SELECTIONS = 150

export interface AssertionOptions {
  readonly nullable: boolean
  /** How a shared part is put in: itself, or a reference to it. */
  readonly shared: (name: SharedName) => JsonSchema
}

/**
 * What the server checks of this column's value, in the shape handlers and store use. No more than
 * that: digits beyond the precision are rounded away, formats of text are never looked at.
 * https://learn.microsoft.com/power-apps/developer/data-platform/entity-attribute-metadata
 */
export function columnAssertions(
  column: Column,
  { nullable, shared }: AssertionOptions,
): JsonSchema {
  const type = (name: string) => ({ type: nullable ? [name, 'null'] : name })
  switch (column.type) {
    case 'String':
    case 'Memo':
      return { ...type('string'), maxLength: column.maxLength, ...shared('text') }
    case 'EntityName':
      return type('string')
    case 'Integer':
    case 'BigInt':
      return { ...type('integer'), minimum: column.min, maximum: column.max }
    case 'Decimal':
    case 'Double':
    case 'Money':
      return { ...type('number'), minimum: column.min, maximum: column.max }
    case 'Boolean':
      return type('boolean')
    case 'DateTime':
      return { ...type('string'), ...shared(column.behavior === 'DateOnly' ? 'date' : 'dateTime') }
    case 'Picklist':
    case 'State':
    case 'Status':
      return { ...type('integer'), ...optionValues(column.options, nullable) }
    case 'MultiSelectPicklist':
      return {
        ...type('array'),
        maxItems: MAX_SELECTIONS,
        items: { type: 'integer', ...optionValues(column.options, false) },
      }
    case 'Lookup':
    case 'Customer':
    case 'Owner':
      return { ...type('object'), ...reference(column, shared) }
    case 'PartyList':
      return {
        ...type('array'),
        items: {
          type: 'object',
          properties: {
            partyid: { type: ['object', 'null'], ...reference(column, shared) },
            addressused: { type: ['string', 'null'] },
            participationtypemask: { type: ['integer', 'null'], minimum: 1, maximum: 12 },
          },
        },
      }
    case 'Uniqueidentifier':
    case 'File':
      return { ...type('string'), ...shared('guid') }
    case 'Image':
      return {
        ...type('string'),
        contentEncoding: 'base64',
        maxLength: Math.ceil((column.maxSizeInKB * 1024) / 3) * 4,
      }
    case 'ManagedProperty':
      return {
        ...type('object'),
        properties: {
          Value: { type: 'boolean' },
          CanBeChanged: { type: 'boolean' },
          ManagedPropertyLogicalName: { type: 'string' },
        },
        required: ['Value'],
      }
    case 'Virtual':
    case 'CalendarRules':
      return {}
    default:
      return column satisfies never
  }
}

/** An option table without rows names no limit. */
function optionValues(
  options: readonly { readonly value: number }[],
  nullable: boolean,
): JsonSchema {
  if (options.length === 0) return {}
  const values: (number | null)[] = [...new Set(options.map((option) => option.value))]
  return { enum: nullable ? [...values, null] : values }
}

function reference(column: LookupColumn, shared: AssertionOptions['shared']): JsonSchema {
  const tables = assertedTargets(column)
  return {
    properties: {
      table: tables.length === 0 ? { type: 'string' } : { enum: tables },
      id: { type: 'string', ...shared('guid') },
    },
    required: ['table', 'id'],
  }
}

/** The tables a lookup's value is held to; none is no limit, except that only users and teams own rows. */
export function assertedTargets(column: LookupColumn): readonly string[] {
  if (column.type === 'Owner' && column.targets.length === 0) return ['systemuser', 'team']
  return [...new Set(column.targets)]
}

/** SystemRequired is the only level the server enforces; the rest is the forms' business. */
export function acceptsNull(column: Column, primaryId: string): boolean {
  return column.requiredLevel !== 'SystemRequired' && column.logicalName !== primaryId
}

/**
 * Whether a payload can set this column. The value of a column that cannot be set is ignored, not refused.
 * Bytes of a file are uploaded by messages of their own.
 */
export function isWritable(column: Column, kind: PayloadKind): boolean {
  if (column.sourceType !== undefined) return false
  if (column.type === 'File' || column.type === 'Virtual' || column.type === 'CalendarRules') {
    return false
  }
  return kind === 'create' ? column.validForCreate : column.validForUpdate
}

/** Whether a Create without this column is refused: SystemRequired, and nothing but the client can give it. */
export function isRequiredOnCreate(column: Column, primaryId: string): boolean {
  return (
    column.requiredLevel === 'SystemRequired' &&
    isWritable(column, 'create') &&
    !isFilledByPlatform(column, primaryId)
  )
}

/**
 * Unverified beyond the documented ones (the primary id, the owner, the state, what has a default): ids that are no
 * lookups, managed properties and a team's administrator are the platform's own to fill.
 * https://learn.microsoft.com/power-apps/developer/data-platform/entity-attribute-metadata
 */
function isFilledByPlatform(column: Column, primaryId: string): boolean {
  if (column.logicalName === primaryId || column.attributeOf !== undefined) return true
  if (FILLED_BY_PLATFORM.has(column.logicalName)) return true
  switch (column.type) {
    case 'Owner':
    case 'State':
    case 'Status':
    case 'Uniqueidentifier':
    case 'ManagedProperty':
      return true
    case 'Boolean':
    case 'Picklist':
    case 'MultiSelectPicklist':
      return column.defaultValue !== null
    case 'String':
    case 'Memo':
      return column.autoNumberFormat !== undefined
    case 'Integer':
    case 'BigInt':
    case 'Decimal':
    case 'Double':
    case 'Money':
    case 'DateTime':
    case 'Lookup':
    case 'Customer':
    case 'PartyList':
    case 'File':
    case 'Image':
    case 'EntityName':
    case 'Virtual':
    case 'CalendarRules':
      return false
    default:
      return column satisfies never
  }
}

/** The owner's companions, which reference pages print without saying so, and a team's administrator. */
const FILLED_BY_PLATFORM: ReadonlySet<string> = new Set([
  'owneridtype',
  'owneridname',
  'owneridyominame',
  'administratorid',
])
