import { DataverseError } from '../errors/dataverse-error.ts'
import { perTable, type Table } from '../metadata/table.ts'
import { parseGuid } from '../rows/guid.ts'
import type { Row, Value } from '../rows/value.ts'
import { compareGuids, type TextRules } from './collation.ts'
import { familyOf } from './column-family.ts'
import { labelOf, nameOf, readColumn, type ReadColumn } from './column-reader.ts'
import { valueOf } from './condition.ts'
import type { Evaluation } from './evaluation.ts'
import type { Frame, Place } from './filter.ts'
import { parsedOperand, type Comparable } from './operand.ts'
import type { Order } from './query.ts'
import { writeReader } from './written-reader.ts'

export type KeyOrder = (a: Comparable, b: Comparable) => number

/** One thing rows are sorted by. */
export interface SortKey {
  /** Slot of the row it is read from. */
  readonly slot: number
  readonly column: string
  readonly descending: boolean
  /** Whether it is the stored value itself, in its own order: that of numbers, where these are numbers. */
  readonly isPlain: boolean
  /** Whether a sorted index of the column has this order. */
  readonly isIndexed: boolean
  readonly read: (frame: Frame) => Comparable | null
  /** Ascending order of two values. */
  readonly compare: KeyOrder
  /** The value as a paging cookie spells it. */
  readonly print: (frame: Frame) => string | null
  /** The value a cookie's text stands for; undefined where it is none. */
  readonly parse: (text: string) => Comparable | undefined
}

/** How one column is sorted. */
interface Reading {
  readonly isPlain: boolean
  readonly isIndexed: boolean
  readonly read: (row: Row) => Comparable | null
  readonly compare: KeyOrder
  readonly print: (row: Row) => string | null
  readonly parse: (text: string) => Comparable | undefined
}

/**
 * What a column is sorted by: text by alphabet, a lookup by the name of the row it points at, a choice by its
 * label unless values were asked for, a GUID as SQL Server sorts it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/order-rows
 * @throws COLUMN_UNKNOWN, QUERY_CONDITION_INVALID for columns that cannot be sorted
 */
export function sortKeyOf(
  order: Order,
  place: Place,
  choicesByValue: boolean,
  evaluation: Evaluation,
): SortKey {
  const { slot, table } = place
  return keyOf(order, slot, reading(table, order.column, choicesByValue, evaluation))
}

/** The key that a table's rows are sorted by in the end, so that no two are alike. */
export function primaryKeyOf(place: Place, evaluation: Evaluation): SortKey {
  const { slot, table } = place
  const known = slot === 0 ? firstPrimaryKey(table) : null
  return (
    known ?? sortKeyOf({ column: table.primaryId, descending: false }, place, false, evaluation)
  )
}

/** Made once for a table: nothing in it depends on who asks or where the rows are. */
const firstPrimaryKey = perTable(({ columns, primaryId }: Table): SortKey | null => {
  const column = columns.get(primaryId)
  if (column === undefined || familyOf(column) !== 'id') return null
  return keyOf({ column: primaryId, descending: false }, 0, byId(writeReader(primaryId).readPlain))
})

function keyOf({ column, descending }: Order, slot: number, reading: Reading): SortKey {
  const { isPlain, isIndexed, read, compare, print, parse } = reading
  return {
    slot,
    column,
    descending,
    isPlain,
    isIndexed,
    read: (frame) => {
      const row = frame[slot]
      return row === undefined ? null : read(row)
    },
    compare,
    print: (frame) => {
      const row = frame[slot]
      return row === undefined ? null : print(row)
    },
    parse,
  }
}

function reading(
  table: Table,
  name: string,
  choicesByValue: boolean,
  evaluation: Evaluation,
): Reading {
  const { source, text } = evaluation
  const column = readColumn(table, name, evaluation)
  const family = familyOf(column.column)
  const value = valueOf(column, evaluation)
  const stored = column.written?.().read ?? column.read
  switch (family) {
    case 'text':
      return {
        ...byText((row) => textOf(stored(row)), text),
        // Indexes know texts with their accents.
        isIndexed: column.isStored && evaluation.context.collation?.accents !== 'ignored',
      }
    case 'lookup':
    case 'owner':
      return {
        ...byText((row) => nameOf(row[name], source), text),
        read: nameReader(name, column, evaluation),
      }
    case 'choice': {
      const label = choicesByValue ? undefined : labelOf(column.column, evaluation.context)
      return label === undefined
        ? byValue(column, value, plain, evaluation)
        : byText((row) => label(stored(row)), text)
    }
    case 'id':
      return byId(value)
    case 'number':
    case 'date':
      return byValue(column, value, plain, evaluation)
    case 'choices':
    case 'content':
    case 'none':
      throw new DataverseError(
        'QUERY_CONDITION_INVALID',
        `Rows of ${table.logicalName} cannot be sorted by '${name}', a ${column.column.type} column.`,
      )
    default:
      return family satisfies never
  }
}

function byText(print: (row: Row) => string | null, { fold, compare }: TextRules): Reading {
  return {
    isPlain: false,
    isIndexed: false,
    read: (row) => {
      const shown = print(row)
      return shown === null ? null : fold(shown)
    },
    compare: (a, b) => compare(String(a), String(b)),
    print,
    parse: fold,
  }
}

function byId(read: (row: Row) => Comparable | null): Reading {
  return {
    isPlain: false,
    isIndexed: true,
    read,
    compare: (a, b) => compareGuids(String(a), String(b)),
    print: (row) => {
      const id = read(row)
      return typeof id === 'string' ? `{${id.toUpperCase()}}` : null
    },
    parse: (text) => parseGuid(text.trim()),
  }
}

function byValue(
  { column, isStored }: ReadColumn,
  read: (row: Row) => Comparable | null,
  compare: KeyOrder,
  evaluation: Evaluation,
): Reading {
  const isPlain = isStored && compare === plain
  return {
    isPlain,
    isIndexed: isPlain,
    read,
    compare,
    print: (row) => {
      const value = read(row)
      return value === null ? null : String(value)
    },
    parse: (text) => parsedOperand(column, text, evaluation),
  }
}

function textOf(value: Value): string | null {
  return typeof value === 'string' ? value : null
}

/** Many rows point at the same few: each name is looked up and folded once. */
function nameReader(
  name: string,
  column: ReadColumn,
  evaluation: Evaluation,
): (row: Row) => Comparable | null {
  const names = new Map<string, string | null>()
  const id = valueOf(column, evaluation)
  return (row) => {
    const key = id(row)
    if (typeof key !== 'string') return null
    let folded = names.get(key)
    if (folded === undefined) {
      const found = nameOf(row[name], evaluation.source)
      folded = found === null ? null : evaluation.text.fold(found)
      names.set(key, folded)
    }
    return folded
  }
}

export function plain(a: Comparable, b: Comparable): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Order of two keys in the direction asked for. Empty comes first ascending and last descending. */
export function compareKey(key: SortKey, a: Comparable | null, b: Comparable | null): number {
  if (a === b) return 0
  const ascending =
    a === null
      ? -1
      : b === null
        ? 1
        : // Most sorted columns hold numbers, which need no call.
          typeof a === 'number' && typeof b === 'number'
          ? a - b
          : key.compare(a, b)
  return key.descending ? -ascending : ascending
}
