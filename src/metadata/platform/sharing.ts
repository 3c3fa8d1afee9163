import {
  bigint,
  boolean,
  dayShown,
  entityName,
  id,
  int32,
  lookup,
  openLookup,
  to,
} from './columns.ts'
import { table } from './define.ts'
import { LINK, messages, READ, WRITE } from './messages.ts'
import { TIME_ZONE } from './standard-columns.ts'

/**
 * Which rights a user or team has on one row by sharing, and which by sharing of its parents.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/principalobjectaccess
 */
export const principalobjectaccess = table({
  schemaName: 'PrincipalObjectAccess',
  entitySetName: 'principalobjectaccessset',
  displayName: 'Principal Object Access',
  displayCollectionName: 'Principal Object Access',
  objectTypeCode: 11,
  ownership: 'None',
  // Its page offers no message; GrantAccess and its like write it, queries read it.
  messages: messages({ others: READ }),
  columns: [
    int32('AccessRightsMask'),
    int32('InheritedAccessRightsMask', 'SystemRequired'),
    id('ObjectId', 'SystemRequired', 'read-only'),
    entityName('ObjectTypeCode', 'SystemRequired'),
    id('PrincipalId', 'SystemRequired', 'read-only'),
    entityName('PrincipalTypeCode'),
    dayShown('ChangedOn'),
    TIME_ZONE,
    bigint('VersionNumber', 'read-only'),
  ],
})

/**
 * Rights of a user or team on one secured column of one row.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/principalobjectattributeaccess
 */
export const principalobjectattributeaccess = table({
  schemaName: 'PrincipalObjectAttributeAccess',
  entitySetName: 'principalobjectattributeaccessset',
  displayName: 'Field Sharing',
  displayCollectionName: 'Field Sharing',
  objectTypeCode: 44,
  ownership: 'OrganizationOwned',
  messages: messages({ events: [...WRITE, ...LINK], others: [...READ, 'Upsert'] }),
  columns: [
    id('AttributeId', 'SystemRequired'),
    openLookup(
      'ObjectId',
      [
        to('account', 'account_principalobjectattributeaccess', { delete: 'Cascade' }),
        to('contact', 'contact_principalobjectattributeaccess', { delete: 'Cascade' }),
        to('lead', 'lead_principalobjectattributeaccess', { delete: 'Cascade' }),
        to('position', 'position_principalobjectattributeaccess', { delete: 'Cascade' }),
        to('systemuser', 'systemuser_principalobjectattributeaccess', { delete: 'Cascade' }),
        to('team', 'team_principalobjectattributeaccess', { delete: 'Cascade' }),
      ],
      'SystemRequired',
    ),
    entityName('ObjectTypeCode', 'SystemRequired'),
    lookup(
      'PrincipalId',
      [
        to('systemuser', 'systemuser_principalobjectattributeaccess_principalid', {
          delete: 'Cascade',
        }),
        to('team', 'team_principalobjectattributeaccess_principalid', { delete: 'Cascade' }),
      ],
      'SystemRequired',
    ),
    entityName('PrincipalIdType', 'SystemRequired'),
    boolean('ReadAccess', false, 'SystemRequired'),
    boolean('UpdateAccess', false, 'SystemRequired'),
    bigint('VersionNumber', 'read-only'),
  ],
})
