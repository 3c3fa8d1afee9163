import { DataverseError } from '../../errors/dataverse-error.ts'
import { kindOf } from '../../metadata/import/entity-definitions/members.ts'
import { parseGuid } from '../../rows/guid.ts'
import { parseLiteral } from '../address/literal.ts'
import type { NodeTest } from './filter-nodes.ts'
import type { MetadataNode } from './node.ts'
import { objectIn, objectsIn, type JsonObject } from './read-body.ts'

/** Which tables, columns, relationships or keys are meant. */
export interface MetadataCriteria {
  readonly test: NodeTest
  /** Every member a condition is about. */
  readonly names: readonly string[]
}

/**
 * A MetadataFilterExpression: conditions and further filters, all of which hold, or any.
 * https://learn.microsoft.com/power-apps/developer/data-platform/query-schema-definitions
 * @throws PAYLOAD_INVALID, INVALID_ARGUMENT
 */
export function readCriteria(json: JsonObject, path: string): MetadataCriteria {
  const operator = memberOf(LOGICAL_OPERATORS, json['FilterOperator'] ?? 'And', path)
  const parts = [
    ...objectsIn(json['Conditions'], `${path}.Conditions`).map(readCondition),
    ...objectsIn(json['Filters'], `${path}.Filters`).map((inner, index) =>
      readCriteria(inner, `${path}.Filters[${index}]`),
    ),
  ]
  const tests = parts.map(({ test }) => test)
  // Unverified: an Or of nothing lets everything pass, as an And of nothing does.
  const isAll = operator === 'And' || tests.length === 0
  return {
    test: (node) => (isAll ? tests.every((test) => test(node)) : tests.some((test) => test(node))),
    names: parts.flatMap(({ names }) => names),
  }
}

const LOGICAL_OPERATORS = ['And', 'Or'] as const

/** In the order of their numbers. */
const CONDITION_OPERATORS = [
  'Equals',
  'NotEquals',
  'In',
  'NotIn',
  'GreaterThan',
  'LessThan',
] as const

/** A member of an enumeration, by its name or its number. */
function memberOf<T extends string>(members: readonly T[], value: unknown, path: string): T {
  const found = members.find((name, index) => name === value || index === value)
  if (found !== undefined) return found
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `${path}: ${kindOf(value)} is none of ${members.join(', ')}.`,
  )
}

function readCondition(json: JsonObject): MetadataCriteria {
  const name = json['PropertyName']
  if (typeof name !== 'string' || name === '') {
    throw new DataverseError('INVALID_ARGUMENT', 'A condition needs a PropertyName.')
  }
  const operator = memberOf(CONDITION_OPERATORS, json['ConditionOperator'] ?? 'Equals', name)
  const wanted = readValue(json['Value'], name)
  if (wanted.isList !== (operator === 'In' || operator === 'NotIn')) {
    const kind = wanted.isList ? 'a list' : 'a single value'
    throw new DataverseError('INVALID_ARGUMENT', `${operator} on '${name}' does not take ${kind}.`)
  }
  const holds = testOf(operator, wanted.values)
  return {
    test: (node) => holds(wanted.type.ofMember(plainValue(node, name), name)),
    names: [name],
  }
}

type Comparable = string | number | bigint | boolean | null

function testOf(
  operator: (typeof CONDITION_OPERATORS)[number],
  values: readonly Comparable[],
): (value: Comparable) => boolean {
  const [first = null] = values
  switch (operator) {
    case 'Equals':
    case 'In':
      return (value) => values.includes(value)
    case 'NotEquals':
    case 'NotIn':
      return (value) => !values.includes(value)
    case 'GreaterThan':
      return (value) => value !== null && first !== null && value > first
    case 'LessThan':
      return (value) => value !== null && first !== null && value < first
    default:
      return operator satisfies never
  }
}

