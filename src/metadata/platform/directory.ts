import {
  bigint,
  boolean,
  choice,
  email,
  entityName,
  id,
  lookup,
  memo,
  openLookup,
  PARENTAL,
  text,
  to,
} from './columns.ts'
import { table } from './define.ts'
import {
  SYSTEM_USER_PROFILES,
  SYSTEM_USER_ROLES,
  TEAM_MEMBERSHIP,
  TEAM_PROFILES,
  TEAM_ROLES,
} from './many-to-many.ts'
import { LINK, messages, READ, WRITE } from './messages.ts'
import { currency, MIGRATION, ofOrganization, stamps, TIME_ZONE } from './standard-columns.ts'

/**
 * One row for every user and team, with the id of that row. It comes and goes with it; nobody writes here.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/owner
 */
export const owner = table({
  schemaName: 'Owner',
  entitySetName: 'owners',
  displayName: 'Owner',
  displayCollectionName: 'Owners',
  objectTypeCode: 7,
  ownership: 'None',
  primaryName: 'name',
  // Its page offers RetrieveEntityChanges alone; the rows are read as those of any table.
  messages: messages({ others: ['RetrieveEntityChanges', ...READ] }),
  columns: [
    text('Name', 160, 'ApplicationRequired', 'read-only'),
    text('YomiName', 160, 'read-only'),
    entityName('OwnerIdType', 'SystemRequired', 'read-only'),
    bigint('VersionNumber', 'read-only'),
  ],
})

