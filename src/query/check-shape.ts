import { DataverseError } from '../errors/dataverse-error.ts'
import { OPERATORS } from './operators.ts'
import {
  AGGREGATE_FUNCTIONS,
  DATE_GROUPINGS,
  LINK_QUANTIFIERS,
  LINK_TYPES,
  type Query,
} from './query.ts'

/**
 * Callers without types may ask anything. What tables, columns and aliases there are is not looked at here.
 * @throws INVALID_ARGUMENT for what is no query, naming the member
 */
export function assertQueryShape(query: unknown): asserts query is Query {
  const fault = queryFault(query)
  if (fault !== undefined) throw new DataverseError('INVALID_ARGUMENT', `query${fault}.`)
}

/** What is wrong, behind the place where: ` must be a text`. Nothing is made of a value that is right. */
type Check = (value: unknown) => string | undefined

const text: Check = (value) => (typeof value === 'string' ? undefined : ' must be a text')

const columns: Check = (value) => (value === 'all' ? undefined : texts(value))

const anything: Check = () => undefined

function list(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return ' must be an array'
    for (let i = 0; i < value.length; i++) {
      const fault = check(value[i])
      if (fault !== undefined) return `[${i}]${fault}`
    }
    return undefined
  }
}

function oneOf(words: Iterable<string>): Check {
  const known = new Set<unknown>(words)
  return (value) => (known.has(value) ? undefined : ` must be one of ${[...known].join(', ')}`)
}

/** An object with these members; those of `optional` may be absent. */
function members(
  needed: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  const checks = [
    ...Object.entries(needed).map(([name, check]) => ({ name, check, isOptional: false })),
    ...Object.entries(optional).map(([name, check]) => ({ name, check, isOptional: true })),
  ]
  return (value) => {
    if (typeof value !== 'object' || value === null) return ' must be an object'
    const holder = value as Readonly<Record<string, unknown>>
    for (const { name, check, isOptional } of checks) {
      const member = holder[name]
      if (isOptional && member === undefined) continue
      const fault = check(member)
      if (fault !== undefined) return `.${name}${fault}`
    }
    return undefined
  }
}

const filter: Check = (value) => {
  const { kind } = Object(value) as { readonly kind?: unknown }
  const check = typeof kind === 'string' ? FILTERS[kind] : undefined
  return check === undefined
    ? `.kind must be one of ${Object.keys(FILTERS).join(', ')}`
    : check(value)
}

const link: Check = (value) => linkFault(value)

const texts = list(text)
const PARTS = {
  aliased: list(members({ column: text, alias: text })),
  groups: list(members({ column: text, alias: text }, { date: oneOf(DATE_GROUPINGS) })),
  aggregates: list(members({ column: text, alias: text, function: oneOf(AGGREGATE_FUNCTIONS) })),
  where: filter,
  links: list(link),
  order: list(members({ column: text })),
}
const filters = members({ filters: list(filter) })
const FILTERS: Readonly<Record<string, Check | undefined>> = {
  and: filters,
  or: filters,
  condition: members({
    column: text,
    operator: oneOf(Object.keys(OPERATORS)),
    values: list(anything),
  }),
  link: members(
    { table: text, from: text, to: text, quantifier: oneOf(LINK_QUANTIFIERS) },
    { where: filter, links: list(link) },
  ),
}
const linkFault = members(
  { table: text, columns, kind: oneOf(LINK_TYPES), from: text, to: text },
  PARTS,
)
const queryFault = members(
  { table: text, columns },
  { ...PARTS, page: members({}), hints: members({}) },
)
