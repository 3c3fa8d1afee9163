import { giveRole, type Emulator } from '../../src/testing/index.ts'
import type { RowRef } from '../../src/rows/value.ts'
import { refused } from '../support/organization.ts'
import { ANA, caseFiles, fileOf, securedOrganization, TEAM } from './world.ts'

const ALLOWED = 4

/** A profile that lets its holders do these things with the diagnosis. */
async function profile(
  org: Emulator,
  holder: RowRef,
  permissions: { readonly canread?: 4; readonly cancreate?: 4; readonly canupdate?: 4 },
) {
  const id = await org.create('fieldsecurityprofile', { name: 'Doctors' })
  const ref = { table: 'fieldsecurityprofile', id } as const
  await org.create('fieldpermission', {
    fieldsecurityprofileid: ref,
    entityname: 'casefile',
    attributelogicalname: 'diagnosis',
    ...permissions,
  })
  const relationship =
    holder.table === 'team' ? 'teamprofiles_association' : 'systemuserprofiles_association'
  await org.associate(holder, relationship, ref)
}

async function world() {
  const org = securedOrganization()
  await giveRole(org, ANA, caseFiles('Basic'))
  const file = await fileOf(org, ANA, { name: 'File', diagnosis: 'Flu' })
  return { org, file, asAna: org.as(ANA.id) }
}

test('a secured column is empty for who may not read it, and nothing is refused', async () => {
  const { org, file, asAna } = await world()

  expect(await asAna.retrieve('casefile', file)).toMatchObject({ name: 'File', diagnosis: null })
  expect(await asAna.retrieve('casefile', file, ['diagnosis'])).toEqual({
    casefileid: file,
    diagnosis: null,
  })
  expect(await asAna.retrieve('casefile', file, ['name'])).toEqual({
    casefileid: file,
    name: 'File',
  })
  const { rows } = await asAna.retrieveMultiple({ table: 'casefile', columns: ['diagnosis'] })
  expect(rows).toMatchObject([{ diagnosis: null }])
  expect(await org.retrieve('casefile', file)).toMatchObject({ diagnosis: 'Flu' })
})

test('a profile of the user, or of a team, lets it be read', async () => {
  const own = await world()
  await profile(own.org, ANA, { canread: ALLOWED })
  const ofTeam = await world()
  await profile(ofTeam.org, TEAM, { canread: ALLOWED })
  await ofTeam.org.associate(TEAM, 'teammembership_association', ANA)

  for (const { asAna, file } of [own, ofTeam]) {
    expect(await asAna.retrieve('casefile', file)).toMatchObject({ diagnosis: 'Flu' })
    const { rows } = await asAna.retrieveMultiple({
      table: 'casefile',
      columns: ['diagnosis'],
      where: { kind: 'condition', column: 'diagnosis', operator: 'eq', values: ['Flu'] },
    })
    expect(rows).toMatchObject([{ diagnosis: 'Flu' }])
  }
})

test('a filter on it is refused', async () => {
  const { org, asAna } = await world()

  await refused(
    org,
    () =>
      asAna.retrieveMultiple({
        table: 'casefile',
        columns: ['name'],
        where: { kind: 'condition', column: 'diagnosis', operator: 'like', values: ['F%'] },
      }),
    {
      code: 'COLUMN_READ_DENIED',
      message:
        'The user does not have read permissions to a secured field. The requested operation could not be completed. (casefile.diagnosis)',
    },
  )
})

test('it is not grouped by, nor added up, where it cannot be read', async () => {
  const { asAna } = await world()

  const { rows } = await asAna.retrieveMultiple({
    table: 'casefile',
    columns: [],
    aggregate: true,
    aggregates: [{ function: 'countcolumn', column: 'diagnosis', alias: 'number' }],
  })

  expect(rows).toEqual([{ number: 0 }])
})

test('setting it on Create is refused', async () => {
  const { org, asAna } = await world()
  const create = () => asAna.create('casefile', { diagnosis: 'Cold' })

  await refused(org, create, { code: 'COLUMN_CREATE_DENIED' })
  await profile(org, ANA, { cancreate: ALLOWED })

  expect(org.peek('casefile', await create())).toMatchObject({ diagnosis: 'Cold' })
})

test('setting it on Update is refused', async () => {
  const { org, file, asAna } = await world()
  const update = () => asAna.update('casefile', file, { diagnosis: 'Cold' })

  await refused(org, update, { code: 'COLUMN_UPDATE_DENIED' })
  await profile(org, ANA, { canupdate: ALLOWED })
  await update()

  expect(org.peek('casefile', file)).toMatchObject({ diagnosis: 'Cold' })
  expect(await asAna.retrieve('casefile', file)).toMatchObject({ diagnosis: null })
})

test('who may change a profile may change what it permits, and nobody else', async () => {
  const { org, asAna } = await world()
  const id = await org.create('fieldsecurityprofile', { name: 'Doctors' })
  const permit = () =>
    asAna.create('fieldpermission', {
      fieldsecurityprofileid: { table: 'fieldsecurityprofile', id },
      entityname: 'casefile',
      attributelogicalname: 'diagnosis',
      canread: ALLOWED,
    })

  await refused(org, permit, {
    code: 'ACCESS_DENIED',
    message: expect.stringContaining('prvWriteFieldSecurityProfile') as unknown,
  })
})
