import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Column } from '../../metadata/column.ts'
import type { Table } from '../../metadata/table.ts'
import type { Link } from '../query.ts'
import { propertyFault } from './fault.ts'
import { columnOfProperty, navigationOf } from './names.ts'

/** Gives links their aliases, all different in one query. */
export class AliasSource {
  #count = 0

  next(): string {
    return `path${++this.#count}`
  }
}

interface PathLink {
  readonly link: Omit<Link, 'links'>
  readonly table: Table
  readonly alias: string
  readonly nested: Map<string, PathLink>
}

/** The column a path leads to, and the link it is on; undefined for the table's own. */
export interface PathEnd {
  readonly table: Table
  readonly column: Column
  readonly link: string | undefined
}

/**
 * The single-valued paths of one filter or order (`primarycontactid/fullname`): each becomes an outer link, the
 * same path the same link, so that a row without a related one has empty columns there.
 */
export class Paths {
  readonly #root = new Map<string, PathLink>()
  readonly #table: Table
  readonly #catalog: Catalog
  readonly #aliases: AliasSource

  constructor(table: Table, catalog: Catalog, aliases: AliasSource) {
    this.#table = table
    this.#catalog = catalog
    this.#aliases = aliases
  }

  /** @throws QUERY_INVALID, with the name that is not known */
  end(segments: readonly string[]): PathEnd {
    let table = this.#table
    let links = this.#root
    let alias: string | undefined
    for (let at = 0; at < segments.length; at++) {
      const name = segments[at] ?? ''
      const rest = segments.length - at - 1
      const column = columnOfProperty(table, name)
      if (column !== undefined && (rest === 0 || isManagedValue(column, segments.slice(at + 1)))) {
        return { table, column, link: alias }
      }
      const own = rest === 1 ? this.#ownLookup(table, name, segments[at + 1] ?? '') : undefined
      if (own !== undefined) return { table, column: own, link: alias }
      if (rest === 0) break
      const step = this.#step(table, name, links)
      table = step.table
      alias = step.alias
      links = step.nested
    }
    throw propertyFault(segments.at(-1) ?? '', table.logicalName)
  }

  /** As links of the table the paths begin at; `parts` tells what else a link brings. */
  links(parts: (alias: string) => LinkParts = () => ({})): readonly Link[] {
    return linksOf(this.#root, parts)
  }

  /** `primarycontactid/contactid` is the lookup itself, where it can point at one table only. */
  #ownLookup(table: Table, name: string, property: string): Column | undefined {
    const navigation = navigationOf(table, name, this.#catalog)
    if (navigation?.kind !== 'one' || property !== navigation.target.primaryId) return undefined
    const column = table.columns.get(navigation.column)
    return column !== undefined && 'targets' in column && column.targets.length === 1
      ? column
      : undefined
  }

  #step(table: Table, name: string, links: Map<string, PathLink>): PathLink {
    const known = links.get(name)
    if (known !== undefined) return known
    const navigation = navigationOf(table, name, this.#catalog)
    if (navigation === undefined) throw propertyFault(name, table.logicalName)
    if (navigation.kind !== 'one') {
      throw new DataverseError(
        'QUERY_INVALID',
        `'${name}' of ${table.logicalName} leads to many rows; ask about them with ${name}/any(…) or ${name}/all(…).`,
      )
    }
    const alias = this.#aliases.next()
    const step: PathLink = {
      table: navigation.target,
      alias,
      nested: new Map(),
      link: {
        kind: 'outer',
        table: navigation.target.logicalName,
        from: navigation.referencedColumn,
        to: navigation.column,
        alias,
        columns: [],
      },
    }
    links.set(name, step)
    return step
  }
}

/** What a link of a path brings besides its rows. */
export type LinkParts = Pick<Link, 'groups' | 'aggregates'>

function linksOf(
  steps: ReadonlyMap<string, PathLink>,
  parts: (alias: string) => LinkParts,
): readonly Link[] {
  return [...steps.values()].map(({ link, alias, nested }) => ({
    ...link,
    ...parts(alias),
    ...(nested.size === 0 ? {} : { links: linksOf(nested, parts) }),
  }))
}

/** `iscustomizable/Value`: managed properties are complex. */
function isManagedValue(column: Column, rest: readonly string[]): boolean {
  return column.type === 'ManagedProperty' && rest.length === 1 && rest[0] === 'Value'
}
