import {
  bigint,
  boolean,
  choice,
  entityName,
  id,
  int32,
  lookup,
  memo,
  text,
  to,
} from './columns.ts'
import { table } from './define.ts'
import {
  ROLE_PRIVILEGES,
  SYSTEM_USER_PROFILES,
  SYSTEM_USER_ROLES,
  TEAM_PROFILES,
  TEAM_ROLES,
} from './many-to-many.ts'
import { LINK, messages, READ, WRITE } from './messages.ts'
import { componentColumns, MIGRATION, ofOrganization, stamps } from './standard-columns.ts'

/**
 * What users may do who hold it, in which depth.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/role
 */
export const role = table({
  schemaName: 'Role',
  entitySetName: 'roles',
  displayName: 'Security Role',
  displayCollectionName: 'Security Roles',
  objectTypeCode: 1036,
  ownership: 'BusinessOwned',
  primaryName: 'name',
  messages: messages({
    events: [...WRITE, ...LINK],
    others: [
      ...READ,
      'Upsert',
      'AddPrivilegesRole',
      'RemovePrivilegeRole',
      'ReplacePrivilegesRole',
      'RetrieveAadUserRoles',
      'RetrieveRolePrivilegesRole',
    ],
  }),
  manyToMany: [SYSTEM_USER_ROLES, ROLE_PRIVILEGES, TEAM_ROLES],
  columns: [
    text('Name', 100, 'SystemRequired'),
    choice(
      'IsInherited',
      { 0: 'Team privileges only', 1: 'Direct User (Basic) access level and Team privileges' },
      1,
      'SystemRequired',
    ),
    lookup(
      'BusinessUnitId',
      to('businessunit', 'business_unit_roles', { delete: 'Cascade' }),
      'SystemRequired',
      'create-only',
    ),
    id('OrganizationId', 'SystemRequired', 'read-only'),
    lookup('RoleTemplateId', to('roletemplate', 'role_template_roles'), 'read-only'),
    lookup('ParentRoleId', to('role', 'role_parent_role'), 'read-only'),
    lookup(
      'ParentRootRoleId',
      to('role', 'role_parent_root_role', { delete: 'Cascade' }),
      'read-only',
    ),
    componentColumns('Role'),
    stamps({
      createdby: 'lk_rolebase_createdby',
      createdonbehalfby: 'lk_role_createdonbehalfby',
      modifiedby: 'lk_rolebase_modifiedby',
      modifiedonbehalfby: 'lk_role_modifiedonbehalfby',
    }),
    MIGRATION,
  ],
})

/**
 * What roles of the platform's own are made from, with the same ids in every organization.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/roletemplate
 */
export const roletemplate = table({
  schemaName: 'RoleTemplate',
  entitySetName: 'roletemplates',
  displayName: 'Role Template',
  displayCollectionName: 'Role Templates',
  objectTypeCode: 1037,
  ownership: 'None',
  primaryName: 'name',
  messages: messages({ events: LINK, others: READ }),
  columns: [text('Name', 100, 'SystemRequired'), boolean('Upgrading', false, 'read-only')],
})

/**
 * What can be allowed. Where access is enforced the organization has a row for everything its tables can be
 * asked; elsewhere there are none.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/privilege
 */
export const privilege = table({
  schemaName: 'Privilege',
  entitySetName: 'privileges',
  displayName: 'Privilege',
  displayCollectionName: 'Privileges',
  objectTypeCode: 1023,
  ownership: 'None',
  primaryName: 'name',
  messages: messages({ events: LINK, others: READ }),
  manyToMany: [ROLE_PRIVILEGES],
  columns: [
    text('Name', 256),
    int32('AccessRight'),
    ...['CanBeBasic', 'CanBeLocal', 'CanBeDeep', 'CanBeGlobal'].map((name) => boolean(name, false)),
    bigint('VersionNumber', 'read-only'),
  ],
})

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/roleprivileges */
export const roleprivileges = table({
  schemaName: 'RolePrivileges',
  entitySetName: 'roleprivilegescollection',
  displayName: 'Role Privileges',
  displayCollectionName: 'Role Privileges',
  objectTypeCode: 12,
  ownership: 'None',
  isIntersect: true,
  messages: messages({ events: [...LINK, 'RetrieveMultiple'] }),
  primaryId: id('RolePrivilegeId', 'SystemRequired', 'create-only'),
  columns: [
    id('PrivilegeId', 'SystemRequired', 'read-only'),
    id('RoleId', 'SystemRequired', 'read-only'),
    // 1 user, 2 business unit, 4 business unit and those below it, 8 organization.
    int32('PrivilegeDepthMask', 'SystemRequired'),
    bigint('VersionNumber', 'read-only'),
  ],
})

