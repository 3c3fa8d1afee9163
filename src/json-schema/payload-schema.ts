import { isLookup, type Column } from '../metadata/column.ts'
import { isStored } from '../metadata/table.ts'
import type { TableDefinition } from '../metadata/table-definition.ts'
import {
  isRequiredOnCreate,
  isWritable,
  type JsonSchema,
  type PayloadKind,
} from './column-schema.ts'

const IGNORED: JsonSchema = { readOnly: true }
/** Control information and annotations, except the one that sets a lookup: that one must name a navigation. */
const ANNOTATIONS: JsonSchema = {
  '^@odata\\.': {},
  '^[^@]+@(?!odata\\.bind$)(odata|OData|Microsoft)\\.': {},
}

/** The payloads, the row, and what they have in common: members of a file's `$defs`. */
export function payloadSchemas(definition: TableDefinition): JsonSchema {
  const navigations = navigationsByColumn(definition)
  const hasParties = definition.columns.some((column) => column.type === 'PartyList')
  const pairs = statePairs(definition)
  const payload = (kind: PayloadKind) => payloadSchema({ definition, kind, navigations, pairs })
  return {
    create: payload('create'),
    update: payload('update'),
    row: rowSchema(definition),
    bind: navigations.size === 0 && !hasParties ? undefined : BIND,
    parties: hasParties ? PARTIES : undefined,
    statePairs: pairs?.schema,
  }
}

interface PayloadParts {
  readonly definition: TableDefinition
  readonly kind: PayloadKind
  readonly navigations: Navigations
  readonly pairs: StatePairs | undefined
}

/**
 * What Create or Update takes: columns as handlers spell them, lookups also as the Web API does. The value of
 * a column that cannot be set is ignored by the server, so nothing is asserted of it; a name that
 * is not of the table is refused. Rows created along with this one (deep insert) are not described.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-entity-web-api
 */
function payloadSchema({ definition, kind, navigations, pairs }: PayloadParts): JsonSchema {
  const columnNames = new Set(definition.columns.map((column) => column.logicalName))
  const properties: Record<string, JsonSchema> = {}
  for (const column of definition.columns) {
    const writable = isWritable(column, kind)
    properties[column.logicalName] = writable ? columnRef(column.logicalName) : IGNORED
    for (const navigation of navigations.get(column.logicalName) ?? []) {
      properties[`${navigation}@odata.bind`] = writable ? ref('bind') : IGNORED
      // A lookup is cleared by null under its navigation name.
      if (!columnNames.has(navigation))
        properties[navigation] = writable ? { type: 'null' } : IGNORED
    }
  }
  if (definition.columns.some((column) => column.type === 'PartyList')) {
    properties[`${definition.logicalName}_activity_parties`] = ref('parties')
  }
  const required = kind === 'create' ? requiredColumns(definition) : []
  const conditions = [
    ...(kind === 'create' ? requiredLookups(definition, navigations) : []),
    ...(pairs?.columns.every((column) => isWritable(column, kind)) ? [ref('statePairs')] : []),
  ]
  return {
    type: 'object',
    required: required.length === 0 ? undefined : required,
    properties,
    patternProperties: ANNOTATIONS,
    additionalProperties: false,
    allOf: conditions.length === 0 ? undefined : conditions,
  }
}

/** A stored row: every stored column, the primary id at least. */
function rowSchema(definition: TableDefinition): JsonSchema {
  const names = definition.columns.filter(isStored).map((column) => column.logicalName)
  return {
    type: 'object',
    required: names.includes(definition.primaryId) ? [definition.primaryId] : undefined,
    properties: Object.fromEntries(names.map((name) => [name, columnRef(name)])),
    additionalProperties: false,
  }
}

function columnRef(logicalName: string): JsonSchema {
  return ref(`columns/properties/${logicalName}`)
}

function ref(name: string): JsonSchema {
  return { $ref: `#/$defs/${name}` }
}

const BIND: JsonSchema = { type: 'string', format: 'uri-reference' }

/**
 * The parties of an activity, as the Web API takes them.
 * https://learn.microsoft.com/power-apps/developer/data-platform/activityparty-entity
 */
const PARTIES: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      addressused: { type: ['string', 'null'] },
      participationtypemask: { type: ['integer', 'null'], minimum: 1, maximum: 12 },
    },
    patternProperties: { '^partyid_[A-Za-z0-9_]+@odata\\.bind$': ref('bind') },
  },
}

function requiredColumns(definition: TableDefinition): readonly string[] {
  return definition.columns
    .filter((column) => !isLookup(column) && isRequiredOnCreate(column, definition.primaryId))
    .map((column) => column.logicalName)
}

/** A lookup that must be given may be given in either spelling. */
function requiredLookups(definition: TableDefinition, navigations: Navigations): JsonSchema[] {
  return definition.columns
    .filter((column) => isLookup(column) && isRequiredOnCreate(column, definition.primaryId))
    .map(({ logicalName }) => ({
      anyOf: [
        { required: [logicalName] },
        ...(navigations.get(logicalName) ?? []).map((navigation) => ({
          required: [`${navigation}@odata.bind`],
        })),
      ],
    }))
}

interface StatePairs {
  readonly columns: readonly Column[]
  readonly schema: JsonSchema
}

/** Each status reason belongs to one state; sent together they must agree. */
function statePairs(definition: TableDefinition): StatePairs | undefined {
  const state = definition.columns.find((column) => column.type === 'State')
  const status = definition.columns.find((column) => column.type === 'Status')
  if (state === undefined || status === undefined || status.options.length === 0) return undefined
  const allOf = [...new Set(status.options.map((option) => option.state))].map((value) => {
    const reasons = status.options.filter((option) => option.state === value)
    return {
      if: {
        properties: { [state.logicalName]: { const: value } },
        required: [state.logicalName, status.logicalName],
      },
      then: {
        properties: {
          [status.logicalName]: { enum: [...reasons.map((option) => option.value), null] },
        },
      },
    }
  })
  return { columns: [state, status], schema: { allOf } }
}

type Navigations = ReadonlyMap<string, readonly string[]>

/** The names a lookup has in the Web API, one for each table it may point at. */
function navigationsByColumn(definition: TableDefinition): Navigations {
  const navigations = new Map<string, readonly string[]>()
  for (const column of definition.columns) {
    if (!isLookup(column)) continue
    const told = definition.manyToOne
      .filter((relationship) => relationship.referencingColumn === column.logicalName)
      .map((relationship) => relationship.referencingNavigation)
      .filter((name) => name !== undefined)
    const names = told.length > 0 ? told : untoldNavigations(column)
    navigations.set(column.logicalName, [...new Set(names)])
  }
  return navigations
}

// Unverified: the names where no relationship tells them. Those of the platform's own tables are made so;
// https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-navigation-properties
function untoldNavigations(column: Column & { readonly targets: readonly string[] }) {
  const { logicalName, targets } = column
  if (column.type === 'Owner' || targets.length < 2) return [logicalName]
  return targets.map((target) => `${logicalName}_${target}`)
}
