import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readEntityDefinitions } from '../../src/metadata/import/entity-definitions/read-entity-definitions.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { emulator } from '../../src/testing/index.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { ACTIVITY_TABLES } from '../support/activities.ts'
import { answerOf, ROOT } from './world.ts'

async function served(tables: readonly TableDefinition[] = ACTIVITY_TABLES) {
  const org = emulator({ tables })
  const api = createWebApi({ catalog: org.catalog, service: () => org })
  const contact = await org.create('contact', { lastname: 'McKay' })
  const send = async (method: string, path: string, body?: object) =>
    answerOf(
      await api({ method, url: ROOT + path, headers: {}, body: body && JSON.stringify(body) }),
    )
  return { org, contact, send }
}

const attendee = (contact: string) => ({
  'partyid_contact@odata.bind': `/contacts(${contact})`,
  participationtypemask: 5,
})
const GUEST = { addressused: 'guest@contoso.example', participationtypemask: 5 }
const ORGANIZER = { addressused: 'organizer@contoso.example', participationtypemask: 7 }

describe('the parties of an activity', () => {
  test('come as one collection with a new row', async () => {
    const { org, contact, send } = await served()

    const { status } = await send('POST', 'visits', {
      subject: 'Inspection',
      visit_activity_parties: [attendee(contact), GUEST, ORGANIZER],
    })

    const [id = ''] = (org.contents().get('visit') ?? []).map((row) => row['activityid'] as string)
    expect(status).toBe(204)
    expect(await org.retrieve('visit', id, ['requiredattendees', 'organizer'])).toEqual({
      activityid: id,
      requiredattendees: [
        { partyid: { table: 'contact', id: contact }, participationtypemask: 5 },
        GUEST,
      ],
      organizer: [ORGANIZER],
    })
  })

  test('are replaced as a whole by a PATCH', async () => {
    const { org, contact, send } = await served()
    const id = await org.create('visit', {
      requiredattendees: [{ addressused: 'old@contoso.example' }],
      organizer: [{ addressused: 'old@contoso.example' }],
    })

    await send('PATCH', `visits(${id})`, { visit_activity_parties: [attendee(contact)] })

    expect(await org.retrieve('visit', id, ['requiredattendees', 'organizer'])).toMatchObject({
      requiredattendees: [{ partyid: { table: 'contact', id: contact } }],
      organizer: null,
    })
  })

  test('are replaced as a whole by a PUT of their collection, and by nothing but a list', async () => {
    const { org, contact, send } = await served()
    const id = await org.create('visit', {
      requiredattendees: [{ addressused: 'old@contoso.example' }],
      organizer: [{ addressused: 'old@contoso.example' }],
    })
    const path = `visits(${id})/visit_activity_parties`

    const put = await send('PUT', path, { value: [attendee(contact), ORGANIZER] })

    expect(put.status).toBe(204)
    expect(await org.retrieve('visit', id, ['requiredattendees', 'organizer'])).toMatchObject({
      requiredattendees: [{ partyid: { table: 'contact', id: contact } }],
      organizer: [ORGANIZER],
    })
    const before = org.contents()
    const refused = await send('PUT', path, { parties: [] })
    expect([refused.status, refused.json.error.code]).toEqual([400, '0x80048d19'])
    expect(org.contents()).toEqual(before)
  })

  test('are read by $expand', async () => {
    const { org, contact, send } = await served()
    const id = await org.create('visit', {
      requiredattendees: [{ partyid: { table: 'contact', id: contact } }],
    })

    const { json } = await send(
      'GET',
      `visits(${id})?$select=subject&$expand=visit_activity_parties($select=participationtypemask,_partyid_value)`,
    )

    expect(json?.error).toBeUndefined()
    expect(json.visit_activity_parties).toMatchObject([
      { participationtypemask: 5, _partyid_value: contact },
      { participationtypemask: 9, _partyid_value: org.userId },
    ])
  })

  test('do not replace its regarded row and its owner, which are parties, too', async () => {
    const { org, contact, send } = await served()
    const account = await org.create('account', { name: 'Contoso' })
    const id = await org.create('visit', { regardingobjectid: { table: 'account', id: account } })
    const types = () =>
      org
        .contents()
        .get('activityparty')
        ?.map((party) => party['participationtypemask'])

    await send('PATCH', `visits(${id})`, { visit_activity_parties: [attendee(contact)] })
    expect(types()).toEqual([8, 9, 5])

    await send('PUT', `visits(${id})/visit_activity_parties`, { value: [ORGANIZER] })
    expect(types()).toEqual([8, 9, 7])
  })

  test.each([
    ['of a type the table has no column for', { ...GUEST, participationtypemask: 2 }],
    ['without a type', { addressused: 'guest@contoso.example' }],
  ])('%s are refused, and nothing is written', async (_, party) => {
    const { org, send } = await served()
    const before = org.contents()

    const { status, json } = await send('POST', 'visits', { visit_activity_parties: [party] })

    expect([status, json.error.code]).toEqual([400, '0x80048d19'])
    expect(org.contents()).toEqual(before)
  })

  test('who are new rows are refused by name, and nothing is written', async () => {
    const { org, send } = await served()
    const before = org.contents()

    const { status } = await send('POST', 'visits', {
      visit_activity_parties: [{ partyid_contact: { lastname: 'Weir' }, participationtypemask: 5 }],
    })

    expect(status).toBe(501)
    expect(org.contents()).toEqual(before)
  })

  test('columns of parties are no properties', async () => {
    const { send } = await served()

    const { status, json } = await send('POST', 'visits', { organizer: [ORGANIZER] })

    expect([status, json.error.code]).toEqual([400, '0x80048d19'])
  })
})

const folder = join(__dirname, '..', '..', '..', 'shared', 'tables', 'definitions')
const present = existsSync(folder)

;(present ? test : test.skip)(
  'an email of the real definition is sent to its parties',
  async () => {
    const read = (name: string) =>
      readEntityDefinitions(readFileSync(join(folder, `${name}.json`), 'utf8'), name)
    const { org, contact, send } = await served([...read('email'), ...read('activityparty')])

    const { status } = await send('POST', 'emails', {
      subject: 'Hello',
      email_activity_parties: [
        { 'partyid_contact@odata.bind': `/contacts(${contact})`, participationtypemask: 2 },
        {
          'partyid_systemuser@odata.bind': `/systemusers(${org.userId})`,
          participationtypemask: 1,
        },
      ],
    })
    const { json } = await send('GET', 'emails?$select=subject&$expand=email_activity_parties')

    expect(status).toBe(204)
    expect(json.value).toMatchObject([
      {
        subject: 'Hello',
        email_activity_parties: [
          { participationtypemask: 1 },
          { participationtypemask: 2 },
          { participationtypemask: 9 },
        ],
      },
    ])
  },
)
