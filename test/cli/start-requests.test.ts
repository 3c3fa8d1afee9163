import { requestLog } from '../../src/cli/start/request-log.ts'
import { PLAIN } from '../../src/cli/start/paint.ts'
import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import { Emulator } from '../../src/emulator/emulator.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import type { Step } from '../../src/pipeline/step.ts'
import { isRowRef } from '../../src/rows/value.ts'
import type { WebApi, WebApiRequest } from '../../src/web-api/http.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { step } from '../support/steps.ts'

const ROOT = '/api/data/v9.2'
const JSON_BODY = { 'content-type': 'application/json' }

function serving(steps: readonly Step[] = [], tables: readonly TableDefinition[] = []) {
  const told: string[] = []
  const org = new Emulator({ steps, tables, runsJobsAtOnce: true })
  const log = requestLog(createWebApi({ catalog: org.catalog, service: servedOrganization(org) }), {
    write: (text) => void told.push(withoutTimes(text)),
    paint: PLAIN,
  })
  org.onTrace(log.ended)
  return { org, api: log.api, told }
}

const withoutTimes = (text: string) => text.replaceAll(/  \d+(\.\d+)? ms$/gm, '')

const post = (api: WebApi, path: string, body: object, headers: WebApiRequest['headers'] = {}) =>
  api({
    method: 'POST',
    url: `${ROOT}/${path}`,
    headers: { ...JSON_BODY, ...headers },
    body: JSON.stringify(body),
  })

describe('each request', () => {
  test('is told with what it set off below it', async () => {
    const stamp = step({ message: 'Create', table: 'account', name: 'A.stamp' }, () => undefined)
    const { api, told } = serving([stamp])

    await post(api, 'accounts', { name: 'Contoso' })

    expect(told).toEqual([
      [
        `POST ${ROOT}/accounts → 204`,
        '  Create account e0000000-0000-4000-8000-000000000001 {name}',
        '    20 PreOperation A.stamp',
      ].join('\n'),
    ])
  })

  test('that a step refuses is marked, and the reason told once', async () => {
    const refuse = step({ message: 'Create', table: 'account', name: 'A.refuse' }, ({ reject }) =>
      reject('Not today.'),
    )
    const { api, told } = serving([refuse])

    const { status } = await post(api, 'accounts', { name: 'Contoso' })

    expect(status).toBe(400)
    expect(told.join('\n').split('\n')).toEqual([
      `POST ${ROOT}/accounts → ✗ 400`,
      expect.stringMatching(/^ {2}✗ Create account .*\{name\}$/),
      '    ✗ 20 PreOperation A.refuse',
      '      HANDLER_REJECTED: Not today.',
    ])
  })

  test('that became no message tells why', async () => {
    const { api, told } = serving()

    await api({ method: 'GET', url: `${ROOT}/nothings`, headers: {} })

    expect(told).toEqual([
      `GET ${ROOT}/nothings → ✗ 404\n  Resource not found for the segment 'nothings'.`,
    ])
  })

  test('is told in one piece where several are under way', async () => {
    let open = (): void => undefined
    const gate = new Promise<void>((resolve) => (open = resolve))
    const wait = step({ message: 'Retrieve', table: 'account', name: 'A.wait' }, () => gate)
    const { api, org, told } = serving([wait])
    const id = await org.create('account', { name: 'Contoso' })
    told.length = 0

    const slow = api({ method: 'GET', url: `${ROOT}/accounts(${id})`, headers: {} })
    await api({ method: 'GET', url: `${ROOT}/contacts`, headers: {} })
    open()
    await slow

    expect(told).toEqual([
      `GET ${ROOT}/contacts → 200\n  RetrieveMultiple contact`,
      expect.stringMatching(/^GET .* → 200\n {2}Retrieve account .*\n {4}20 PreOperation A\.wait$/),
    ])
  })
})

