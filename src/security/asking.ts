import type { Table } from '../metadata/table.ts'
import type { AccessRight } from '../pipeline/access-rights.ts'
import type { Privilege } from '../pipeline/access.ts'
import type { Caller } from '../pipeline/runtime.ts'
import { isPart, sightOfParts } from './parts.ts'
import { depthIn, grantsOf, principalOf, type Grant, type Principal } from './principal.ts'
import { TABLE_RIGHTS, type Privileges } from './privileges.ts'
import type { Demand, RightDemand } from './demand.ts'
import { memberLacks, ownerCannotRead, privilegeMissing, rowDenied } from './refusals.ts'
import { reaches } from './row-access.ts'
import { columnDenied, deniedColumns, securedColumns, type Permission } from './secured-columns.ts'
import type { World } from './world.ts'

/** Who asks for something, and whether they may have it: each demand is met by all of them, or refused. */
export class Asking {
  readonly world: World
  readonly privileges: Privileges
  /** The caller, and whoever impersonates that user: what both may do is done. */
  readonly actors: readonly Principal[]
  readonly #callerId: string

  constructor(world: World, privileges: Privileges, { userId, impersonatedBy }: Caller) {
    this.world = world
    this.privileges = privileges
    this.#callerId = userId
    const ids = impersonatedBy === undefined ? [userId] : [userId, impersonatedBy]
    this.actors = ids.map((id) => principalOf(world, { table: 'systemuser', id }))
  }

  /** @throws what is missing first */
  meet(demand: Demand): void {
    switch (demand.kind) {
      case 'privilege':
        this.assertHeld(demand.privilege, demand.table)
        return
      case 'right':
        this.#assertRight(demand)
        return
      case 'owner':
        this.#assertOwner(demand)
        return
      case 'member':
        this.#assertMember(demand)
        return
      case 'columns':
        this.#assertColumns(demand.permission, demand.table, demand.columns)
        return
      case 'depth':
        this.#assertDepth(demand.privilege, demand.depth)
        return
      case 'role':
        this.#assertRole(demand.roleId)
        return
      default:
        demand satisfies never
    }
  }

  assertHeld(privilege: Privilege, table?: Table): void {
    for (const actor of this.actors) this.grants(actor, privilege, table)
  }

  /** What gives `principal` the privilege. @throws ACCESS_DENIED where nothing does */
  grants(principal: Principal, privilege: Privilege, table?: Table): readonly Grant[] {
    const grants = grantsOf(this.world, principal, privilege)
    if (grants.length === 0) throw this.#missing(principal, privilege, table)
    return grants
  }

  #assertRight(demand: RightDemand): void {
    const { right, table, row } = demand
    const privilege = this.privileges.of(table, right)
    if (privilege === undefined) {
      if (right === 'Read' && isPart(table)) this.#assertSeen(demand)
      return
    }
    for (const principal of this.actors) {
      const grants = this.grants(principal, privilege, table)
      const reach = { principal, grants, right: TABLE_RIGHTS[right] }
      if (row === undefined || reaches(this.world, reach, table, row)) continue
      throw denied(principal, demand)
    }
  }

  /** A part of a row, which has no privilege of its own. */
  #assertSeen(demand: RightDemand): void {
    const { table, row } = demand
    if (row === undefined) return
    for (const principal of this.actors) {
      if (principal.isAdministrator) continue
      if (!sightOfParts(this, principal, table)(row)) throw denied(principal, demand)
    }
  }

  #assertOwner({ owner, table }: Extract<Demand, { kind: 'owner' }>): void {
    const privilege = this.privileges.of(table, 'Read')
    // Who is not there is refused as missing.
    if (privilege === undefined || this.world.row(owner) === undefined) return
    if (grantsOf(this.world, principalOf(this.world, owner), privilege).length > 0) return
    throw ownerCannotRead(owner, privilege)
  }

  #assertMember({ user, table, rights }: Extract<Demand, { kind: 'member' }>): void {
    if (this.world.row(user) === undefined) return
    const principal = principalOf(this.world, user)
    for (const right of rights) {
      const privilege = this.privileges.of(table, right)
      if (privilege === undefined) continue
      if (grantsOf(this.world, principal, privilege).length === 0) throw memberLacks(privilege)
    }
  }

  #assertColumns(permission: Permission, table: Table, columns: Iterable<string>): void {
    if (securedColumns(table).size === 0) return
    for (const actor of this.actors) {
      const hidden = deniedColumns(this.world, actor, table, permission)
      for (const column of columns) {
        if (hidden.has(column)) throw columnDenied(permission, table, column)
      }
    }
  }

  /** Nobody hands on what they do not hold, nor in a wider depth. */
  // Unverified: that the depth counts.
  #assertDepth(privilege: Privilege, depth: number): void {
    for (const actor of this.actors) {
      const grants = grantsOf(this.world, actor, privilege)
      if (!grants.some((grant) => grant.depth >= depth)) throw this.#missing(actor, privilege)
    }
  }

  #assertRole(roleId: string): void {
    for (const privilege of this.privileges.all) {
      const depth = depthIn(this.world, roleId, privilege)
      if (depth > 0) this.#assertDepth(privilege, depth)
    }
  }

  #missing(principal: Principal, privilege: Privilege, table?: Table) {
    const { world, privileges } = this
    const callerId = this.#callerId
    return privilegeMissing({ world, privileges, principal, privilege, table, callerId })
  }
}

function denied({ ref }: Principal, { right, table, id }: RightDemand) {
  const name: AccessRight = `${right}Access`
  return rowDenied(ref.id, name, { table: table.logicalName, id })
}
