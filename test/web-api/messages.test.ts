import type { OrganizationService } from '../../src/messages/organization-service.ts'
import { DataverseError } from '../../src/errors/dataverse-error.ts'
import { idIn, world } from './world.ts'

/* Messages of the emulated organization, called by name. */

test('Merge keeps the target and gives the other row up', async () => {
  const { org, send } = world()
  const target = await org.create('account', { name: 'Kept' })
  const lost = await org.create('account', { name: 'Lost', telephone1: '555' })
  const contact = await org.create('contact', {
    lastname: 'McKay',
    parentcustomerid: { table: 'account', id: lost },
  })

  const answer = await send('POST', 'Merge', {
    Target: { '@odata.type': 'Microsoft.Dynamics.CRM.account', accountid: target },
    Subordinate: { '@odata.type': 'Microsoft.Dynamics.CRM.account', accountid: lost },
    UpdateContent: { '@odata.type': 'Microsoft.Dynamics.CRM.account', telephone1: '555' },
    PerformParentingChecks: false,
  })

  expect([answer.status, answer.text]).toEqual([204, ''])
  expect(await org.retrieve('account', target)).toMatchObject({ name: 'Kept', telephone1: '555' })
  expect(await org.retrieve('account', lost)).toMatchObject({ statecode: 1 })
  expect(await org.retrieve('contact', contact)).toMatchObject({
    parentcustomerid: { table: 'account', id: target },
  })
})

test('access is granted, told and revoked', async () => {
  const { org, send } = world()
  const id = await org.create('account', { name: 'Shared' })
  const team = { '@odata.type': 'Microsoft.Dynamics.CRM.team', teamid: org.teamId }
  const account = { '@odata.type': 'Microsoft.Dynamics.CRM.account', accountid: id }
  const rights = async () =>
    (
      await send(
        'GET',
        `teams(${org.teamId})/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@t)?@t={"@odata.id":"accounts(${id})"}`,
      )
    ).json.AccessRights as string

  const granted = await send('POST', 'GrantAccess', {
    Target: account,
    PrincipalAccess: { AccessMask: 'ReadAccess, WriteAccess', Principal: team },
  })
  const told = await rights()
  const revoked = await send('POST', 'RevokeAccess', { Target: account, Revokee: team })

  expect([granted.status, revoked.status]).toEqual([204, 204])
  expect(told).toContain('ReadAccess')
  expect(await rights()).not.toContain('ReadAccess')
})

test('a state change without a status takes the state’s own, and an owner is assigned by its column', async () => {
  const { org, send } = world()
  const id = await org.create('account', { name: 'A' })

  const answer = await send('PATCH', `accounts(${id})`, {
    statecode: 1,
    'ownerid@odata.bind': `/teams(${org.teamId})`,
  })

  expect(answer.status).toBe(204)
  expect(await org.retrieve('account', id)).toMatchObject({
    statecode: 1,
    statuscode: 2,
    ownerid: { table: 'team', id: org.teamId },
  })
})

test('a caller may act for another user', async () => {
  const { org } = world()
  const other = await org.create('systemuser', {
    domainname: 'other@contoso.example',
    internalemailaddress: 'other@contoso.example',
    businessunitid: { table: 'businessunit', id: org.businessUnitId },
  })
  const { send } = world({
    api: {
      catalog: org.catalog,
      service: ({ systemUserId }): OrganizationService =>
        systemUserId === undefined ? org : org.as(systemUserId),
    },
  })

  const made = await send('POST', 'accounts', { name: 'A' }, { mscrmcallerid: other })

  expect(await org.retrieve('account', idIn(made))).toMatchObject({
    createdby: { table: 'systemuser', id: other },
  })
})

test('a caller nobody knows is 401, with a challenge', async () => {
  const { org, send } = world({
    api: {
      service: () => {
        throw new DataverseError('UNAUTHORIZED', 'No token was sent.')
      },
    },
  })
  const before = org.contents()

  const answer = await send('POST', 'accounts', { name: 'A' })

  expect(answer.status).toBe(401)
  expect(answer.headers['WWW-Authenticate']).toMatch(/^Bearer authorization_uri=/)
  expect(org.contents()).toEqual(before)
})

test('an action without its namespace is told apart from a property', async () => {
  const { org, send } = world()
  const id = await org.create('account', { name: 'A' })

  const answer = await send('POST', `accounts(${id})/new_Weigh`, {})

  expect(answer.status).toBe(400)
  expect(answer.json.error.message).toBe('Request message has unresolved parameters')
})
