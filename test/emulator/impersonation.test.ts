import { EMPTY_GUID } from '../../src/rows/guid.ts'
import type { AnyEvent } from '../../src/authoring/event.ts'
import type { OrganizationService } from '../../src/messages/organization-service.ts'
import { emulator } from '../../src/testing/emulator.ts'
import type { Step } from '../../src/pipeline/step.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const ANA = '0a000000-0000-4000-8000-000000000001'
const BEN = '0a000000-0000-4000-8000-000000000002'
const GONE = '0a000000-0000-4000-8000-000000000003'
const UNKNOWN = '0a000000-0000-4000-8000-000000000009'

const user = (id: string) => ({ table: 'systemuser', id })

function organization(steps: readonly Step[] = [], access?: 'enforced') {
  const person = (systemuserid: string, lastname: string, more: object = {}) => ({
    table: 'systemuser',
    values: {
      systemuserid,
      lastname,
      domainname: `${lastname}@emulated.example`,
      internalemailaddress: `${lastname}@emulated.example`,
      businessunitid: { table: 'businessunit', id: '0e000000-0000-4000-8000-000000000002' },
      accessmode: 0,
      ...more,
    },
  })
  return emulator({
    tables,
    steps,
    ...(access === undefined ? {} : { access }),
    rows: [person(ANA, 'Ana'), person(BEN, 'Ben'), person(GONE, 'Gone', { isdisabled: true })],
  })
}

describe('a user who acts for another', () => {
  test('is named as the one who did it on behalf', async () => {
    const org = organization()

    const id = await org.as(ANA, { initiatedBy: BEN }).create('contact', { lastname: 'Diaz' })
    await org.as(BEN, { initiatedBy: ANA }).update('contact', id, { firstname: 'Eva' })

    expect(org.peek('contact', id)).toMatchObject({
      createdby: user(ANA),
      createdonbehalfby: user(BEN),
      modifiedby: user(BEN),
      modifiedonbehalfby: user(ANA),
      ownerid: user(ANA),
    })
  })

  test('initiates what the other one does', async () => {
    const seen: unknown[] = []
    const look = step({ table: 'contact', message: 'Create' }, ({ context }) => {
      seen.push([context.UserId, context.InitiatingUserId, context.AuthenticatedUserId])
    })
    const org = organization([look])

    await org.as(ANA, { initiatedBy: BEN }).create('contact', { lastname: 'Diaz' })

    expect(seen).toEqual([[ANA, BEN, BEN]])
  })

  test('acts for nobody when it is the same user', async () => {
    const org = organization()

    const id = await org.as(ANA, { initiatedBy: ANA }).create('contact', { lastname: 'Diaz' })

    expect(org.peek('contact', id)).toMatchObject({ createdby: user(ANA), createdonbehalfby: null })
  })

  test('acts so in a transaction of several requests', async () => {
    const org = organization()

    const id = await org.transaction(
      (inside) => inside.create('contact', { lastname: 'Diaz' }),
      ANA,
      { initiatedBy: BEN },
    )

    expect(org.peek('contact', id)).toMatchObject({
      createdby: user(ANA),
      createdonbehalfby: user(BEN),
    })
  })

  test.each([
    ['an unknown user', UNKNOWN, ANA, 'ROW_NOT_FOUND'],
    ['a disabled user', GONE, ANA, 'USER_DISABLED'],
    ['somebody while unknown', ANA, UNKNOWN, 'ROW_NOT_FOUND'],
    ['somebody while disabled', ANA, GONE, 'USER_DISABLED'],
  ])('cannot act for %s', async (_, userId, initiatedBy, code) => {
    const org = organization()
    const other = org.as(userId, { initiatedBy })

    await refused(org, () => other.create('contact', { lastname: 'Diaz' }), { code })
    await refused(
      org,
      () => org.transaction((inside) => inside.create('contact', {}), userId, { initiatedBy }),
      {
        code,
      },
    )
  })
})

