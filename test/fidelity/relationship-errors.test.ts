import { text } from '../../src/metadata/platform/columns.ts'
import type { RowRef } from '../../src/rows/value.ts'
import type { Emulator } from '../../src/testing/index.ts'
import { step } from '../support/steps.ts'
import { madeUp, pointer } from '../support/tables.ts'
import { address, entity, named, refusedBothWays, type Asked, type Refusal } from './both-ways.ts'

/* What relationships refuse of rows, asked for both ways. Loops and the rules of definitions are in files of their own. */
// https://learn.microsoft.com/power-apps/developer/data-platform/configure-entity-relationship-cascading-behavior

const ref = <T extends string>(table: T, id: string) => ({ table, id })
const MISSING = '00000000-0000-4000-8000-00000000dead'

const account = async (org: Emulator, values: object = {}) =>
  ref('account', await org.create('account', { name: 'Contoso', ...values }))
const team = async (org: Emulator, more: object = {}) =>
  ref(
    'team',
    await org.create('team', {
      name: 'Sales',
      businessunitid: ref('businessunit', org.businessUnitId),
      ...more,
    }),
  )
const user = async (org: Emulator) =>
  ref(
    'systemuser',
    await org.create('systemuser', {
      firstname: 'Ann',
      lastname: 'Jones',
      domainname: 'ann@emulated.example',
      internalemailaddress: 'ann@emulated.example',
      businessunitid: ref('businessunit', org.businessUnitId),
    }),
  )

/** Holds accounts in the ways a Delete can be refused for. */
const HOLDER = madeUp('Holder', [
  text('Name', 50),
  pointer('HeldId', 'account', 'holder_held', 'Restrict'),
])
const FIXED = madeUp(
  'Fixed',
  [text('Name', 50), pointer('AboveId', 'account', 'fixed_above', 'Cascade')],
  { messages: [{ name: 'Create', isEvent: true }] },
)
const accountRequest = (id: string, values: object): Asked['request'] => [
  'PATCH',
  `accounts(${id})`,
  values,
]

const ROWS: readonly Refusal[] = [
  {
    code: 'DELETE_RESTRICTED',
    what: 'deleting an account that a row holds',
    status: 405,
    options: { tables: [HOLDER] },
    prepare: async (org) => {
      const heldid = await account(org)
      await org.create('holder', { name: 'Hand', heldid })
      return {
        call: (caller) => caller.delete('account', heldid.id),
        request: ['DELETE', `accounts(${heldid.id})`],
      }
    },
  },
  {
    code: 'CASCADE_DELETE_REFUSED',
    what: 'deleting an account with rows that offer no Delete',
    options: { tables: [FIXED] },
    prepare: async (org) => {
      const aboveid = await account(org)
      await org.create('fixed', { name: 'Stays', aboveid })
      return {
        call: (caller) => caller.delete('account', aboveid.id),
        request: ['DELETE', `accounts(${aboveid.id})`],
      }
    },
  },
  {
    code: 'ROW_NOT_FOUND',
    what: 'deleting a row that is not there',
    status: 404,
    prepare: () =>
      Promise.resolve({
        call: (caller) => caller.delete('account', MISSING),
        request: ['DELETE', `accounts(${MISSING})`],
        message: `Entity 'account' With Id = ${MISSING} Does Not Exist`,
      }),
  },
  {
    code: 'ROW_NOT_FOUND',
    what: 'a lookup of a row that is not there',
    status: 404,
    prepare: () =>
      Promise.resolve({
        call: (caller) =>
          caller.create('account', { name: 'New', parentaccountid: ref('account', MISSING) }),
        request: [
          'POST',
          'accounts',
          { name: 'New', 'parentaccountid@odata.bind': address('accounts', MISSING) },
        ],
      }),
  },
  {
    code: 'ROW_NOT_FOUND',
    what: 'linking a row that is not there',
    status: 404,
    prepare: async (org) => {
      const { table, id } = await account(org)
      return {
        call: (caller) =>
          caller.associate(ref(table, id), 'account_primary_contact', ref('contact', MISSING)),
        request: [
          'PUT',
          `accounts(${id})/primarycontactid/$ref`,
          { '@odata.id': `contacts(${MISSING})` },
        ],
      }
    },
  },
  {
    code: 'DUPLICATE_ROW',
    what: 'linking two rows a second time',
    status: 412,
    prepare: async (org) => {
      const contact = ref('contact', await org.create('contact', { lastname: 'Diaz' }))
      const lead = ref('lead', await org.create('lead', { subject: 'Sale', lastname: 'Diaz' }))
      await org.associate(contact, 'contactleads_association', lead)
      return {
        call: (caller) => caller.associate(contact, 'contactleads_association', lead),
        request: [
          'POST',
          `contacts(${contact.id})/contactleads_association/$ref`,
          { '@odata.id': `leads(${lead.id})` },
        ],
        message: 'Cannot insert duplicate key.',
      }
    },
  },
  {
    code: 'MESSAGE_NOT_OFFERED',
    what: 'creating a row of an intersect table',
    prepare: (org) =>
      Promise.resolve({
        call: (caller) => caller.create('teammembership', { teamid: org.teamId }),
        request: ['POST', 'teammemberships', { teamid: org.teamId }],
      }),
  },
]

