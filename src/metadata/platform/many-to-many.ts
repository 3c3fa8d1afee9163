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
