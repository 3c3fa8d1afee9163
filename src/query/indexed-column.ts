import { DataverseError } from '../errors/dataverse-error.ts'
import { columnOf } from '../metadata/catalog.ts'
import type { Table } from '../metadata/table.ts'
import type { Row } from '../rows/value.ts'
import { compareGuids, textRules } from './collation.ts'
import { familyOf } from './column-family.ts'
import { comparableOf, type Comparable } from './operand.ts'

/** How an index holds the values of a column: as queries compare and sort them, with accents that matter. */
export interface IndexedColumn {
  readonly name: string
  readonly value: (row: Row) => Comparable | null
  /** Ascending order of two values. */
  readonly compare: (a: Comparable, b: Comparable) => number
}

const TEXT = textRules(undefined)

/** @throws COLUMN_UNKNOWN; INVALID_ARGUMENT for columns whose values have no order, or that rows do not hold */
export function indexedColumn(table: Table, name: string): IndexedColumn {
  const column = columnOf(table, name)
  const comparable = comparableOf(column, { text: TEXT })
  const value = (row: Row) => comparable(row[name] ?? null)
  const family = familyOf(column)
  if (!table.storedColumns.includes(name)) throw notIndexed(table, name, 'its rows do not hold it')
  switch (family) {
    case 'text':
      return { name, value, compare: (a, b) => TEXT.compare(String(a), String(b)) }
    case 'id':
    case 'lookup':
    case 'owner':
      return { name, value, compare: (a, b) => compareGuids(String(a), String(b)) }
    case 'number':
    case 'date':
    case 'choice':
      return { name, value, compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0) }
    case 'choices':
    case 'content':
    case 'none':
      throw notIndexed(table, name, `values of a ${column.type} column have no order`)
    default:
      return family satisfies never
  }
}

function notIndexed(table: Table, name: string, why: string): DataverseError {
  return new DataverseError(
    'INVALID_ARGUMENT',
    `An index of ${table.logicalName} cannot have '${name}': ${why}.`,
  )
}