describe('a step that calls as somebody else (impersonate-a-user)', () => {
  const creates = (as: (org: AnyEvent['org']) => OrganizationService) =>
    step({ table: 'contact', message: 'Create' }, async ({ org }) => {
      await as(org).create('account', { name: 'Contoso' })
    })

  test('does so as that user, on behalf of the caller', async () => {
    const org = organization([creates((org) => org.as(ANA))])

    await org.as(BEN).create('contact', { lastname: 'Diaz' })

    const [account] = org.contents().get('account') ?? []
    expect(account).toMatchObject({
      createdby: user(ANA),
      createdonbehalfby: user(BEN),
      ownerid: user(ANA),
    })
  })

  test('does so as SYSTEM', async () => {
    const org = organization([creates((org) => org.asSystem())])

    await org.as(BEN).create('contact', { lastname: 'Diaz' })

    const [account] = org.contents().get('account') ?? []
    expect(account).toMatchObject({
      createdby: user(org.systemUserId),
      createdonbehalfby: user(BEN),
    })
    expect(org.peek('systemuser', org.systemUserId)).toMatchObject({ fullname: 'SYSTEM' })
  })

  test('stays in its operation: same transaction, one deeper, with both users in the context', async () => {
    const seen: unknown[] = []
    const look = step({ table: 'account', message: 'Create' }, ({ context }) => {
      seen.push([
        context.UserId,
        context.InitiatingUserId,
        context.Depth,
        context.IsInTransaction,
        context.ParentContext?.ParentContext?.UserId,
      ])
    })
    const fail = step({ table: 'contact', message: 'Create', stage: 40 }, ({ reject }) =>
      reject('no'),
    )
    const org = organization([creates((org) => org.as(ANA)), look, fail])

    await refused(org, () => org.as(BEN).create('contact', { lastname: 'Diaz' }), { message: 'no' })

    expect(seen).toEqual([[ANA, BEN, 2, true, BEN]])
  })

  test('is nobody’s deputy where it is the caller', async () => {
    const org = organization([creates((org) => org.as(BEN))])

    await org.as(BEN).create('contact', { lastname: 'Diaz' })

    const [account] = org.contents().get('account') ?? []
    expect(account).toMatchObject({ createdby: user(BEN), createdonbehalfby: null })
  })

  test.each([
    ['unknown', UNKNOWN, 'HANDLER_ROW_NOT_FOUND'],
    ['disabled', GONE, 'USER_DISABLED'],
  ])('is refused when that user is %s', async (_, userId, code) => {
    const org = organization([creates((org) => org.as(userId))])

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), { code })
  })

  test('has every right as SYSTEM, where access is enforced', async () => {
    const creates = (asSystem: boolean) =>
      step({ table: 'contact', message: 'Create', runAs: BEN }, async ({ org }) => {
        await (asSystem ? org.asSystem() : org).create('account', { name: 'Contoso' })
      })

    await expect(
      organization([creates(true)], 'enforced').create('contact', { lastname: 'Diaz' }),
    ).resolves.toBeDefined()
    const org = organization([creates(false)], 'enforced')
    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), { code: 'ACCESS_DENIED' })
  })

  test('nobody signs in as SYSTEM', async () => {
    const org = organization()

    await refused(org, () => org.as(org.systemUserId).create('contact', { lastname: 'Diaz' }), {
      code: 'USER_DISABLED',
    })
  })
})

describe('a step that runs as a user', () => {
  const makesAccount = (runAs: string) =>
    step({ table: 'contact', message: 'Create', runAs }, async ({ org }) => {
      await org.create('account', { name: 'Contoso' })
    })

  test('writes as that user, on behalf of the caller', async () => {
    const org = organization([makesAccount(ANA)])

    await org.as(BEN).create('contact', { lastname: 'Diaz' })

    const [account] = org.contents().get('account') ?? []
    expect(account).toMatchObject({ createdby: user(ANA), createdonbehalfby: user(BEN) })
  })

  test('leaves the row it runs for to the caller', async () => {
    const org = organization([makesAccount(ANA)])

    const id = await org.as(BEN).create('contact', { lastname: 'Diaz' })

    expect(org.peek('contact', id)).toMatchObject({ createdby: user(BEN), createdonbehalfby: null })
  })

  test('has that user as UserId and the caller as InitiatingUserId', async () => {
    const seen: unknown[] = []
    const look = step({ table: 'contact', message: 'Create', runAs: ANA }, ({ context }) => {
      seen.push([context.UserId, context.InitiatingUserId])
    })
    const org = organization([look])

    await org.as(BEN).create('contact', { lastname: 'Diaz' })

    expect(seen).toEqual([[ANA, BEN]])
  })

  test.each([
    ['nobody knows', UNKNOWN, 'HANDLER_ROW_NOT_FOUND'],
    ['is disabled', GONE, 'USER_DISABLED'],
  ])('cannot call the organization when the user %s', async (_, runAs, code) => {
    const org = organization([makesAccount(runAs)])

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), { code })
  })
})

test('an execution context tells of its users what the directory knows', async () => {
  let context: unknown
  const look = step({ table: 'contact', message: 'Create' }, (event) => {
    const { context: told } = event
    context = {
      user: told.UserAzureActiveDirectoryObjectId,
      initiating: told.InitiatingUserAzureActiveDirectoryObjectId,
      application: told.InitiatingUserApplicationId,
      isApplication: told.IsApplicationUser,
      portal: [told.PortalsContactId, told.IsPortalsClientCall],
      agent: told.InitiatingUserAgent,
    }
  })
  const org = organization([look])

  await org.create('contact', { lastname: 'Diaz' })

  const known = org.peek('systemuser', org.userId)?.['azureactivedirectoryobjectid']
  expect(known).not.toBeUndefined()
  expect(context).toEqual({
    user: known,
    initiating: known,
    application: EMPTY_GUID,
    isApplication: false,
    portal: [EMPTY_GUID, false],
    agent: '',
  })
})
