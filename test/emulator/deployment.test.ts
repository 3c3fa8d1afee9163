import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { TABLES } from '../support/tables.ts'

/** A deployment tool and the organization it writes to, over the Web API. */
function world() {
  const posted: unknown[] = []
  const org = emulator({
    tables: TABLES,
    postToEndpoint: (endpoint, { context }) =>
      void posted.push([
        endpoint['name'],
        context.MessageName,
        Object.keys(context.PreEntityImages),
      ]),
  })
  const api = createWebApi({ catalog: org.catalog, service: servedOrganization(org) })
  const send = async (method: string, path: string, body?: object) => {
    const response = await api({
      method,
      url: `https://org.example/api/data/v9.2/${path}`,
      headers: { 'content-type': 'application/json', 'odata-version': '4.0' },
      body: body === undefined ? '' : JSON.stringify(body),
    })
    const text = typeof response.body === 'string' ? response.body : ''
    return {
      status: response.status,
      id: /\(([-0-9a-f]{36})\)$/.exec(response.headers['OData-EntityId'] ?? '')?.[1] ?? '',
      json: (text === '' ? {} : JSON.parse(text)) as {
        readonly value?: readonly Readonly<Record<string, string>>[]
        readonly error?: { readonly code: string }
      },
    }
  }
  const one = async (path: string, column: string) =>
    (await send('GET', path)).json.value?.[0]?.[column] ?? ''
  return { org, posted, send, one }
}

/** What is sent to register a webhook for updates of projects. */
async function registered() {
  const made = world()
  const { send, one } = made
  const endpoint = await send('POST', 'serviceendpoints', {
    name: 'Demo hook',
    contract: 8,
    url: 'https://host.example/hook',
    authtype: 5,
    authvalue: '<settings><setting name="x-demo-key" value="s3cret" /></settings>',
  })
  const message = await one(
    "sdkmessages?$select=sdkmessageid,name&$filter=name eq 'Update'",
    'sdkmessageid',
  )
  const filter = await one(
    "sdkmessagefilters?$select=sdkmessagefilterid&$filter=sdkmessageid/name eq 'Update' and primaryobjecttypecode eq 'project' and iscustomprocessingstepallowed eq true",
    'sdkmessagefilterid',
  )
  const step = await send('POST', 'sdkmessageprocessingsteps', {
    name: 'Demo hook: Update of project',
    description: '',
    stage: 40,
    mode: 0,
    rank: 1,
    supporteddeployment: 0,
    filteringattributes: 'name,code',
    'sdkmessageid@odata.bind': `/sdkmessages(${message})`,
    'sdkmessagefilterid@odata.bind': `/sdkmessagefilters(${filter})`,
    'eventhandler_serviceendpoint@odata.bind': `/serviceendpoints(${endpoint.id})`,
  })
  const image = await send('POST', 'sdkmessageprocessingstepimages', {
    name: 'before',
    entityalias: 'before',
    imagetype: 0,
    messagepropertyname: 'Target',
    attributes: 'name',
    'sdkmessageprocessingstepid@odata.bind': `/sdkmessageprocessingsteps(${step.id})`,
  })
  return { ...made, endpoint, step, image }
}

test('a webhook that is registered over the Web API receives its events', async () => {
  const { org, posted, endpoint, step, image } = await registered()
  const project = await org.create('project', { name: 'Bridge' })

  await org.update('project', project, { name: 'Tower' })
  await org.update('project', project, { region: 'north' })

  expect([endpoint.status, step.status, image.status]).toEqual([204, 204, 204])
  expect(posted).toEqual([['Demo hook', 'Update', ['before']]])
})

test('a step that is disabled over the Web API does not run until it is enabled', async () => {
  const { org, posted, step, send } = await registered()
  const project = await org.create('project', { name: 'Bridge' })
  const path = `sdkmessageprocessingsteps(${step.id})`

  await send('PATCH', path, { statecode: 1, statuscode: 2 })
  await org.update('project', project, { name: 'Tower' })
  expect(posted).toEqual([])
  await send('PATCH', path, { statecode: 0, statuscode: 1 })
  await org.update('project', project, { name: 'Gate' })

  expect(posted).toHaveLength(1)
})

test('an endpoint that is deleted takes its steps along', async () => {
  const { org, endpoint, step, send } = await registered()

  const deleted = await send('DELETE', `serviceendpoints(${endpoint.id})`)

  expect(deleted.status).toBe(204)
  expect(org.steps).toEqual([])
  expect((await send('GET', `sdkmessageprocessingsteps(${step.id})`)).status).toBe(404)
})

test('a message that a table does not have is found by nobody', async () => {
  const { send } = world()

  const found = await send(
    'GET',
    "sdkmessagefilters?$filter=sdkmessageid/name eq 'DeleteMultiple' and primaryobjecttypecode eq 'project'",
  )

  expect(found.json.value).toEqual([])
})

test('an image the message does not support is refused with its number', async () => {
  const { step, send } = await registered()

  const refused = await send('POST', 'sdkmessageprocessingstepimages', {
    name: 'before',
    entityalias: 'again',
    imagetype: 0,
    messagepropertyname: 'Id',
    'sdkmessageprocessingstepid@odata.bind': `/sdkmessageprocessingsteps(${step.id})`,
  })

  expect(refused.status).toBe(400)
  expect(refused.json.error?.code).toBe('0x8004416b')
})

test('jobs are found by the step that made them', async () => {
  const { org, step, send } = await registered()
  await send('PATCH', `sdkmessageprocessingsteps(${step.id})`, { mode: 1 })
  const project = await org.create('project', { name: 'Bridge' })
  await org.update('project', project, { name: 'Tower' })
  await org.settle()

  const jobs = await send(
    'GET',
    `asyncoperations?$filter=statuscode eq 30 and _owningextensionid_value eq ${step.id}&$select=name,friendlymessage,errorcode,message,completedon&$orderby=completedon desc`,
  )

  expect(jobs.json.value).toMatchObject([{ name: 'Demo hook: Update of project' }])
})
