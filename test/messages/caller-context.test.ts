import type { OperatorName } from '../../src/query/operators.ts'
import { emulator } from '../../src/testing/index.ts'

/** Ann leads Ben by manager; Cleo holds a position below Ann's. */
async function organization() {
  const org = emulator()
  const unit = { table: 'businessunit' as const, id: org.businessUnitId }
  const above = await org.create('position', { name: 'Head' })
  const below = await org.create('position', {
    name: 'Clerk',
    parentpositionid: { table: 'position', id: above },
  })
  const user = (lastname: string, more: object = {}) =>
    org.create('systemuser', {
      firstname: '.',
      lastname,
      domainname: lastname,
      internalemailaddress: `${lastname}@contoso.example`,
      businessunitid: unit,
      ...more,
    })
  const ann = await user('Ann', { positionid: { table: 'position', id: above } })
  const ben = await user('Ben', { parentsystemuserid: { table: 'systemuser', id: ann } })
  const cleo = await user('Cleo', { positionid: { table: 'position', id: below } })
  for (const [name, id] of Object.entries({ ann, ben, cleo })) {
    await org.create('account', { name, ownerid: { table: 'systemuser', id } })
  }
  const found = async (operator: OperatorName) => {
    const { rows } = await org.as(ann).retrieveMultiple({
      table: 'account',
      columns: ['name'],
      where: { kind: 'condition', column: 'ownerid', operator, values: [] },
    })
    return rows.map(({ name }) => name).sort()
  }
  return { org, found }
}

/** https://learn.microsoft.com/power-platform/admin/hierarchy-security */
test('users report by their managers, or by their positions where the organization says so', async () => {
  const { org, found } = await organization()

  expect(await found('eq-useroruserhierarchy')).toEqual(['ann', 'ben'])

  await org.update('organization', org.organizationId, { usepositionhierarchy: true })
  expect(await found('eq-useroruserhierarchy')).toEqual(['ann', 'cleo'])
})

/** https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/order-rows */
test('choices are sorted by their labels in the language of whoever asks', async () => {
  const column = (logicalName: string) => ({
    logicalName,
    schemaName: logicalName,
    requiredLevel: 'None' as const,
    validForRead: true,
    validForCreate: true,
    validForUpdate: true,
  })
  const org = emulator({
    tables: [
      {
        logicalName: 'new_pet',
        schemaName: 'new_pet',
        entitySetName: 'new_pets',
        primaryId: 'new_petid',
        primaryName: 'new_name',
        tableType: 'Standard',
        ownership: 'OrganizationOwned',
        columns: [
          { ...column('new_petid'), type: 'Uniqueidentifier' },
          { ...column('new_name'), type: 'String', maxLength: 100 },
          {
            ...column('new_kind'),
            type: 'Picklist',
            defaultValue: null,
            options: [
              { value: 1, label: 'Cat', labels: { 1033: 'Cat', 1031: 'Katze' } },
              { value: 2, label: 'Dog', labels: { 1033: 'Dog', 1031: 'Hund' } },
            ],
          },
        ],
        keys: [],
        manyToOne: [],
        oneToMany: [],
        manyToMany: [],
      },
    ],
  })
  for (const new_kind of [1, 2]) await org.create('new_pet', { new_kind })
  const sorted = async () => {
    const { rows } = await org.retrieveMultiple({
      table: 'new_pet',
      columns: ['new_kindname'],
      order: [{ column: 'new_kind', descending: false }],
    })
    return rows.map((row) => row['new_kindname'])
  }

  expect(await sorted()).toEqual(['Cat', 'Dog'])

  await org.update('usersettings', org.userId, { uilanguageid: 1031 })
  expect(await sorted()).toEqual(['Hund', 'Katze'])
})
