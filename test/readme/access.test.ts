// test/handlers/access.test.ts
import { emulator, giveRole } from 'dataverse-handlers/testing'

test('a clerk sees the accounts of the business unit and changes none', async () => {
  const org = emulator({ access: 'enforced' })
  const businessunitid = { table: 'businessunit', id: org.businessUnitId } as const
  const clerk = await org.create('systemuser', {
    lastname: 'Clerk',
    domainname: 'clerk@contoso.example',
    internalemailaddress: 'clerk@contoso.example',
    businessunitid,
    accessmode: 0,
  })
  await giveRole(org, { table: 'systemuser', id: clerk }, { prvReadAccount: 'Local' })
  const id = await org.create('account', { name: 'Contoso' })

  expect(await org.as(clerk).retrieve('account', id)).toMatchObject({ name: 'Contoso' })
  await expect(org.as(clerk).update('account', id, { name: 'Fabrikam' })).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
    message: expect.stringContaining('is missing prvWriteAccount privilege'),
  })
})
