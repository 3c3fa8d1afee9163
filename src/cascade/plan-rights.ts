import type { Catalog } from '../metadata/catalog.ts'
import type { Table } from '../metadata/table.ts'
import type { Row, RowRef } from '../rows/value.ts'
import type { Reader } from '../store/store.ts'
import {
  ownerOf,
  parentRef,
  rulesAbove,
  rulesBelow,
  takes,
  type InheritanceRule,
  type RightsAction,
} from './inheritance.ts'
import { masksIn, shareOf } from './shares.ts'

/** What a user or team gets and loses by inheritance. Rights in both stay. */
export interface RightsChange {
  readonly principal: RowRef
  readonly gained: number
  readonly lost: number
}

/** The rights of `principal` on a row that come from above, from now on. */
export interface InheritedRights {
  readonly table: Table
  readonly id: string
  readonly principal: RowRef
  readonly inherited: number
}

export interface RightsInput {
  readonly table: Table
  /** As it is by now, like all that `reader` finds. */
  readonly row: Row
  readonly action: RightsAction
  readonly changes: readonly RightsChange[]
  /** Whether the row itself inherits the change, or only those below it. */
  readonly includesRow: boolean
  /** What the owner of a row has on rows that got it for their parent. */
  readonly ownerRights: number
  readonly catalog: Catalog
  readonly reader: Reader
}

/**
 * What a change of rights on `row` makes of the inherited rights of all rows below it, as far as their
 * relationships carry the action on. Rights are only lost where no other row above gives them, too;
 * rows that have theirs from each other alone lose them together. Reads only.
 * https://learn.microsoft.com/power-apps/developer/data-platform/configure-entity-relationship-cascading-behavior
 */
export async function planRights(input: RightsInput): Promise<readonly InheritedRights[]> {
  const members = await reached(input)
  const planned: InheritedRights[] = []
  for (const change of input.changes) {
    const standings = await standingsOf(input, members, change)
    if ((change.lost & ~change.gained) !== 0) keepGiven(standings.values())
    for (const { member, before, inherited } of standings.values()) {
      if (inherited === before) continue
      const { table, id } = member
      planned.push({ table, id, principal: change.principal, inherited })
    }
  }
  return planned
}

interface Member {
  readonly table: Table
  readonly id: string
  readonly row: Row
}

/** The rows the action comes to, each once: so circles end. */
async function reached({
  table,
  row,
  action,
  includesRow,
  catalog,
  reader,
}: RightsInput): Promise<readonly Member[]> {
  const start: Member = { table, id: idOf(table, row), row }
  const queue: Member[] = [start]
  const seen = new Set([keyOf(start)])
  for (const member of queue) {
    for (const rule of rulesBelow(member.table, catalog)) {
      const type = rule.types[action]
      if (type === undefined) continue
      for (const child of await reader.related(rule.child, rule.column, member.id)) {
        if (parentRef(rule, child) === undefined) continue
        if (!takes(type, rule.child, child, member.row)) continue
        const found: Member = { table: rule.child, id: idOf(rule.child, child), row: child }
        const key = keyOf(found)
        if (seen.has(key)) continue
        seen.add(key)
        queue.push(found)
      }
    }
  }
  return includesRow ? queue : queue.slice(1)
}

/** The rights of one principal on one of the rows, while they are worked out. */
interface Standing {
  readonly member: Member
  readonly own: number
  readonly before: number
  /** Rights that stay where a row above gives them. */
  readonly atStake: number
  /** What rows that the cascade does not come to give. */
  given: number
  /** Rows of the cascade that give theirs. */
  readonly above: Standing[]
  /** From now on; grows while rows are found that give something. */
  inherited: number
}

async function standingsOf(
  input: RightsInput,
  members: readonly Member[],
  { principal, gained, lost }: RightsChange,
): Promise<ReadonlyMap<string, Standing>> {
  const standings = new Map<string, Standing>()
  for (const member of members) {
    const { own, inherited: before } = masksIn(await shareOf(input, member.id, principal.id))
    standings.set(keyOf(member), {
      member,
      own,
      before,
      atStake: before & lost & ~gained,
      given: 0,
      above: [],
      inherited: (before & ~lost) | gained,
    })
  }
  for (const standing of standings.values()) {
    if (standing.atStake !== 0) await lookAbove(input, principal, standing, standings)
  }
  return standings
}

async function lookAbove(
  input: RightsInput,
  principal: RowRef,
  standing: Standing,
  standings: ReadonlyMap<string, Standing>,
): Promise<void> {
  const { table, row } = standing.member
  for (const rule of rulesAbove(table, input.catalog)) {
    const parent = await giverOf(rule, row, input.reader)
    if (parent === undefined) continue
    const id = idOf(rule.parent, parent)
    if (rule.types.reparent !== undefined && ownerOf(parent)?.id === principal.id) {
      standing.given |= input.ownerRights
    }
    const among = standings.get(keyOf({ table: rule.parent, id }))
    if (among !== undefined) standing.above.push(among)
    else {
      const { own, inherited } = masksIn(await shareOf(input, id, principal.id))
      standing.given |= own | inherited
    }
  }
}

/** The row that gives `row` rights by the rule, if there is one. */
export async function giverOf(
  rule: InheritanceRule,
  row: Row,
  reader: Reader,
): Promise<Row | undefined> {
  const ref = parentRef(rule, row)
  if (rule.gives === undefined || ref === undefined) return undefined
  const parent = await reader.get(rule.parent, ref.id)
  return parent !== undefined && takes(rule.gives, rule.child, row, parent) ? parent : undefined
}

/** From what is given outside of the cascade downwards, until nobody gives anything more. */
function keepGiven(standings: Iterable<Standing>): void {
  const open = [...standings].filter(({ atStake }) => atStake !== 0)
  for (let grows = true; grows;) {
    grows = false
    for (const standing of open) {
      const given = standing.above.reduce((all, s) => all | s.own | s.inherited, standing.given)
      const inherited = standing.inherited | (standing.atStake & given)
      if (inherited === standing.inherited) continue
      standing.inherited = inherited
      grows = true
    }
  }
}

function keyOf({ table, id }: Pick<Member, 'table' | 'id'>): string {
  return `${table.logicalName} ${id}`
}

function idOf(table: Table, row: Row): string {
  return row[table.primaryId] as string
}
