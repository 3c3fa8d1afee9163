import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readEntityDefinitions } from '../../src/metadata/import/entity-definitions/read-entity-definitions.ts'
import { emulator } from '../../src/testing/index.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { answerOf, ROOT } from './world.ts'

const folder = join(__dirname, '..', '..', '..', 'shared', 'tables', 'definitions')
const present = existsSync(folder)

;(present ? describe : describe.skip)('the parties of an activity', () => {
  const read = (name: string) =>
    readEntityDefinitions(readFileSync(join(folder, `${name}.json`), 'utf8'), name)

  async function served() {
    const org = emulator({ tables: [...read('email'), ...read('activityparty')] })
    const api = createWebApi({ catalog: org.catalog, service: () => org })
    const contact = await org.create('contact', { lastname: 'McKay' })
    const send = async (method: string, path: string, body?: object) =>
      answerOf(
        await api({ method, url: ROOT + path, headers: {}, body: body && JSON.stringify(body) }),
      )
    return { org, contact, send }
  }

  test('are refused by name, with an activity and by themselves, and nothing is written', async () => {
    const { org, contact, send } = await served()
    const id = await org.create('email', { subject: 'Hello' })
    const before = org.contents()
    const parties = [
      { 'partyid_contact@odata.bind': `/contacts(${contact})`, participationtypemask: 2 },
    ]

    const created = await send('POST', 'emails', { email_activity_parties: parties })
    const replaced = await send('PUT', `emails(${id})/email_activity_parties`, { value: parties })

    for (const answer of [created, replaced]) {
      expect([answer.status, answer.json.error.code]).toEqual([501, 'NOT_SUPPORTED'])
    }
    expect(org.contents()).toEqual(before)
  })
})
