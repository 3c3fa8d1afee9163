import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import { parseExpand, type Expand } from '../../query/odata/expand.ts'
import type { Filter, Query } from '../../query/query.ts'
import { isRowRef, type Row, type Value } from '../../rows/value.ts'
import { splitOutside } from '../address/literal.ts'
import { gatherFormats } from '../answer/gather-names.ts'
import { quote } from '../answer/quote.ts'
import type { Annotating } from '../answer/row-shape.ts'
import { selectionOf, type Selection } from '../answer/selection.ts'
import { MAX_PAGE_SIZE } from '../preferences.ts'
import type { Scope } from '../scope.ts'
import { retrieveMultiple } from './row-sets.ts'
import { pagingElement } from './skip-token.ts'

/** What `$expand` asks of one table, ready to be answered for its rows. */
export interface Expansion {
  readonly items: readonly ExpandItem[]
  /** Columns of the expanding rows that tell where to go. */
  readonly columns: readonly string[]
  /** What `@odata.context` says of it: `primarycontactid(fullname)`. */
  readonly contexts: readonly string[]
  /** Whether something inside it is expanded again. */
  readonly isNested: boolean
}

interface ExpandItem {
  readonly expand: Expand
  readonly table: Table
  readonly selection: Selection
  /** Options as they were sent, for the link to the same rows. */
  readonly linkOptions: string
  readonly inner: Expansion
}

const NOTHING: Expansion = { items: [], columns: [], contexts: [], isNested: false }

/**
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/join-tables
 * @throws QUERY_INVALID
 */
export function readExpansion(text: string | undefined, table: Table, catalog: Catalog): Expansion {
  if (text === undefined || text.trim() === '') return NOTHING
  return expansionOf(parseExpand(text, table, catalog), text)
}

function expansionOf(expands: readonly Expand[], text: string): Expansion {
  if (expands.length === 0) return NOTHING
  const raw = splitOutside(text, ',')
  const items = expands.map((expand, index) => itemOf(expand, raw[index] ?? ''))
  return {
    items,
    columns: items.flatMap(({ expand: { navigation } }) =>
      navigation.kind === 'one' ? [navigation.column] : [],
    ),
    contexts: items.map(contextOf),
    isNested: items.some(({ inner }) => inner.items.length > 0),
  }
}

function itemOf(expand: Expand, text: string): ExpandItem {
  const { target } = expand.navigation
  const options = innerOptions(text)
  const nested = options.find((option) => option.startsWith('$expand='))?.slice('$expand='.length)
  return {
    expand,
    table: target,
    selection: selectionOf(target, expand.selected?.join(',')),
    linkOptions: options.filter((option) => !option.startsWith('$expand=')).join('&'),
    inner: expansionOf(expand.expands, nested ?? ''),
  }
}

