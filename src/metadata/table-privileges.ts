import { idOfName } from '../rows/guid.ts'
import { perTable, type Table } from './table.ts'

/** What can be allowed on the rows of a table. */
export const PRIVILEGE_TYPES = [
  'Create',
  'Read',
  'Write',
  'Delete',
  'Append',
  'AppendTo',
  'Assign',
  'Share',
] as const
export type PrivilegeType = (typeof PRIVILEGE_TYPES)[number]

export interface TablePrivilege {
  readonly type: PrivilegeType
  readonly name: string
  readonly id: string
  /** How far a role may let it reach. */
  readonly depths: readonly ('Basic' | 'Local' | 'Deep' | 'Global')[]
}

/**
 * What may be allowed on rows of the table, by the names the platform gives it. Rows without an owner of any
 * kind, and links, are not protected by themselves.
 * https://learn.microsoft.com/power-apps/developer/data-platform/security-access-rights
 */
export const tablePrivileges = perTable((table: Table): readonly TablePrivilege[] => {
  const depths = depthsOf(table)
  const subject = subjectOf(table)
  return typesOf(table).map((type) => {
    const name = `prv${type}${subject}`
    return { type, name, id: idOfName(`privilege ${name}`), depths }
  })
})

/**
 * What the platform calls a table in the names of its privileges, where that is not its schema name.
 * https://learn.microsoft.com/power-platform/admin/miscellaneous-privileges
 */
const NAMED: Readonly<Record<string, string>> = {
  activitypointer: 'Activity',
  annotation: 'Note',
  savedquery: 'Query',
  systemuser: 'User',
}

function subjectOf({ logicalName, definition }: Table): string {
  // Activities share theirs.
  if (definition.isActivity === true) return 'Activity'
  return NAMED[logicalName] ?? definition.schemaName
}

function typesOf({ ownership, isIntersect, logicalName }: Table): readonly PrivilegeType[] {
  // Unverified: that everybody reads the settings of the organization, as every role of the platform lets them.
  if (logicalName === 'organization') return ['Write']
  if (ownership === 'None' || isIntersect) return []
  if (ownership === 'UserOwned' || ownership === 'TeamOwned') return PRIVILEGE_TYPES
  const types = PRIVILEGE_TYPES.filter((type) => type !== 'Assign' && type !== 'Share')
  return logicalName === 'role' ? [...types, 'Assign'] : types
}

function depthsOf({ ownership, logicalName }: Table): TablePrivilege['depths'] {
  switch (ownership) {
    case 'UserOwned':
    case 'TeamOwned':
      return ['Basic', 'Local', 'Deep', 'Global']
    case 'BusinessOwned':
    case 'BusinessParented':
      return logicalName === 'systemuser' || logicalName === 'usersettings'
        ? ['Basic', 'Local', 'Deep', 'Global']
        : ['Local', 'Deep', 'Global']
    case 'OrganizationOwned':
    case 'None':
      return ['Global']
    default:
      return ownership satisfies never
  }
}
