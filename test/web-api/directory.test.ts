import { idIn, world } from './world.ts'

/* Users, teams, business units and owners, over HTTP. What they refuse is in test/fidelity. */

const USER = 'Microsoft.Dynamics.CRM.systemuser'
const TEAM = 'Microsoft.Dynamics.CRM.team'

async function company() {
  const { org, send } = world()
  const create = async (set: string, body: object) => idIn(await send('POST', set, body))
  const unit = { 'businessunitid@odata.bind': `/businessunits(${org.businessUnitId})` }
  const user = async (name: string) =>
    create('systemusers', {
      lastname: name,
      firstname: 'Ann',
      domainname: `${name}@emulated.example`,
      internalemailaddress: `${name}@emulated.example`,
      ...unit,
    })
  const team = (more: object = {}) => create('teams', { name: 'Sales', ...unit, ...more })
  const north = () =>
    create('businessunits', {
      name: 'North',
      'parentbusinessunitid@odata.bind': `/businessunits(${org.businessUnitId})`,
    })
  return { org, send, create, user, team, north }
}

test.each(['systemuserid', 'ownerid'])(
  'members are added to a team and removed again, named by %s',
  async (key) => {
    const { org, send, user, team } = await company()
    const [id, member] = [await team(), await user('Jones')]
    const Members = [{ '@odata.type': USER, [key]: member }]
    const isMember = () =>
      (org.contents().get('teammembership') ?? []).some(
        (row) => row['teamid'] === id && row['systemuserid'] === member,
      )

    const added = await send('POST', `teams(${id})/Microsoft.Dynamics.CRM.AddMembersTeam`, {
      Members,
    })
    expect([added.status, isMember()]).toEqual([204, true])

    const removed = await send('POST', `teams(${id})/Microsoft.Dynamics.CRM.RemoveMembersTeam`, {
      Members,
    })
    expect([removed.status, isMember()]).toEqual([204, false])
  },
)

test('members of no type are refused, and nobody is added', async () => {
  const { org, send, user, team } = await company()
  const [id, member] = [await team(), await user('Jones')]
  const before = org.contents().get('teammembership')

  const answer = await send('POST', `teams(${id})/Microsoft.Dynamics.CRM.AddMembersTeam`, {
    Members: [{ ownerid: member }],
  })

  expect(answer.status).toBe(400)
  expect(answer.json.error.message).toContain(
    'EdmEntityObject passed should have the key property value set.',
  )
  expect(org.contents().get('teammembership')).toEqual(before)
})

test('rows are reassigned from one owner to another', async () => {
  const { org, send, user, team } = await company()
  const [id, to] = [await user('Jones'), await team()]
  const account = await org.create('account', { name: 'Contoso' })

  const first = await send(
    'POST',
    `systemusers(${org.userId})/Microsoft.Dynamics.CRM.ReassignObjectsSystemUser`,
    { ReassignPrincipal: { '@odata.type': USER, systemuserid: id } },
  )
  expect([first.status, org.peek('account', account)?.['ownerid']]).toEqual([
    204,
    { table: 'systemuser', id },
  ])

  const second = await send('POST', 'ReassignObjectsOwner', {
    FromPrincipal: { '@odata.type': USER, systemuserid: id },
    ToPrincipal: { '@odata.type': TEAM, teamid: to },
  })
  expect([second.status, org.peek('account', account)?.['ownerid']]).toEqual([
    204,
    { table: 'team', id: to },
  ])
})

test('a user that is disabled is deleted twice', async () => {
  const { send, user } = await company()
  const id = await user('Jones')
  await send('PATCH', `systemusers(${id})`, { isdisabled: true })

  expect((await send('DELETE', `systemusers(${id})`)).status).toBe(204)
  expect((await send('GET', `systemusers(${id})?$select=deletedstate`)).json).toMatchObject({
    deletedstate: 1,
  })
  expect((await send('DELETE', `systemusers(${id})`)).status).toBe(204)
  expect((await send('GET', `systemusers(${id})`)).status).toBe(404)
})
