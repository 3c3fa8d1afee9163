import { DataverseError } from '../errors/dataverse-error.ts'
import type { Catalog } from '../metadata/catalog.ts'
import type { Table } from '../metadata/table.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import { isRowRef, type Row } from '../rows/value.ts'
import type { Transaction } from '../store/store.ts'
import { deleteRules, type DeleteRule } from './delete-rules.ts'
import { Cascade } from './cascade.ts'

export interface DeleteInput {
  readonly table: Table
  readonly row: Row
  readonly catalog: Catalog
  readonly tx: Transaction
}

export type DeleteAction =
  /** By a Delete message of its own, with its steps and its own plan. */
  | { readonly kind: 'delete'; readonly table: Table; readonly id: string }
  /** The lookup is cleared, without an event. */
  | { readonly kind: 'unlink'; readonly table: Table; readonly row: Row; readonly column: string }
  /** A link of a many-to-many relationship goes, without an event. */
  | { readonly kind: 'unassociate'; readonly table: Table; readonly row: Row }

/** The part of a running cascade that a plan asks; a `Cascade` is one. */
export type RunningCascade = Pick<Cascade, keyof Cascade>

export interface DeletePlan {
  /** One level: links first, then rows. */
  readonly actions: readonly DeleteAction[]
  readonly cascade: RunningCascade
}

/**
 * What deleting `row` does to the rows one level below it. The first delete of a cascade looks through all
 * levels, so that a Restrict anywhere refuses before anything is written; those below it, which name the
 * cascade they are part of, look at their own level only. Reads only.
 * @throws DELETE_RESTRICTED
 */
export function planDelete(input: DeleteInput, running?: RunningCascade): Awaitable<DeletePlan> {
  const { table, row } = input
  const id = idOf(table, row)
  if (running !== undefined) {
    running.begin(table.logicalName, id)
    return planLevel(input, running)
  }
  const first = looking(input, false)
  const looked = lookThrough(input, first)
  return isPromise(looked) ? looked.then(() => decided(input, first)) : decided(input, first)
}

/**
 * Rows of tables from which no cascade goes on need not be remembered, unless some row may forbid the delete:
 * then all are, to see whether the delete takes that one along.
 */
function decided(input: DeleteInput, look: Look): Awaitable<DeletePlan> {
  if (look.restrictions.length === 0 || look.remembersAll) {
    assertUnrestricted(look.restrictions, look.cascade)
    return planLevel(input, look.cascade)
  }
  const second = looking(input, true)
  const looked = lookThrough(input, second)
  return isPromise(looked) ? looked.then(() => decided(input, second)) : decided(input, second)
}

interface Look {
  readonly cascade: Cascade
  readonly restrictions: Restriction[]
  readonly remembersAll: boolean
}

function looking({ table, row }: DeleteInput, remembersAll: boolean): Look {
  const cascade = new Cascade()
  const id = idOf(table, row)
  cascade.reach(table.logicalName, id)
  cascade.begin(table.logicalName, id)
  return { cascade, restrictions: [], remembersAll }
}

interface Member {
  readonly table: Table
  readonly row: Row
}
interface Restriction extends Member {
  readonly relationship: string
}

/** Finds all rows the delete reaches, and the rows that may forbid it. */
function lookThrough(input: DeleteInput, look: Look): Awaitable<void> {
  const queue: Member[] = [input]
  for (let i = 0; i < queue.length; i++) {
    const member = queue[i]
    if (member === undefined) continue
    const { rules } = deleteRules(member.table, input.catalog)
    for (const rule of rules) {
      if (rule.type === 'RemoveLink') continue
      const related = input.tx.related(rule.table, rule.column, idOf(member.table, member.row))
      if (isPromise(related)) return lookThroughLater(input, look)
      gather({ rule, related, parent: member, queue, look, catalog: input.catalog })
    }
  }
  return undefined
}

/** The same over a store that answers later, from the start. */
async function lookThroughLater(input: DeleteInput, look: Look): Promise<void> {
  const queue: Member[] = [input]
  for (const member of queue) {
    for (const rule of deleteRules(member.table, input.catalog).rules) {
      if (rule.type === 'RemoveLink') continue
      const id = idOf(member.table, member.row)
      const related = await input.tx.related(rule.table, rule.column, id)
      gather({ rule, related, parent: member, queue, look, catalog: input.catalog })
    }
  }
}

