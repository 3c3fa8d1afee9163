import {
  companionOf,
  customer,
  entityName,
  lookup,
  text,
  to,
} from '../../src/metadata/platform/columns.ts'
import type { Query } from '../../src/query/query.ts'
import { emulator } from '../../src/testing/index.ts'
import { activityparty } from '../../src/metadata/platform/activities.ts'
import { ACTIVITY_TABLES } from '../support/activities.ts'
import { step } from '../support/steps.ts'
import { madeUp, standardColumns } from '../support/tables.ts'

/** Three lookups, each with a column that tells what it leads to, named in the ways of the platform. */
const TICKET = madeUp('ticket', [
  ...standardColumns('ticket'),
  text('name', 100),
  lookup('objectid', [to('account', 'ticket_account'), to('contact', 'ticket_contact')]),
  entityName('objecttypecode'),
  lookup('sender', [to('account', 'ticket_sender_account'), to('team', 'ticket_sender_team')]),
  entityName('senderobjecttypecode'),
  customer('buyerid', to('account', 'ticket_buyer_account'), to('contact', 'ticket_buyer_contact')),
  companionOf('buyerid', entityName('buyeridtype')),
])

async function world(...steps: Parameters<typeof step>[]) {
  const org = emulator({
    tables: [...ACTIVITY_TABLES, TICKET],
    steps: steps.map((parts) => step(...parts)),
  })
  const account = {
    table: 'account',
    id: await org.create('account', { name: 'Contoso' }),
  } as const
  const contact = {
    table: 'contact',
    id: await org.create('contact', { lastname: 'Diaz' }),
  } as const
  return { org, account, contact }
}

const KINDS = ['objecttypecode', 'senderobjecttypecode', 'buyeridtype'] as const

test('the column that tells what a lookup leads to follows from the lookup', async () => {
  const { org, account, contact } = await world()
  const id = await org.create('ticket', { objectid: account, sender: account, buyerid: contact })

  expect(await org.retrieve('ticket', id, KINDS)).toMatchObject({
    objecttypecode: 'account',
    senderobjecttypecode: 'account',
    buyeridtype: 'contact',
  })

  await org.update('ticket', id, { objectid: contact, sender: null })

  expect(await org.retrieve('ticket', id, KINDS)).toMatchObject({
    objecttypecode: 'contact',
    senderobjecttypecode: null,
    buyeridtype: 'contact',
  })
})

test('… whatever is sent for it, and whatever a step makes of the lookup', async () => {
  const { org, account, contact } = await world([
    { message: 'Create', table: 'ticket', stage: 20, writes: ['buyerid'] },
    ({ target }) => {
      target['buyerid'] = account
    },
  ])

  const id = await org.create('ticket', {
    objectid: account,
    objecttypecode: 'contact',
    buyerid: contact,
  })

  expect(await org.retrieve('ticket', id, KINDS)).toMatchObject({
    objecttypecode: 'account',
    buyeridtype: 'account',
  })
})

test('it stays as it was where the lookup is not written', async () => {
  const { org, account } = await world()
  const id = await org.create('ticket', { objectid: account })

  await org.update('ticket', id, { name: 'Broken' })

  expect(await org.retrieve('ticket', id, KINDS)).toMatchObject({ objecttypecode: 'account' })
})

test('notes are found by the table they belong to, by its name or number', async () => {
  const { org, account, contact } = await world()
  await org.create('annotation', { subject: 'of the account', objectid: account })
  await org.create('annotation', { subject: 'of the contact', objectid: contact })
  const found = async (value: string) => {
    const query: Query = {
      table: 'annotation',
      columns: ['subject'],
      where: { kind: 'condition', column: 'objecttypecode', operator: 'eq', values: [value] },
    }
    return (await org.retrieveMultiple(query)).rows.map((row) => row['subject'])
  }

  expect(await found('account')).toEqual(['of the account'])
  expect(await found('2')).toEqual(['of the contact'])
  expect(await found('team')).toEqual([])
})

test('parties tell which table they are of, where the metadata has the column', async () => {
  const org = emulator({
    tables: [
      ...ACTIVITY_TABLES,
      {
        ...activityparty,
        columns: [...activityparty.columns, entityName('PartyObjectTypeCode').column],
      },
    ],
  })
  const contact = {
    table: 'contact',
    id: await org.create('contact', { lastname: 'Diaz' }),
  } as const

  await org.create('visit', { subject: 'Fair', requiredattendees: [{ partyid: contact }] })

  const parties = org.contents().get('activityparty') ?? []
  expect(parties.map((party) => party['partyobjecttypecode']).sort()).toEqual([
    'contact',
    'systemuser',
  ])
})