/** Which roles users hold themselves. */
export const systemuserroles = table({
  schemaName: 'SystemUserRoles',
  entitySetName: 'systemuserrolescollection',
  displayName: 'System User Roles',
  displayCollectionName: 'System User Roles',
  objectTypeCode: 15,
  ownership: 'None',
  isIntersect: true,
  messages: messages({ events: [...LINK, 'RetrieveMultiple'] }),
  primaryId: id('SystemUserRoleId', 'SystemRequired', 'create-only'),
  columns: [
    id('SystemUserId', 'SystemRequired', 'read-only'),
    id('RoleId', 'SystemRequired', 'read-only'),
    bigint('VersionNumber', 'read-only'),
  ],
})

/** Which roles teams hold, and their members through them. */
export const teamroles = table({
  schemaName: 'TeamRoles',
  entitySetName: 'teamrolescollection',
  displayName: 'Team Roles',
  displayCollectionName: 'Team Roles',
  objectTypeCode: 40,
  ownership: 'None',
  isIntersect: true,
  messages: messages({ events: [...LINK, 'RetrieveMultiple'] }),
  primaryId: id('TeamRoleId', 'SystemRequired', 'create-only'),
  columns: [
    id('TeamId', 'SystemRequired', 'read-only'),
    id('RoleId', 'SystemRequired', 'read-only'),
    bigint('VersionNumber', 'read-only'),
  ],
})

/**
 * What users may do with secured columns who hold it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/fieldsecurityprofile
 */
export const fieldsecurityprofile = table({
  schemaName: 'FieldSecurityProfile',
  entitySetName: 'fieldsecurityprofiles',
  displayName: 'Field Security Profile',
  displayCollectionName: 'Field Security Profiles',
  objectTypeCode: 1200,
  ownership: 'OrganizationOwned',
  primaryName: 'name',
  messages: messages({ events: [...WRITE, ...LINK], others: [...READ, 'Upsert'] }),
  manyToMany: [SYSTEM_USER_PROFILES, TEAM_PROFILES],
  columns: [
    text('Name', 100, 'SystemRequired'),
    memo('Description', 2000),
    ofOrganization('lk_fieldsecurityprofile_organizationid', 'SystemRequired'),
    componentColumns('FieldSecurityProfile'),
    stamps({
      createdby: 'lk_fieldsecurityprofile_createdby',
      createdonbehalfby: 'lk_fieldsecurityprofile_createdonbehalfby',
      modifiedby: 'lk_fieldsecurityprofile_modifiedby',
      modifiedonbehalfby: 'lk_fieldsecurityprofile_modifiedonbehalfby',
    }),
  ],
})

const PERMISSION = { 0: 'Not Allowed', 4: 'Allowed' }

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/fieldpermission */
export const fieldpermission = table({
  schemaName: 'FieldPermission',
  entitySetName: 'fieldpermissions',
  displayName: 'Field Permission',
  displayCollectionName: 'Field Permissions',
  objectTypeCode: 1201,
  ownership: 'None',
  messages: messages({ events: [...WRITE, ...LINK], others: [...READ, 'Upsert'] }),
  columns: [
    text('AttributeLogicalName', 128, 'SystemRequired', 'create-only'),
    entityName('EntityName', 'SystemRequired', 'create-only'),
    choice('CanRead', PERMISSION, 0, 'SystemRequired'),
    choice('CanCreate', PERMISSION, 0, 'SystemRequired'),
    choice('CanUpdate', PERMISSION, 0, 'SystemRequired'),
    lookup(
      'FieldSecurityProfileId',
      to('fieldsecurityprofile', 'lk_fieldpermission_fieldsecurityprofileid', {
        delete: 'Cascade',
      }),
      'SystemRequired',
      'create-only',
    ),
    componentColumns('FieldPermission'),
    bigint('VersionNumber', 'read-only'),
  ],
})

/** Which profiles users hold themselves. */
export const systemuserprofiles = table({
  schemaName: 'SystemUserProfiles',
  entitySetName: 'systemuserprofilescollection',
  displayName: 'System User Profiles',
  displayCollectionName: 'System User Profiles',
  objectTypeCode: 1202,
  ownership: 'None',
  isIntersect: true,
  messages: messages({ events: [...LINK, 'RetrieveMultiple'] }),
  primaryId: id('SystemUserProfileId', 'SystemRequired', 'create-only'),
  columns: [
    id('SystemUserId', 'SystemRequired', 'read-only'),
    id('FieldSecurityProfileId', 'SystemRequired', 'read-only'),
    bigint('VersionNumber', 'read-only'),
  ],
})

/** Which profiles teams hold, and their members through them. */
export const teamprofiles = table({
  schemaName: 'TeamProfiles',
  entitySetName: 'teamprofilescollection',
  displayName: 'Team Profiles',
  displayCollectionName: 'Team Profiles',
  objectTypeCode: 1203,
  ownership: 'None',
  isIntersect: true,
  messages: messages({ events: [...LINK, 'RetrieveMultiple'] }),
  primaryId: id('TeamProfileId', 'SystemRequired', 'create-only'),
  columns: [
    id('TeamId', 'SystemRequired', 'read-only'),
    id('FieldSecurityProfileId', 'SystemRequired', 'read-only'),
    bigint('VersionNumber', 'read-only'),
  ],
})