/** Of a managed property, and of the name of a type, its Value. @throws INVALID_ARGUMENT for labels and lists */
function plainValue({ members }: MetadataNode, name: string): unknown {
  // Among several types one may lack what another has.
  const value = Object.hasOwn(members, name) ? members[name] : null
  if (typeof value !== 'object' || value === null) return value
  if ('Value' in value) return value.Value
  throw new DataverseError('INVALID_ARGUMENT', `'${name}' can not be compared in a condition.`)
}

/** How values of one type are read: from the query, where they are mostly text, and from a definition. */
interface ValueType {
  /** undefined: it is not of the type. */
  ofQuery(value: unknown): Comparable | undefined
  ofMember(value: unknown, name: string): Comparable
}

function valueType(read: (value: unknown) => Comparable | undefined): ValueType {
  return {
    ofQuery: read,
    ofMember(value, name) {
      const found = value === null || value === undefined ? null : read(value)
      if (found !== undefined) return found
      throw new DataverseError(
        'INVALID_ARGUMENT',
        `The Type of the value that '${name}' is compared with is not the type of '${name}'.`,
      )
    },
  }
}

const TEXT = valueType((value) => (typeof value === 'string' ? value : undefined))
const FLAG = valueType((value) =>
  typeof value === 'string'
    ? ({ true: true, false: false } as Readonly<Record<string, boolean>>)[value.toLowerCase()]
    : typeof value === 'boolean'
      ? value
      : undefined,
)
const NUMBER = valueType((value) => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'bigint') return Number(number)
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
})
const ID = valueType((value) => (typeof value === 'string' ? parseGuid(value) : undefined))
const TIME = valueType((value) => {
  const time = typeof value === 'string' ? Date.parse(value) : NaN
  return Number.isNaN(time) ? undefined : time
})

/** By their .NET names; enumerations are texts. */
const TYPES: Readonly<Record<string, ValueType>> = {
  'System.String': TEXT,
  'System.Boolean': FLAG,
  'System.Int32': NUMBER,
  'System.Int64': NUMBER,
  'System.Double': NUMBER,
  'System.Decimal': NUMBER,
  'System.Guid': ID,
  'System.DateTime': TIME,
}

const ENUMERATION = /^Microsoft\.Xrm\.Sdk\.Metadata\.\w+$/

interface WantedValue {
  readonly type: ValueType
  readonly isList: boolean
  readonly values: readonly Comparable[]
}

/** `{ "Type": "System.String[]", "Value": "['account','contact']" }` */
function readValue(json: unknown, name: string): WantedValue {
  if (json === undefined || json === null) return { type: ANY, isList: false, values: [null] }
  const { Type: told, Value: value = null } = objectIn(json, `the Value of '${name}'`)
  const spelt = typeof told === 'string' ? told : ''
  const isList = spelt.endsWith('[]')
  const each = isList ? spelt.slice(0, -2) : spelt
  const type = ENUMERATION.test(each) ? TEXT : Object.hasOwn(TYPES, each) ? TYPES[each] : undefined
  if (type === undefined) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `'${spelt}' is no Type that '${name}' can be compared with.`,
    )
  }
  const items = isList ? listOf(value, name) : [value]
  return { type, isList, values: items.map((item) => readItem(type, item, spelt, name)) }
}

/** What nothing is compared with may be anything. */
const ANY: ValueType = {
  ofQuery: () => null,
  ofMember: (value) => (value === null || value === undefined ? null : true),
}

function readItem(type: ValueType, item: unknown, spelt: string, name: string): Comparable {
  if (item === null) return null
  const read = type.ofQuery(item)
  if (read !== undefined) return read
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `${kindOf(item)} is no ${spelt} that '${name}' can be compared with.`,
  )
}

/** A list is a text too: JSON, whose texts may stand in single quotes. @throws QUERY_INVALID, INVALID_ARGUMENT */
function listOf(value: unknown, name: string): readonly unknown[] {
  const literal = typeof value === 'string' ? parseLiteral(value) : undefined
  const list = literal?.kind === 'json' ? literal.value : value
  if (Array.isArray(list)) return list
  throw new DataverseError('INVALID_ARGUMENT', `'${name}' is compared with a list that is none.`)
}
