import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import { lookup, text, to } from '../../src/metadata/platform/columns.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { textOf } from '../../src/rows/value.ts'
import type { Emulator } from '../../src/testing/index.ts'
import { changed, madeUp, standardColumns } from '../support/tables.ts'
import { address, named, refusedBothWays, type Asked, type Refusal } from './both-ways.ts'

/* What users, teams, business units and currencies refuse, asked for both ways. */
// https://learn.microsoft.com/power-apps/developer/data-platform/user-team-entities
// https://learn.microsoft.com/power-apps/developer/data-platform/businessunit-entity

const ref = <T extends string>(table: T, id: string) => ({ table, id })

const unit = (org: Emulator, parent = org.businessUnitId) =>
  org.create('businessunit', { name: 'North', parentbusinessunitid: ref('businessunit', parent) })
const disable = (org: Emulator, id: string) => org.update('businessunit', id, { isdisabled: true })
const team = (org: Emulator, more: object = {}) =>
  org.create('team', {
    name: 'Sales',
    businessunitid: ref('businessunit', org.businessUnitId),
    ...more,
  })
const user = (org: Emulator, more: object = {}) =>
  org.create('systemuser', {
    firstname: 'Ann',
    lastname: 'Jones',
    domainname: 'ann@emulated.example',
    internalemailaddress: 'ann@emulated.example',
    businessunitid: ref('businessunit', org.businessUnitId),
    ...more,
  })
const defaultTeamOf = (org: Emulator, businessUnitId: string) =>
  textOf(
    (org.contents().get('team') ?? []).find(
      (row) => (row['businessunitid'] as { id: string }).id === businessUnitId,
    )?.['teamid'],
  )

const deletionOf = (table: string, set: string, id: string): Asked => ({
  call: (org) => org.delete(table, id),
  request: ['DELETE', `${set}(${id})`],
})
const updateOf = (table: string, set: string, id: string, values: object): Asked => ({
  call: (org) => org.update(table, id, values),
  request: ['PATCH', `${set}(${id})`, values],
})

const QUEUE = madeUp('Queue', [
  text('Name', 50),
  lookup('BusinessUnitId', to('businessunit', 'business_unit_queues')),
  ...standardColumns('queue'),
])

/** As in organizations where the type of a team can be changed. */
const CHANGEABLE_TEAMS: readonly TableDefinition[] = PLATFORM_TABLES.filter(
  ({ logicalName }) => logicalName === 'team',
).map((definition) => ({
  ...definition,
  columns: definition.columns.map((column) =>
    column.logicalName === 'teamtype'
      ? changed({ column, references: [] }, { validForUpdate: true }).column
      : column,
  ),
}))

const BUSINESS_UNITS: readonly Refusal[] = [
  {
    code: 'BUSINESS_UNIT_ENABLED',
    what: 'deleting a business unit that is not disabled',
    prepare: async (org) => deletionOf('businessunit', 'businessunits', await unit(org)),
  },
  {
    code: 'BUSINESS_UNIT_HAS_CHILDREN',
    what: 'deleting one with another below it',
    prepare: async (org) => {
      const id = await unit(org)
      await disable(org, id)
      await unit(org, id)
      return deletionOf('businessunit', 'businessunits', id)
    },
  },
  {
    code: 'BUSINESS_UNIT_TEAM_OWNS_ROWS',
    what: 'deleting one whose default team owns rows',
    prepare: async (org) => {
      const id = await unit(org)
      const ownerid = ref('team', defaultTeamOf(org, id))
      await org.create('account', { name: 'Contoso', ownerid })
      await disable(org, id)
      return deletionOf('businessunit', 'businessunits', id)
    },
  },
  {
    code: 'BUSINESS_UNIT_HAS_QUEUES',
    what: 'deleting one with queues',
    options: { tables: [QUEUE] },
    prepare: async (org) => {
      const id = await unit(org)
      await disable(org, id)
      await org.create('queue', { name: 'Letters', businessunitid: ref('businessunit', id) })
      return deletionOf('businessunit', 'businessunits', id)
    },
  },
  {
    code: 'DELETE_RESTRICTED',
    what: 'deleting one with users',
    status: 405,
    prepare: async (org) => {
      const id = await unit(org)
      await disable(org, id)
      await user(org, { businessunitid: ref('businessunit', id) })
      return deletionOf('businessunit', 'businessunits', id)
    },
  },
  {
    code: 'ROOT_BUSINESS_UNIT_KEPT',
    what: 'disabling the root business unit',
    prepare: (org) =>
      Promise.resolve(
        updateOf('businessunit', 'businessunits', org.businessUnitId, { isdisabled: true }),
      ),
  },
  {
    code: 'BUSINESS_UNIT_HOLDS_ADMINISTRATORS',
    what: 'disabling that of all administrators',
    options: { access: 'enforced' },
    prepare: async (org) => {
      const id = await unit(org)
      await org.update('organization', org.organizationId, {
        orgdborgsettings:
          '<OrgSettings><EnableOwnershipAcrossBusinessUnits>true</EnableOwnershipAcrossBusinessUnits><DoNotRemoveRolesOnChangeBusinessUnit>true</DoNotRemoveRolesOnChangeBusinessUnit></OrgSettings>',
      })
      await org.update('systemuser', org.userId, { businessunitid: ref('businessunit', id) })
      return updateOf('businessunit', 'businessunits', id, { isdisabled: true })
    },
  },
  {
    code: 'BUSINESS_UNIT_LOOP',
    what: 'moving one below itself',
    prepare: async (org) => {
      const upper = await unit(org)
      const lower = await unit(org, upper)
      return {
        call: (caller) =>
          caller.update('businessunit', upper, {
            parentbusinessunitid: ref('businessunit', lower),
          }),
        request: [
          'PATCH',
          `businessunits(${upper})`,
          { 'parentbusinessunitid@odata.bind': address('businessunits', lower) },
        ],
      }
    },
  },
]

