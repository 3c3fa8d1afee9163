import type { ManyToManyDefinition } from '../relationship.ts'

/**
 * Which leads belong to which contacts. The intersect table has a page of its own and is imported, not built in.
 * https://learn.microsoft.com/dynamics365/developer/reference/entities/contactleads
 */
export const CONTACT_LEADS: ManyToManyDefinition = {
  schemaName: 'contactleads_association',
  intersectTable: 'contactleads',
  sides: [
    { table: 'contact', intersectColumn: 'contactid', navigation: 'contactleads_association' },
    { table: 'lead', intersectColumn: 'leadid', navigation: 'contactleads_association' },
  ],
  isCustomizable: false,
}

/**
 * Which leads belong to which accounts. The platform's metadata does name the columns crosswise:
 * the account's side is kept in `leadid`, the lead's in `accountid`.
 */
export const ACCOUNT_LEADS: ManyToManyDefinition = {
  schemaName: 'accountleads_association',
  intersectTable: 'accountleads',
  sides: [
    { table: 'account', intersectColumn: 'leadid', navigation: 'accountleads_association' },
    { table: 'lead', intersectColumn: 'accountid', navigation: 'accountleads_association' },
  ],
  isCustomizable: false,
}

/** Which users are in which teams. */
export const TEAM_MEMBERSHIP: ManyToManyDefinition = {
  schemaName: 'teammembership_association',
  intersectTable: 'teammembership',
  sides: [
    { table: 'team', intersectColumn: 'teamid', navigation: 'teammembership_association' },
    {
      table: 'systemuser',
      intersectColumn: 'systemuserid',
      navigation: 'teammembership_association',
    },
  ],
  isCustomizable: false,
}

/** Which roles users hold. */
export const SYSTEM_USER_ROLES = joined('systemuserroles', 'systemuser', 'role')
/** Which roles teams hold. */
export const TEAM_ROLES = joined('teamroles', 'team', 'role')
/** What roles allow. */
export const ROLE_PRIVILEGES = joined('roleprivileges', 'privilege', 'role')
/** Which profiles of column security users hold. */
export const SYSTEM_USER_PROFILES = joined(
  'systemuserprofiles',
  'systemuser',
  'fieldsecurityprofile',
)
/** Which profiles of column security teams hold. */
export const TEAM_PROFILES = joined('teamprofiles', 'team', 'fieldsecurityprofile')

/** As the platform names such relationships of its own, their columns and navigation properties. */
function joined(intersectTable: string, first: string, second: string): ManyToManyDefinition {
  const schemaName = `${intersectTable}_association`
  const side = (table: string) => ({
    table,
    intersectColumn: `${table}id`,
    navigation: schemaName,
  })
  return { schemaName, intersectTable, sides: [side(first), side(second)], isCustomizable: false }
}
