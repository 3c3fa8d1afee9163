import { from } from '../../src/query/builder.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { id, lookup, text, to } from '../../src/metadata/platform/columns.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { reject } from '../../src/pipeline/reject.ts'
import { ACTIVITY_TABLES, VISIT } from '../support/activities.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { changed, madeUp, standardColumns } from '../support/tables.ts'

async function world() {
  const org = emulator({ tables: ACTIVITY_TABLES })
  const contact = await org.create('contact', { lastname: 'McKay' })
  const account = await org.create('account', { name: 'Contoso' })
  const id = await org.create('visit', {
    subject: 'Inspection',
    regardingobjectid: { table: 'account', id: account },
    requiredattendees: [
      { partyid: { table: 'contact', id: contact.toUpperCase() } },
      { addressused: 'guest@contoso.example' },
    ],
    organizer: [{ partyid: { table: 'systemuser', id: org.userId } }],
  })
  const all = () => org.contents().get('activityparty') ?? []
  /** Those of columns of parties. */
  const parties = () =>
    all().filter((party) => !OF_LOOKUPS.includes(party['participationtypemask']))
  /** What the activity regards and who owns it. */
  const ofLookups = () =>
    all().filter((party) => OF_LOOKUPS.includes(party['participationtypemask']))
  return { org, contact, account, id, parties, ofLookups }
}

/** Visits that are assigned with the account they regard. */
const CASCADING: TableDefinition = {
  ...VISIT,
  manyToOne: VISIT.manyToOne.map((relationship) =>
    relationship.schemaName === 'Account_Visits'
      ? { ...relationship, cascade: { ...relationship.cascade, assign: 'Cascade' } }
      : relationship,
  ),
}

/** An activity of the organization. */
const OUTAGE: TableDefinition = {
  ...madeUp('Outage', [lookup('RegardingObjectId', to('account', 'Account_Outages'))], {
    ownership: 'OrganizationOwned',
    primaryName: 'activityid',
    primaryId: id('ActivityId', 'SystemRequired', 'create-only'),
  }),
  isActivity: true,
}

const REGARDING = 8
const OWNER = 9
const OF_LOOKUPS: readonly unknown[] = [REGARDING, OWNER]