const TEAMS: readonly Refusal[] = [
  {
    code: 'TEAM_OWNS_ROWS',
    what: 'deleting a team that owns rows',
    prepare: async (org) => {
      const id = await team(org)
      await org.create('account', { name: 'Contoso', ownerid: ref('team', id) })
      return deletionOf('team', 'teams', id)
    },
  },
  {
    code: 'TEAM_TYPE_FIXED',
    what: 'making an access team of one that owns rows',
    options: { tables: CHANGEABLE_TEAMS },
    prepare: async (org) => {
      const id = await team(org)
      await org.create('account', { name: 'Contoso', ownerid: ref('team', id) })
      return updateOf('team', 'teams', id, { teamtype: 1 })
    },
  },
  {
    code: 'DEFAULT_TEAM_NOT_DELETABLE',
    what: 'deleting the default team',
    prepare: (org) => Promise.resolve(deletionOf('team', 'teams', org.teamId)),
  },
  {
    code: 'DEFAULT_TEAM_NAME_FIXED',
    what: 'renaming the default team',
    prepare: (org) => Promise.resolve(updateOf('team', 'teams', org.teamId, { name: 'Ours' })),
  },
  {
    code: 'DEFAULT_TEAM_MEMBERS_FIXED',
    what: 'adding members to the default team',
    prepare: async (org) => {
      const id = await user(org, { businessunitid: ref('businessunit', await unit(org)) })
      return {
        call: (caller) =>
          caller.associate(
            ref('team', org.teamId),
            'teammembership_association',
            ref('systemuser', id),
          ),
        request: [
          'POST',
          `teams(${org.teamId})/teammembership_association/$ref`,
          { '@odata.id': `systemusers(${id})` },
        ],
      }
    },
  },
  {
    code: 'DEFAULT_TEAM_MEMBERS_KEPT',
    what: 'removing members of the default team',
    prepare: (org) =>
      Promise.resolve({
        call: (caller) =>
          caller.disassociate(
            ref('team', org.teamId),
            'teammembership_association',
            ref('systemuser', org.userId),
          ),
        request: ['DELETE', `teams(${org.teamId})/teammembership_association(${org.userId})/$ref`],
      }),
  },
]

const USERS: readonly Refusal[] = [
  {
    code: 'USER_NOT_DISABLED',
    what: 'deleting a user who is not disabled',
    prepare: async (org) => deletionOf('systemuser', 'systemusers', await user(org)),
  },
  {
    code: 'LAST_ADMINISTRATOR',
    what: 'disabling the only administrator',
    options: { access: 'enforced' },
    prepare: (org) =>
      Promise.resolve(updateOf('systemuser', 'systemusers', org.userId, { isdisabled: true })),
  },
  {
    code: 'USER_LOOP',
    what: 'making a user the manager of their manager',
    prepare: async (org) => {
      const id = await user(org, { parentsystemuserid: ref('systemuser', org.userId) })
      return {
        call: (caller) =>
          caller.update('systemuser', org.userId, { parentsystemuserid: ref('systemuser', id) }),
        request: [
          'PATCH',
          `systemusers(${org.userId})`,
          { 'parentsystemuserid@odata.bind': address('systemusers', id) },
        ],
      }
    },
  },
]

const CURRENCIES: readonly Refusal[] = [
  {
    code: 'BASE_CURRENCY_NOT_DELETABLE',
    what: 'deleting the base currency',
    prepare: (org) =>
      Promise.resolve(deletionOf('transactioncurrency', 'transactioncurrencies', org.currencyId)),
  },
  {
    code: 'BASE_CURRENCY_KEPT_ACTIVE',
    what: 'deactivating the base currency',
    prepare: (org) =>
      Promise.resolve(
        updateOf('transactioncurrency', 'transactioncurrencies', org.currencyId, { statecode: 1 }),
      ),
  },
  {
    code: 'BASE_CURRENCY_RATE_FIXED',
    what: 'giving the base currency another rate',
    prepare: (org) =>
      Promise.resolve(
        updateOf('transactioncurrency', 'transactioncurrencies', org.currencyId, {
          exchangerate: 2,
        }),
      ),
  },
]

describe('refused by the organization service and by the Web API, with nothing changed', () => {
  test.each(named([...BUSINESS_UNITS, ...TEAMS, ...USERS, ...CURRENCIES]))('%s', (_, refusal) =>
    refusedBothWays(refusal),
  )
})
