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
  /** Rows that hold it, and maybe a few more: whoever asked looks again. undefined where there is no index. */
  find(key: Comparable): Iterable<Row> | undefined
  /** Whether there is an index whatever the value; otherwise asking tells. */
  readonly way: 'key' | 'lookup' | 'index'
}

/** The two columns a link joins. */
export interface Joint {
  readonly table: Table
  readonly from: string
  readonly parent: Table
  readonly to: string
}

export interface PreparedJoint {
  /** The value of the parent's column, as the rows are found by it. */
  key(this: void, row: Row): Comparable | null
  /** The rows whose column holds it and that pass the test. */
  find(this: void, key: Comparable): readonly Row[]
  readonly finder: Finder | undefined
}

/**
 * Prepares a join: by primary id, by the index of a lookup or a declared one, otherwise by a hash table of
 * the rows that pass, which is built when the first key comes.
 * @throws QUERY_CONDITION_INVALID when the columns cannot be compared
 */
export function prepareJoint(
  joint: Joint,
  test: RowTest | undefined,
  evaluation: Evaluation,
): PreparedJoint {
  const { table, parent } = joint
  const from = readColumn(table, joint.from, evaluation)
  const to = readColumn(parent, joint.to, evaluation)
  const fromFamily = JOINED_AS[familyOf(from.column)]
  if (fromFamily === undefined || fromFamily !== JOINED_AS[familyOf(to.column)]) {
    throw new DataverseError(
      'QUERY_CONDITION_INVALID',
      `${table.logicalName}.${joint.from} (${from.column.type}) cannot be joined with ${parent.logicalName}.${joint.to} (${to.column.type}).`,
    )
  }
  const finder = finderOf(table, from, evaluation)
  const hash = hashTable(table, from, test, evaluation)
  const toValue = valueOf(to, evaluation)
  const key: PreparedJoint['key'] =
    fromFamily === 'number' ? (row) => joinedNumber(toValue(row)) : toValue
  if (finder === undefined) return { key, find: hash, finder }
  const fromValue = finder.way === 'index' ? valueOf(from, evaluation) : undefined
  const fits = (row: Row, wanted: Comparable) =>
    (fromValue === undefined || joinedNumber(fromValue(row)) === wanted) &&
    (test === undefined || test(row))
  const find = (wanted: Comparable): readonly Row[] => {
    const found = finder.find(wanted)
    if (found === undefined) return fromValue === undefined ? [] : hash(wanted)
    const rows = asArray(found)
    return rows.every((row) => fits(row, wanted)) ? rows : rows.filter((row) => fits(row, wanted))
  }
  return { key, find: rememberingLast(find), finder }
}

/** Rows that follow one another mostly point at the same one: it is found and tested once. */
function rememberingLast(
  find: (key: Comparable) => readonly Row[],
): (key: Comparable) => readonly Row[] {
  let lastKey: Comparable | undefined
  let lastFound: readonly Row[] = []
  return (key) => {
    if (key !== lastKey) {
      lastFound = find(key)
      lastKey = key
    }
    return lastFound
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
export function finderOf(
  table: Table,
  { isStored, column }: ReadColumn,
  { source, context }: Evaluation,
): Finder | undefined {
  if (!isStored) return undefined
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
  // Indexes know texts with their accents.
  const fits = familyOf(column) !== 'text' || context.collation?.accents !== 'ignored'
  if (source.indexed === undefined || !fits) return undefined
  return { way: 'index', find: (key) => source.indexed?.(table, logicalName, key) }
}

/** The rows themselves where they are an array, so that nothing is copied. */
export function asArray(rows: Iterable<Row>): readonly Row[] {
  return Array.isArray(rows) ? (rows as readonly Row[]) : [...rows]
}

/** Finds by a hash table of the rows `test` lets through, built when the first key comes. */
function hashTable(
  table: Table,
  read: ReadColumn,
  test: RowTest | undefined,
  evaluation: Evaluation,
): (key: Comparable) => readonly Row[] {
  const value = valueOf(read, evaluation)
  let byKey: Map<Comparable, Row[]> | undefined
  return (key) => {
    byKey ??= hashed(evaluation.source.scan(table), (row) => joinedNumber(value(row)), test)
    return byKey.get(key) ?? []
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
