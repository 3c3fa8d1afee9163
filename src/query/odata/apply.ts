import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import type { Aggregate, AggregateFunction, Filter, Group, Query } from '../query.ts'
import { readExpression, TokenReader, type ParameterAliases } from './expression.ts'
import { filterOf } from './filter.ts'
import { AliasSource, Paths, type LinkParts, type PathEnd } from './paths.ts'
import type { FilterSite } from './site.ts'

/**
 * $apply: `filter(…)`, `groupby((…),aggregate(…))` and `aggregate(…)`, with `/` between.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/aggregate-data
 * @throws QUERY_INVALID
 */
export function parseApply(
  text: string,
  table: Table,
  catalog: Catalog,
  parameters: ParameterAliases = {},
): Query {
  const reader = new TokenReader(text, parameters)
  const aliases = new AliasSource()
  const paths = new Paths(table, catalog, aliases)
  const site: FilterSite = { text, table, catalog, aliases, paths, variable: undefined }
  const computed = new Computed()
  let where: Filter | undefined
  for (;;) {
    const step = reader.take()
    if (computed.isDone) {
      throw reader.fault(
        'Syntax error: nothing can follow groupby or aggregate; the end was expected',
        step.at,
      )
    }
    if (step.text === 'filter' && where === undefined) where = parseFilterStep(reader, site)
    else if (step.text === 'groupby') parseGroupBy(reader, site, computed)
    else if (step.text === 'aggregate') parseAggregate(reader, site, computed)
    else throw reader.fault('Syntax error: filter, groupby or aggregate was expected', step.at)
    if (reader.next.kind === 'end') break
    reader.expect('/')
  }
  if (!computed.isDone) throw reader.fault('Syntax error: groupby or aggregate was expected')
  const links = paths.links((alias) => computed.of(alias))
  return {
    table: table.logicalName,
    columns: [],
    aggregate: true,
    choicesByValue: true,
    ...computed.of(undefined),
    ...(where === undefined ? {} : { where }),
    ...(links.length === 0 ? {} : { links }),
  }
}

/** Groups and aggregates by the link they are on. */
class Computed {
  readonly #parts = new Map<string | undefined, { groups: Group[]; aggregates: Aggregate[] }>()

  get isDone(): boolean {
    return this.#parts.size > 0
  }

  on(link: string | undefined): { readonly groups: Group[]; readonly aggregates: Aggregate[] } {
    let parts = this.#parts.get(link)
    if (parts === undefined) this.#parts.set(link, (parts = { groups: [], aggregates: [] }))
    return parts
  }

  of(link: string | undefined): LinkParts {
    const { groups = [], aggregates = [] } = this.#parts.get(link) ?? {}
    return {
      ...(groups.length === 0 ? {} : { groups }),
      ...(aggregates.length === 0 ? {} : { aggregates }),
    }
  }
}

function parseFilterStep(reader: TokenReader, site: FilterSite): Filter {
  reader.expect('(')
  const filter = filterOf(readExpression(reader), site)
  reader.expect(')')
  return filter
}

function parseGroupBy(reader: TokenReader, site: FilterSite, computed: Computed): void {
  reader.expect('(')
  reader.expect('(')
  do {
    const segments = parsePath(reader)
    const end = site.paths.end(segments)
    const group: Group = {
      column: end.column.logicalName,
      alias: groupAlias(segments, end),
      // https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/aggregate-data: UTC, always
      ...(end.column.type === 'DateTime' ? { utc: true } : {}),
    }
    computed.on(end.link).groups.push(group)
  } while (reader.accept(','))
  reader.expect(')')
  if (reader.accept(',')) {
    const step = reader.take()
    if (step.text !== 'aggregate')
      throw reader.fault('Syntax error: aggregate was expected', step.at)
    parseAggregate(reader, site, computed)
  }
  reader.expect(')')
}

/** A column of a related table is called after that table: `contact_fullname`. */
function groupAlias(segments: readonly string[], { table, link }: PathEnd): string {
  const property = segments.at(-1) ?? ''
  return link === undefined ? property : `${table.logicalName}_${property}`
}

const METHODS: Readonly<
  Record<string, { readonly function: AggregateFunction; readonly distinct?: true }>
> = {
  sum: { function: 'sum' },
  average: { function: 'avg' },
  min: { function: 'min' },
  max: { function: 'max' },
  // Unverified: that the platform knows countdistinct.
  countdistinct: { function: 'countcolumn', distinct: true },
}

function parseAggregate(reader: TokenReader, site: FilterSite, computed: Computed): void {
  reader.expect('(')
  do {
    if (reader.isWord('$count')) {
      reader.take()
      const alias = parseAlias(reader)
      computed
        .on(undefined)
        .aggregates.push({ function: 'count', column: site.table.primaryId, alias })
      continue
    }
    const { column, link } = site.paths.end(parsePath(reader))
    expectWord(reader, 'with')
    const method = reader.take()
    const known = Object.hasOwn(METHODS, method.text) ? METHODS[method.text] : undefined
    if (known === undefined) {
      throw reader.fault(
        `Syntax error: one of ${Object.keys(METHODS).join(', ')} was expected`,
        method.at,
      )
    }
    computed
      .on(link)
      .aggregates.push({ ...known, column: column.logicalName, alias: parseAlias(reader) })
  } while (reader.accept(','))
  reader.expect(')')
}

function parseAlias(reader: TokenReader): string {
  expectWord(reader, 'as')
  const alias = reader.take()
  if (alias.kind !== 'name') throw reader.fault('Syntax error: an alias was expected', alias.at)
  return alias.text
}

function expectWord(reader: TokenReader, word: string): void {
  if (!reader.isWord(word)) throw reader.fault(`Syntax error: '${word}' was expected`)
  reader.take()
}

function parsePath(reader: TokenReader): readonly string[] {
  const segments: string[] = []
  do {
    const segment = reader.take()
    if (segment.kind !== 'name')
      throw reader.fault('Syntax error: a property was expected', segment.at)
    segments.push(segment.text)
  } while (reader.accept('/'))
  return segments
}
