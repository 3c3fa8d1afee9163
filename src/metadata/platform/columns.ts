import type { ChoiceOption, Column, ColumnBase, PlainColumn, RequiredLevel } from '../column.ts'
import { CASCADE_ACTIONS, type CascadeConfiguration } from '../relationship.ts'

/** What sets a column apart from an optional one that is read, created and updated. */
export type Trait =
  | Exclude<RequiredLevel, 'None'>
  /** Not sent by clients: the platform's value. */
  | 'read-only'
  | 'create-only'
  | 'update-only'
  /** A secret: written, never given back. */
  | 'unreadable'

/** A column, and the relationships it is the referencing end of. */
export interface Part {
  readonly column: Column
  readonly references: readonly Reference[]
}

/** A many-to-one relationship as its lookup tells it. */
export interface Reference {
  readonly table: string
  readonly schemaName: string
  readonly cascade: CascadeConfiguration
  /** Its key, where that is not called after it. */
  readonly column?: string
  readonly navigation?: string
  readonly isHierarchical?: boolean
}

const NO_CASCADE: CascadeConfiguration = Object.fromEntries(
  CASCADE_ACTIONS.map((action) => [action, 'NoCascade'] as const),
)

/** A reference to one table; actions that `cascade` does not name do not cascade. */
export function to(
  table: string,
  schemaName: string,
  cascade: CascadeConfiguration = {},
  more: Pick<Reference, 'column' | 'navigation' | 'isHierarchical'> = {},
): Reference {
  return { table, schemaName, cascade: { ...NO_CASCADE, ...cascade }, ...more }
}

/** The row goes with the one it refers to, and so do its owner and shares. */
export const PARENTAL: CascadeConfiguration = {
  assign: 'Cascade',
  delete: 'Cascade',
  merge: 'Cascade',
  reparent: 'Cascade',
  share: 'Cascade',
  unshare: 'Cascade',
}

function base(schemaName: string, traits: readonly Trait[]): ColumnBase {
  const has = (trait: Trait): boolean => traits.includes(trait)
  return {
    logicalName: schemaName.toLowerCase(),
    schemaName,
    requiredLevel: traits.find(isRequiredLevel) ?? 'None',
    validForRead: !has('unreadable'),
    validForCreate: !has('read-only') && !has('update-only'),
    validForUpdate: !has('read-only') && !has('create-only'),
  }
}

function isRequiredLevel(trait: Trait): trait is Exclude<RequiredLevel, 'None'> {
  return trait === 'SystemRequired' || trait === 'ApplicationRequired' || trait === 'Recommended'
}

function part(column: Column, references: readonly Reference[] = []): Part {
  return { column, references }
}

export function text(schemaName: string, maxLength: number, ...traits: readonly Trait[]): Part {
  return part({ ...base(schemaName, traits), type: 'String', maxLength, format: 'Text' })
}
export function email(schemaName: string, maxLength: number, ...traits: readonly Trait[]): Part {
  return part({ ...base(schemaName, traits), type: 'String', maxLength, format: 'Email' })
}
export function url(schemaName: string, maxLength: number, ...traits: readonly Trait[]): Part {
  return part({ ...base(schemaName, traits), type: 'String', maxLength, format: 'Url' })
}
export function memo(schemaName: string, maxLength: number, ...traits: readonly Trait[]): Part {
  return part({ ...base(schemaName, traits), type: 'Memo', maxLength, format: 'TextArea' })
}

/** As long as the platform lets a text be: configuration, serialized contexts. */
export const LONGEST_TEXT = 1_073_741_823

const INT32 = [-2_147_483_648, 2_147_483_647] as const

export function integer(
  schemaName: string,
  [min, max]: readonly [number, number],
  ...traits: readonly Trait[]
): Part {
  return part({ ...base(schemaName, traits), type: 'Integer', min, max })
}
/** For columns whose limits no page narrows. */
export function int32(schemaName: string, ...traits: readonly Trait[]): Part {
  return integer(schemaName, INT32, ...traits)
}
export function bigint(schemaName: string, ...traits: readonly Trait[]): Part {
  return part({
    ...base(schemaName, traits),
    type: 'BigInt',
    min: -(2n ** 63n),
    max: 2n ** 63n - 1n,
  })
}
export function decimal(
  schemaName: string,
  [min, max]: readonly [number, number],
  precision: number,
  ...traits: readonly Trait[]
): Part {
  return part({ ...base(schemaName, traits), type: 'Decimal', min, max, precision })
}
export function double(
  schemaName: string,
  [min, max]: readonly [number, number],
  precision: number,
  ...traits: readonly Trait[]
): Part {
  return part({ ...base(schemaName, traits), type: 'Double', min, max, precision })
}

const MONEY_LIMIT = 922_337_203_685_477

