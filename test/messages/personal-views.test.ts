import type { RowRef } from '../../src/rows/value.ts'
import { emulator } from '../../src/testing/index.ts'

/** A view of Ann's, one of the team's Ben is in, and two users who own nothing: Ben and Cleo. */
async function organization() {
  const org = emulator()
  const [ann, ben, cleo] = await Promise.all(
    ['Ann', 'Ben', 'Cleo'].map((lastname) =>
      org.create('systemuser', {
        firstname: '.',
        lastname,
        domainname: lastname,
        internalemailaddress: `${lastname}@contoso.example`,
        businessunitid: { table: 'businessunit', id: org.businessUnitId },
      }),
    ),
  )
  if (ann === undefined || ben === undefined || cleo === undefined) throw new TypeError('no users')
  const team = await org.create('team', {
    name: 'Sales',
    administratorid: { table: 'systemuser', id: ann },
    businessunitid: { table: 'businessunit', id: org.businessUnitId },
  })
  await org.associate({ table: 'team', id: team }, 'teammembership_association', [
    { table: 'systemuser', id: ben },
  ])
  const view = (name: string, owner: RowRef<'systemuser'> | RowRef<'team'>) =>
    org.create('userquery', {
      name,
      returnedtypecode: 'account',
      querytype: 0,
      fetchxml: "<fetch><entity name='account'/></fetch>",
      ownerid: owner,
    })
  const own = await view('Own', { table: 'systemuser', id: ann })
  const ofTeam = await view('Team', { table: 'team', id: team })
  const share = (rights: string, principal: { table: string; id: string }) =>
    org.execute('GrantAccess', {
      Target: { table: 'userquery', id: own },
      PrincipalAccess: { Principal: principal, AccessMask: rights },
    })
  const seenBy = async (user: string) => {
    const page = await org.as(user).retrieveMultiple({
      table: 'userquery',
      columns: ['name'],
      order: [{ column: 'name', descending: false }],
    })
    return page.rows.map(({ name }) => name)
  }
  return { org, ann, ben, cleo, team, own, ofTeam, share, seenBy }
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/saved-queries */
describe('a personal view', () => {
  test('is seen by its owner, and by the team that owns it', async () => {
    const { org, ann, ben, own, ofTeam, seenBy } = await organization()

    expect(await seenBy(ann)).toEqual(['Own'])
    expect(await seenBy(ben)).toEqual(['Team'])
    expect(await org.as(ann).retrieve('userquery', own, ['name'])).toMatchObject({ name: 'Own' })
    expect(await org.as(ben).retrieve('userquery', ofTeam, ['name'])).toMatchObject({
      name: 'Team',
    })
  })

  test('is not read by others, administrators among them', async () => {
    const { org, cleo, own, seenBy } = await organization()

    expect(await seenBy(cleo)).toEqual([])
    expect(await seenBy(org.userId)).toEqual([])
    await expect(org.as(cleo).retrieve('userquery', own, ['name'])).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    })
  })

  test('is seen by users and teams it is shared with for reading', async () => {
    const { org, ben, cleo, team, own, share, seenBy } = await organization()

    await share('ReadAccess', { table: 'team', id: team })
    await share('WriteAccess', { table: 'systemuser', id: cleo })
    expect(await seenBy(ben)).toEqual(['Own', 'Team'])
    expect(await seenBy(cleo)).toEqual([])

    await share('ReadAccess', { table: 'systemuser', id: cleo })
    expect(await seenBy(cleo)).toEqual(['Own'])
    expect(await org.as(cleo).retrieve('userquery', own, ['name'])).toMatchObject({ name: 'Own' })

    await org.execute('RevokeAccess', {
      Target: { table: 'userquery', id: own },
      Revokee: { table: 'systemuser', id: cleo },
    })
    expect(await seenBy(cleo)).toEqual([])
  })

  test('is seen by the platform’s own user', async () => {
    const { org, own } = await organization()
    const { rows } = await org
      .asSystem()
      .retrieveMultiple({ table: 'userquery', columns: ['name'] })

    expect(rows.map(({ name }) => name).sort()).toEqual(['Own', 'Team'])
    expect(await org.asSystem().retrieve('userquery', own, ['name'])).toMatchObject({ name: 'Own' })
  })

  test('does not come through a link either', async () => {
    const { org, ann, cleo } = await organization()
    const through = async (user: string) => {
      const { rows } = await org.as(user).retrieveMultiple({
        table: 'systemuser',
        columns: [],
        links: [
          {
            kind: 'inner',
            table: 'userquery',
            from: 'owninguser',
            to: 'systemuserid',
            alias: 'view',
            columns: ['name'],
          },
        ],
      })
      return rows.map((row) => row['view.name'])
    }

    expect(await through(ann)).toEqual(['Own'])
    expect(await through(cleo)).toEqual([])
  })

  test('is not asked for in a filter either', async () => {
    const { org, ann, cleo } = await organization()
    const owners = async (user: string, name: string) => {
      const { rows } = await org.as(user).retrieveMultiple({
        table: 'systemuser',
        columns: ['lastname'],
        where: {
          kind: 'or',
          filters: [
            {
              kind: 'link',
              quantifier: 'any',
              table: 'userquery',
              from: 'owninguser',
              to: 'systemuserid',
              where: { kind: 'condition', column: 'name', operator: 'eq', values: [name] },
            },
          ],
        },
      })
      return rows.map(({ lastname }) => lastname)
    }

    expect(await owners(ann, 'Own')).toEqual(['Ann'])
    expect(await owners(ann, 'Other')).toEqual([])
    expect(await owners(cleo, 'Own')).toEqual([])
  })
})
