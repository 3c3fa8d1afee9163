import { textOf } from '../../src/rows/value.ts'
import { giveRole } from '../../src/testing/index.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { ADA, ANA, BEN, caseFiles, fileOf, securedOrganization } from './world.ts'

describe('a user who acts for another one', () => {
  test('needs the privilege to', async () => {
    const org = securedOrganization()
    await giveRole(org, ANA, caseFiles('Global'))
    await giveRole(org, ADA, caseFiles('Global'))
    const act = () => org.as(ANA.id, { initiatedBy: ADA.id }).create('casefile', { name: 'Hers' })

    await refused(org, act, {
      code: 'IMPERSONATION_DENIED',
      message: `User does not have the privilege to act on behalf another user. (${ADA.id})`,
    })
    await refused(
      org,
      () =>
        org.transaction((inside) => inside.create('casefile', {}), ANA.id, {
          initiatedBy: ADA.id,
        }),
      { code: 'IMPERSONATION_DENIED' },
    )
    await giveRole(org, ADA, { prvActOnBehalfOfAnotherUser: 'Global' })

    expect(org.peek('casefile', await act())).toMatchObject({
      createdby: ANA,
      createdonbehalfby: ADA,
    })
  })

  test('may do what both may do, and see what both see', async () => {
    const org = securedOrganization()
    await giveRole(org, ANA, caseFiles('Local'))
    await giveRole(org, ADA, {
      prvActOnBehalfOfAnotherUser: 'Global',
      prvReadCaseFile: 'Basic',
      prvWriteCaseFile: 'Basic',
    })
    const ofAna = await fileOf(org, ANA, { name: 'Ana' })
    const ofAda = await fileOf(org, ADA, { name: 'Ada' })
    const both = org.as(ANA.id, { initiatedBy: ADA.id })

    await both.update('casefile', ofAda, { name: 'Ada, changed' })
    await refused(org, () => both.update('casefile', ofAna, { name: 'New' }), {
      code: 'ROW_ACCESS_DENIED',
      message: expect.stringContaining(`Principal with id ${ADA.id}`) as unknown,
    })
    await refused(org, () => both.delete('casefile', ofAda), {
      code: 'ACCESS_DENIED',
      message: expect.stringContaining('prvDeleteCaseFile') as unknown,
    })
    const { rows } = await both.retrieveMultiple({ table: 'casefile', columns: ['name'] })
    expect(rows).toMatchObject([{ name: 'Ada, changed' }])
  })

  test('is asked for in the steps it sets off, too', async () => {
    const create = step({ table: 'casefile', message: 'Update', stage: 40 }, async ({ org }) => {
      await org.create('casefile', { name: 'By a step' })
    })
    const org = securedOrganization([create])
    await giveRole(org, ANA, caseFiles('Local'))
    await giveRole(org, ADA, {
      prvActOnBehalfOfAnotherUser: 'Global',
      prvReadCaseFile: 'Local',
      prvWriteCaseFile: 'Local',
    })
    const file = await fileOf(org, ANA)

    await refused(
      org,
      () => org.as(ANA.id, { initiatedBy: ADA.id }).update('casefile', file, { name: 'New' }),
      { message: expect.stringContaining('prvCreateCaseFile') as unknown },
    )
  })
})

describe('leaving steps out', () => {
  const world = async () => {
    const refuse = step({ table: 'casefile', message: 'Create', stage: 10 }, ({ reject }) =>
      reject('Not here.'),
    )
    const org = securedOrganization([refuse])
    await giveRole(org, ANA, caseFiles('Basic'))
    return { org, stepId: refuse.id }
  }

  test('needs prvBypassCustomBusinessLogic (bypass-custom-business-logic)', async () => {
    const { org, stepId } = await world()
    const asked = [{ sync: true }, { async: true }, { stepIds: [stepId] }]
    const create = (bypass: object) => org.as(ANA.id).create('casefile', {}, { bypass })
    for (const bypass of asked) {
      await refused(org, () => create(bypass), {
        code: 'ACCESS_DENIED',
        message: expect.stringContaining(
          'is missing prvBypassCustomBusinessLogic privilege (Id=0ea552b0-a491-4470-9a1b-82068deccf66). context.Caller=',
        ) as unknown,
      })
    }
    await giveRole(org, ANA, { prvBypassCustomBusinessLogic: 'Global' })

    await create({ sync: true })
    expect(org.contents().get('casefile')).toHaveLength(1)
  })

  test('needs prvBypassCustomPlugins where the older option asks for it', async () => {
    const { org } = await world()
    const create = () => org.as(ANA.id).create('casefile', {}, { bypass: { plugins: true } })

    await giveRole(org, ANA, { prvBypassCustomBusinessLogic: 'Global' })
    await refused(org, create, {
      code: 'ACCESS_DENIED',
      message: expect.stringContaining(
        'is missing prvBypassCustomPlugins privilege (Id=148a9eaf-d0c4-4196-9852-c3a38e35f6a1)',
      ) as unknown,
    })
    await giveRole(org, ANA, { prvBypassCustomPlugins: 'Global' })

    await create()
    expect(org.contents().get('casefile')).toHaveLength(1)
  })
})

test('the secure configuration of a step is read by administrators only', async () => {
  const configured = step(
    { table: 'casefile', message: 'Create', secureConfiguration: 'secret' },
    () => {},
  )
  const org = securedOrganization([configured])
  await giveRole(org, BEN, {
    prvReadSdkMessageProcessingStep: 'Global',
    prvReadSdkMessageProcessingStepSecureConfig: 'Global',
  })
  const query = {
    table: 'sdkmessageprocessingstepsecureconfig',
    columns: ['secureconfig'],
  } as const

  const { rows } = await org.retrieveMultiple(query)
  const refusal = {
    code: 'ACCESS_DENIED',
    message: expect.stringContaining(
      'is missing prvReadSdkMessageProcessingStepSecureConfig privilege',
    ) as unknown,
  }

  expect(rows).toMatchObject([{ secureconfig: 'secret' }])
  await refused(org, () => org.as(BEN.id).retrieveMultiple(query), refusal)
  await refused(
    org,
    () =>
      org
        .as(BEN.id)
        .retrieve(query.table, textOf(rows[0]?.['sdkmessageprocessingstepsecureconfigid'])),
    refusal,
  )
})
