import type { Catalog } from '../metadata/catalog.ts'
import type { Table } from '../metadata/table.ts'
import type { Access, AccessSight, HeldPrivilege, Privilege } from '../pipeline/access.ts'
import type { BypassOptions } from '../pipeline/bypass.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import { widestDepth } from '../pipeline/privilege-depths.ts'
import type { Caller } from '../pipeline/runtime.ts'
import type { Row, RowRef, Values } from '../rows/value.ts'
import type { Reader } from '../store/store.ts'
import { Asking } from './asking.ts'
import { demandsOf, isDemanding } from './demands.ts'
import { depthIn, grantsOf, principalOf } from './principal.ts'
import {
  ACT_FOR_OTHERS,
  BYPASS_LOGIC,
  BYPASS_PLUGINS,
  Privileges,
  type PrivilegeName,
} from './privileges.ts'
import { cannotActForOthers, cannotCustomize } from './refusals.ts'
import { rightsOn } from './row-access.ts'
import { deniedColumns, securedColumns, without } from './secured-columns.ts'
import { Sight } from './sight.ts'
import { World } from './world.ts'

/** Access by roles, ownership, sharing and profiles, as the platform has it. */
export class EnforcedAccess implements Access {
  /** Tables may change while the organization runs; then this has others. */
  readonly #present: { readonly catalog: Catalog }
  readonly #committed: () => Reader
  #privilegesOfTables: Privileges

  constructor(present: { readonly catalog: Catalog }, committed: () => Reader) {
    this.#present = present
    this.#committed = committed
    this.#privilegesOfTables = new Privileges(present.catalog)
  }

  get #catalog(): Catalog {
    return this.#present.catalog
  }

  get #privileges(): Privileges {
    if (this.#privilegesOfTables.catalog !== this.#catalog) {
      this.#privilegesOfTables = new Privileges(this.#catalog)
    }
    return this.#privilegesOfTables
  }

  /** The rows of `privilege`, with which the organization is born. */
  privilegeRows(): Iterable<Values> {
    return this.#privileges.rows()
  }

  checkCaller({ impersonatedBy }: Caller): void {
    if (impersonatedBy === undefined) return
    const world = new World(this.#catalog, this.#committed())
    const actor = principalOf(world, { table: 'systemuser', id: impersonatedBy })
    if (grantsOf(world, actor, ACT_FOR_OTHERS).length > 0) return
    throw cannotActForOthers(impersonatedBy)
  }

  /**
   * Who may change tables.
   * Unverified: which role, beside System Administrator, holds the privileges to; there is no System Customizer here.
   */
  checkCustomizer(caller: Caller): void {
    const world = new World(this.#catalog, this.#committed())
    const { actors } = new Asking(world, this.#privileges, caller)
    for (const { ref, isAdministrator } of actors) {
      if (!isAdministrator) throw cannotCustomize(ref.id)
    }
  }

  checkBypass(operation: AnyOperation): void {
    const { bypass } = operation.request as { readonly bypass?: BypassOptions }
    if (bypass === undefined) return
    const asking = this.#asking(operation)
    const { sync, async, stepIds = [], plugins } = bypass
    if (sync === true || async === true || stepIds.length > 0) asking.assertHeld(BYPASS_LOGIC)
    if (plugins === true) asking.assertHeld(BYPASS_PLUGINS)
  }

  check(operation: AnyOperation): void {
    if (!isDemanding(operation.message.name) || !isAsked(operation)) return
    const asking = this.#asking(operation)
    for (const demand of demandsOf(operation, asking)) asking.meet(demand)
  }

  sight(operation: AnyOperation): AccessSight {
    return new Sight(this.#asking(operation))
  }

  masked(operation: AnyOperation, table: Table): ((row: Row) => Row) | undefined {
    if (securedColumns(table).size === 0) return undefined
    const { world, actors } = this.#asking(operation)
    const denied = new Set(
      actors.flatMap((actor) => [...deniedColumns(world, actor, table, 'canread')]),
    )
    return denied.size === 0 ? undefined : (row) => without(row, denied)
  }

  rightsOn(operation: AnyOperation, principal: RowRef, table: Table, row: Row): number {
    const world = this.#worldOf(operation)
    return rightsOn(world, this.#privileges, principalOf(world, principal), table, row)
  }

  privilege(named: PrivilegeName): Privilege {
    return this.#privileges.find(named)
  }

  privilegesOf(operation: AnyOperation, userId: string): readonly HeldPrivilege[] {
    const world = this.#worldOf(operation)
    const user = principalOf(world, { table: 'systemuser', id: userId })
    return this.#held(world.unitOf(user.ref), (privilege) =>
      grantsOf(world, user, privilege).reduce((mask, { depth }) => mask | depth, 0),
    )
  }

  privilegesOfRole(operation: AnyOperation, roleId: string): readonly HeldPrivilege[] {
    const world = this.#worldOf(operation)
    const unit = world.unitOf({ table: 'role', id: roleId })
    return this.#held(unit, (privilege) => depthIn(world, roleId, privilege))
  }

  #held(businessUnitId = '', depthsOf: (privilege: Privilege) => number): readonly HeldPrivilege[] {
    return [...this.#privileges.all].flatMap((privilege) => {
      const depth = widestDepth(depthsOf(privilege))
      return depth === undefined ? [] : [{ privilege, depth, businessUnitId }]
    })
  }

  #asking(operation: AnyOperation): Asking {
    return new Asking(this.#worldOf(operation), this.#privileges, operation.caller)
  }

  #worldOf({ reader }: AnyOperation): World {
    return new World(this.#catalog, reader)
  }
}

/**
 * Whether somebody asked for it: a caller, or a step. What the platform does to carry out another request was
 * allowed with that one, unless that one demands nothing and is what it comes to. The Updates of a Merge are
 * asked for as well: one carries what the caller wants in the row that stays, others may be the caller's own.
 */
function isAsked({ parent, sender }: AnyOperation): boolean {
  if (parent === undefined || sender !== undefined) return true
  const { name } = parent.message
  return (name === 'Merge' || !isDemanding(name)) && isAsked(parent)
}
