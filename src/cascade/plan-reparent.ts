import type { Catalog } from '../metadata/catalog.ts'
import { perTable, type Table } from '../metadata/table.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import type { Row, RowRef } from '../rows/value.ts'
import type { Reader } from '../store/store.ts'
import {
  ownerOf,
  parentRef,
  rulesAbove,
  takes,
  type Following,
  type InheritanceRule,
} from './inheritance.ts'
import { planRights, type InheritedRights, type RightsChange } from './plan-rights.ts'
import { masksIn, sharesOf } from './shares.ts'

export interface ReparentInput {
  readonly table: Table
  /** As it was; absent: the row is new. */
  readonly former?: Row
  /** As it is by now. */
  readonly row: Row
  /** What the owner of a row has on rows that got it for their parent; nobody gets more. */
  readonly ownerRights: number
  readonly catalog: Catalog
  readonly reader: Reader
}

/**
 * What becomes of inherited rights when a row is made under others, or gets another one above it. A new row
 * has the shares of the rows above. From a parent that it leaves, a row loses what that one's owner and shares
 * gave, and gets the same from its new parent, with all rows below it; its owner stays. Reads only.
 * Unverified: that a new row has nothing from the owner of the row above, and that links taken away by a Delete
 * leave inherited rights as they are.
 * https://learn.microsoft.com/power-apps/developer/data-platform/configure-entity-relationship-cascading-behavior
 */
export function planReparent(input: ReparentInput): Awaitable<readonly InheritedRights[]> {
  const { table, former, row, catalog } = input
  if (former === undefined) {
    for (const rule of givingRules(table, catalog)) {
      const ref = parentRef(rule, row)
      if (ref === undefined) continue
      const shares = sharesOf(input, ref.id)
      if (isPromise(shares) || shares.length > 0) return planNew(input)
    }
    return NOTHING
  }
  const rules = reparentingRules(table, catalog)
  if (rules.length === 0) return NOTHING
  const moved = rules.filter((rule) => parentRef(rule, former)?.id !== parentRef(rule, row)?.id)
  return moved.length === 0 ? NOTHING : planMoved(input, former, moved)
}

const NOTHING: readonly InheritedRights[] = []

const givingRules = perTable((table: Table, catalog: Catalog) =>
  rulesAbove(table, catalog).filter(({ gives }) => gives !== undefined),
)

const reparentingRules = perTable((table: Table, catalog: Catalog) =>
  rulesAbove(table, catalog).filter(({ types }) => types.reparent !== undefined),
)

async function planNew(input: ReparentInput): Promise<readonly InheritedRights[]> {
  const { table, row, catalog } = input
  const rights = new RightsByPrincipal()
  for (const rule of givingRules(table, catalog)) {
    await give(input, { rule, type: rule.gives, child: row }, rights)
  }
  return apply(
    input,
    rights.all.map(({ principal, mask }) => gain(principal, mask)),
  )
}

async function planMoved(
  input: ReparentInput,
  former: Row,
  moved: readonly InheritanceRule[],
): Promise<readonly InheritedRights[]> {
  const [lost, gained] = [new RightsByPrincipal(), new RightsByPrincipal()]
  const { row } = input
  const isHeir = (await sharesOf(input, idOf(input.table, row))).some(
    (share) => masksIn(share).inherited !== 0,
  )
  for (const rule of moved) {
    const type = rule.types.reparent
    if (isHeir) {
      const parent = await give(input, { rule, type, child: former }, lost)
      const owner = parent === undefined ? undefined : ownerOf(parent)
      if (owner !== undefined) lost.add(owner, input.ownerRights)
    }
    const parent = await give(input, { rule, type, child: row }, gained)
    const owner = parent === undefined ? undefined : ownerOf(parent)
    // Who owns both needs no share.
    if (owner !== undefined && owner.id !== ownerOf(row)?.id) gained.add(owner, input.ownerRights)
  }
  return apply(input, [
    ...gained.all.map(({ principal, mask }) => ({
      principal,
      gained: mask,
      lost: lost.of(principal),
    })),
    ...lost.all
      .filter(({ principal }) => gained.of(principal) === 0)
      .map(({ principal, mask }) => ({ principal, gained: 0, lost: mask })),
  ])
}

interface Giving {
  readonly rule: InheritanceRule
  readonly type: Following | undefined
  readonly child: Row
}

/** Adds what the shares of the row above give. @returns that row, if it gives anything */
async function give(
  input: ReparentInput,
  { rule, type, child }: Giving,
  rights: RightsByPrincipal,
): Promise<Row | undefined> {
  const ref = parentRef(rule, child)
  if (ref === undefined || type === undefined) return undefined
  const parent = await input.reader.get(rule.parent, ref.id)
  if (parent === undefined || !takes(type, rule.child, child, parent)) return undefined
  for (const share of await sharesOf(input, ref.id)) {
    const { own, inherited } = masksIn(share)
    rights.add(principalOf(share), (own | inherited) & input.ownerRights)
  }
  return parent
}

function principalOf(share: Row): RowRef {
  return {
    table: share['principaltypecode'] as string,
    id: share['principalid'] as string,
  }
}

function gain(principal: RowRef, gained: number): RightsChange {
  return { principal, gained, lost: 0 }
}

function apply(
  input: ReparentInput,
  changes: readonly RightsChange[],
): Awaitable<readonly InheritedRights[]> {
  if (changes.length === 0) return NOTHING
  const { table, row, ownerRights, catalog, reader } = input
  return planRights({
    table,
    row,
    action: 'reparent',
    changes,
    includesRow: true,
    ownerRights,
    catalog,
    reader,
  })
}

/** Rights on one row, by who has them. */
class RightsByPrincipal {
  readonly #masks = new Map<string, { readonly principal: RowRef; readonly mask: number }>()

  add(principal: RowRef, mask: number): void {
    if (mask === 0) return
    this.#masks.set(principal.id, { principal, mask: this.of(principal) | mask })
  }

  of({ id }: RowRef): number {
    return this.#masks.get(id)?.mask ?? 0
  }

  get all() {
    return [...this.#masks.values()]
  }
}

function idOf(table: Table, row: Row): string {
  return row[table.primaryId] as string
}
