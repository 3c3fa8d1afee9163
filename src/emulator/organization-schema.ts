import type { Catalog } from '../metadata/catalog.ts'
import { isPromise } from '../rows/awaitable.ts'
import type { SchemaChange, SchemaResult } from '../schema/change.ts'
import type { StepUse } from '../schema/facts.ts'
import type { LeftRow } from '../schema/left-rows.ts'
import { planChange, type SchemaPlan } from '../schema/plan-change.ts'
import type { MemoryStore } from '../store/memory/store.ts'
import type { Transaction } from '../store/store.ts'
import { ready } from './create-without-steps.ts'

/** The tables of this moment; `OrganizationSchema` alone writes it. */
export interface PresentTables {
  catalog: Catalog
}

export interface OrganizationSchemaParts {
  readonly present: PresentTables
  readonly store: MemoryStore
  /** The registered steps at this moment. */
  readonly steps: () => readonly StepUse[]
  /** @throws OUTER_CALL_WOULD_DEADLOCK inside a handler's transaction */
  readonly assertOutside: () => void
  /** @throws ACCESS_DENIED, IMPERSONATION_DENIED, and what refuses a caller who is not there */
  readonly assertMayChange: (userId: string, initiatedBy: string | undefined) => void
}

/**
 * The tables of an organization that is running, and how they change. A change is no event: no step runs for it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/metadata-services
 */
export class OrganizationSchema {
  readonly #parts: OrganizationSchemaParts

  constructor(parts: OrganizationSchemaParts) {
    this.#parts = parts
  }

  /** The tables as they are now. One that was read stays as it was; a change makes another. */
  get catalog(): Catalog {
    return this.#parts.present.catalog
  }

  /**
   * Waits for the writing requests before it, then changes the tables in one piece: requests that come later see
   * the new ones. What is refused leaves tables, rows and steps as they were.
   * @throws what `planChange` refuses with; OUTER_CALL_WOULD_DEADLOCK; ACCESS_DENIED for a user who may not, or for
   * one who acts for another and may not do it alone
   */
  async change(
    change: SchemaChange,
    { userId, initiatedBy }: { readonly userId?: string; readonly initiatedBy?: string } = {},
  ): Promise<SchemaResult> {
    const { store, present, assertOutside, assertMayChange, steps } = this.#parts
    assertOutside()
    if (userId !== undefined) assertMayChange(userId, initiatedBy)
    const begun = store.begin()
    const tx = isPromise(begun) ? await begun : begun
    let plan: SchemaPlan
    try {
      plan = planChange(change, {
        catalog: present.catalog,
        rows: (table) => tx.scan(table),
        steps: steps(),
      })
      for (const left of plan.left) leave(left, tx)
    } catch (error) {
      tx.rollback()
      throw error
    }
    // From here to the end nothing waits, so nobody sees one without the other.
    tx.commit()
    present.catalog = plan.catalog
    store.useCatalog(plan.catalog)
    return plan.result
  }
}

function leave(left: LeftRow, tx: Transaction): void {
  if (left.kind === 'remove') {
    ready(tx.remove(left.table, left.row))
    return
  }
  const empty = Object.fromEntries(left.columns.map((column) => [column, null]))
  ready(tx.patch(left.table, left.row, empty))
}
