import { DataverseError } from '../errors/dataverse-error.ts'
import type { OneToMany } from '../metadata/table.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import { PRIVILEGE_DEPTHS, readDepth } from '../pipeline/privilege-depths.ts'
import type { RowRef } from '../rows/value.ts'
import { onRef, onRow, type Demand, type Facts } from './demand.ts'

/**
 * Links of many-to-many relationships need Append at both ends, those of one-to-many Append at the row that holds
 * the lookup and AppendTo at the other.
 * https://learn.microsoft.com/power-platform/admin/how-record-access-determined#privilege-check
 */
export function ofLink(operation: AnyOperation, { world }: Facts): readonly Demand[] {
  const { subject, id, related = [], request } = operation
  const { relationship: name, role } = request as LinkRequest
  const target: RowRef = { table: subject.logicalName, id }
  const relationship = world.catalog.relationship(name)
  if (relationship.kind === 'many-to-many') {
    if (relationship.intersectTable === 'roleprivileges') {
      throw new DataverseError(
        'NOT_SUPPORTED',
        'A link of roleprivileges_association has no depth: AddPrivilegesRole and RemovePrivilegeRole are what changes the privileges of a role.',
      )
    }
    const all = [target, ...related]
    const appended = all.map((ref) => onRef('Append', ref, world))
    if (!ROLE_LINKS.has(relationship.intersectTable)) return appended
    const roles = all.filter(({ table }) => table === 'role')
    return [
      ...appended,
      ...roles.map((ref) => onRef('Assign', ref, world)),
      ...roles.map((ref): Demand => ({ kind: 'role', roleId: ref.id })),
    ]
  }
  const isParent = isReferenced(relationship, target, role)
  return [
    onRef(isParent ? 'AppendTo' : 'Append', target, world),
    ...related.map((ref) => onRef(isParent ? 'Append' : 'AppendTo', ref, world)),
  ]
}

interface LinkRequest {
  readonly relationship: string
  readonly role?: 'Referencing' | 'Referenced'
}

/** Links by which users and teams hold roles. */
const ROLE_LINKS: ReadonlySet<string> = new Set(['systemuserroles', 'teamroles'])

function isReferenced(
  { referencedTable, referencingTable }: OneToMany,
  { table }: RowRef,
  role: LinkRequest['role'],
): boolean {
  if (referencedTable === referencingTable) return role === 'Referenced'
  return table !== referencingTable
}

/** Nobody hands on what they do not hold. */
export function ofRolePrivileges(operation: AnyOperation, facts: Facts): readonly Demand[] {
  const { Privileges: given } = operation.request as {
    readonly Privileges: readonly GivenPrivilege[]
  }
  return [
    ...onRow('Write')(operation, facts),
    ...given.map(({ PrivilegeId, PrivilegeName, Depth }): Demand => ({
      kind: 'depth',
      privilege: facts.privileges.find({ id: PrivilegeId, name: PrivilegeName }),
      depth: PRIVILEGE_DEPTHS[readDepth(Depth)],
    })),
  ]
}

interface GivenPrivilege {
  readonly PrivilegeId?: string
  readonly PrivilegeName?: string
  readonly Depth: string | number
}
