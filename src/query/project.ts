import { perTable, type Table } from '../metadata/table.ts'
import type { Row, Value } from '../rows/value.ts'
import { checkedAlias } from './alias.ts'
import { readColumn } from './column-reader.ts'
import type { Evaluation } from './evaluation.ts'
import type { Place } from './filter.ts'
import { idsBelow } from './hierarchy.ts'
import type { AliasedColumn, QueryNode } from './query.ts'

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
  table.storedColumns.filter((name) => table.columns.get(name)?.validForRead === true),
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

/** Makes the projection onto these properties. @throws COLUMN_UNKNOWN, NOT_SUPPORTED */
export function projectionOf(
  properties: readonly ResultProperty[],
  evaluation: Evaluation,
): Projection {
  const readers = properties.map((property) => readerOf(property, evaluation))
  const isPlain = readers.every(({ isStored, slot }) => isStored && slot === 0)
  const table = properties[0]?.place.table
  if (isPlain && table !== undefined && properties.every(({ name, column }) => name === column)) {
    const columns = properties.map(({ column }) => column)
    const copy = copierOf(table, columns)
    return ([row]) => copy(row ?? NO_ROW)
  }
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

const NO_ROW: Row = Object.freeze({})

interface Reader {
  readonly name: string
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
      slot,
      isStored: false,
      read: (row) => {
        const id = row[table.primaryId]
        return typeof id === 'string' ? idsBelow(table, id, evaluation).size : null
      },
    }
  }
  const { isStored, read, column: definition } = readColumn(table, column, evaluation.source)
  return { name, slot, isStored: isStored && definition.logicalName === column, read }
}

type Copier = (row: Row) => Row

const copiersOf = perTable(() => new Map<string, Copier>())

/**
 * A function written out for these columns. An object literal keeps fast properties at any width; an object
 * filled by computed keys falls into dictionary mode after a dozen.
 */
function copierOf(table: Table, columns: readonly string[]): Copier {
  const known = copiersOf(table)
  const key = columns.join()
  let copier = known.get(key)
  if (copier === undefined) {
    // The names are columns of the table and pass through JSON.stringify: nothing of a name is read as code.
    const fields = columns.map((column) => JSON.stringify(column))
    const body = fields.map((field) => `[${field}]: row[${field}] ?? null`).join(',\n')
    copier = new Function('row', `return {\n${body}\n}`) as Copier
    // Whoever asks for ever new combinations of columns must not fill the memory with them.
    if (known.size >= 200) known.clear()
    known.set(key, copier)
  }
  return copier
}
