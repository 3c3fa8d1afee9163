import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import { giveRole, type Emulator } from '../../src/testing/index.ts'
import type { RowRef } from '../../src/rows/value.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { everything } from '../support/organization.ts'
import {
  ADA,
  ANA,
  caseFiles,
  CAL,
  fileOf,
  readers,
  securedOrganization,
} from '../security/world.ts'
import { answerOf, type Answer } from './world.ts'

/** Sends requests of a user who has signed in. */
function webApi(org: Emulator) {
  const api = createWebApi({
    catalog: org.catalog,
    service: servedOrganization(org, (authorization) => authorization ?? org.userId),
  })
  return async (
    user: RowRef,
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> =>
    answerOf(
      await api({
        method,
        url: `/api/data/v9.2/${path}`,
        headers: { host: 'localhost:8080', authorization: user.id, ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    )
}

const error = (code: string, text: string) => ({
  error: { code, message: expect.stringContaining(text) as unknown },
})

test('a missing privilege answers 403 with 0x80040220, and nothing changes', async () => {
  const org = securedOrganization()
  const send = webApi(org)
  const file = await org.create('casefile', { name: 'Mine' })
  const before = everything(org)

  for (const [method, path, body, privilege] of [
    ['GET', 'casefiles', undefined, 'prvReadCaseFile'],
    ['GET', 'casefiles/$count', undefined, 'prvReadCaseFile'],
    ['GET', `casefiles(${file})`, undefined, 'prvReadCaseFile'],
    ['POST', 'casefiles', { name: 'New' }, 'prvCreateCaseFile'],
    ['PATCH', `casefiles(${file})`, { name: 'New' }, 'prvWriteCaseFile'],
    ['DELETE', `casefiles(${file})`, undefined, 'prvDeleteCaseFile'],
  ] as const) {
    const answer = await send(ANA, method, path, body)

    expect([method, path, answer.status]).toEqual([method, path, 403])
    expect(answer.json).toMatchObject(error('0x80040220', `is missing ${privilege} privilege`))
  }
  expect(everything(org)).toEqual(before)
})

test('a row out of reach answers 403 with 0x80048306', async () => {
  const org = securedOrganization()
  await readers(org, CAL)
  await giveRole(org, ANA, caseFiles('Local'))
  const file = await fileOf(org, CAL)

  const answer = await webApi(org)(ANA, 'PATCH', `casefiles(${file})`, { name: 'New' })

  expect(answer.status).toBe(403)
  expect(answer.json).toMatchObject(
    error(
      '0x80048306',
      `Principal with id ${ANA.id} does not have WriteAccess right(s) for record with id ${file} of entity casefile`,
    ),
  )
  expect(org.peek('casefile', file)).toMatchObject({ name: 'File' })
})

test('a set, its count and what is expanded hold the rows the caller may read', async () => {
  const org = securedOrganization()
  await readers(org, ANA, CAL)
  await giveRole(org, ANA, { prvReadDepot: 'Global' })
  const depotid = { table: 'depot', id: await org.create('depot', { name: 'North' }) }
  await fileOf(org, ANA, { name: 'Ana', depotid })
  await fileOf(org, CAL, { name: 'Cal', depotid })
  const send = webApi(org)

  const set = await send(ANA, 'GET', 'casefiles?$select=name&$count=true')
  const expanded = await send(ANA, 'GET', 'depots?$expand=casefile_depot($select=name)')

  expect(set.json).toMatchObject({ '@odata.count': 1, value: [{ name: 'Ana' }] })
  expect(expanded.json.value[0].casefile_depot).toMatchObject([{ name: 'Ana' }])
  expect(expanded.json.value[0].casefile_depot).toHaveLength(1)
})

test('an owner who cannot read such rows answers 403 with 0x80040231', async () => {
  const org = securedOrganization()
  const file = await org.create('casefile', { name: 'Mine' })

  const answer = await webApi(org)(
    { table: 'systemuser', id: org.userId },
    'PATCH',
    `casefiles(${file})`,
    { 'ownerid@odata.bind': `/systemusers(${ADA.id})` },
  )

  expect(answer.status).toBe(403)
  expect(answer.json).toMatchObject(error('0x80040231', 'does not hold required privileges'))
})

test('acting for another user without the privilege answers 403 with 0x8004a110', async () => {
  const org = securedOrganization()
  const send = webApi(org)
  const act = () => send(ADA, 'GET', 'WhoAmI', undefined, { mscrmcallerid: ANA.id })

  const refused = await act()
  await giveRole(org, ADA, { prvActOnBehalfOfAnotherUser: 'Global' })

  expect(refused.status).toBe(403)
  expect(refused.json).toMatchObject(error('0x8004a110', 'act on behalf'))
  expect((await act()).json).toMatchObject({ UserId: ANA.id })
})

test('the headers that leave steps out need their privileges', async () => {
  const org = securedOrganization()
  await giveRole(org, ANA, caseFiles('Basic'))
  const send = webApi(org)
  const create = (header: string, value: string) =>
    send(ANA, 'POST', 'casefiles', { name: 'Mine' }, { [`mscrm.${header}`]: value })

  const logic = await create('bypassbusinesslogicexecution', 'CustomSync')
  const plugins = await create('bypasscustompluginexecution', 'true')
  await giveRole(org, ANA, { prvBypassCustomPlugins: 'Global' })

  expect([logic.status, plugins.status]).toEqual([403, 403])
  expect(logic.json).toMatchObject(error('0x80040220', 'prvBypassCustomBusinessLogic'))
  expect(plugins.json).toMatchObject(error('0x80040220', 'prvBypassCustomPlugins'))
  expect((await create('bypasscustompluginexecution', 'true')).status).toBe(204)
})

test('a secured column is null when read, 403 when filtered by or written', async () => {
  const org = securedOrganization()
  await giveRole(org, ANA, caseFiles('Basic'))
  const file = await fileOf(org, ANA, { diagnosis: 'Flu' })
  const send = webApi(org)

  const read = await send(ANA, 'GET', `casefiles(${file})?$select=diagnosis`)
  const filtered = await send(ANA, 'GET', "casefiles?$filter=diagnosis eq 'Flu'")
  const created = await send(ANA, 'POST', 'casefiles', { diagnosis: 'Cold' })
  const updated = await send(ANA, 'PATCH', `casefiles(${file})`, { diagnosis: 'Cold' })

  expect(read.json).toMatchObject({ diagnosis: null })
  expect([filtered.status, created.status, updated.status]).toEqual([403, 403, 403])
  expect(filtered.json).toMatchObject(error('0x8004f504', 'read permissions'))
  expect(created.json).toMatchObject(error('0x8004f502', 'create permissions'))
  expect(updated.json).toMatchObject(error('0x8004f507', 'AttributePrivilegeUpdate'))
  expect(org.contents().get('casefile')).toMatchObject([{ diagnosis: 'Flu' }])
})

test('privileges are given, told and taken away by the operations of a role', async () => {
  const org = securedOrganization()
  const send = webApi(org)
  const me = { table: 'systemuser', id: org.userId }
  const named = await send(
    me,
    'GET',
    "privileges?$select=privilegeid,name&$filter=name eq 'prvReadCaseFile'",
  )
  const PrivilegeId: string = named.json.value[0].privilegeid
  const made = await send(
    me,
    'POST',
    'roles',
    { name: 'Readers', 'businessunitid@odata.bind': `/businessunits(${org.businessUnitId})` },
    { prefer: 'return=representation' },
  )
  const role = `roles(${made.json.roleid as string})`
  const privileges = async (): Promise<unknown> =>
    (await send(me, 'GET', `systemusers(${ANA.id})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges`))
      .json

  const added = await send(me, 'POST', `${role}/Microsoft.Dynamics.CRM.AddPrivilegesRole`, {
    Privileges: [{ Depth: 'Deep', PrivilegeId, BusinessUnitId: org.businessUnitId }],
  })
  const given = await send(me, 'POST', `systemusers(${ANA.id})/systemuserroles_association/$ref`, {
    '@odata.id': `http://localhost:8080/api/data/v9.2/${role}`,
  })
  const held = await privileges()
  const taken = await send(me, 'POST', `${role}/Microsoft.Dynamics.CRM.RemovePrivilegeRole`, {
    PrivilegeId,
  })

  expect([added.status, given.status, taken.status]).toEqual([204, 204, 204])
  expect(held).toMatchObject({
    RolePrivileges: [{ PrivilegeId, PrivilegeName: 'prvReadCaseFile', Depth: 'Deep' }],
  })
  expect(await privileges()).toMatchObject({ RolePrivileges: [] })
})

test('tables are changed by administrators, not by who acts for one', async () => {
  const org = securedOrganization()
  const send = webApi(org)
  const column = {
    '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
    SchemaName: 'new_Note',
    MaxLength: 50,
    DisplayName: { LocalizedLabels: [{ Label: 'Note', LanguageCode: 1033 }] },
  }
  const change = (headers: Readonly<Record<string, string>>) =>
    send(ANA, 'POST', "EntityDefinitions(LogicalName='casefile')/Attributes", column, headers)

  const alone = await change({})
  const acting = await change({ mscrmcallerid: org.userId })

  expect([alone.status, acting.status]).toEqual([403, 403])
  expect(alone.json).toMatchObject(error('0x80040220', 'may not change tables'))
  expect(acting.json).toMatchObject(error('0x8004a110', 'act on behalf'))
  expect(org.catalog.table('casefile').columns.has('new_note')).toBe(false)
})

describe('a row that the caller may not read', () => {
  const world = async () => {
    const org = securedOrganization()
    await readers(org, ANA, CAL)
    const hidden = await fileOf(org, CAL, { name: 'Hidden' })
    const seen = await fileOf(org, ANA, {
      name: 'Seen',
      parentfileid: { table: 'casefile', id: hidden },
    })
    return { org, send: webApi(org), hidden, seen }
  }

  test('is not found by what leads to it', async () => {
    const { send, hidden, seen } = await world()

    const expanded = await send(ANA, 'GET', `casefiles(${seen})?$expand=parentfileid($select=name)`)
    const inSet = await send(ANA, 'GET', 'casefiles?$expand=parentfileid($select=name)')
    const filtered = await send(ANA, 'GET', "casefiles?$filter=parentfileid/name eq 'Hidden'")
    const counted = await send(ANA, 'GET', 'casefiles?$apply=aggregate($count as rows)')

    expect(expanded.json).toMatchObject({ name: 'Seen', parentfileid: null })
    expect(inSet.json.value).toMatchObject([{ name: 'Seen', parentfileid: null }])
    expect(filtered.json.value).toEqual([])
    expect(counted.json.value).toEqual([{ rows: 1 }])
    for (const path of [`${seen})/parentfileid`, `${seen})/parentfileid/name`, `${hidden})/name`]) {
      expect((await send(ANA, 'GET', `casefiles(${path}`)).status).toBe(403)
    }
  })

  test('is not written in any other way either, and nothing beside it', async () => {
    const { org, send, hidden, seen } = await world()
    await giveRole(org, ANA, { prvCreateCaseFile: 'Basic', prvWriteCaseFile: 'Basic' })
    const before = everything(org)
    const target = {
      '@odata.type': 'Microsoft.Dynamics.CRM.casefile',
      casefileid: hidden,
      name: 'New',
    }
    const own = { '@odata.type': 'Microsoft.Dynamics.CRM.casefile', casefileid: seen, name: 'New' }

    for (const [method, path, body] of [
      ['PUT', `casefiles(${hidden})/name`, { value: 'New' }],
      ['DELETE', `casefiles(${hidden})/name`, undefined],
      ['POST', 'casefiles/Microsoft.Dynamics.CRM.UpdateMultiple', { Targets: [own, target] }],
      ['POST', 'casefiles/Microsoft.Dynamics.CRM.UpsertMultiple', { Targets: [own, target] }],
      ['POST', 'casefiles', { name: 'New', 'parentfileid@odata.bind': `/casefiles(${hidden})` }],
      ['POST', 'casefiles', { name: 'New', casefile_parent: [{ name: 'Below' }] }],
      ['POST', 'casefiles', { name: 'New', parentfileid: { name: 'Above' } }],
      ['PUT', `casefiles(${seen})/ownerid/$ref`, { '@odata.id': `/systemusers(${CAL.id})` }],
    ] as const) {
      expect([path, (await send(ANA, method, path, body)).status]).toEqual([path, 403])
    }

    expect(everything(org)).toEqual(before)
  })
})
