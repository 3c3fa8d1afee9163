import {
  boolean,
  choice,
  integer,
  lookup,
  managedProperty,
  PARENTAL,
  states,
  text,
  to,
} from './columns.ts'
import { table } from './define.ts'
import { LINK, messages, READ, WRITE } from './messages.ts'
import { ownership, stamps, TIME_ZONE } from './standard-columns.ts'

/**
 * What makes a row of one table a duplicate of a row of another, or of its own. It counts while it is published.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/duplicaterule
 */
export const duplicaterule = table({
  schemaName: 'DuplicateRule',
  entitySetName: 'duplicaterules',
  displayName: 'Duplicate Detection Rule',
  displayCollectionName: 'Duplicate Detection Rules',
  objectTypeCode: 4414,
  ownership: 'UserOwned',
  primaryName: 'name',
  messages: messages({
    events: LINK,
    others: [
      ...WRITE,
      ...READ,
      'Assign',
      'Upsert',
      'GrantAccess',
      'ModifyAccess',
      'RevokeAccess',
      'RetrievePrincipalAccess',
      'RetrieveSharedPrincipalsAndAccess',
      'PublishDuplicateRule',
      'UnpublishDuplicateRule',
    ],
  }),
  columns: [
    text('Name', 160, 'SystemRequired'),
    text('Description', 2000),
    // Printed SystemRequired, yet rules are made without it.
    text('UniqueName', 100),
    text('BaseEntityName', 160),
    text('MatchingEntityName', 160),
    boolean('ExcludeInactiveRecords', false),
    boolean('IsCaseSensitive', false),
    managedProperty('IsCustomizable', 'SystemRequired'),
    states([
      { label: 'Inactive', statuses: { 0: 'Unpublished', 1: 'Publishing' } },
      { label: 'Active', statuses: { 2: 'Published' } },
    ]),
    ownership({
      ownerid: 'owner_duplicaterules',
      owninguser: 'SystemUser_DuplicateRules',
      owningteam: 'team_DuplicateRules',
      owningbusinessunit: 'BusinessUnit_DuplicateRules',
    }),
    stamps({
      createdby: 'lk_duplicaterulebase_createdby',
      createdonbehalfby: 'lk_duplicaterule_createdonbehalfby',
      modifiedby: 'lk_duplicaterulebase_modifiedby',
      modifiedonbehalfby: 'lk_duplicaterule_modifiedonbehalfby',
    }),
    TIME_ZONE,
  ],
})

const OPERATORS = {
  0: 'Exact Match',
  1: 'Same First Characters',
  2: 'Same Last Characters',
  3: 'Same Date',
  4: 'Same Date and Time',
  5: 'Exact Match (Pick List Label)',
  6: 'Exact Match (Pick List Value)',
}

/**
 * One comparison of a rule; all of a rule's must hold.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/duplicaterulecondition
 */
export const duplicaterulecondition = table({
  schemaName: 'DuplicateRuleCondition',
  entitySetName: 'duplicateruleconditions',
  displayName: 'Duplicate Rule Condition',
  displayCollectionName: 'Duplicate Rule Conditions',
  objectTypeCode: 4416,
  ownership: 'None',
  messages: messages({ others: [...WRITE, ...READ] }),
  columns: [
    text('BaseAttributeName', 128, 'SystemRequired'),
    text('MatchingAttributeName', 128),
    choice('OperatorCode', OPERATORS),
    integer('OperatorParam', [1, 2_147_483_647]),
    boolean('IgnoreBlankValues', false),
    lookup(
      'RegardingObjectId',
      to('duplicaterule', 'DuplicateRule_DuplicateRuleConditions', PARENTAL),
      'create-only',
    ),
    stamps({
      createdby: 'lk_duplicateruleconditionbase_createdby',
      createdonbehalfby: 'lk_duplicaterulecondition_createdonbehalfby',
      modifiedby: 'lk_duplicateruleconditionbase_modifiedby',
      modifiedonbehalfby: 'lk_duplicaterulecondition_modifiedonbehalfby',
    }),
  ],
})
