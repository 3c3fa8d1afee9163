import { emulator } from '../../src/testing/index.ts'

test('WhoAmI names the caller, the business unit the caller is in, and the organization', async () => {
  const org = emulator({ tables: [] })
  const sales = await org.create('businessunit', {
    name: 'Sales',
    parentbusinessunitid: { table: 'businessunit', id: org.businessUnitId },
  })
  const seller = await org.create('systemuser', {
    lastname: 'Seller',
    domainname: 'seller@emulated.example',
    internalemailaddress: 'seller@emulated.example',
    businessunitid: { table: 'businessunit', id: sales },
  })

  expect(await org.execute('WhoAmI', {})).toEqual({
    UserId: org.userId,
    BusinessUnitId: org.businessUnitId,
    OrganizationId: org.organizationId,
  })
  expect(await org.as(seller).execute('WhoAmI', {})).toMatchObject({
    UserId: seller,
    BusinessUnitId: sales,
  })
})

test('RetrieveVersion tells the version of the platform that is emulated', async () => {
  expect(await emulator({ tables: [] }).execute('RetrieveVersion', {})).toEqual({
    Version: expect.stringMatching(/^9\.2\./),
  })
})
