import {
  bigint,
  boolean,
  choice,
  companionOf,
  dateTime,
  dayShown,
  double,
  entityName,
  id,
  int32,
  integer,
  LONGEST_TEXT,
  lookup,
  memo,
  openLookup,
  PARENTAL,
  states,
  text,
  to,
} from './columns.ts'
import { table } from './define.ts'
import { LINK, messages, READ, WRITE } from './messages.ts'
import { ofOrganization, ownership, stamps, TIME_ZONE } from './standard-columns.ts'

const JOB_TYPES = {
  1: 'System Event',
  7: 'Duplicate Detection Rule Publish',
  10: 'Workflow',
  13: 'Bulk Delete',
  23: 'Bulk Delete Subprocess',
  54: 'Execute Async Request',
  57: 'Calculate Rollup Field',
  75: 'Flow Notification',
  79: 'CallbackRegistration Expander Operation',
  90: 'CascadeAssign',
  91: 'CascadeDelete',
  92: 'Event Expander Operation',
  96: 'Revoke Inherited Access',
}

/**
 * One piece of work for the asynchronous service. Of the job types those are told that data operations make.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/asyncoperation
 */
export const asyncoperation = table({
  schemaName: 'AsyncOperation',
  entitySetName: 'asyncoperations',
  displayName: 'System Job',
  displayCollectionName: 'System Jobs',
  objectTypeCode: 4700,
  ownership: 'UserOwned',
  primaryName: 'name',
  // Unverified: that none of these but Associate and Disassociate is an event.
  messages: messages({
    events: LINK,
    others: [...WRITE, ...READ, 'RetrievePrincipalAccess', 'Upsert'],
  }),
  columns: [
    text('Name', 256, 'create-only'),
    choice('OperationType', JOB_TYPES, null, 'create-only'),
    text('MessageName', 160, 'create-only'),
    entityName('PrimaryEntityType', 'create-only'),
    openLookup(
      'RegardingObjectId',
      [
        to('account', 'Account_AsyncOperations'),
        to('businessunit', 'BusinessUnit_AsyncOperations'),
        to('contact', 'Contact_AsyncOperations'),
        to('lead', 'Lead_AsyncOperations'),
        to('position', 'position_AsyncOperations'),
        to('systemuser', 'SystemUser_AsyncOperations'),
        to('team', 'Team_AsyncOperations'),
      ],
      'create-only',
    ),
    companionOf('regardingobjectid', entityName('RegardingObjectTypeCode', 'create-only')),
    lookup(
      'OwningExtensionId',
      to('sdkmessageprocessingstep', 'SdkMessageProcessingStep_AsyncOperations'),
      'create-only',
    ),
    id('CorrelationId', 'SystemRequired', 'create-only'),
    dateTime('CorrelationUpdatedTime', 'SystemRequired', 'create-only'),
    id('RequestId', 'create-only'),
    id('ParentPluginExecutionId', 'create-only'),
    integer('Depth', [0, 2_147_483_647], 'SystemRequired', 'create-only'),
    memo('Data', LONGEST_TEXT),
    memo('RootExecutionContext', LONGEST_TEXT),
    text('DependencyToken', 256, 'create-only'),
    text('CallerOrigin', 256, 'create-only'),
    text('HostId', 256, 'create-only'),
    text('Workload', 256, 'create-only'),
    boolean('RetainJobHistory', false, 'create-only'),
    dateTime('PostponeUntil'),
    text('RecurrencePattern', 256),
    dayShown('RecurrenceStartTime'),
    dateTime('StartedOn', 'read-only'),
    dateTime('CompletedOn', 'read-only'),
    double('ExecutionTimeSpan', [0, 1_000_000_000], 2, 'SystemRequired', 'read-only'),
    int32('ErrorCode', 'read-only'),
    memo('Message', 100_000, 'read-only'),
    memo('FriendlyMessage', 100_000, 'update-only'),
    integer('RetryCount', [0, 2_147_483_647], 'read-only'),
    bigint('Sequence', 'SystemRequired', 'read-only'),
    integer('Subtype', [0, 255], 'read-only'),
    boolean('IsWaitingForEvent', false, 'read-only'),
    states(
      [
        { label: 'Ready', statuses: { 0: 'Waiting For Resources' } },
        { label: 'Suspended', statuses: { 10: 'Waiting' } },
        { label: 'Locked', statuses: { 20: 'In Progress', 21: 'Pausing', 22: 'Canceling' } },
        { label: 'Completed', statuses: { 30: 'Succeeded', 31: 'Failed', 32: 'Canceled' } },
      ],
      'update-only',
    ),
    ownership(
      {
        ownerid: 'owner_asyncoperations',
        owninguser: 'system_user_asyncoperation',
        owningteam: 'team_asyncoperation',
        owningbusinessunit: 'business_unit_asyncoperation',
      },
      { owner: { delete: 'Restrict' } },
    ),
    stamps({
      createdby: 'lk_asyncoperation_createdby',
      createdonbehalfby: 'lk_asyncoperation_createdonbehalfby',
      modifiedby: 'lk_asyncoperation_modifiedby',
      modifiedonbehalfby: 'lk_asyncoperation_modifiedonbehalfby',
    }),
    integer('TimeZoneRuleVersionNumber', [-1, 2_147_483_647], 'create-only'),
    integer('UTCConversionTimeZoneCode', [-1, 2_147_483_647], 'create-only'),
  ],
})

const COUNT = [0, 1_000_000_000] as const

/**
 * What became of one bulk deletion, beside its system job.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/bulkdeleteoperation
 */
