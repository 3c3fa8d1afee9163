import {
  AMOUNT,
  addressLines,
  CONTACT_METHODS,
  DEFAULT_VALUE,
  INDUSTRIES,
  PERSON_NAME,
  REACH,
  RELUCTANCE,
  website,
} from './customer-columns.ts'
import {
  boolean,
  choice,
  customer,
  dateOnly,
  dateTime,
  dayShown,
  id,
  int32,
  integer,
  lookup,
  memo,
  money,
  PARENTAL,
  states,
  text,
  to,
} from './columns.ts'
import { table } from './define.ts'
import { ACCOUNT_LEADS, CONTACT_LEADS } from './many-to-many.ts'
import { currency, MIGRATION, ownership, stamps, TIME_ZONE } from './standard-columns.ts'

const BUDGET = [0, 1_000_000_000_000] as const

const SOURCES = {
  1: 'Advertisement',
  2: 'Employee Referral',
  3: 'External Referral',
  4: 'Partner',
  5: 'Public Relations',
  6: 'Seminar',
  7: 'Trade Show',
  8: 'Web',
  9: 'Word of Mouth',
  10: 'Other',
}

/** https://learn.microsoft.com/dynamics365/developer/reference/entities/lead */
export const lead = table({
  schemaName: 'Lead',
  entitySetName: 'leads',
  displayName: 'Lead',
  displayCollectionName: 'Leads',
  objectTypeCode: 4,
  ownership: 'UserOwned',
  primaryName: 'fullname',
  manyToMany: [ACCOUNT_LEADS, CONTACT_LEADS],
  columns: [
    text('Subject', 300, 'ApplicationRequired'),
    ...PERSON_NAME,
    text('CompanyName', 100, 'Recommended'),
    text('YomiCompanyName', 100),
    memo('Description', 2000),
    memo('QualificationComments', 2000),
    choice('IndustryCode', INDUSTRIES),
    text('SIC', 20),
    integer('NumberOfEmployees', [0, 1_000_000]),
    choice('LeadQualityCode', { 1: 'Hot', 2: 'Warm', 3: 'Cold' }, 2),
    choice('LeadSourceCode', SOURCES),
    choice('PriorityCode', DEFAULT_VALUE, 1),
    choice('SalesStage', { 0: 'Qualify' }),
    choice('SalesStageCode', DEFAULT_VALUE, 1),
    choice('Need', { 0: 'Must have', 1: 'Should have', 2: 'Good to have', 3: 'No need' }),
    choice('InitialCommunication', { 0: 'Contacted', 1: 'Not Contacted' }),
    choice('PurchaseProcess', { 0: 'Individual', 1: 'Committee', 2: 'Unknown' }),
    choice('PurchaseTimeFrame', {
      0: 'Immediate',
      1: 'This Quarter',
      2: 'Next Quarter',
      3: 'This Year',
      4: 'Unknown',
    }),
    choice('BudgetStatus', { 0: 'No Committed Budget', 1: 'May Buy', 2: 'Can Buy', 3: 'Will Buy' }),
    boolean('ConfirmInterest', false),
    boolean('DecisionMaker', false),
    boolean('EvaluateFit', false),

    ...REACH,
    text('MobilePhone', 20),
    text('Pager', 20),
    website('WebSiteUrl'),
    choice('Address1_AddressTypeCode', DEFAULT_VALUE, 1),
    ...addressLines(100),
    ...RELUCTANCE,
    choice('PreferredContactMethodCode', CONTACT_METHODS, 1),

    money('Revenue', AMOUNT),
    money('BudgetAmount', BUDGET),
    money('EstimatedAmount', BUDGET),
    currency('transactioncurrency_lead', { archive: 'Restrict', delete: 'Restrict' }),
    dateOnly('EstimatedCloseDate'),
    dayShown('ScheduleFollowUp_Prospect'),
    dayShown('ScheduleFollowUp_Qualify'),
    dateTime('LastOnHoldTime'),
    int32('OnHoldTime', 'read-only'),
    dayShown('LastUsedInCampaign', 'update-only'),

    customer(
      'CustomerId',
      to('account', 'lead_customer_accounts', PARENTAL),
      to('contact', 'lead_customer_contacts', PARENTAL),
    ),
    lookup(
      'ParentAccountId',
      to('account', 'lead_parent_account', { delete: 'RemoveLink', merge: 'Cascade' }),
    ),
    lookup(
      'ParentContactId',
      to('contact', 'lead_parent_contact', { delete: 'RemoveLink', merge: 'Cascade' }),
    ),
    lookup('MasterId', to('lead', 'lead_master_lead', { delete: 'RemoveLink' }), 'read-only'),
    boolean('Merged', false, 'read-only'),

    states([
      { label: 'Open', statuses: { 1: 'New', 2: 'Contacted' } },
      { label: 'Qualified', statuses: { 3: 'Qualified' } },
      {
        label: 'Disqualified',
        statuses: { 4: 'Lost', 5: 'Cannot Contact', 6: 'No Longer Interested', 7: 'Canceled' },
      },
    ]),
    ownership(
      {
        ownerid: 'owner_leads',
        owninguser: 'lead_owning_user',
        owningteam: 'lead_owning_team',
        owningbusinessunit: 'business_unit_leads',
      },
      { businessUnit: { archive: 'Restrict', delete: 'Restrict' } },
    ),
    stamps({
      createdby: 'lk_leadbase_createdby',
      createdonbehalfby: 'lk_lead_createdonbehalfby',
      modifiedby: 'lk_leadbase_modifiedby',
      modifiedonbehalfby: 'lk_lead_modifiedonbehalfby',
    }),
    MIGRATION,
    TIME_ZONE,
    id('ProcessId'),
    id('StageId'),
    text('TraversedPath', 1250),
  ],
})
