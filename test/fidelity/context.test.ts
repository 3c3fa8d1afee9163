import type { AnyEvent } from '../../src/authoring/event.ts'
import type { ExecutionContext } from '../../src/pipeline/execution-context.ts'
import { EMPTY_GUID } from '../../src/rows/guid.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { ORGANIZATION_IDS } from '../../src/emulator/organization-rows.ts'
import { image, step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const CREATE = { message: 'Create', table: 'contact' } as const

/** What a step of one kind is told, read while it runs. */
async function seenBy(
  look: (event: AnyEvent) => unknown,
  spec: Partial<Parameters<typeof step>[0]> = {},
): Promise<unknown> {
  const seen: unknown[] = []
  const org = emulator({
    tables,
    steps: [step({ ...CREATE, ...spec }, (event) => void seen.push(look(event)))],
  })
  await org.create('contact', { firstname: 'Ana', lastname: 'Diaz' })
  await org.settle()
  return seen[0]
}

test('a context tells environment and tenant, and that a human at the server calls', async () => {
  expect(
    await seenBy(({ context }) => ({
      environment: context.EnvironmentId,
      tenant: context.TenantId,
      isApplication: context.IsApplicationUser,
      application: context.InitiatingUserApplicationId,
      offline: [context.IsExecutingOffline, context.IsOfflinePlayback],
      authenticated: context.AuthenticatedUserId,
    })),
  ).toEqual({
    environment: ORGANIZATION_IDS.environmentId,
    tenant: ORGANIZATION_IDS.tenantId,
    isApplication: false,
    application: EMPTY_GUID,
    offline: [false, false],
    authenticated: ORGANIZATION_IDS.userId,
  })
})

test('the step itself is the owning extension of its context', async () => {
  const id = '57e90000-0000-4000-8000-0000000000ff'

  expect(await seenBy(({ context }) => context.OwningExtension, { id, name: 'Mine' })).toEqual({
    LogicalName: 'sdkmessageprocessingstep',
    Id: id,
    Name: 'Mine',
  })
})

test('the business unit of a context is that of the calling user', async () => {
  const seen: unknown[] = []
  const look = step(CREATE, ({ context }) => void seen.push(context.BusinessUnitId))
  const org = emulator({ tables, steps: [look] })
  const unit = await org.create('businessunit', {
    name: 'Sales',
    parentbusinessunitid: { table: 'businessunit', id: org.businessUnitId },
  })
  const user = await org.create('systemuser', {
    domainname: 'eva@emulated.example',
    internalemailaddress: 'eva@emulated.example',
    businessunitid: { table: 'businessunit', id: unit },
  })

  await org.create('contact', { lastname: 'Diaz' })
  await org.as(user).create('contact', { lastname: 'Okoro' })

  expect(seen).toEqual([org.businessUnitId, unit])
})

test.each([10, 20, 40] as const)(
  'images at stage %i are those the platform has there',
  async (stage) => {
    const seen: unknown[] = []
    const look = step(
      {
        message: 'Update',
        table: 'contact',
        stage,
        preImages: image(['lastname']),
        ...(stage === 40 && { postImages: image(['lastname']) }),
      },
      ({ context }) =>
        void seen.push([
          context.PreEntityImages['image']?.Attributes,
          context.PostEntityImages['image']?.Attributes,
        ]),
    )
    const org = emulator({ tables, steps: [look] })
    const id = await org.create('contact', { lastname: 'Diaz' })

    await org.update('contact', id, { lastname: 'Okoro' })

    expect(seen).toEqual([[{ lastname: 'Diaz' }, stage === 40 ? { lastname: 'Okoro' } : undefined]])
  },
)

test('an image has the primary key among its columns only when it is asked for', async () => {
  const seen: unknown[] = []
  const look = (columns: readonly string[]) =>
    step(
      { message: 'Update', table: 'contact', preImages: image(columns) },
      ({ context }) =>
        void seen.push(Object.keys(context.PreEntityImages['image']?.Attributes ?? {})),
    )
  const org = emulator({ tables, steps: [look(['lastname']), look(['contactid', 'lastname'])] })
  const id = await org.create('contact', { lastname: 'Diaz' })

  await org.update('contact', id, { lastname: 'Okoro' })

  expect(seen).toEqual([['lastname'], ['contactid', 'lastname']])
})

test('a synchronous step has no image that nobody registered', async () => {
  expect(await seenBy(({ context }) => context.PostEntityImages, { stage: 40 })).toEqual({})
})

test('an asynchronous step has the context of its event: parent, parameters and answer', async () => {
  const told = (await seenBy(({ context }) => context, {
    stage: 40,
    mode: 'async',
  })) as ExecutionContext

  expect(told).toMatchObject({ Mode: 1, IsInTransaction: false, Depth: 1 })
  expect(told.ParentContext).toMatchObject({ Stage: 30, MessageName: 'Create' })
  expect(told.OutputParameters).toEqual({ id: told.PrimaryEntityId })
  expect(told.InputParameters).toHaveProperty('Target')
})

test('no member of a context can be replaced', async () => {
  const members = ['Depth', 'Stage', 'UserId', 'MessageName', 'InputParameters', 'PreEntityImages']

  const left = await seenBy(({ context }) =>
    members.filter((member) => {
      try {
        ;(context as unknown as Record<string, unknown>)[member] = 9
      } catch {
        return false
      }
      return (context as unknown as Record<string, unknown>)[member] === 9
    }),
  )

  expect(left).toEqual([])
})

test('the parameters of the inner context are the Target alone', async () => {
  expect(await seenBy(({ context }) => Object.keys(context.InputParameters))).toEqual(['Target'])
})

test('a Create without an id has the one it will be stored under from PreOperation on', async () => {
  const seen: unknown[] = []
  const look = ([20, 40] as const).map((stage) =>
    step(
      { ...CREATE, stage },
      ({ context, target }) => void seen.push(context.PrimaryEntityId, target['contactid']),
    ),
  )
  const org = emulator({ tables, steps: look })

  const id = await org.create('contact', { lastname: 'Diaz' })

  expect(seen).toEqual([id, id, id, id])
})

test('the Target of an Update has the columns that were computed anew at PostOperation', async () => {
  const seen: unknown[] = []
  const look = ([20, 40] as const).map((stage) =>
    step(
      { message: 'Update', table: 'contact', stage },
      ({ target }) => void seen.push(target['fullname']),
    ),
  )
  const org = emulator({ tables, steps: look })
  const id = await org.create('contact', { firstname: 'Ana', lastname: 'Diaz' })

  await org.update('contact', id, { lastname: 'Okoro' })

  expect(seen).toEqual([undefined, 'Ana Okoro'])
})

test('an application that calls is told by its id', async () => {
  const application = '0a000000-0000-4000-8000-0000000000aa'
  const user = '0a000000-0000-4000-8000-0000000000cc'
  let seen: unknown
  const look = step(CREATE, ({ context }) => {
    seen = [context.IsApplicationUser, context.InitiatingUserApplicationId]
  })
  const values = {
    systemuserid: user,
    domainname: 'robot@emulated.example',
    internalemailaddress: 'robot@emulated.example',
    businessunitid: { table: 'businessunit', id: ORGANIZATION_IDS.businessUnitId },
    applicationid: application,
  }
  const org = emulator({ tables, steps: [look], rows: [{ table: 'systemuser', values }] })

  await org.as(user).create('contact', { lastname: 'Diaz' })

  expect(seen).toEqual([true, application])
})
