import { defaultOf } from '../messages/rows/create.ts'
import { directoryId } from '../messages/columns/directory-id.ts'
import { DEFAULT_TEAM } from '../messages/directory/directory.ts'
import type { Catalog } from '../metadata/catalog.ts'
import { FILE_SETTINGS } from '../metadata/platform/file-settings.ts'
import type { RowRef, Values } from '../rows/value.ts'

/** The rows a new organization is made of, by what they are. */
export interface OrganizationIds {
  readonly organizationId: string
  readonly businessUnitId: string
  readonly teamId: string
  readonly currencyId: string
  readonly userId: string
  /** The platform's own user. */
  readonly systemUserId: string
  /** Of the directory the organization's users sign in with. */
  readonly tenantId: string
  readonly environmentId: string
}

/** The same in every emulated organization, so that tests can be repeated. */
export const ORGANIZATION_IDS: OrganizationIds = {
  organizationId: '0e000000-0000-4000-8000-000000000001',
  businessUnitId: '0e000000-0000-4000-8000-000000000002',
  teamId: '0e000000-0000-4000-8000-000000000003',
  currencyId: '0e000000-0000-4000-8000-000000000004',
  userId: '0e000000-0000-4000-8000-000000000005',
  systemUserId: '0e000000-0000-4000-8000-000000000009',
  tenantId: '0e000000-0000-4000-8000-000000000007',
  environmentId: '0e000000-0000-4000-8000-000000000008',
}
const MEMBERSHIP_ID = '0e000000-0000-4000-8000-000000000006'

const NAME = 'emulated'
/** What `OrganizationName` looks like on the platform: unq and 32 hexadecimal digits. */
export const ORGANIZATION_NAME = `unq${ORGANIZATION_IDS.organizationId.replaceAll('-', '').slice(0, 32)}`
const SYSTEM_NAME = 'SYSTEM'
const SUPPORT_USER = 3
const UTC_ZONE = 92
const ENGLISH = 1033

/** Quarters from 1 January, years named after their beginning. Unverified: the numbers, and what joins year and period. */
const CALENDAR_YEAR = {
  fiscalperiodtype: 2002,
  fiscalyeardisplaycode: 1,
  fiscalyearperiodconnect: ' ',
}

export interface NewRow {
  readonly table: string
  readonly values: Values
}

/**
 * What a new organization holds: its own row, the root business unit with its default team, the base
 * currency and the calling user, who administers it. Tables that the catalog replaced keep what they have columns for.
 */
export function organizationRows(catalog: Catalog, now: string): readonly NewRow[] {
  const { organizationId, businessUnitId, teamId, currencyId, userId, systemUserId } =
    ORGANIZATION_IDS
  const user = ref('systemuser', userId)
  const organization = ref('organization', organizationId)
  const unit = ref('businessunit', businessUnitId)
  const currency = ref('transactioncurrency', currencyId)
  const stamps = {
    createdon: now,
    modifiedon: now,
    createdby: user,
    modifiedby: user,
    organizationid: organization,
  }
  const active = { statecode: 0, statuscode: 1 }
  const rows: readonly NewRow[] = [
    {
      table: 'organization',
      values: {
        ...stamps,
        organizationid: organizationId,
        name: NAME,
        basecurrencyid: currency,
        systemuserid: systemUserId,
        languagecode: ENGLISH,
        plugintracelogsetting: 0,
        pricingdecimalprecision: 2,
        currencydecimalprecision: 2,
        localeid: ENGLISH,
        ...CALENDAR_YEAR,
        ...FILE_SETTINGS,
      },
    },
    {
      table: 'transactioncurrency',
      values: {
        ...stamps,
        ...active,
        transactioncurrencyid: currencyId,
        currencyname: 'US Dollar',
        isocurrencycode: 'USD',
        currencysymbol: '$',
        currencyprecision: 2,
        exchangerate: 1,
      },
    },
    {
      table: 'businessunit',
      values: { ...stamps, businessunitid: businessUnitId, name: NAME, isdisabled: false },
    },
    {
      table: 'team',
      values: {
        ...stamps,
        teamid: teamId,
        name: NAME,
        businessunitid: unit,
        ...DEFAULT_TEAM,
        administratorid: user,
      },
    },
    {
      table: 'systemuser',
      values: {
        ...stamps,
        systemuserid: userId,
        firstname: 'Calling',
        lastname: 'User',
        fullname: 'Calling User',
        domainname: 'user@emulated.example',
        internalemailaddress: 'user@emulated.example',
        businessunitid: unit,
        azureactivedirectoryobjectid: directoryId(userId),
        isdisabled: false,
        accessmode: 0,
      },
    },
    {
      table: 'systemuser',
      values: {
        ...stamps,
        systemuserid: systemUserId,
        lastname: SYSTEM_NAME,
        fullname: SYSTEM_NAME,
        domainname: SYSTEM_NAME,
        internalemailaddress: 'system@emulated.example',
        businessunitid: unit,
        // Unverified: both. Nobody signs in as SYSTEM.
        isdisabled: true,
        accessmode: SUPPORT_USER,
      },
    },
    {
      table: 'owner',
      values: { ownerid: systemUserId, name: SYSTEM_NAME, owneridtype: 'systemuser' },
    },
    {
      table: 'owner',
      values: { ownerid: userId, name: 'Calling User', owneridtype: 'systemuser' },
    },
    { table: 'owner', values: { ownerid: teamId, name: NAME, owneridtype: 'team' } },
    {
      table: 'teammembership',
      values: { teammembershipid: MEMBERSHIP_ID, systemuserid: userId, teamid: teamId },
    },
    {
      table: 'usersettings',
      values: {
        ...stamps,
        systemuserid: userId,
        businessunitid: unit,
        timezonecode: UTC_ZONE,
        uilanguageid: ENGLISH,
        localeid: ENGLISH,
      },
    },
  ]
  return rows.flatMap(({ table, values }) => {
    const known = catalog.find(table)
    if (known === undefined) return []
    const defaults = [...known.columns.values()].flatMap(defaultOf)
    const present = Object.entries(values).filter(([name]) => known.columns.has(name))
    return [{ table, values: Object.fromEntries([...defaults, ...present]) }]
  })
}

function ref(table: string, id: string): RowRef {
  return Object.freeze({ table, id })
}