const OWNERS: readonly Refusal[] = [
  {
    code: 'OWNER_MISSING',
    what: 'a row without an owner',
    prepare: async (org) => {
      const { id } = await account(org)
      return {
        call: (caller) => caller.update('account', id, { ownerid: null }),
        request: accountRequest(id, { 'ownerid@odata.bind': null }),
        message: 'Item does not have an owner.',
      }
    },
  },
  {
    code: 'ACCESS_TEAM_AS_OWNER',
    what: 'a row of an access team',
    prepare: async (org) => {
      const ownerid = await team(org, { teamtype: 1 })
      return {
        call: (caller) => caller.create('account', { name: 'New', ownerid }),
        request: [
          'POST',
          'accounts',
          { name: 'New', 'ownerid@odata.bind': address('teams', ownerid.id) },
        ],
      }
    },
  },
  {
    code: 'BUSINESS_UNIT_DISABLED',
    what: 'an owner of a disabled business unit',
    prepare: async (org) => {
      const root = ref('businessunit', org.businessUnitId)
      const unit = await org.create('businessunit', { name: 'North', parentbusinessunitid: root })
      const ownerid = await team(org, { businessunitid: ref('businessunit', unit) })
      await org.update('businessunit', unit, { isdisabled: true })
      const { id } = await account(org)
      return {
        call: (caller) => caller.update('account', id, { ownerid }),
        request: accountRequest(id, { 'ownerid@odata.bind': address('teams', ownerid.id) }),
      }
    },
  },
  {
    code: 'OWNER_PRIVILEGE_MISSING',
    what: 'an owner who cannot read such rows',
    status: 403,
    options: { access: 'enforced' },
    prepare: async (org) => {
      const ownerid = await user(org)
      const { id } = await account(org)
      return {
        call: (caller) => caller.update('account', id, { ownerid }),
        request: accountRequest(id, { 'ownerid@odata.bind': address('systemusers', ownerid.id) }),
      }
    },
  },
  {
    code: 'ACCESS_DENIED',
    what: 'assigning a row without the privilege',
    status: 403,
    options: { access: 'enforced' },
    prepare: async (org) => {
      const ownerid = await user(org)
      const { id } = await account(org)
      return {
        as: ownerid.id,
        call: (caller) => caller.update('account', id, { ownerid }),
        request: accountRequest(id, { 'ownerid@odata.bind': address('systemusers', ownerid.id) }),
      }
    },
  },
]

/** Shares an account with a principal. */
function sharing({ id }: RowRef, principal: RowRef): Asked {
  const key = `${principal.table}id`
  return {
    call: (caller) =>
      caller.execute('GrantAccess', {
        Target: ref('account', id),
        PrincipalAccess: { Principal: principal, AccessMask: 'ReadAccess' },
      }),
    request: [
      'POST',
      'GrantAccess',
      {
        Target: entity('account', 'accountid', id),
        PrincipalAccess: {
          Principal: entity(principal.table, key, principal.id),
          AccessMask: 'ReadAccess',
        },
      },
    ],
  }
}

const SHARES: readonly Refusal[] = [
  {
    code: 'SHARE_WITH_OWNER',
    what: 'sharing a row with its owner',
    prepare: async (org) => ({
      ...sharing(await account(org), ref('systemuser', org.userId)),
      message: 'An item cannot be shared with the owning user.',
    }),
  },
  {
    code: 'SHARE_WITH_SYSTEM_TEAM',
    what: 'sharing a row with a team the system made',
    options: {
      steps: [
        step(
          { table: 'team', message: 'Create', stage: 20, writes: ['systemmanaged'] },
          ({ target }) => void Object.assign(target, { systemmanaged: true }),
        ),
      ],
    },
    prepare: async (org) => sharing(await account(org), await team(org)),
  },
]

function merging(Target: RowRef, Subordinate: RowRef, PerformParentingChecks = false): Asked {
  return {
    call: (caller) => caller.execute('Merge', { Target, Subordinate, PerformParentingChecks }),
    request: [
      'POST',
      'Merge',
      {
        Target: entity('account', 'accountid', Target.id),
        Subordinate: entity('account', 'accountid', Subordinate.id),
        PerformParentingChecks,
      },
    ],
  }
}

const MERGES: readonly Refusal[] = [
  {
    code: 'MERGE_IDENTICAL',
    what: 'merging a row with itself',
    prepare: async (org) => {
      const one = await account(org)
      return merging(one, one)
    },
  },
  {
    code: 'MERGE_INACTIVE',
    what: 'merging an inactive row',
    prepare: async (org) => {
      const [kept, lost] = [await account(org), await account(org)]
      await org.update('account', lost.id, { statecode: 1 })
      return merging(kept, lost)
    },
  },
  {
    code: 'MERGE_CYCLE',
    what: 'merging a row into one below it',
    prepare: async (org) => {
      const lost = await account(org)
      return merging(await account(org, { parentaccountid: lost }), lost)
    },
  },
  {
    code: 'MERGE_PARENTS_DIFFER',
    what: 'merging rows of different parents',
    prepare: async (org) => {
      const [one, two] = [await account(org), await account(org)]
      const kept = await account(org, { parentaccountid: one })
      return merging(kept, await account(org, { parentaccountid: two }), true)
    },
  },
  {
    code: 'MERGE_PARENT_LOST',
    what: 'merging a row with a parent into one without',
    prepare: async (org) => {
      const kept = await account(org)
      return merging(kept, await account(org, { parentaccountid: await account(org) }), true)
    },
  },
]

describe('refused by the organization service and by the Web API, with nothing changed', () => {
  test.each(named([...ROWS, ...OWNERS, ...SHARES, ...MERGES]))('%s', (_, refusal) =>
    refusedBothWays(refusal),
  )
})
