import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import type { Access, HeldPrivilege, Privilege } from '../../pipeline/access.ts'
import {
  PRIVILEGE_DEPTHS,
  readDepth,
  type PrivilegeDepth,
} from '../../pipeline/privilege-depths.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import type { Runtime } from '../../pipeline/runtime.ts'
import type { Row } from '../../rows/value.ts'
import { idOf, rowNotFound } from '../not-found.ts'
import { isObject } from '../parameters.ts'
import type { RolePrivilege, RolePrivilegesRequest } from '../requests.ts'

/** What knows the privileges. @throws NOT_SUPPORTED where the organization enforces no access, and so has none */
export function accessIn({ access }: Runtime, message: string): Access {
  if (access !== undefined) return access
  throw new DataverseError(
    'NOT_SUPPORTED',
    `${message}: this organization has no privileges, because every user may do everything in it; the emulator's option access: 'enforced' gives it some.`,
  )
}

export function beginWith(
  table: string,
  id: string,
  runtime: Runtime,
  message: string,
): { readonly table: Table; readonly id: string } {
  accessIn(runtime, message)
  const known = runtime.catalog.table(table)
  return { table: known, id: idOf(known, id, message) }
}

/** A request that gives privileges. @throws INVALID_ARGUMENT where it lists none, NOT_SUPPORTED */
export function beginGiving(
  { RoleId, Privileges }: RolePrivilegesRequest,
  runtime: Runtime,
  message: string,
): { readonly table: Table; readonly id: string } {
  const begun = beginWith('role', RoleId, runtime, message)
  if (Array.isArray(Privileges) && Privileges.every(isObject)) return begun
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `${message} needs the list Privileges, each { PrivilegeId or PrivilegeName, Depth }.`,
  )
}

/** @throws ROW_NOT_FOUND */
export async function assertExists({ reader, subject, id }: AnyOperation): Promise<void> {
  if ((await reader.get(subject, id)) === undefined) throw rowNotFound(subject.logicalName, id)
}

export interface Given {
  readonly privilege: Privilege
  readonly depth: PrivilegeDepth
}

/** @throws INVALID_ARGUMENT for privileges and depths there are not */
export function givenIn({ Privileges }: RolePrivilegesRequest, access: Access): readonly Given[] {
  return Privileges.map(({ PrivilegeId, PrivilegeName, Depth }) => {
    const privilege = access.privilege({ id: PrivilegeId, name: PrivilegeName })
    const depth = readDepth(Depth)
    if (privilege.depths.includes(depth)) return { privilege, depth }
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `${privilege.name} cannot be given in depth ${depth}; it takes ${privilege.depths.join(', ')}.`,
    )
  })
}

/** Gives the role of the operation a privilege in this depth, whichever it had it in. */
export async function give(operation: AnyOperation, { privilege, depth }: Given): Promise<void> {
  const { tx, runtime, id } = operation
  const table = rolePrivileges(runtime)
  const mask = { privilegedepthmask: PRIVILEGE_DEPTHS[depth] }
  const known = await held(operation, privilege)
  if (known !== undefined) {
    await tx.patch(table, known, mask)
    return
  }
  await tx.insert(table, {
    ...mask,
    [table.primaryId]: runtime.ids.next(),
    privilegeid: privilege.id,
    roleid: id,
  })
}

export async function takeAway(operation: AnyOperation, privilege: Privilege): Promise<void> {
  const known = await held(operation, privilege)
  if (known !== undefined) await operation.tx.remove(rolePrivileges(operation.runtime), known)
}

export async function takeAllAway({ tx, runtime, id }: AnyOperation): Promise<void> {
  const table = rolePrivileges(runtime)
  for (const row of await tx.related(table, 'roleid', id)) await tx.remove(table, row)
}

async function held(
  { tx, runtime, id }: AnyOperation,
  privilege: Privilege,
): Promise<Row | undefined> {
  const table = rolePrivileges(runtime)
  return tx.byKey(table, table.intersectColumns, { privilegeid: privilege.id, roleid: id })
}

function rolePrivileges({ catalog }: Runtime): Table {
  return catalog.table('roleprivileges')
}

/** As the platform answers them. */
export function rolePrivilege({ privilege, depth, businessUnitId }: HeldPrivilege): RolePrivilege {
  return {
    Depth: depth,
    PrivilegeId: privilege.id,
    BusinessUnitId: businessUnitId,
    PrivilegeName: privilege.name,
  }
}