export const bulkdeleteoperation = table({
  schemaName: 'BulkDeleteOperation',
  entitySetName: 'bulkdeleteoperations',
  displayName: 'Bulk Delete Operation',
  displayCollectionName: 'Bulk Delete Operations',
  objectTypeCode: 4424,
  ownership: 'None',
  primaryName: 'name',
  messages: messages({ others: ['Delete', ...READ] }),
  primaryId: id('BulkDeleteOperationId', 'SystemRequired', 'read-only'),
  columns: [
    text('Name', 256, 'read-only'),
    lookup(
      'AsyncOperationId',
      to('asyncoperation', 'AsyncOperation_BulkDeleteOperation', { delete: 'Cascade' }),
      'read-only',
    ),
    text('OrderedQuerySetXml', LONGEST_TEXT, 'read-only'),
    integer('ProcessingQEIndex', COUNT, 'read-only'),
    integer('SuccessCount', COUNT, 'read-only'),
    integer('FailureCount', COUNT, 'read-only'),
    boolean('IsRecurring', false, 'SystemRequired', 'read-only'),
    dateTime('NextRun', 'read-only'),
    states(
      [
        { label: 'Ready', statuses: { 0: 'Waiting For Resources' } },
        { label: 'Suspended', statuses: { 10: 'Waiting', 11: 'Retrying', 12: 'Paused' } },
        { label: 'Locked', statuses: { 20: 'In Progress', 21: 'Pausing', 22: 'Canceling' } },
        { label: 'Completed', statuses: { 30: 'Succeeded', 31: 'Failed', 32: 'Canceled' } },
      ],
      'read-only',
    ),
    stamps({
      createdby: 'lk_bulkdeleteoperationbase_createdby',
      createdonbehalfby: 'lk_bulkdeleteoperation_createdonbehalfby',
      modifiedby: 'lk_bulkdeleteoperationbase_modifiedby',
      modifiedonbehalfby: 'lk_bulkdeleteoperation_modifiedonbehalfby',
    }),
    TIME_ZONE,
  ],
})

/**
 * A row that a bulk deletion could not delete.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/bulkdeletefailure
 */
export const bulkdeletefailure = table({
  schemaName: 'BulkDeleteFailure',
  entitySetName: 'bulkdeletefailures',
  displayName: 'Bulk Delete Failure',
  displayCollectionName: 'Bulk Delete Failures',
  objectTypeCode: 4425,
  ownership: 'None',
  messages: messages({ others: READ }),
  primaryId: id('BulkDeleteFailureId', 'SystemRequired', 'read-only'),
  columns: [
    openLookup(
      'RegardingObjectId',
      [
        to('account', 'Account_BulkDeleteFailures', { delete: 'Cascade' }),
        to('contact', 'Contact_BulkDeleteFailures', { delete: 'Cascade' }),
        to('lead', 'Lead_BulkDeleteFailures', { delete: 'Cascade' }),
        to('team', 'Team_BulkDeleteFailures', { delete: 'Cascade' }),
      ],
      'read-only',
    ),
    companionOf('regardingobjectid', entityName('RegardingObjectTypeCode', 'read-only')),
    lookup(
      'BulkDeleteOperationId',
      to('bulkdeleteoperation', 'BulkDeleteOperation_BulkDeleteFailure', { delete: 'Cascade' }),
      'read-only',
    ),
    text('ErrorDescription', 512, 'read-only'),
    integer('ErrorNumber', [-1_000_000_000, 1_000_000_000], 'read-only'),
    integer('OrderedQueryIndex', [0, 1_000_000_000], 'read-only'),
  ],
})

/**
 * A mail folder whose messages are tracked to one row.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/mailboxtrackingfolder
 */
export const mailboxtrackingfolder = table({
  schemaName: 'MailboxTrackingFolder',
  entitySetName: 'mailboxtrackingfolders',
  displayName: 'Mailbox Auto Tracking Folder',
  displayCollectionName: 'Mailbox Auto Tracking Folders',
  objectTypeCode: 9608,
  ownership: 'UserOwned',
  messages: messages({ others: [...WRITE, ...READ, 'Upsert'] }),
  primaryId: id('MailboxTrackingFolderId', 'SystemRequired', 'read-only'),
  columns: [
    text('ExchangeFolderId', 120),
    text('ExchangeFolderName', 256),
    integer('FolderOnboardingStatus', [0, 2_147_483_647], 'SystemRequired'),
    openLookup('RegardingObjectId', [
      to('account', 'Account_MailboxTrackingFolder', PARENTAL),
      to('asyncoperation', 'AsyncOperation_MailboxTrackingFolder', PARENTAL),
      to('contact', 'Contact_MailboxTrackingFolder', PARENTAL),
      to('lead', 'Lead_MailboxTrackingFolder', PARENTAL),
    ]),
    companionOf('regardingobjectid', entityName('RegardingObjectTypeCode')),
    ofOrganization('Organization_MailboxTrackingFolder'),
    ownership({
      ownerid: 'owner_mailboxtrackingfolder',
      // Unverified: this name; no page lists the relationship.
      owninguser: 'user_mailboxtrackingfolder',
      owningteam: 'team_mailboxtrackingfolder',
      owningbusinessunit: 'businessunit_mailboxtrackingfolder',
    }),
    stamps({
      createdby: 'lk_mailboxtrackingfolder_createdby',
      createdonbehalfby: 'lk_mailboxtrackingfolder_createdonbehalfby',
      modifiedby: 'lk_mailboxtrackingfolder_modifiedby',
      modifiedonbehalfby: 'lk_mailboxtrackingfolder_modifiedonbehalfby',
    }),
  ],
})