describe('the parties of an activity (activityparty-entity)', () => {
  test('are rows of activityparty, each with the part it plays', async () => {
    const { org, contact, id, parties } = await world()

    const activityid = { table: 'activitypointer', id }
    expect(parties()).toMatchObject([
      { activityid, participationtypemask: 5, partyid: { table: 'contact', id: contact } },
      { activityid, participationtypemask: 5, addressused: 'guest@contoso.example', partyid: null },
      { activityid, participationtypemask: 7, partyid: { table: 'systemuser', id: org.userId } },
    ])
  })

  test('are read by the name of their column', async () => {
    const { org, contact, id } = await world()
    const requiredattendees = [
      { partyid: { table: 'contact', id: contact }, participationtypemask: 5 },
      { addressused: 'guest@contoso.example', participationtypemask: 5 },
    ]

    const row = await org.retrieve('visit', id, ['subject', 'requiredattendees'])
    const { rows } = await org.retrieveMultiple(
      from('visit').select('subject', 'requiredattendees').build(),
    )

    expect(row).toEqual({ activityid: id, subject: 'Inspection', requiredattendees })
    expect(rows).toEqual([{ activityid: id, subject: 'Inspection', requiredattendees }])
  })

  test('make no rows distinct: a query that asks for that is refused by name', async () => {
    const { org } = await world()
    const query = from('visit').select('subject', 'requiredattendees').build()

    await refused(org, () => org.retrieveMultiple({ ...query, distinct: true }), {
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining("'requiredattendees'"),
    })
  })

  test('do not come with all columns, and are null where there are none', async () => {
    const { org, id } = await world()
    await org.update('visit', id, { requiredattendees: null })

    expect(await org.retrieve('visit', id)).not.toHaveProperty('requiredattendees')
    expect(await org.retrieve('visit', id, ['requiredattendees'])).toEqual({
      activityid: id,
      requiredattendees: null,
    })
  })

  test('are replaced by an Update of their column, and those of other columns stay', async () => {
    const { org, account, id, parties } = await world()

    await org.update('visit', id, {
      requiredattendees: [{ partyid: { table: 'account', id: account } }],
    })

    expect(parties()).toMatchObject([
      { participationtypemask: 7 },
      { participationtypemask: 5, partyid: { table: 'account', id: account } },
    ])
  })

  test('stay where an Update does not name them', async () => {
    const { org, id, parties } = await world()
    const before = parties()

    await org.update('visit', id, { subject: 'Audit' })

    expect(parties()).toEqual(before)
  })

  test('are part of the target that steps see', async () => {
    const seen: unknown[] = []
    const org = emulator({
      tables: ACTIVITY_TABLES,
      steps: [10, 20, 40].map((stage) =>
        step({ message: 'Create', table: 'visit', stage: stage as 10 }, ({ target }) => {
          seen.push((target as Record<string, unknown>)['requiredattendees'])
        }),
      ),
    })

    await org.create('visit', { requiredattendees: [{ addressused: 'a@contoso.example' }] })

    const party = { addressused: 'a@contoso.example', participationtypemask: 5 }
    expect(seen).toEqual([[party], [party], [party]])
  })

  test('a step may replace them', async () => {
    const org = emulator({
      tables: ACTIVITY_TABLES,
      steps: [
        step(
          { message: 'Create', table: 'visit', stage: 20, writes: ['organizer'] },
          ({ target }) => {
            ;(target as Record<string, unknown>)['organizer'] = [
              { addressused: 'o@contoso.example' },
            ]
          },
        ),
      ],
    })

    const id = await org.create('visit', { subject: 'Inspection' })

    expect(await org.retrieve('visit', id, ['organizer'])).toMatchObject({
      organizer: [{ addressused: 'o@contoso.example', participationtypemask: 7 }],
    })
  })

  const NOBODY = 'dead0000-0000-4000-8000-000000000001'
  test.each([
    ['who does not exist', [{ partyid: { table: 'contact', id: NOBODY } }], 'ROW_NOT_FOUND'],
    [
      'of a table the column does not take',
      [{ partyid: { table: 'lead', id: NOBODY } }],
      'INVALID_ARGUMENT',
    ],
    ['who is nobody', [{}], 'INVALID_ARGUMENT'],
    ['whose address is too long', [{ addressused: 'a'.repeat(321) }], 'STRING_TOO_LONG'],
    ['that is no party', ['contact'], 'PAYLOAD_INVALID'],
    ['that are no list', 'contact', 'PAYLOAD_INVALID'],
  ])('%s is refused', async (_, requiredattendees, code) => {
    const { org, id } = await world()

    await refused(org, () => org.create('visit', { requiredattendees }), { code })
    await refused(org, () => org.update('visit', id, { requiredattendees }), { code })
  })

  test('of a column whose part is not known are refused by name', async () => {
    const { org, account } = await world()

    await refused(
      org,
      () => org.create('visit', { related: [{ partyid: { table: 'account', id: account } }] }),
      { code: 'NOT_SUPPORTED', message: expect.stringContaining("'related'") },
    )
  })

  test('go with their activity', async () => {
    const { org, id } = await world()

    await org.delete('visit', id)

    expect(org.contents().has('activityparty')).toBe(false)
    expect(org.contents().has('activitypointer')).toBe(false)
  })

  test('hold what a party is, and nothing else that was sent along', async () => {
    const { org, id, parties } = await world()
    const sent = { addressused: 'a@contoso.example', ispartydeleted: true, colour: 'red' }

    await org.update('visit', id, { requiredattendees: [sent] })

    expect(parties().at(-1)).toMatchObject({
      addressused: 'a@contoso.example',
      ispartydeleted: false,
    })
  })

  test('stay when whom they name is deleted, and tell it', async () => {
    const { org, contact, id, parties } = await world()

    await org.delete('contact', contact)

    const named = parties().map((party) => [party['partyid'], party['ispartydeleted']])
    expect(named).toContainEqual([{ table: 'contact', id: contact }, true])
    expect(named.filter(([, isDeleted]) => isDeleted === true)).toHaveLength(1)
    expect(await org.retrieve('visit', id, ['requiredattendees'])).toMatchObject({
      requiredattendees: expect.arrayContaining([
        expect.objectContaining({ partyid: { table: 'contact', id: contact } }),
      ]) as unknown,
    })
  })

  test('are not written by themselves', async () => {
    const { org } = await world()

    await refused(org, () => org.create('activityparty', { addressused: 'a@b.example' }), {
      code: 'MESSAGE_NOT_OFFERED',
    })
  })
})

