import { DataverseError } from '../errors/dataverse-error.ts'
import type { Row, Value } from '../rows/value.ts'
import { ofNoRows, type Accumulator, type PreparedAggregate } from './accumulator.ts'
import { knownVectors } from './column-vectors.ts'
import { isEarlier } from './distinct.ts'
import { asArray } from './find-rows.ts'
import type { Frame } from './filter.ts'
import { asIs, keyPart, type Comparable } from './operand.ts'
import type { Program } from './program.ts'
import type { Group } from './query.ts'
import type { Scan } from './scan.ts'

/** One group of rows, while it is being computed. */
export interface GroupState {
  /** The row with the smallest key of the group; it has the values all share. */
  frame: Frame
  readonly accumulators: readonly Accumulator[]
}

export interface PreparedGroup {
  readonly group: Group
  readonly isText: boolean
  /** The column whose stored values are the keys just as they are; undefined where keys are computed. */
  readonly plainColumn: string | undefined
  /** What rows of one group have in common. */
  readonly key: (frame: Frame) => Comparable | null
  /** The value the result shows. */
  readonly shown: (frame: Frame) => Value
  /** Order of two groups. */
  readonly sort: (descending: boolean) => (a: Frame, b: Frame) => number
}

export interface Grouping {
  readonly program: Program
  readonly groups: readonly PreparedGroup[]
  readonly aggregates: readonly PreparedAggregate[]
  /** How many rows may be aggregated. */
  readonly limit: number
}

/** Puts rows into groups and computes each. @throws AGGREGATE_LIMIT_EXCEEDED */
export function groupRows(rows: Iterable<Row>, grouping: Grouping): GroupState[] {
  const states = byColumns(rows, grouping) ?? byRows(rows, grouping)
  // Without groups there is one result, also of no rows.
  if (grouping.groups.length > 0 || states.length > 0) return states
  return [{ frame: [], accumulators: grouping.aggregates.map(ofNoRows) }]
}

function byRows(rows: Iterable<Row>, { program, groups, aggregates, limit }: Grouping) {
  const states = new Map<Comparable | null, GroupState>()
  const [only] = groups
  const keyOf =
    only === undefined
      ? () => null
      : groups.length === 1
        ? only.key
        : (frame: Frame) => groups.map(({ key }) => keyPart(key(frame))).join('')
  // Equal texts may be written differently; then it matters which row speaks for the group.
  const isSpelled = groups.some(({ isText }) => isText)
  let count = 0
  program.run(rows, (frame) => {
    // Unverified: that joined rows count, not the rows of the first table.
    if (++count > limit) throw limitExceeded()
    const key = keyOf(frame)
    let state = states.get(key)
    if (state === undefined) {
      state = { frame: frame.slice(), accumulators: aggregates.map(({ make }) => make()) }
      states.set(key, state)
    } else if (isSpelled && isEarlier(frame, state.frame, program.places)) {
      state.frame = frame.slice()
    }
    aggregates.forEach(({ read }, at) => state.accumulators[at]?.add(read(frame)))
    return true
  })
  return [...states.values()]
}

/**
 * The same, column by column, where rows of one table are grouped by one stored column at most and only stored
 * columns are computed: first the places of each group's rows, then every aggregate goes through its column
 * at those places. No row needs to be looked at; that is what grouping many rows waits for.
 */
function byColumns(
  rows: Iterable<Row>,
  { program: { scan }, groups, aggregates, limit }: Grouping,
): GroupState[] | undefined {
  const vectors = knownVectors(rows)
  const [group] = groups
  const isPlain =
    (group === undefined || group.plainColumn !== undefined) &&
    aggregates.every(({ plainColumn }) => plainColumn !== undefined)
  if (vectors === undefined || scan === undefined || groups.length > 1 || !isPlain) return undefined

  const keys = group?.plainColumn === undefined ? [] : vectors.of(group.plainColumn)
  const found = placesByKey(rows, scan, keys, limit)
  return found.map(({ row, places }) => ({
    frame: [row],
    accumulators: aggregates.map(({ make, plainColumn }) => {
      const accumulator = make()
      if (plainColumn !== undefined) accumulator.addEach(vectors.of(plainColumn), places)
      return accumulator
    }),
  }))
}

/** One group and how many rows it has. */
interface Counted {
  readonly number: number
  readonly row: Row
  size: number
}

/** Groups with the places of their rows, in order. Counted first, so that no list has to grow row by row. */
function placesByKey(
  rows: Iterable<Row>,
  scan: Scan,
  keys: readonly (Value | undefined)[],
  limit: number,
): { readonly row: Row; readonly places: Int32Array }[] {
  const byKey = new Map<Comparable | null, Counted>()
  const most = Math.min(limit, asArray(rows).length)
  const places = new Int32Array(most)
  const numbers = new Int32Array(most)
  let count = 0
  scan(rows, (row, at) => {
    if (count >= limit) throw limitExceeded()
    const key = asIs(keys[at] ?? null)
    let group = byKey.get(key)
    if (group === undefined) byKey.set(key, (group = { number: byKey.size, row, size: 0 }))
    group.size++
    numbers[count] = group.number
    places[count++] = at
    return true
  })
  const found = [...byKey.values()].map(({ row, size }) => ({ row, places: new Int32Array(size) }))
  const filled = new Int32Array(found.length)
  for (let each = 0; each < count; each++) {
    const number = numbers[each] ?? 0
    const next = filled[number] ?? 0
    const group = found[number]
    if (group === undefined) continue
    group.places[next] = places[each] ?? 0
    filled[number] = next + 1
  }
  return found
}

function limitExceeded(): DataverseError {
  return new DataverseError(
    'AGGREGATE_LIMIT_EXCEEDED',
    'AggregateQueryRecordLimit exceeded. Cannot perform this operation.',
  )
}
