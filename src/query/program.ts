import { DataverseError } from '../errors/dataverse-error.ts'
import type { Table } from '../metadata/table.ts'
import type { Row } from '../rows/value.ts'
import { compareGuids } from './collation.ts'
import type { RowTest } from './condition.ts'
import type { Evaluation } from './evaluation.ts'
import {
  conjunctsOf,
  every,
  frameTest,
  isLocal,
  lastSlotOf,
  rowTest,
  type Frame,
  type FrameTest,
  type Place,
  type Scope,
} from './filter.ts'
import { prepareJoint, type PreparedJoint } from './find-rows.ts'
import type { Comparable } from './operand.ts'
import type { Filter, Link, LinkFilter } from './query.ts'

/** The part of a query, or of a link inside a filter, that says which rows there are. */
export interface Selection {
  readonly where?: Filter | undefined
  readonly links?: readonly Link[] | undefined
}

/** A selection made ready to run: nested loops over indexes and hash tables. */
export interface Program {
  readonly table: Table
  readonly places: readonly Place[]
  readonly steps: readonly JoinStep[]
  /** Conditions on the first table's own row. */
  readonly rootTest: RowTest | undefined
  /**
   * Calls `emit` with every combination of rows that matches, until it returns false. The frame is the
   * same array each time: whoever keeps it copies it.
   */
  run(rows: Iterable<Row>, emit: (frame: Frame) => boolean): void
}

export interface JoinStep {
  readonly place: Place
  readonly parent: number
  readonly link: Link
  readonly joint: PreparedJoint
  /** The link's filter on its own row. */
  readonly test: RowTest | undefined
  /** The link's filter on other rows too. */
  readonly on: FrameTest | undefined
  /** Conditions of the query that can be looked at once this row is there. */
  after: FrameTest | undefined
}

/**
 * Prepares a selection over `table`.
 * @throws everything that is wrong with its columns, operators, values and aliases
 */
export function prepare(table: Table, selection: Selection, evaluation: Evaluation): Program {
  const root: Place = { slot: 0, alias: '', table }
  const places: Place[] = [root]
  const steps: JoinStep[] = []
  const rowTests: RowTest[] = []
  const linkTest = (link: LinkFilter, parent: Table) => linkFilterTest(link, parent, evaluation)
  const scopeOf = (own: Place): Scope => ({ own, places, evaluation, linkTest })

  const add = (links: readonly Link[] | undefined, parent: Place, tests: RowTest[]) => {
    for (const link of links ?? []) {
      if (link.kind === 'exists' || link.kind === 'in') {
        tests.push(existsTest(link, parent.table, evaluation))
        continue
      }
      addStep(link, parent)
    }
  }
  const addStep = (link: Link, parent: Place) => {
    const linked = evaluation.source.table(link.table)
    const slot = places.length
    const place: Place = { slot, alias: link.alias ?? `${link.table}${slot}`, table: linked }
    refuseTaken(place, places)
    places.push(place)
    const own = conjunctsOf(link.where)
    const scope = scopeOf(place)
    const tests = own.filter((part) => isLocal(part, place)).map((part) => rowTest(part, scope))
    const joined = own.filter((part) => !isLocal(part, place)).map((part) => frameTest(part, scope))
    // Links that only ask whether there is a row are conditions of the table they stand on.
    const nested: Link[] = []
    for (const child of link.links ?? []) {
      if (child.kind === 'exists' || child.kind === 'in')
        tests.push(existsTest(child, linked, evaluation))
      else nested.push(child)
    }
    const test = tests.length === 0 ? undefined : every(tests)
    const joint = prepareJoint(
      { table: linked, from: link.from, parent: parent.table, to: link.to },
      test,
      evaluation,
    )
    steps.push({
      place,
      parent: parent.slot,
      link,
      joint,
      test,
      on: joined.length === 0 ? undefined : every(joined),
      after: undefined,
    })
    add(nested, place, tests)
  }
  add(selection.links, root, rowTests)

  const rootScope = scopeOf(root)
  const after = new Map<number, FrameTest[]>()
  for (const part of conjunctsOf(selection.where)) {
    if (isLocal(part, root)) {
      rowTests.push(rowTest(part, rootScope))
      continue
    }
    const slot = lastSlotOf(part, rootScope)
    after.set(slot, [...(after.get(slot) ?? []), frameTest(part, rootScope)])
  }
  for (const step of steps) {
    const tests = after.get(step.place.slot)
    if (tests !== undefined) step.after = every(tests)
  }
  const whole = after.get(0)
  const rootFrameTest = whole === undefined ? undefined : every(whole)
  const rootTest = rowTests.length === 0 ? undefined : every(rowTests)

  return {
    table,
    places,
    steps,
    rootTest,
    run(rows, emit) {
      const frame: Frame = new Array<Row | undefined>(places.length).fill(undefined)
      for (const row of rows) {
        if (rootTest !== undefined && !rootTest(row)) continue
        frame[0] = row
        if (rootFrameTest !== undefined && !rootFrameTest(frame)) continue
        if (steps.length === 0 ? !emit(frame) : !advance(steps, 0, frame, emit)) return
      }
    },
  }
}