describe('the row an activity regards and its owner (activityparty-entity)', () => {
  test('are parties, too', async () => {
    const { org, account, id, ofLookups } = await world()

    const activityid = { table: 'activitypointer', id }
    expect(ofLookups()).toMatchObject([
      { activityid, participationtypemask: REGARDING, partyid: { table: 'account', id: account } },
      {
        activityid,
        participationtypemask: OWNER,
        partyid: { table: 'systemuser', id: org.userId },
        addressused: null,
      },
    ])
  })

  test('are one party where an activity regards nothing', async () => {
    const org = emulator({ tables: ACTIVITY_TABLES })

    await org.create('visit', { subject: 'Inspection', regardingobjectid: null })

    expect(org.contents().get('activityparty')).toMatchObject([{ participationtypemask: OWNER }])
  })

  test('are no parties of an activity without owners', async () => {
    const org = emulator({ tables: [OUTAGE] })
    const account = { table: 'account', id: await org.create('account', { name: 'Contoso' }) }

    await org.create('outage', { regardingobjectid: account })
    await org.create('outage', {})

    expect(org.contents().get('activityparty')).toMatchObject([
      { participationtypemask: REGARDING, partyid: account },
    ])
  })

  test('are replaced by an Update of their lookup', async () => {
    const { org, id, parties, ofLookups } = await world()
    const other = await org.create('account', { name: 'Fabrikam' })
    const before = parties()

    await org.update('visit', id, { regardingobjectid: { table: 'account', id: other } })

    expect(ofLookups()).toMatchObject([
      { participationtypemask: OWNER },
      { participationtypemask: REGARDING, partyid: { table: 'account', id: other } },
    ])
    expect(parties()).toEqual(before)
  })

  test('are no longer there where their lookup is cleared', async () => {
    const { org, id, ofLookups } = await world()

    await org.update('visit', id, { regardingobjectid: null })

    expect(ofLookups()).toMatchObject([{ participationtypemask: OWNER }])
  })

  test('follow an Assign', async () => {
    const { org, id, ofLookups } = await world()
    const team = { table: 'team', id: org.teamId }

    await org.execute('Assign', { target: { table: 'visit', id }, assignee: team })

    expect(ofLookups()).toMatchObject([
      { participationtypemask: REGARDING },
      { participationtypemask: OWNER, partyid: team },
    ])
  })

  test('follow the Assign of a row above', async () => {
    const org = emulator({ tables: [CASCADING] })
    const account = { table: 'account', id: await org.create('account', { name: 'Contoso' }) }
    await org.create('visit', { regardingobjectid: account })
    const team = { table: 'team', id: org.teamId }

    await org.execute('Assign', { target: account, assignee: team })

    expect(org.contents().get('activityparty')).toMatchObject([
      { participationtypemask: REGARDING, partyid: account },
      { participationtypemask: OWNER, partyid: team },
    ])
  })

  test('follow what a PreOperation step writes', async () => {
    const org = emulator({
      tables: ACTIVITY_TABLES,
      steps: [
        step(
          { message: 'Create', table: 'visit', stage: 20, writes: ['regardingobjectid'] },
          ({ target }) => {
            ;(target as Record<string, unknown>)['regardingobjectid'] = null
          },
        ),
      ],
    })
    const account = await org.create('account', { name: 'Contoso' })

    await org.create('visit', { regardingobjectid: { table: 'account', id: account } })

    expect(org.contents().get('activityparty')).toMatchObject([{ participationtypemask: OWNER }])
  })

  test('go where a delete of the regarded row takes the link away', async () => {
    const { org, account, ofLookups, parties } = await world()
    const before = parties()

    await org.delete('account', account)

    expect(ofLookups()).toMatchObject([{ participationtypemask: OWNER }])
    expect(parties()).toEqual(before)
  })

  test('stay where an Update does not name their lookup, and where it replaces other parties', async () => {
    const { org, id, ofLookups } = await world()
    const before = ofLookups()

    await org.update('visit', id, { subject: 'Audit' })
    await org.update('visit', id, { requiredattendees: null, organizer: null })

    expect(ofLookups()).toEqual(before)
  })

  test('stay as they were where a later step refuses', async () => {
    const org = emulator({
      tables: ACTIVITY_TABLES,
      steps: ['Create', 'Update', 'Delete'].map((message) =>
        step({ message, table: 'visit', stage: 40 }, ({ target }) => {
          const { subject } = target as { readonly subject?: string }
          if (message !== 'Create' || subject === 'Refused') reject('No.')
        }),
      ),
    })
    const regardingobjectid = {
      table: 'account',
      id: await org.create('account', { name: 'Contoso' }),
    }
    const id = await org.create('visit', { regardingobjectid })
    const code = 'HANDLER_REJECTED'

    await refused(org, () => org.create('visit', { subject: 'Refused', regardingobjectid }), {
      code,
    })
    await refused(org, () => org.update('visit', id, { regardingobjectid: null }), { code })
    await refused(org, () => org.delete('visit', id), { code })
  })

  test('are found by queries of activityparty', async () => {
    const { org, account } = await world()

    const { rows } = await org.retrieveMultiple(
      from('activityparty')
        .select('participationtypemask')
        .where(({ is }) => is('partyid', 'eq', account))
        .build(),
    )

    expect(rows).toMatchObject([{ participationtypemask: REGARDING }])
  })
})