test('an asynchronous step is told by itself, not with the request that asked for it', async () => {
  const spec = { message: 'Create', table: 'account', stage: 40, mode: 'async' } as const
  const { api, org, told } = serving([step({ ...spec, name: 'A.later' }, () => undefined)])

  await post(api, 'accounts', { name: 'Contoso' })
  await org.settle()
  await new Promise((resolve) => setImmediate(resolve))

  expect(told).toEqual([
    expect.stringMatching(/^POST .*\n {2}Create account .*$/),
    '40 PostOperation A.later (asynchronous)',
  ])
})

describe('a caller', () => {
  test('who names nobody is the organization’s calling user', async () => {
    const { api, org } = serving()
    await post(api, 'accounts', { name: 'Contoso' })
    expect(await creators(org)).toEqual([[org.userId, null]])
  })

  test('acts for the user MSCRMCallerID or CallerObjectId names', async () => {
    const { api, org } = serving([], PLATFORM_TABLES.map(withObjectIds))
    const objectId = '0b1ec700-0000-4000-8000-000000000001'
    const user = await org.create('systemuser', {
      ...{ firstname: 'Ada', lastname: 'King', azureactivedirectoryobjectid: objectId },
      ...{ domainname: 'ada', internalemailaddress: 'ada@example.com' },
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
    })

    await post(api, 'accounts', { name: 'A' }, { mscrmcallerid: user })
    await post(api, 'accounts', { name: 'B' }, { callerobjectid: objectId.toUpperCase() })

    expect(await creators(org)).toEqual([
      [user, org.userId],
      [user, org.userId],
    ])
  })

  test.each([
    ['mscrmcallerid', '0b1ec700-0000-4000-8000-000000000009'],
    ['mscrmcallerid', 'ada'],
    ['callerobjectid', '0b1ec700-0000-4000-8000-000000000009'],
    ['callerobjectid', ''],
  ])('who acts for nobody known (%s: %j) is refused, and nothing is written', async (name, who) => {
    const { api, org } = serving()

    const { status, body } = await post(api, 'accounts', { name: 'A' }, { [name]: who })

    expect([status, String(body)]).toEqual([404, expect.stringMatching(/systemuser/)])
    expect(await creators(org)).toEqual([])
  })
})

/** Synchronization alone writes object ids; a test writes one itself. */
function withObjectIds(table: TableDefinition): TableDefinition {
  const columns = table.columns.map((column) =>
    column.logicalName === 'azureactivedirectoryobjectid'
      ? { ...column, validForCreate: true }
      : column,
  )
  return { ...table, columns }
}

test('a change set is one transaction: where one request is refused nothing is written', async () => {
  const { api, org } = serving()
  const part = (id: number, body: object) =>
    [
      '--set\nContent-Type: application/http\nContent-Transfer-Encoding: binary',
      `Content-ID: ${id}\n\nPOST ${ROOT}/accounts HTTP/1.1\nContent-Type: application/json\n`,
      JSON.stringify(body),
    ].join('\n')
  const body = [
    '--all\nContent-Type: multipart/mixed; boundary=set\n',
    part(1, { name: 'Kept?' }),
    part(2, { nonsense: true }),
    '--set--\n\n--all--\n',
  ].join('\n')

  const { body: answer } = await api({
    method: 'POST',
    url: `${ROOT}/$batch`,
    headers: { 'content-type': 'multipart/mixed; boundary=all' },
    body: body.replaceAll('\n', '\r\n'),
  })

  expect(String(answer)).toContain('HTTP/1.1 400')
  expect(await creators(org)).toEqual([])
})

/** Who made the accounts there are, and who acted for them. */
async function creators(org: Emulator): Promise<readonly unknown[]> {
  const columns = ['createdby', 'createdonbehalfby']
  const { rows } = await org.retrieveMultiple({ table: 'account', columns })
  return rows.map((row) =>
    columns.map((column) => row[column]).map((user) => (isRowRef(user) ? user.id : user)),
  )
}