/** A money column in the currency's precision, and the same amount in the base currency. */
export function money(
  schemaName: string,
  [min, max]: readonly [number, number],
  ...traits: readonly Trait[]
): readonly Part[] {
  return [
    part({
      ...base(schemaName, traits),
      type: 'Money',
      min,
      max,
      precision: 2,
      precisionSource: 2,
      isBaseCurrency: false,
    }),
    part({
      ...base(`${schemaName}_Base`, ['read-only']),
      type: 'Money',
      min: -MONEY_LIMIT,
      max: MONEY_LIMIT,
      precision: 4,
      precisionSource: 2,
      isBaseCurrency: true,
    }),
  ]
}

export function boolean(
  schemaName: string,
  defaultValue: boolean,
  ...traits: readonly Trait[]
): Part {
  return part({ ...base(schemaName, traits), type: 'Boolean', defaultValue })
}

/** A point in time, shown in the user's time zone. */
export function dateTime(schemaName: string, ...traits: readonly Trait[]): Part {
  return part({
    ...base(schemaName, traits),
    type: 'DateTime',
    behavior: 'UserLocal',
    format: 'DateAndTime',
  })
}
/** A point in time of which forms show the day. */
export function dayShown(schemaName: string, ...traits: readonly Trait[]): Part {
  return part({
    ...base(schemaName, traits),
    type: 'DateTime',
    behavior: 'UserLocal',
    format: 'DateOnly',
  })
}
/** A day without time or zone. */
export function dateOnly(schemaName: string, ...traits: readonly Trait[]): Part {
  return part({
    ...base(schemaName, traits),
    type: 'DateTime',
    behavior: 'DateOnly',
    format: 'DateOnly',
  })
}

/** Labels by value. */
export type Labels = Readonly<Record<number, string>>

export function choice(
  schemaName: string,
  labels: Labels,
  defaultValue: number | null = null,
  ...traits: readonly Trait[]
): Part {
  return part({
    ...base(schemaName, traits),
    type: 'Picklist',
    options: options(labels),
    defaultValue,
  })
}

export interface StateSpec {
  readonly label: string
  /** By value; the first is what a row takes when its state alone changes. */
  readonly statuses: Labels
}

export const ACTIVE_INACTIVE: readonly StateSpec[] = [
  { label: 'Active', statuses: { 1: 'Active' } },
  { label: 'Inactive', statuses: { 2: 'Inactive' } },
]

/** `statecode`, its values counted from 0, and `statuscode`. A row is created in its first state. */
export function states(
  specs: readonly StateSpec[],
  ...statusTraits: readonly Trait[]
): readonly Part[] {
  return [
    part({
      ...base('StateCode', ['SystemRequired', 'update-only']),
      type: 'State',
      options: specs.map(({ label, statuses }, value) => ({
        value,
        label,
        invariantName: label,
        defaultStatus: options(statuses)[0]?.value ?? null,
      })),
      defaultValue: 0,
    }),
    part({
      ...base('StatusCode', statusTraits),
      type: 'Status',
      options: specs.flatMap(({ statuses }, state) =>
        options(statuses).map((option) => ({ ...option, state })),
      ),
      defaultValue: null,
    }),
  ]
}

function options(labels: Labels): readonly ChoiceOption[] {
  return Object.entries(labels).map(([value, label]) => ({ value: Number(value), label }))
}

export function lookup(
  schemaName: string,
  references: Reference | readonly Reference[],
  ...traits: readonly Trait[]
): Part {
  const all: readonly Reference[] = [references].flat()
  const targets = all.map((reference) => reference.table)
  return part({ ...base(schemaName, traits), type: 'Lookup', targets }, all)
}

/**
 * A lookup that may point at nearly every table of an organization, imported ones among them:
 * no limit is told, only the relationships with tables that are here.
 */
export function openLookup(
  schemaName: string,
  references: readonly Reference[],
  ...traits: readonly Trait[]
): Part {
  return part({ ...base(schemaName, traits), type: 'Lookup', targets: [] }, references)
}

/** A reference to an account or a contact. */
export function customer(schemaName: string, ...references: readonly Reference[]): Part {
  return part(
    { ...base(schemaName, []), type: 'Customer', targets: ['account', 'contact'] },
    references,
  )
}

/** Its relationship is with the table `owner`, whose rows are the users and teams. */
export function owner(reference: Reference, ...traits: readonly Trait[]): Part {
  return part(
    {
      ...base('OwnerId', ['SystemRequired', ...traits]),
      type: 'Owner',
      targets: ['systemuser', 'team'],
    },
    [reference],
  )
}

function plain(type: PlainColumn['type']) {
  return (schemaName: string, ...traits: readonly Trait[]): Part =>
    part({ ...base(schemaName, traits), type })
}

export const id = plain('Uniqueidentifier')
/** Holds the logical name of a table. */
export const entityName = plain('EntityName')
export const managedProperty = plain('ManagedProperty')

/** The part, its column named as the companion of another (`owneridtype` of `ownerid`). */
export function companionOf(attributeOf: string, { column, references }: Part): Part {
  return { column: { ...column, attributeOf }, references }
}

/** A part whose plain id refers to a row without being a lookup. */
export function referring({ column }: Part, reference: Reference): Part {
  return part(column, [reference])
}