/** `nav($select=a;$filter=b)` → `$select=a`, `$filter=b` */
function innerOptions(text: string): readonly string[] {
  const inner = /^[^(]*\(([^]*)\)\s*$/.exec(text)?.[1]
  if (inner === undefined) return []
  return splitOutside(inner, ';').map((option) => option.trim().replace(/\s*=\s*/, '='))
}

function contextOf({ expand, selection, inner }: ExpandItem): string {
  const { name } = expand.navigation
  if (expand.isReference) return `${name},${name}/$ref()`
  return `${name}(${[...(selection.names ?? []), ...inner.contexts].join(',')})`
}

/** How expanded rows look, which depends on what is read. */
export interface ExpandStyle {
  /** One row, or a set of them. */
  readonly of: 'row' | 'set'
  readonly isNested: boolean
}

/** For each row its expanded members, a comma before each. */
export async function expandedMembers(
  scope: Scope,
  { table, rows }: { readonly table: Table; readonly rows: readonly Row[] },
  expansion: Expansion,
  style: ExpandStyle,
): Promise<ReadonlyMap<Row, string>> {
  const texts = new Map<Row, string>()
  for (const item of expansion.items) {
    const members = await itemMembers(scope, { table, rows }, item, style)
    for (const row of rows) texts.set(row, (texts.get(row) ?? '') + (members.get(row) ?? ''))
  }
  return texts
}

async function itemMembers(
  scope: Scope,
  parents: { readonly table: Table; readonly rows: readonly Row[] },
  item: ExpandItem,
  style: ExpandStyle,
): Promise<ReadonlyMap<Row, string>> {
  const { navigation, isReference } = item.expand
  if (isReference) return references(scope, parents.rows, item)
  const found = await relatedRows(scope, parents, item)
  const written = await writeRelated(scope, item, [...new Set([...found.values()].flat())], style)
  const texts = new Map<Row, string>()
  for (const parent of parents.rows) {
    const rows = found.get(parent) ?? []
    const objects = rows.map((row) => written.get(row) ?? '')
    const name = quote(navigation.name)
    if (navigation.kind === 'one') {
      texts.set(parent, `,${name}:${objects[0] ?? 'null'}`)
    } else {
      const shown = objects.slice(0, limitOf(scope, item, style))
      const link = collectionLink(
        scope,
        parents.table,
        parent,
        item,
        objects.length > shown.length,
        style,
      )
      texts.set(parent, `,${name}:[${shown.join(',')}]${link}`)
    }
  }
  return texts
}

/** How many rows of each collection are shown: pages exist only where something is expanded inside. */
function limitOf(
  { preferences }: Scope,
  { expand }: ExpandItem,
  { isNested }: ExpandStyle,
): number {
  if (isNested) return preferences.maxPageSize ?? MAX_PAGE_SIZE
  return expand.query.top ?? MAX_PAGE_SIZE
}

/**
 * A link to the collection by itself: always there beside one level of rows of a set, and with a token where
 * rows of a nested one are left over. The answer of a single row has all of them, and no link.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/join-tables#expand-collection-valued-navigation-properties
 */
function collectionLink(
  { address, catalog }: Scope,
  table: Table,
  parent: Row,
  { expand, linkOptions }: ExpandItem,
  hasMore: boolean,
  { of, isNested }: ExpandStyle,
): string {
  if (isNested ? !hasMore : of === 'row') return ''
  const { name } = expand.navigation
  const id = parent[table.primaryId]
  if (typeof id !== 'string') return ''
  const token = isNested ? `$skiptoken=${encodeURI(pagingElement(2, undefined, 1))}` : ''
  const query = [linkOptions, token].filter((part) => part !== '').join('&')
  const set = catalog.table(table.logicalName).entitySetName
  const url = `${address.root}${set}(${id})/${name}${query === '' ? '' : `?${query}`}`
  return `,${quote(`${name}@odata.nextLink`)}:${quote(url)}`
}

function references(
  { address, catalog }: Scope,
  parents: readonly Row[],
  { expand }: ExpandItem,
): ReadonlyMap<Row, string> {
  const { navigation } = expand
  const texts = new Map<Row, string>()
  if (navigation.kind !== 'one') return texts
  for (const parent of parents) {
    const value = parent[navigation.column]
    const name = quote(navigation.name)
    const property = quote(`_${navigation.column}_value`)
    if (isRowRef(value)) {
      const url = `${address.root}${catalog.table(value.table).entitySetName}(${value.id})`
      texts.set(parent, `,${property}:${quote(value.id)},${name}:{"@odata.id":${quote(url)}}`)
    } else texts.set(parent, `,${property}:null,${name}:null`)
  }
  return texts
}

/** Ids in one question; the rows of more are asked for in several. */
const IDS_PER_QUERY = 1000

/** The related rows of every row, read together and then given to the row each belongs to. */
async function relatedRows(
  scope: Scope,
  { table, rows }: { readonly table: Table; readonly rows: readonly Row[] },
  item: ExpandItem,
): Promise<ReadonlyMap<Row, readonly Row[]>> {
  const byKey = new Map<string, Row[]>()
  for (const row of rows) {
    const key = keyOf(row, table, item)
    if (key === undefined) continue
    const same = byKey.get(key)
    if (same === undefined) byKey.set(key, [row])
    else same.push(row)
  }
  const found = new Map<Row, Row[]>()
  const keys = [...byKey.keys()]
  for (let from = 0; from < keys.length; from += IDS_PER_QUERY) {
    const some = keys.slice(from, from + IDS_PER_QUERY)
    for (const child of await readAll(scope, childQuery(item, some))) {
      for (const parent of byKey.get(keyOfChild(child, item)) ?? []) {
        const children = found.get(parent)
        if (children === undefined) found.set(parent, [child])
        else children.push(child)
      }
    }
  }
  return found
}

/** What the rows of one expansion have in common with the row they belong to. */
function keyOf(row: Row, table: Table, { expand: { navigation } }: ExpandItem): string | undefined {
  if (navigation.kind === 'one') {
    const value = row[navigation.column]
    return isRowRef(value) && isTarget(navigation.target, value.table) ? value.id : undefined
  }
  const id = row[table.primaryId]
  return typeof id === 'string' ? id : undefined
}

/** Every systemuser and team has a row in `owner`, of the same id. */
function isTarget({ logicalName }: Table, table: string): boolean {
  return logicalName === table || logicalName === 'owner'
}

const LINK_ALIAS = 'expanded'

function childQuery({ expand, selection, inner }: ExpandItem, keys: readonly string[]): Query {
  const { navigation, query } = expand
  const { target } = navigation
  const { table, where, links, order } = query
  const needed = navigation.kind === 'many' ? [...inner.columns, navigation.column] : inner.columns
  // $top counts for each row's own collection, so here all are read.
  const base: Query = {
    table,
    choicesByValue: true,
    ...(where === undefined ? {} : { where }),
    ...(links === undefined ? {} : { links }),
    ...(order === undefined ? {} : { order }),
    columns:
      selection.columns === undefined ? 'all' : [...new Set([...selection.columns, ...needed])],
    page: { size: MAX_PAGE_SIZE, number: 1 },
  }
  if (navigation.kind !== 'many-to-many') {
    const column = navigation.kind === 'one' ? target.primaryId : navigation.column
    return { ...base, where: both(amongst(column, keys), base.where) }
  }
  return {
    ...base,
    links: [
      ...(base.links ?? []),
      {
        kind: 'inner',
        table: navigation.intersect.logicalName,
        from: navigation.otherColumn,
        to: target.primaryId,
        alias: LINK_ALIAS,
        intersect: true,
        columns: [navigation.ownColumn],
        where: amongst(navigation.ownColumn, keys),
      },
    ],
  }
}

function amongst(column: string, ids: readonly string[]): Filter {
  return { kind: 'condition', column, operator: 'in', values: ids }
}

function both(first: Filter, second: Filter | undefined): Filter {
  return second === undefined ? first : { kind: 'and', filters: [first, second] }
}

function keyOfChild(child: Row, { expand: { navigation } }: ExpandItem): string {
  const key: Value | undefined =
    navigation.kind === 'one'
      ? child[navigation.target.primaryId]
      : navigation.kind === 'many'
        ? child[navigation.column]
        : child[`${LINK_ALIAS}.${navigation.ownColumn}`]
  return isRowRef(key) ? key.id : typeof key === 'string' ? key : ''
}

async function readAll(scope: Scope, query: Query): Promise<readonly Row[]> {
  const rows: Row[] = []
  let page = query.page
  while (page !== undefined) {
    const answer = await retrieveMultiple(scope, { ...query, page })
    rows.push(...answer.rows)
    if (!answer.moreRows) break
    page = {
      size: MAX_PAGE_SIZE,
      number: page.number + 1,
      ...(answer.cookie === undefined ? {} : { cookie: answer.cookie }),
    }
  }
  return rows
}

/** A row of a set shows, in its collections, the lookup that leads back to it. */
function showsParent({ expand, selection }: ExpandItem, style: ExpandStyle): boolean {
  return (
    expand.navigation.kind === 'many' &&
    style.of === 'set' &&
    !style.isNested &&
    selection.names !== undefined
  )
}

async function writeRelated(
  scope: Scope,
  item: ExpandItem,
  rows: readonly Row[],
  style: ExpandStyle,
): Promise<ReadonlyMap<Row, string>> {
  const { selection, table, inner, expand } = item
  const { navigation } = expand
  const shown =
    showsParent(item, style) && navigation.kind === 'many'
      ? selectionOf(table, [...(selection.names ?? []), `_${navigation.column}_value`].join(','))
      : selection
  const withEtag = style.of === 'row' || (!style.isNested && navigation.kind !== 'one')
  const wanted = scope.preferences.annotations
  const annotating: Annotating | undefined =
    wanted === undefined
      ? undefined
      : { wanted, formats: await gatherFormats(scope, [{ rows, columns: shown.shape.columns }]) }
  const nested = await expandedMembers(scope, { table, rows }, inner, style)
  return new Map(
    rows.map((row) => {
      const members = shown.shape.members(row, annotating, withEtag) + (nested.get(row) ?? '')
      return [row, `{${members.slice(1)}}`]
    }),
  )
}
