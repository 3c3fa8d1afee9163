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
import { checkedAlias } from './alias.ts'
import type { Comparable } from './operand.ts'
import type { Filter, Link, LinkFilter } from './query.ts'
import { scanOf, type RowPart, type Scan, type ScanLimits } from './scan.ts'

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
   * same array each time: whoever keeps it copies it. First rows that `limits` does not want may be left out.
   */
  run(rows: Iterable<Row>, emit: (frame: Frame) => boolean, limits?: ScanLimits): void
  /** Goes through the rows of the first table; undefined where that is not all, because others are joined. */
  readonly scan: Scan | undefined
}

export interface JoinStep {
  readonly place: Place
  readonly parent: number
  readonly link: Link
  readonly joint: PreparedJoint
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
  const preparation = new Preparation(table, evaluation)
  const { places, steps, root } = preparation
  preparation.addLinks(selection.links, root)
  const parts: RowPart[] = existenceTests(selection.links, table, evaluation).map((test) => ({
    test,
  }))
  const scope = preparation.scopeOf(root)
  let frameTests: Map<number, FrameTest[]> | undefined
  for (const part of conjunctsOf(selection.where)) {
    if (isLocal(part, root)) {
      parts.push({ test: rowTest(part, scope), filter: part })
      continue
    }
    // As early as the rows it needs are there.
    const slot = lastSlotOf(part, scope)
    frameTests ??= new Map()
    const tests = frameTests.get(slot) ?? []
    frameTests.set(slot, [...tests, frameTest(part, scope)])
  }
  for (const step of steps) step.after = everyOf(frameTests?.get(step.place.slot))
  const rootFrameTest = everyOf(frameTests?.get(0))
  const rootTest = everyOf(parts.map(({ test }) => test))
  const scan = scanOf({ table, parts, test: rootTest }, evaluation)

  return {
    table,
    places,
    steps,
    rootTest,
    run(rows, emit, limits) {
      const frame: Frame = new Array<Row | undefined>(places.length).fill(undefined)
      const advanced = steps.length === 0 ? emit : () => advance(steps, 0, frame, emit)
      const visit = (row: Row) => {
        frame[0] = row
        return rootFrameTest !== undefined && !rootFrameTest(frame) ? true : advanced(frame)
      }
      scan(rows, visit, limits)
    },
    scan: places.length === 1 && rootFrameTest === undefined ? scan : undefined,
  }
}

/** The places and joins of a selection, while they are being found. */
class Preparation {
  readonly root: Place
  readonly places: Place[]
  readonly steps: JoinStep[] = []
  readonly #evaluation: Evaluation

  constructor(table: Table, evaluation: Evaluation) {
    this.root = { slot: 0, alias: '', table }
    this.places = [this.root]
    this.#evaluation = evaluation
  }

  scopeOf(own: Place): Scope {
    const evaluation = this.#evaluation
    return {
      own,
      places: this.places,
      evaluation,
      linkTest: (link, parent) => linkFilterTest(link, parent, evaluation),
    }
  }

  /** In document order, nested ones after the link they stand on. */
  addLinks(links: readonly Link[] | undefined, parent: Place): void {
    for (const link of links ?? []) if (!asksOnly(link)) this.#addLink(link, parent)
  }

  #addLink(link: Link, parent: Place): void {
    const table = this.#evaluation.source.table(link.table)
    const slot = this.places.length
    // Unverified: how the platform numbers the links of a query that have no alias.
    const alias = link.alias === undefined ? `${link.table}${slot}` : checkedAlias(link.alias)
    const place: Place = { slot, alias, table }
    refuseTaken(place, this.places)
    this.places.push(place)
    const scope = this.scopeOf(place)
    const parts = conjunctsOf(link.where)
    const test = everyOf([
      ...parts.filter((part) => isLocal(part, place)).map((part) => rowTest(part, scope)),
      ...existenceTests(link.links, table, this.#evaluation),
    ])
    const on = parts.filter((part) => !isLocal(part, place)).map((part) => frameTest(part, scope))
    const columns = { table, from: link.from, parent: parent.table, to: link.to }
    const joint = prepareJoint(columns, test, this.#evaluation)
    this.steps.push({
      place,
      parent: parent.slot,
      link,
      joint,
      on: everyOf(on),
      after: undefined,
    })
    this.addLinks(link.links, place)
  }
}

/** A link that only asks whether there is a row is a condition of the table it stands on. */
function asksOnly({ kind }: Link): boolean {
  return kind === 'exists' || kind === 'in'
}

function existenceTests(
  links: readonly Link[] | undefined,
  table: Table,
  evaluation: Evaluation,
): RowTest[] {
  if (links === undefined) return []
  return links.filter(asksOnly).map((link) => relatedTest(link, link, table, evaluation))
}

function everyOf<T>(tests: readonly ((subject: T) => boolean)[] | undefined) {
  return tests === undefined || tests.length === 0 ? undefined : every(tests)
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
  const { place, link, joint, on } = step
  const parent = frame[step.parent]
  const key = parent === undefined ? null : joint.key(parent)
  let matched = false
  if (key !== null) {
    const found = joint.find(key)
    for (const row of link.kind === 'matchfirst' ? byId(found, place.table) : found) {
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
function byId(rows: readonly Row[], { primaryId }: Table): readonly Row[] {
  const idOf = (row: Row) => {
    const id = row[primaryId]
    return typeof id === 'string' ? id : ''
  }
  return [...rows].sort((a, b) => compareGuids(idOf(a), idOf(b)))
}

/** Whether a row has related rows as a link inside a filter asks. */
function linkFilterTest(link: LinkFilter, parent: Table, evaluation: Evaluation): RowTest {
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
