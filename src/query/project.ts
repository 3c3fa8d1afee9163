import { perTable, type Table } from '../metadata/table.ts'
import type { Row, Value } from '../rows/value.ts'
import { checkedAlias } from './alias.ts'
import { readColumn } from './column-reader.ts'
import type { Evaluation } from './evaluation.ts'
import type { Place } from './filter.ts'
import { idsBelow } from './hierarchy.ts'
import type { AliasedColumn, Query, QueryNode } from './query.ts'

/** Makes a result row of joined rows: a new object that holds the chosen columns. */
export type Projection = (frame: readonly (Row | undefined)[]) => Row

/** One property of the result rows. */
export interface ResultProperty {
  /** The column's name, its alias, or `link.column`. */
  readonly name: string
  readonly place: Place
  readonly column: string
  readonly rowAggregate?: AliasedColumn['rowAggregate']
}

/** Every column of the table a client may read, derived ones left out. */
const allColumns = perTable((table: Table): readonly string[] =>
  table.storedColumns.filter((name) => {
    const column = table.columns.get(name)
    // Images are read by whoever names them.
    return column?.validForRead === true && column.type !== 'Image'
  }),
)

/** The properties one node of a query brings. @throws QUERY_ALIAS_INVALID */
export function propertiesOf(node: QueryNode, place: Place): readonly ResultProperty[] {
  const prefix = place.slot === 0 ? '' : `${place.alias}.`
  const columns = node.columns === 'all' ? allColumns(place.table) : node.columns
  return [
    ...columns.map((column) => ({ name: `${prefix}${column}`, place, column })),
    ...(node.aliased ?? []).map(({ column, alias, rowAggregate }) => ({
      name: checkedAlias(alias),
      place,
      column,
      ...(rowAggregate === undefined ? {} : { rowAggregate }),
    })),
  ]
}

const chosenProjections = perTable(() => new Map<string, Projection>())

/**
 * The projection onto what a query of `table` chooses; `properties` is asked for only where those columns were
 * not chosen together before.
 * @throws COLUMN_UNKNOWN, NOT_SUPPORTED
 */
export function projectionFor(
  query: Query,
  table: Table,
  properties: () => readonly ResultProperty[],
  evaluation: Evaluation,
): Projection {
  const known = chosenProjections(table)
  const key = chosenKey(query)
  const found = key === undefined ? undefined : known.get(key)
  if (found !== undefined) return found
  const readers = properties().map((property) => readerOf(property, evaluation))
  const projection = projectionOf(table, readers)
  if (key !== undefined && readers.every(isStored)) remember(known, key, projection)
  return projection
}

/** What a query of one table chooses; undefined for every other one. The number keeps names with a comma apart. */
function chosenKey({ columns, aliased, links, distinct }: Query): string | undefined {
  if (aliased !== undefined || links !== undefined || distinct === true) return undefined
  return columns === 'all' ? columns : `${columns.length} ${columns.join()}`
}

function projectionOf(table: Table, readers: readonly Reader[]): Projection {
  if (readers.every(isStored)) return writtenProjection(table, readers)
  return (frame) => {
    const result: Record<string, Value> = {}
    for (const { name, slot, read } of readers) {
      const row = frame[slot]
      const value = row === undefined ? null : read(row)
      // An alias is the user's: this one would set the prototype instead of a property.
      if (name === '__proto__') Object.defineProperty(result, name, { value, enumerable: true })
      else result[name] = value
    }
    return result
  }
}

function isStored(reader: Reader): boolean {
  return reader.isStored
}

interface Reader {
  readonly name: string
  readonly column: string
  readonly slot: number
  readonly isStored: boolean
  readonly read: (row: Row) => Value
}

function readerOf(
  { name, place, column, rowAggregate }: ResultProperty,
  evaluation: Evaluation,
): Reader {
  const { slot, table } = place
  if (rowAggregate === 'CountChildren') {
    return {
      name,
      column,
      slot,
      isStored: false,
      read: (row) => {
        const id = row[table.primaryId]
        return typeof id === 'string' ? idsBelow(table, id, evaluation).size : null
      },
    }
  }
  const { isStored, read, column: definition } = readColumn(table, column, evaluation)
  // A secret is given to nobody.
  if (!definition.validForRead) return { name, column, slot, isStored: false, read: () => null }
  return { name, column, slot, isStored: isStored && definition.logicalName === column, read }
}

const writtenProjections = perTable(() => new Map<string, Projection>())

/**
 * A function written out for these columns. An object literal keeps fast properties at any width; an object
 * filled by computed keys falls into dictionary mode after a dozen.
 */
function writtenProjection(table: Table, readers: readonly Reader[]): Projection {
  // Names and aliases pass through JSON.stringify: nothing of one is read as code. In brackets every name makes
  // a property, `__proto__` too.
  const fields = readers.map(
    ({ name, column, slot }) =>
      `[${JSON.stringify(name)}]: frame[${slot}]?.[${JSON.stringify(column)}] ?? null`,
  )
  const text = `return {\n${fields.join(',\n')}\n}`
  const known = writtenProjections(table)
  let projection = known.get(text)
  if (projection === undefined) {
    projection = new Function('frame', text) as Projection
    remember(known, text, projection)
  }
  return projection
}

/** Whoever asks for ever new combinations of columns must not fill the memory with them. */
function remember(known: Map<string, Projection>, key: string, projection: Projection): void {
  if (known.size >= 200) known.clear()
  known.set(key, projection)
}
