import {
  choice,
  dateTime,
  double,
  entityName,
  id,
  int32,
  lookup,
  memo,
  states,
  text,
  to,
  boolean,
  companionOf,
} from './columns.ts'
import { table } from './define.ts'
import { LINK, messages, READ } from './messages.ts'
import { currency, ownership, stamps, TIME_ZONE } from './standard-columns.ts'

const ACTIVITY_STATES = [
  { label: 'Open', statuses: { 1: 'Open' } },
  { label: 'Completed', statuses: { 2: 'Completed' } },
  { label: 'Canceled', statuses: { 3: 'Canceled' } },
  { label: 'Scheduled', statuses: { 4: 'Scheduled' } },
]

const PARTICIPATION = {
  1: 'Sender',
  2: 'To Recipient',
  3: 'CC Recipient',
  4: 'BCC Recipient',
  5: 'Required attendee',
  6: 'Optional attendee',
  7: 'Organizer',
  8: 'Regarding',
  9: 'Owner',
  10: 'Resource',
  11: 'Customer',
  12: 'Chat Participant',
}

/**
 * What all activities have in common: one row for each of them, with its id. It comes, changes and goes with the
 * activity, by whose relationships it is unlinked, too.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/activitypointer
 */
export const activitypointer = table({
  schemaName: 'ActivityPointer',
  entitySetName: 'activitypointers',
  displayName: 'Activity',
  displayCollectionName: 'Activities',
  objectTypeCode: 4200,
  ownership: 'UserOwned',
  primaryName: 'subject',
  primaryId: id('ActivityId', 'SystemRequired', 'create-only'),
  messages: messages({ events: [...LINK, ...READ] }),
  columns: [
    entityName('ActivityTypeCode', 'SystemRequired', 'read-only'),
    text('Subject', 400, 'ApplicationRequired'),
    memo('Description', 1_073_741_823),
    lookup('RegardingObjectId', [
      to('account', 'Account_ActivityPointers', { delete: 'RemoveLink' }),
      to('contact', 'Contact_ActivityPointers', { delete: 'RemoveLink' }),
      to('lead', 'Lead_ActivityPointers', { delete: 'RemoveLink' }),
    ]),
    dateTime('ScheduledStart'),
    dateTime('ScheduledEnd'),
    dateTime('ActualStart'),
    dateTime('ActualEnd'),
    int32('ScheduledDurationMinutes', 'read-only'),
    int32('ActualDurationMinutes'),
    choice('PriorityCode', { 0: 'Low', 1: 'Normal', 2: 'High' }, 1),
    boolean('IsBilled', false),
    boolean('IsWorkflowCreated', false),
    boolean('IsRegularActivity', true, 'read-only'),
    ...states(ACTIVITY_STATES),
    ...ownership({
      ownerid: 'owner_activitypointers',
      owninguser: 'user_activity',
      owningteam: 'team_activity',
      owningbusinessunit: 'business_unit_activitypointer',
    }),
    ...stamps({
      createdby: 'lk_activitypointer_createdby',
      createdonbehalfby: 'lk_activitypointer_createdonbehalfby',
      modifiedby: 'lk_activitypointer_modifiedby',
      modifiedonbehalfby: 'lk_activitypointer_modifiedonbehalfby',
    }),
    ...currency('TransactionCurrency_ActivityPointer', {}),
    ...TIME_ZONE,
  ],
})

/**
 * Who has a part in an activity: the rows behind its columns of parties, which alone write them.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/activityparty
 */
export const activityparty = table({
  schemaName: 'ActivityParty',
  entitySetName: 'activityparties',
  displayName: 'Activity Party',
  displayCollectionName: 'Activity Parties',
  objectTypeCode: 135,
  ownership: 'None',
  primaryName: 'partyidname',
  messages: messages({ events: [...LINK, 'RetrieveMultiple'] }),
  columns: [
    lookup(
      'ActivityId',
      to(
        'activitypointer',
        'activitypointer_activity_parties',
        { delete: 'Cascade' },
        { column: 'activityid', navigation: 'activityid_activitypointer' },
      ),
      'SystemRequired',
    ),
    lookup('PartyId', [
      to('account', 'account_activity_parties'),
      to('contact', 'contact_activity_parties'),
      to('lead', 'lead_activity_parties'),
      to('systemuser', 'system_user_activity_parties'),
    ]),
    companionOf('partyid', text('PartyIdName', 400, 'read-only')),
    choice('ParticipationTypeMask', PARTICIPATION),
    text('AddressUsed', 320),
    double('Effort', [0, 1_000_000_000], 2),
    boolean('DoNotEmail', false, 'read-only'),
    boolean('DoNotPhone', false, 'read-only'),
    boolean('DoNotFax', false, 'read-only'),
    boolean('DoNotPostalMail', false, 'read-only'),
    boolean('IsPartyDeleted', false, 'read-only'),
  ],
})