function refuseTaken(place: Place, places: readonly Place[]): void {
  if (!places.some((other) => other.alias === place.alias)) return
  throw new DataverseError(
    'QUERY_ALIAS_INVALID',
    `Alias '${place.alias}' is used by two links; give each link an alias of its own.`,
  )
}

/** Joins step `at` and all after it to the frame. False: no more is wanted. */
function advance(
  steps: readonly JoinStep[],
  at: number,
  frame: Frame,
  emit: (frame: Frame) => boolean,
): boolean {
  const step = steps[at]
  if (step === undefined) return emit(frame)
  const { place, link, joint, test, on } = step
  const parent = frame[step.parent]
  const key = parent === undefined ? null : joint.key(parent)
  let matched = false
  if (key !== null) {
    const found = joint.find(key)
    for (const row of link.kind === 'matchfirst' ? byId(found, place.table) : found) {
      if (test !== undefined && !test(row)) continue
      frame[place.slot] = row
      if (on !== undefined && !on(frame)) continue
      matched = true
      if ((step.after === undefined || step.after(frame)) && !advance(steps, at + 1, frame, emit)) {
        return false
      }
      // Unverified: matchfirst keeps only parents with a match; the pages disagree.
      if (link.kind === 'matchfirst') break
    }
  }
  if (matched || link.kind !== 'outer') return true
  frame[place.slot] = undefined
  return step.after === undefined || step.after(frame) ? advance(steps, at + 1, frame, emit) : true
}

/** Unverified: which row matchfirst calls the first; the one with the smallest key here. */
function byId(rows: Iterable<Row>, { primaryId }: Table): readonly Row[] {
  return [...rows].sort((a, b) => compareGuids(String(a[primaryId]), String(b[primaryId])))
}

/** A link of kind exists or in: whether a row has a match, however many. */
export function existsTest(link: Link, parent: Table, evaluation: Evaluation): RowTest {
  return relatedTest(link, link, parent, evaluation)
}

/** Whether a row has related rows as a link inside a filter asks. */
export function linkFilterTest(link: LinkFilter, parent: Table, evaluation: Evaluation): RowTest {
  const any = relatedTest(link, link, parent, evaluation)
  switch (link.quantifier) {
    case 'any':
    case 'not all':
      return any
    case 'not any':
      return (row) => !any(row)
    case 'all': {
      const related = relatedTest(link, {}, parent, evaluation)
      return (row) => related(row) && !any(row)
    }
    default:
      return link.quantifier satisfies never
  }
}

/** Whether one of the rows joined to a row matches; remembered by what they are joined by. */
function relatedTest(
  link: Link | LinkFilter,
  selection: Selection,
  parent: Table,
  evaluation: Evaluation,
): RowTest {
  const table = evaluation.source.table(link.table)
  const program = prepare(table, selection, evaluation)
  const joint = prepareJoint(
    { table, from: link.from, parent, to: link.to },
    program.rootTest,
    evaluation,
  )
  const known = new Map<Comparable, boolean>()
  return (row) => {
    const key = joint.key(row)
    if (key === null) return false
    const before = known.get(key)
    if (before !== undefined) return before
    let found = false
    program.run(joint.find(key), () => {
      found = true
      return false
    })
    known.set(key, found)
    return found
  }
}
