import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import { QUERY_LIMITS } from '../context.ts'
import type { Query } from '../query.ts'
import type { ParameterAliases } from './expression.ts'
import { propertyFault, syntaxFault } from './fault.ts'
import { parseFilter } from './filter.ts'
import { navigationOf, type Navigation } from './names.ts'
import { parseOrderBy } from './order-by.ts'
import { AliasSource, Paths } from './paths.ts'
import { parseSelect } from './select.ts'
import { splitOutside } from './split.ts'

/** One navigation property that $expand asks for. */
export interface Expand {
  readonly navigation: Navigation
  /** What is asked of the rows it leads to; whose they are is for whoever reads them to add. */
  readonly query: Query
  /** The properties its $select named; absent without. */
  readonly selected?: readonly string[]
  readonly expands: readonly Expand[]
  /** `nav/$ref`: only a reference is wanted. */
  readonly isReference: boolean
}

/**
 * $expand. https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/join-tables
 * @throws QUERY_INVALID, QUERY_LINKS_EXCEEDED
 */
export function parseExpand(text: string, table: Table, catalog: Catalog): readonly Expand[] {
  const items = parseItems(text, table, catalog)
  const all = flattened(items)
  if (all.length > QUERY_LIMITS.links) {
    throw new DataverseError(
      'QUERY_LINKS_EXCEEDED',
      'Number of link entities in query exceeded maximum limit.',
    )
  }
  if (items.some(({ expands }) => expands.length > 0)) refuseBesideNested(all)
  refuseBesideOthers(items)
  return items
}

/** Many-to-many relationships are expanded beside each other only. */
// Unverified: the text.
function refuseBesideOthers(items: readonly Expand[]): void {
  const many = items.find(({ navigation }) => navigation.kind === 'many-to-many')
  const other = items.find(({ navigation }) => navigation.kind !== 'many-to-many')
  if (many === undefined || other === undefined) return
  throw new DataverseError(
    'QUERY_INVALID',
    `'${many.navigation.name}' is a many-to-many relationship; it cannot be expanded together with '${other.navigation.name}'.`,
  )
}

function flattened(items: readonly Expand[]): readonly Expand[] {
  return items.flatMap((item) => [item, ...flattened(item.expands)])
}

/** Text the platform answers with where an expand asks more than its place allows. */
const ONLY_SELECT =
  'Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or nested one-to-many relationship.'

function refuseBesideNested(all: readonly Expand[]): void {
  for (const { navigation, query } of all) {
    if (query.order !== undefined || query.top !== undefined) {
      throw new DataverseError('QUERY_INVALID', ONLY_SELECT)
    }
    if (navigation.kind === 'many-to-many') {
      throw new DataverseError(
        'QUERY_INVALID',
        `'${navigation.name}' is a many-to-many relationship; it cannot be expanded together with a nested $expand.`,
      )
    }
  }
}

/** Names inside one another that a URL of the allowed length can hold are far fewer. */
const MAX_DEPTH = 50

function parseItems(text: string, table: Table, catalog: Catalog, depth = 1): readonly Expand[] {
  if (depth > MAX_DEPTH) {
    throw new DataverseError(
      'QUERY_INVALID',
      `$expand is nested more than ${MAX_DEPTH} levels deep.`,
    )
  }
  return splitOutside(text, ',').map((item) => parseItem(item.trim(), table, catalog, depth))
}

function parseItem(text: string, table: Table, catalog: Catalog, depth: number): Expand {
  const match = /^([^(/\s]+)\s*(\/\s*\$ref)?\s*(?:\(([\s\S]*)\))?$/.exec(text)
  const [, name, reference, options = ''] = match ?? []
  if (name === undefined) {
    throw syntaxFault('Syntax error: a navigation property was expected', 0, text)
  }
  const navigation = navigationOf(table, name, catalog)
  if (navigation === undefined) throw propertyFault(name, table.logicalName)
  const isReference = reference !== undefined
  if (isReference && navigation.kind !== 'one') {
    throw new DataverseError(
      'QUERY_INVALID',
      'Expand with $ref is only supported on lookup type navigation property.',
    )
  }
  return { ...parseOptions(options, navigation, catalog, depth), navigation, isReference }
}

type Options = Readonly<Partial<Record<OptionName, string>>>
type OptionName = (typeof OPTION_NAMES)[number]
const OPTION_NAMES = ['$select', '$filter', '$orderby', '$top', '$expand'] as const

function parseOptions(
  text: string,
  navigation: Navigation,
  catalog: Catalog,
  depth: number,
): Omit<Expand, 'navigation' | 'isReference'> {
  const { target } = navigation
  const options = readOptions(text)
  if (navigation.kind === 'one' && (options.$orderby !== undefined || options.$top !== undefined)) {
    throw new DataverseError('QUERY_INVALID', ONLY_SELECT)
  }
  const aliases = new AliasSource()
  const filter =
    options.$filter === undefined
      ? undefined
      : parseFilter(options.$filter, target, catalog, NO_ALIASES, aliases)
  const paths = new Paths(target, catalog, aliases)
  const order = options.$orderby === undefined ? [] : parseOrderBy(options.$orderby, paths)
  const links = [...(filter?.links ?? []), ...paths.links()]
  const select =
    options.$select === undefined ? undefined : parseSelect(options.$select, target, catalog)
  const top = options.$top === undefined ? undefined : parseTop(options.$top)
  return {
    query: {
      table: target.logicalName,
      columns: select?.columns ?? 'all',
      choicesByValue: true,
      ...(filter === undefined ? {} : { where: filter.where }),
      ...(links.length === 0 ? {} : { links }),
      ...(order.length === 0 ? {} : { order }),
      ...(top === undefined ? {} : { top }),
    },
    ...(select === undefined ? {} : { selected: select.properties }),
    expands:
      options.$expand === undefined ? [] : parseItems(options.$expand, target, catalog, depth + 1),
  }
}

/** Parameter aliases do not reach into $expand. */
const NO_ALIASES: ParameterAliases = {}

function readOptions(text: string): Options {
  const options: Partial<Record<OptionName, string>> = {}
  if (text.trim() === '') return options
  for (const part of splitOutside(text, ';')) {
    const [name = '', ...value] = part.split('=')
    const known = OPTION_NAMES.find((option) => option === name.trim())
    if (known === undefined || value.length === 0) {
      throw new DataverseError(
        'QUERY_INVALID',
        `'${part.trim()}' cannot stand inside $expand; expected ${OPTION_NAMES.join(', ')}, with ';' between them.`,
      )
    }
    options[known] = value.join('=').trim()
  }
  return options
}

function parseTop(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new DataverseError(
    'QUERY_INVALID',
    `Invalid value '${text}' for $top inside $expand; a whole number was expected.`,
  )
}
