import { DataverseError } from '../errors/dataverse-error.ts'
import { isLookup } from '../metadata/column.ts'
import type { Table } from '../metadata/table.ts'
import type { Row } from '../rows/value.ts'
import { familyOf, type ColumnFamily } from './column-family.ts'
import { readColumn, type ReadColumn } from './column-reader.ts'
import { valueOf, type RowTest } from './condition.ts'
import type { Evaluation } from './evaluation.ts'
import type { Comparable } from './operand.ts'

/** Finds the rows of one table whose column holds a value. */
export interface Finder {
  /** Rows that hold it; with `isExact` false a few more may come, and whoever asked looks again. */
  find(key: Comparable): Iterable<Row>
  readonly way: 'key' | 'lookup' | 'index' | 'hash'
}

/** The two columns a link joins. */
export interface Joint {
  readonly table: Table
  readonly from: string
  readonly parent: Table
  readonly to: string
}

export interface PreparedJoint {
  readonly finder: Finder
  /** The value of the parent's column. */
  readonly key: (row: Row) => Comparable | null
}

/**
 * Prepares a join: by primary id, by the index of a lookup or a declared one, otherwise by a hash table of
 * the rows `test` lets through, which is built when the first key comes.
 * @throws QUERY_CONDITION_INVALID when the columns cannot be compared
 */
export function prepareJoint(
  joint: Joint,
  test: RowTest | undefined,
  evaluation: Evaluation,
): PreparedJoint {
  const { table, parent } = joint
  const from = readColumn(table, joint.from, evaluation.source)
  const to = readColumn(parent, joint.to, evaluation.source)
  const fromFamily = JOINED_AS[familyOf(from.column)]
  if (fromFamily === undefined || fromFamily !== JOINED_AS[familyOf(to.column)]) {
    throw new DataverseError(
      'QUERY_CONDITION_INVALID',
      `${table.logicalName}.${joint.from} (${from.column.type}) cannot be joined with ${parent.logicalName}.${joint.to} (${to.column.type}).`,
    )
  }
  const key = valueOf(to, evaluation)
  return {
    key: fromFamily === 'number' ? (row) => joinedNumber(key(row)) : key,
    finder: indexFinder(table, from, evaluation) ?? hashFinder(table, from, test, evaluation),
  }
}

/** File, image, multi-choice and party-list columns cannot be joined. */
const JOINED_AS: Readonly<Record<ColumnFamily, string | undefined>> = {
  text: 'text',
  number: 'number',
  choice: 'number',
  date: 'date',
  id: 'reference',
  lookup: 'reference',
  owner: 'reference',
  choices: undefined,
  content: undefined,
  none: undefined,
}

/** How rows are found by a column without looking at all of them; undefined where they cannot. */
export function indexFinder(
  table: Table,
  read: ReadColumn,
  { source }: Evaluation,
): Finder | undefined {
  if (!read.isStored) return undefined
  const { column } = read
  const { logicalName } = column
  if (logicalName === table.primaryId) {
    return {
      way: 'key',
      find(key) {
        const row = source.get(table, String(key))
        return row === undefined ? [] : [row]
      },
    }
  }
  if (isLookup(column) || table.intersectColumns.includes(logicalName)) {
    return { way: 'lookup', find: (key) => source.related(table, logicalName, String(key)) }
  }
  if (source.indexed === undefined) return undefined
  const { indexed } = source
  const find = (key: Comparable) => indexed.call(source, table, logicalName, key)
  // An index is there or not, whatever the value; the empty text asks.
  if (find('') === undefined) return undefined
  return { way: 'index', find: (key) => find(key) ?? [] }
}

function hashFinder(
  table: Table,
  read: ReadColumn,
  test: RowTest | undefined,
  evaluation: Evaluation,
): Finder {
  const value = valueOf(read, evaluation)
  const isNumber = JOINED_AS[familyOf(read.column)] === 'number'
  let byKey: Map<Comparable, Row[]> | undefined
  return {
    way: 'hash',
    find(key) {
      byKey ??= hashed(
        evaluation.source.scan(table),
        isNumber ? (row) => joinedNumber(value(row)) : value,
        test,
      )
      return byKey.get(key) ?? []
    },
  }
}

function hashed(
  rows: Iterable<Row>,
  value: (row: Row) => Comparable | null,
  test: RowTest | undefined,
): Map<Comparable, Row[]> {
  const byKey = new Map<Comparable, Row[]>()
  for (const row of rows) {
    const key = value(row)
    if (key === null || (test !== undefined && !test(row))) continue
    const bucket = byKey.get(key)
    if (bucket === undefined) byKey.set(key, [row])
    else bucket.push(row)
  }
  return byKey
}

/** Big integers, numbers and yes/no meet as one kind of key. */
function joinedNumber(key: Comparable | null): Comparable | null {
  if (typeof key === 'boolean') return Number(key)
  if (typeof key === 'bigint' && BigInt.asIntN(53, key) === key) return Number(key)
  return key
}
