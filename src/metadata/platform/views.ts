import {
  ACTIVE_INACTIVE,
  boolean,
  entityName,
  integer,
  id,
  LONGEST_TEXT,
  managedProperty,
  memo,
  openLookup,
  states,
  text,
} from './columns.ts'
import { table } from './define.ts'
import { LINK, messages, READ, WRITE } from './messages.ts'
import { componentColumns, ofOrganization, ownership, stamps } from './standard-columns.ts'

const NUMBERED = [0, 1_000_000_000] as const

/**
 * A view everybody sees. `querytype` tells what it is for; 0 is a view of the list of views.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/savedquery
 */
export const savedquery = table({
  schemaName: 'SavedQuery',
  entitySetName: 'savedqueries',
  displayName: 'View',
  displayCollectionName: 'Views',
  objectTypeCode: 1039,
  ownership: 'OrganizationOwned',
  primaryName: 'name',
  // Unverified: which of them are events.
  messages: messages({ events: [...WRITE, ...READ, 'SetState'], others: [...LINK, 'Upsert'] }),
  columns: [
    text('Name', 200, 'SystemRequired'),
    memo('Description', 2000),
    entityName('ReturnedTypeCode', 'SystemRequired'),
    integer('QueryType', NUMBERED, 'SystemRequired'),
    memo('FetchXml', LONGEST_TEXT),
    memo('LayoutXml', LONGEST_TEXT),
    memo('LayoutJson', LONGEST_TEXT),
    memo('ColumnSetXml', LONGEST_TEXT),
    memo('OfflineSqlQuery', LONGEST_TEXT),
    memo('ConditionalFormatting', LONGEST_TEXT, 'update-only'),
    text('AdvancedGroupBy', 2000),
    boolean('IsDefault', false, 'SystemRequired'),
    boolean('IsQuickFindQuery', false, 'SystemRequired'),
    boolean('IsPrivate', false, 'SystemRequired', 'read-only'),
    boolean('IsCustom', false, 'SystemRequired', 'read-only'),
    boolean('IsUserDefined', false, 'SystemRequired', 'read-only'),
    integer('QueryAppUsage', NUMBERED),
    text('QueryAPI', 64, 'read-only'),
    integer('OrganizationTabOrder', NUMBERED, 'read-only'),
    text('IntroducedVersion', 48, 'create-only'),
    managedProperty('CanBeDeleted', 'SystemRequired'),
    managedProperty('IsCustomizable', 'SystemRequired'),
    states(ACTIVE_INACTIVE),
    ofOrganization('organization_saved_queries'),
    componentColumns('SavedQuery'),
    id('SupportingSolutionId', 'read-only'),
    stamps({
      createdby: 'lk_savedquerybase_createdby',
      createdonbehalfby: 'lk_savedquery_createdonbehalfby',
      modifiedby: 'lk_savedquerybase_modifiedby',
      modifiedonbehalfby: 'lk_savedquery_modifiedonbehalfby',
    }),
  ],
})

/**
 * A view of one user's own, or a team's; others see it where it is shared with them.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/userquery
 */
export const userquery = table({
  schemaName: 'UserQuery',
  entitySetName: 'userqueries',
  displayName: 'Saved View',
  displayCollectionName: 'Saved Views',
  objectTypeCode: 4230,
  ownership: 'UserOwned',
  primaryName: 'name',
  messages: messages({
    events: [
      ...WRITE,
      ...READ,
      ...LINK,
      'Assign',
      'SetState',
      'GrantAccess',
      'ModifyAccess',
      'RevokeAccess',
      'RetrievePrincipalAccess',
      'RetrieveSharedPrincipalsAndAccess',
    ],
    others: ['Upsert'],
  }),
  columns: [
    text('Name', 200, 'SystemRequired'),
    memo('Description', 2000),
    entityName('ReturnedTypeCode', 'SystemRequired'),
    integer('QueryType', NUMBERED, 'SystemRequired'),
    memo('FetchXml', LONGEST_TEXT, 'SystemRequired'),
    memo('LayoutXml', LONGEST_TEXT),
    memo('LayoutJson', LONGEST_TEXT),
    memo('ColumnSetXml', LONGEST_TEXT),
    memo('OfflineSqlQuery', LONGEST_TEXT),
    memo('ConditionalFormatting', LONGEST_TEXT),
    text('AdvancedGroupBy', 20),
    openLookup('ParentQueryId', []),
    states([
      { label: 'Active', statuses: { 1: 'Active', 3: 'All' } },
      { label: 'Inactive', statuses: { 2: 'Inactive' } },
    ]),
    ownership({
      ownerid: 'owner_userquerys',
      owninguser: 'user_userquery',
      owningteam: 'team_userquery',
      owningbusinessunit: 'business_unit_userquery',
    }),
    stamps({
      createdby: 'lk_userquery_createdby',
      createdonbehalfby: 'lk_userquery_createdonbehalfby',
      modifiedby: 'lk_userquery_modifiedby',
      modifiedonbehalfby: 'lk_userquery_modifiedonbehalfby',
    }),
  ],
})
