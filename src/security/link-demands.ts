import { DataverseError } from '../errors/dataverse-error.ts'
import type { OneToMany } from '../metadata/table.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import type { RowRef } from '../rows/value.ts'
import { onRef, type Demand, type Facts } from './demand.ts'
import { assigned, isPlace } from './write-demands.ts'

/**
 * Links of many-to-many relationships need Append at both ends, those of one-to-many Append at the row that holds
 * the lookup and AppendTo at the other; where the lookup says whose the row is, they assign it.
 * https://learn.microsoft.com/power-platform/admin/how-record-access-determined#privilege-check
 */
export function ofLink(operation: AnyOperation, { world }: Facts): readonly Demand[] {
  const { message, subject, id, related = [], request } = operation
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
  const [parents, children] = isParent ? [[target], related] : [related, [target]]
  const column = relationship.referencingColumn
  if (isPlace(column)) {
    const owner = column === 'ownerid' && message.name === 'Associate' ? parents[0] : undefined
    return children.flatMap((ref) => {
      const table = world.catalog.table(ref.table)
      return assigned(table, ref.id, world.get(table, ref.id), owner)
    })
  }
  return [
    ...parents.map((ref) => onRef('AppendTo', ref, world)),
    ...children.map((ref) => onRef('Append', ref, world)),
    {
      kind: 'columns',
      permission: 'canupdate',
      table: world.catalog.table(relationship.referencingTable),
      columns: [column],
    },
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