describe('activitypointer (activity-entities)', () => {
  test('has one row for an id, whatever the table of the activity, which both tell', async () => {
    const TYPE = changed(text('ActivityTypeCode', 64, 'read-only'), { type: 'EntityName' })
    const CALL = {
      ...madeUp('Call', [text('Subject', 200), TYPE, ...standardColumns('call')], {
        primaryName: 'subject',
        primaryId: id('ActivityId', 'SystemRequired', 'create-only'),
      }),
      isActivity: true,
    }
    const org = emulator({ tables: [...ACTIVITY_TABLES, CALL] })
    const activityid = await org.create('visit', { subject: 'Inspection' })
    const call = await org.create('call', { subject: 'Reminder' })

    expect(org.peek('call', call)).toMatchObject({ activitytypecode: 'call' })
    expect(org.peek('activitypointer', call)).toMatchObject({ activitytypecode: 'call' })
    await refused(org, () => org.create('call', { activityid, subject: 'Again' }), {
      code: 'DUPLICATE_ROW',
    })
  })

  test('has a row for each activity, with its id and what activities have in common', async () => {
    const { org, account, id } = await world()

    expect(org.peek('activitypointer', id)).toMatchObject({
      activityid: id,
      activitytypecode: 'visit',
      subject: 'Inspection',
      regardingobjectid: { table: 'account', id: account },
      ownerid: { table: 'systemuser', id: org.userId },
      statecode: 0,
    })
  })

  test('follows an Update, an Assign and a cascade', async () => {
    const { org, account, id } = await world()

    await org.update('visit', id, { subject: 'Audit', statecode: 1 })
    await org.execute('Assign', {
      target: { table: 'visit', id },
      assignee: { table: 'team', id: org.teamId },
    })
    await org.delete('account', account)

    expect(org.peek('activitypointer', id)).toMatchObject({
      subject: 'Audit',
      statecode: 1,
      ownerid: { table: 'team', id: org.teamId },
      regardingobjectid: null,
    })
  })

  test('can be read, and neither created nor changed nor deleted', async () => {
    const { org, id } = await world()

    expect(await org.retrieve('activitypointer', id, ['subject'])).toMatchObject({
      subject: 'Inspection',
    })
    for (const work of [
      () => org.create('activitypointer', { subject: 'Own' }),
      () => org.update('activitypointer', id, { subject: 'Own' }),
      () => org.delete('activitypointer', id),
    ]) {
      await refused(org, work, { code: 'MESSAGE_NOT_OFFERED', number: 0x80040800 })
    }
  })

  test('is not created where a definition of it lists no messages', async () => {
    const { org } = await world()
    const { messages, ...definition } = org.catalog.table('activitypointer').definition
    const other = emulator({ tables: [...ACTIVITY_TABLES, definition] })

    expect(messages).toBeDefined()

    await refused(other, () => other.create('activitypointer', { subject: 'Own' }), {
      code: 'MESSAGE_NOT_OFFERED',
    })
  })
})

test('rows an organization begins with may be activities', () => {
  const org = emulator({
    tables: ACTIVITY_TABLES,
    rows: [
      {
        table: 'visit',
        values: { subject: 'First', organizer: [{ addressused: 'o@contoso.example' }] },
      },
    ],
  })

  expect(org.contents().get('activityparty')).toMatchObject([
    { participationtypemask: 7 },
    { participationtypemask: OWNER },
  ])
  expect(org.contents().get('activitypointer')).toHaveLength(1)
})
