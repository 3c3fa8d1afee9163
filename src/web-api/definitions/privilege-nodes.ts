import { tablePrivileges, type PrivilegeType } from '../../metadata/table-privileges.ts'
import type { Table } from '../../metadata/table.ts'

/** In the order the platform prints them. */
const ORDER = [
  'Create',
  'Read',
  'Write',
  'Delete',
  'Assign',
  'Share',
  'Append',
  'AppendTo',
] as const satisfies readonly PrivilegeType[]

/**
 * What can be allowed on rows of a table. Where access is enforced there are rows of `privilege` with these ids.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/securityprivilegemetadata
 */
export function privilegesOf(table: Table): readonly Readonly<Record<string, unknown>>[] {
  const privileges = tablePrivileges(table)
  return ORDER.flatMap((type) => privileges.filter((privilege) => privilege.type === type)).map(
    ({ type, name, id, depths }) => ({
      CanBeBasic: depths.includes('Basic'),
      CanBeDeep: depths.includes('Deep'),
      CanBeGlobal: depths.includes('Global'),
      CanBeLocal: depths.includes('Local'),
      CanBeEntityReference: false,
      CanBeParentEntityReference: false,
      Name: name,
      PrivilegeId: id,
      PrivilegeType: type,
    }),
  )
}