interface Gathering {
  readonly rule: DeleteRule
  readonly related: readonly Row[]
  readonly parent: Member
  readonly queue: Member[]
  readonly look: Look
  readonly catalog: Catalog
}

function gather({ rule, related, parent, queue, look, catalog }: Gathering): void {
  const { table, relationship, type } = rule
  if (type === 'Restrict') {
    for (const row of related) {
      if (follows(rule, row, parent)) look.restrictions.push({ table, row, relationship })
    }
    return
  }
  const goesOn = deleteRules(table, catalog).rules.length > 0
  if (!goesOn && !look.remembersAll) return
  for (const row of related) {
    if (!follows(rule, row, parent)) continue
    if (look.cascade.reach(table.logicalName, idOf(table, row)) && goesOn)
      queue.push({ table, row })
  }
}

/** A row that forbids the delete is no obstacle when the same delete takes it along. */
// Unverified: that the platform lets such a delete pass.
function assertUnrestricted(restrictions: readonly Restriction[], cascade: RunningCascade): void {
  for (const { table, row, relationship } of restrictions) {
    const id = idOf(table, row)
    if (cascade.reaches(table.logicalName, id)) continue
    throw new DataverseError(
      'DELETE_RESTRICTED',
      `The object you tried to delete is associated with another object and cannot be deleted. (${relationship}: ${table.logicalName} ${id})`,
    )
  }
}

function planLevel(input: DeleteInput, cascade: RunningCascade): Awaitable<DeletePlan> {
  const { table, row, catalog, tx } = input
  const { rules, links } = deleteRules(table, catalog)
  if (rules.length === 0 && links.length === 0) return { actions: NO_ACTIONS, cascade }
  const id = idOf(table, row)
  const level: Level = { unlinks: [], deletes: [], restrictions: [], links: new Set() }
  const pending: Promise<void>[] = []
  for (const rule of rules) {
    const related = tx.related(rule.table, rule.column, id)
    if (isPromise(related))
      pending.push(related.then((found) => decide(rule, found, input, cascade, level)))
    else decide(rule, related, input, cascade, level)
  }
  for (const { table: intersect, column } of links) {
    const related = tx.related(intersect, column, id)
    if (isPromise(related))
      pending.push(related.then((found) => takeLinks(intersect, found, level)))
    else takeLinks(intersect, related, level)
  }
  const done = (): DeletePlan => {
    assertUnrestricted(level.restrictions, cascade)
    const { unlinks, deletes } = level
    return { actions: unlinks.length === 0 ? deletes : [...unlinks, ...deletes], cascade }
  }
  return pending.length === 0 ? done() : Promise.all(pending).then(done)
}

interface Level {
  readonly unlinks: DeleteAction[]
  readonly deletes: DeleteAction[]
  readonly restrictions: Restriction[]
  /** Ids of the links among `unlinks`. */
  readonly links: Set<string>
}
const NO_ACTIONS: readonly DeleteAction[] = []

function decide(
  rule: DeleteRule,
  related: readonly Row[],
  parent: Member,
  cascade: RunningCascade,
  level: Level,
): void {
  const { table, relationship, column, type } = rule
  for (const row of related) {
    if (!follows(rule, row, parent)) continue
    if (type === 'RemoveLink') level.unlinks.push({ kind: 'unlink', table, row, column })
    else if (type === 'Restrict') level.restrictions.push({ table, row, relationship })
    else {
      const id = idOf(table, row)
      if (!cascade.isUnderWay(table.logicalName, id))
        level.deletes.push({ kind: 'delete', table, id })
    }
  }
}

function takeLinks(table: Table, links: readonly Row[], level: Level): void {
  for (const row of links) {
    // A link of a row to itself is found at both its ends.
    const id = idOf(table, row)
    if (level.links.has(id)) continue
    level.links.add(id)
    level.unlinks.push({ kind: 'unassociate', table, row })
  }
}

/** Whether the row points at the parent, and not at a row of another table with the same id. */
function follows(rule: DeleteRule, row: Row, parent: Member): boolean {
  const ref = row[rule.column]
  if (!isRowRef(ref)) return false
  const named = rule.referencedTable === 'owner' ? parent.table.logicalName : rule.referencedTable
  return ref.table === named
}

function idOf(table: Table, row: Row): string {
  return row[table.primaryId] as string
}
