import {
  ACTIVE_INACTIVE,
  boolean,
  choice,
  dayShown,
  id,
  int32,
  integer,
  LONGEST_TEXT,
  lookup,
  memo,
  referring,
  states,
  text,
  to,
} from './columns.ts'
import { WEEKDAYS } from './customer-columns.ts'
import { table } from './define.ts'
import { LINK, messages, READ, WRITE } from './messages.ts'
import { currency, MIGRATION, ofOrganization, stamps, TIME_ZONE } from './standard-columns.ts'

const FULL_NAME_ORDERS = {
  0: 'Last Name, First Name',
  1: 'First Name',
  2: 'Last Name, First Name, Middle Initial',
  3: 'First Name, Middle Initial, Last Name',
  4: 'Last Name, First Name, Middle Name',
  5: 'First Name, Middle Name, Last Name',
  6: 'Last Name, space, First Name',
  7: 'Last Name, no space, First Name',
}

const FISCAL_PERIOD_NAMES = {
  1: 'Quarter {0}',
  2: 'Q{0}',
  3: 'P{0}',
  4: 'Month {0}',
  5: 'M{0}',
  6: 'Semester {0}',
  7: 'Month Name',
}

/**
 * The one row of settings. https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/organization
 */
export const organization = table({
  schemaName: 'Organization',
  entitySetName: 'organizations',
  displayName: 'Organization',
  displayCollectionName: 'Organizations',
  objectTypeCode: 1019,
  ownership: 'None',
  primaryName: 'name',
  // Unverified: whether Update is an event here.
  messages: messages({ events: ['Update'], others: READ }),
  columns: [
    text('Name', 160, 'SystemRequired'),
    lookup(
      'BaseCurrencyId',
      to('transactioncurrency', 'basecurrency_organization', { delete: 'Restrict' }),
      'SystemRequired',
    ),
    integer('PricingDecimalPrecision', [0, 4], 'SystemRequired'),
    integer('CurrencyDecimalPrecision', [0, 4], 'SystemRequired'),
    int32('LanguageCode', 'SystemRequired'),
    int32('LocaleId', 'SystemRequired'),
    choice('FullNameConventionCode', FULL_NAME_ORDERS, 1, 'SystemRequired'),
    choice('WeekStartDayCode', WEEKDAYS, 0, 'SystemRequired'),
    dayShown('FiscalCalendarStart'),
    int32('FiscalPeriodType', 'SystemRequired'),
    choice('FiscalPeriodFormatPeriod', FISCAL_PERIOD_NAMES),
    int32('FiscalYearDisplayCode', 'SystemRequired'),
    choice('FiscalYearFormatPrefix', { 1: 'FY', 2: '' }),
    choice('FiscalYearFormatSuffix', { 1: 'FY', 2: ' Fiscal Year', 3: '' }),
    choice('FiscalYearFormatYear', { 1: 'YYYY', 2: 'YY', 3: 'GGYY' }),
    text('FiscalYearPeriodConnect', 5, 'SystemRequired'),
    choice('PluginTraceLogSetting', { 0: 'Off', 1: 'Exception', 2: 'All' }, 0, 'SystemRequired'),
    boolean('ShareToPreviousOwnerOnAssign', false, 'SystemRequired'),
    boolean('IsAuditEnabled', false, 'SystemRequired'),
    integer('MaxUploadFileSize', [0, 131_072_000], 'SystemRequired'),
    text('BlockedAttachments', LONGEST_TEXT, 'SystemRequired'),
    text('BlockedMimeTypes', LONGEST_TEXT),
    text('AllowedMimeTypes', LONGEST_TEXT),
    integer('ExpireChangeTrackingInDays', [0, 365], 'SystemRequired'),
    boolean('QuickFindRecordLimitEnabled', true, 'SystemRequired'),
    boolean('UsePositionHierarchy', false, 'SystemRequired'),
    memo('OrgDbOrgSettings', LONGEST_TEXT),
    id('SystemUserId'),
    id('IntegrationUserId'),
    stamps({
      createdby: 'lk_organizationbase_createdby',
      createdonbehalfby: 'lk_organization_createdonbehalfby',
      modifiedby: 'lk_organizationbase_modifiedby',
      modifiedonbehalfby: 'lk_organization_modifiedonbehalfby',
    }),
    TIME_ZONE,
  ],
})

/**
 * How one user sees dates, numbers and texts; its id is the user's.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/usersettings
 */
export const usersettings = table({
  schemaName: 'UserSettings',
  entitySetName: 'usersettingscollection',
  displayName: 'User Settings',
  displayCollectionName: 'User Settings',
  objectTypeCode: 150,
  ownership: 'BusinessOwned',
  // Made and deleted with the user. Unverified: whether Update is an event here.
  messages: messages({ events: ['Update'], others: READ }),
  primaryId: referring(
    id('SystemUserId', 'SystemRequired', 'create-only'),
    to(
      'systemuser',
      'user_settings',
      { delete: 'Cascade' },
      { navigation: 'systemuserid_systemuser' },
    ),
  ),
  columns: [
    int32('TimeZoneCode'),
    int32('TimeZoneBias'),
    int32('TimeZoneDaylightBias'),
    int32('TimeZoneStandardBias'),
    int32('LocaleId'),
    int32('UILanguageId'),
    int32('HelpLanguageId'),
    int32('PagingLimit'),
    int32('CurrencyDecimalPrecision'),
    int32('PricingDecimalPrecision'),
    int32('FullNameConventionCode'),
    int32('DateFormatCode'),
    text('DateFormatString', 255),
    text('DateSeparator', 5),
    text('TimeFormatString', 255),
    text('TimeSeparator', 5),
    text('DecimalSymbol', 5),
    text('NumberSeparator', 5),
    text('CurrencySymbol', 13),
    currency('transactioncurrency_usersettings'),
    stamps({
      createdby: 'lk_usersettingsbase_createdby',
      createdonbehalfby: 'lk_usersettings_createdonbehalfby',
      modifiedby: 'lk_usersettingsbase_modifiedby',
      modifiedonbehalfby: 'lk_usersettings_modifiedonbehalfby',
    }),
  ],
})

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/position */
export const position = table({
  schemaName: 'Position',
  entitySetName: 'positions',
  displayName: 'Position',
  displayCollectionName: 'Positions',
  objectTypeCode: 50,
  ownership: 'OrganizationOwned',
  primaryName: 'name',
  messages: messages({ events: [...WRITE, ...LINK, 'SetState'], others: [...READ, 'Upsert'] }),
  columns: [
    text('Name', 100, 'ApplicationRequired'),
    text('Description', 100),
    lookup(
      'ParentPositionId',
      to('position', 'position_parent_position', { delete: 'Cascade' }, { isHierarchical: true }),
    ),
    states(ACTIVE_INACTIVE),
    ofOrganization('organization_position'),
    currency('transactioncurrency_position'),
    stamps({
      createdby: 'lk_position_createdby',
      createdonbehalfby: 'lk_position_createdonbehalfby',
      modifiedby: 'lk_position_modifiedby',
      modifiedonbehalfby: 'lk_position_modifiedonbehalfby',
    }),
    MIGRATION,
    TIME_ZONE,
  ],
})