const ACCESS_MODES = {
  0: 'Read-Write',
  1: 'Administrative',
  2: 'Read',
  3: 'Support User',
  4: 'Non-interactive',
  5: 'Delegated Admin',
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/systemuser */
export const systemuser = table({
  schemaName: 'SystemUser',
  entitySetName: 'systemusers',
  displayName: 'User',
  displayCollectionName: 'Users',
  objectTypeCode: 8,
  ownership: 'BusinessOwned',
  primaryName: 'fullname',
  messages: messages({
    events: [...WRITE, ...LINK, 'SetState'],
    others: [
      ...READ,
      'Upsert',
      'ReassignObjectsSystemUser',
      'RemoveParent',
      'RetrieveAllChildUsersSystemUser',
      'RetrieveTeamsSystemUser',
      'RetrieveUserSettingsSystemUser',
      'SetBusinessSystemUser',
      'SetParentBusinessUnit',
      'SetParentSystemUser',
      'SetParentTeam',
      'UpdateUserSettingsSystemUser',
    ],
  }),
  manyToMany: [TEAM_MEMBERSHIP, SYSTEM_USER_ROLES, SYSTEM_USER_PROFILES],
  columns: [
    text('DomainName', 1024, 'SystemRequired'),
    text('FirstName', 256, 'ApplicationRequired'),
    text('MiddleName', 50),
    text('LastName', 256, 'ApplicationRequired'),
    text('FullName', 200, 'read-only'),
    text('NickName', 50),
    text('YomiFirstName', 64),
    text('YomiMiddleName', 50),
    text('YomiLastName', 64),
    text('YomiFullName', 200, 'read-only'),
    text('Salutation', 20),
    text('Title', 128),
    text('JobTitle', 100),
    text('EmployeeId', 100),
    text('GovernmentId', 100),
    text('Skills', 100),
    email('InternalEMailAddress', 100, 'SystemRequired'),
    email('PersonalEMailAddress', 100),
    email('MobileAlertEMail', 100),
    email('WindowsLiveID', 1024),
    text('SharePointEmailAddress', 1024),
    text('HomePhone', 50),
    text('MobilePhone', 64),
    text('Address1_Telephone1', 64),
    text('Address1_Line1', 1024),
    text('Address1_City', 128),
    text('Address1_StateOrProvince', 128),
    text('Address1_PostalCode', 40),
    text('Address1_Country', 128),
    choice('AccessMode', ACCESS_MODES, 0, 'SystemRequired'),
    boolean('IsDisabled', false),
    text('DisabledReason', 500, 'read-only'),
    boolean('IsIntegrationUser', false, 'SystemRequired'),
    boolean('IsLicensed', false, 'SystemRequired'),
    boolean('IsSyncWithDirectory', false, 'SystemRequired'),
    boolean('SetupUser', false, 'SystemRequired'),
    boolean('DisplayInServiceViews', false),
    boolean('DefaultFiltersPopulated', false, 'SystemRequired', 'read-only'),
    choice(
      'DeletedState',
      { 0: 'Not deleted', 1: 'Soft deleted' },
      0,
      'SystemRequired',
      'read-only',
    ),
    choice(
      'AzureState',
      { 0: 'Exists', 1: 'Soft deleted', 2: 'Not found or hard deleted' },
      0,
      'SystemRequired',
    ),
    id('ApplicationId'),
    id('AzureActiveDirectoryObjectId', 'read-only'),
    id('OrganizationId', 'SystemRequired', 'read-only'),
    lookup(
      'BusinessUnitId',
      to('businessunit', 'business_unit_system_users', { delete: 'Restrict' }),
      'SystemRequired',
    ),
    lookup(
      'ParentSystemUserId',
      to('systemuser', 'user_parent_user', {}, { isHierarchical: true }),
    ),
    lookup('PositionId', to('position', 'position_users', { delete: 'Restrict' })),
    currency('TransactionCurrency_SystemUser'),
    stamps({
      createdby: 'lk_systemuserbase_createdby',
      createdonbehalfby: 'lk_systemuser_createdonbehalfby',
      modifiedby: 'lk_systemuserbase_modifiedby',
      modifiedonbehalfby: 'lk_systemuser_modifiedonbehalfby',
    }),
    MIGRATION,
    TIME_ZONE,
  ],
})

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/team */
export const team = table({
  schemaName: 'Team',
  entitySetName: 'teams',
  displayName: 'Team',
  displayCollectionName: 'Teams',
  objectTypeCode: 9,
  ownership: 'BusinessOwned',
  primaryName: 'name',
  keys: [
    {
      logicalName: 'aadobjectid_membershiptype',
      schemaName: 'aadobjectid_membershiptype',
      columns: ['azureactivedirectoryobjectid', 'membershiptype'],
    },
  ],
  manyToMany: [TEAM_MEMBERSHIP, TEAM_ROLES, TEAM_PROFILES],
  columns: [
    text('Name', 160, 'SystemRequired'),
    text('YomiName', 160),
    memo('Description', 2000),
    email('EMailAddress', 100),
    choice(
      'TeamType',
      { 0: 'Owner', 1: 'Access', 2: 'Security Group', 3: 'Office Group' },
      0,
      'SystemRequired',
      'create-only',
    ),
    choice(
      'MembershipType',
      { 0: 'Members and guests', 1: 'Members', 2: 'Owners', 3: 'Guests' },
      0,
      'SystemRequired',
      'create-only',
    ),
    id('AzureActiveDirectoryObjectId', 'create-only'),
    boolean('IsDefault', false, 'SystemRequired', 'read-only'),
    boolean('SystemManaged', false, 'SystemRequired', 'read-only'),
    id('OrganizationId', 'SystemRequired', 'read-only'),
    lookup(
      'BusinessUnitId',
      to('businessunit', 'business_unit_teams', { delete: 'Restrict' }),
      'SystemRequired',
    ),
    // Printed SystemRequired, yet documented samples create teams without one.
    // Unverified: whom the platform makes administrator then.
    lookup('AdministratorId', to('systemuser', 'lk_teambase_administratorid')),
    // Of teams that the platform makes for one row: how, and for which.
    lookup(
      'TeamTemplateId',
      to(
        'teamtemplate',
        'teamtemplate_Teams',
        { ...PARENTAL, merge: 'NoCascade' },
        { navigation: 'associatedteamtemplateid' },
      ),
      'create-only',
    ),
    // Printed with one table of an application; rows name those of every table that has such teams.
    openLookup('RegardingObjectId', [], 'create-only'),
    currency('TransactionCurrency_Team'),
    stamps({
      createdby: 'lk_teambase_createdby',
      createdonbehalfby: 'lk_team_createdonbehalfby',
      modifiedby: 'lk_teambase_modifiedby',
      modifiedonbehalfby: 'lk_team_modifiedonbehalfby',
    }),
    MIGRATION,
    id('ProcessId'),
    id('StageId'),
    text('TraversedPath', 1250),
  ],
})

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/teammembership */
export const teammembership = table({
  schemaName: 'TeamMembership',
  entitySetName: 'teammemberships',
  displayName: 'Team Membership',
  displayCollectionName: 'Team Memberships',
  objectTypeCode: 23,
  ownership: 'None',
  isIntersect: true,
  messages: messages({ events: [...LINK, 'RetrieveMultiple'] }),
  primaryId: id('TeamMembershipId', 'SystemRequired', 'read-only'),
  columns: [
    id('TeamId', 'SystemRequired', 'read-only'),
    id('SystemUserId', 'SystemRequired', 'read-only'),
    bigint('VersionNumber', 'read-only'),
  ],
})

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/businessunit */
export const businessunit = table({
  schemaName: 'BusinessUnit',
  entitySetName: 'businessunits',
  displayName: 'Business Unit',
  displayCollectionName: 'Business Units',
  objectTypeCode: 10,
  ownership: 'BusinessOwned',
  primaryName: 'name',
  messages: messages({
    events: [...WRITE, ...LINK, 'SetState'],
    others: [
      ...READ,
      'Upsert',
      'RetrieveBusinessHierarchyBusinessUnit',
      'RetrieveSubsidiaryTeamsBusinessUnit',
      'RetrieveSubsidiaryUsersBusinessUnit',
      'SetParentBusinessUnit',
      'SetParentSystemUser',
      'SetParentTeam',
    ],
  }),
  columns: [
    text('Name', 160, 'SystemRequired'),
    memo('Description', 2000),
    text('DivisionName', 100),
    text('FileAsName', 100),
    text('CostCenter', 100),
    email('EMailAddress', 100),
    text('Address1_Telephone1', 50),
    text('Address1_Line1', 250),
    text('Address1_City', 80),
    text('Address1_StateOrProvince', 50),
    text('Address1_PostalCode', 20),
    text('Address1_Country', 80),
    boolean('IsDisabled', false, 'SystemRequired'),
    text('DisabledReason', 500, 'read-only'),
    boolean('WorkflowSuspended', false),
    // Only the root has no parent.
    lookup(
      'ParentBusinessUnitId',
      to(
        'businessunit',
        'business_unit_parent_business_unit',
        { delete: 'Restrict' },
        { isHierarchical: true },
      ),
      'ApplicationRequired',
    ),
    ofOrganization('organization_business_units', 'SystemRequired'),
    currency('TransactionCurrency_BusinessUnit'),
    stamps({
      createdby: 'lk_businessunitbase_createdby',
      createdonbehalfby: 'lk_businessunit_createdonbehalfby',
      modifiedby: 'lk_businessunitbase_modifiedby',
      modifiedonbehalfby: 'lk_businessunit_modifiedonbehalfby',
    }),
    MIGRATION,
  ],
})
