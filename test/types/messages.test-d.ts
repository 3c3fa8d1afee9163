/* eslint-disable @typescript-eslint/no-unused-vars -- the parameters are there for their types */
// What the compiler knows of messages. Every `@ts-expect-error` line must not compile; everything else must.
import { expectTypeOf } from 'expect-type'
import {
  CustomMessage,
  Handler,
  PostOperation,
  PreOperation,
  type AssignEvent,
  type CreateMultipleEvent,
  type CustomMessageDefinition,
  type CustomMessageEvent,
  type CustomMessageTypes,
  type CustomStepEvent,
  type MergeEvent,
  type OrganizationService,
  type RowRef,
  type SetStateEvent,
  type UpdateMultipleEvent,
} from 'dataverse-handlers'

const PARK = {
  name: 'testd_Park',
  binding: 'Entity',
  table: 'account',
  parameters: { Place: 'String', Hours: { type: 'Integer', optional: true } },
  response: { Fee: 'Money' },
  steps: 'SyncAndAsync',
} as const satisfies CustomMessageDefinition

declare module 'dataverse-handlers' {
  interface CustomMessages {
    testd_Park: CustomMessageTypes<typeof PARK>
  }
}

declare const org: OrganizationService
declare const target: RowRef

export async function execute() {
  expectTypeOf(await org.execute('Create', { table: 'account', values: {} })).toEqualTypeOf<{
    readonly id: string
  }>()
  expectTypeOf(
    await org.execute('CreateMultiple', { table: 'account', targets: [{ values: {} }] }),
  ).toEqualTypeOf<{ readonly ids: readonly string[] }>()
  expectTypeOf(await org.execute('Assign', { target, assignee: target })).toEqualTypeOf<undefined>()
  expectTypeOf(
    (await org.execute('RetrievePrincipalAccess', { Target: target, Principal: target }))
      .AccessRights,
  ).toEqualTypeOf<string>()
  expectTypeOf(
    (await org.execute('ExecuteMultiple', { requests: [] })).isFaulted,
  ).toEqualTypeOf<boolean>()

  // @ts-expect-error a request lacks what the message needs
  await org.execute('Assign', { target })
  // @ts-expect-error and has nothing the message does not know
  await org.execute('SetState', { target, state: 1, staus: 2 })
}

export async function custom() {
  const { Fee } = await org.execute('testd_Park', { Target: target, Place: 'A1' })
  expectTypeOf(Fee).toEqualTypeOf<number | null>()
  await org.execute('testd_Park', { Target: target, Place: 'A1', Hours: 2 })
  await org.execute('testd_Park', { Target: target, Place: 'A1', Hours: null, tag: 'x' })

  // @ts-expect-error Place is required
  await org.execute('testd_Park', { Target: target })
  // @ts-expect-error and a text
  await org.execute('testd_Park', { Target: target, Place: 1 })

  // A message nobody declared is what its caller makes of it.
  expectTypeOf(await org.execute('other_Thing', { Any: 1 })).toEqualTypeOf<unknown>()
}

@CustomMessage(PARK)
export class Park {
  run({ parameters }: CustomMessageEvent<CustomMessageTypes<typeof PARK>['request']>) {
    expectTypeOf(parameters.Place).toEqualTypeOf<string>()
    expectTypeOf(parameters.Hours).toEqualTypeOf<number | null | undefined>()
    expectTypeOf(parameters.Target).toEqualTypeOf<RowRef>()
    return { Fee: 1 }
  }
}

// @ts-expect-error the response is a number
@CustomMessage(PARK)
export class ParkWrongly {
  run() {
    return { Fee: 'one' }
  }
}

@Handler('account')
export class Events {
  @PostOperation('Assign', { preImage: ['ownerid'] })
  assigned({ parameters, preImage }: AssignEvent<'account', { preImage: 'ownerid' }>) {
    expectTypeOf(parameters.Assignee.Id).toEqualTypeOf<string>()
    expectTypeOf(preImage).not.toBeAny()
  }

  @PostOperation('SetState')
  changed({ parameters }: SetStateEvent<'account'>) {
    expectTypeOf(parameters.State.Value).toEqualTypeOf<number>()
  }

  @PreOperation('CreateMultiple', { writes: ['description'] })
  several({ rows }: CreateMultipleEvent<'account', { writes: 'description' }>) {
    for (const { target } of rows) target.description = 'seen'
  }

  @PostOperation('UpdateMultiple', { columns: ['name'], preImage: ['name'] })
  updated({ rows }: UpdateMultipleEvent<'account', { preImage: 'name' }>) {
    expectTypeOf(rows[0]?.preImage.name).toEqualTypeOf<string | null | undefined>()
  }

  @PostOperation('Merge', { postImage: ['name'] })
  merged({ parameters }: MergeEvent<'account', { postImage: 'name' }>) {
    expectTypeOf(parameters.SubordinateId).toEqualTypeOf<string>()
  }

  @PostOperation('testd_Park')
  parked({ parameters }: CustomStepEvent<'testd_Park', 'account'>) {
    expectTypeOf(parameters).toEqualTypeOf<Record<string, unknown>>()
  }
}

@Handler('account')
export class Refused {
  // @ts-expect-error CreateMultiple has no pre-image
  @PostOperation('CreateMultiple', { preImage: ['name'] })
  several(_: CreateMultipleEvent<'account'>) {}

  // @ts-expect-error only Update steps filter on columns
  @PostOperation('Assign', { columns: ['name'] })
  assigned(_: AssignEvent<'account'>) {}

  // @ts-expect-error no step can be registered on it
  @PostOperation('SetStateDynamicEntity')
  changed() {}

  // @ts-expect-error a custom message has no images
  @PostOperation('testd_Park', { postImage: ['name'] })
  parked() {}
}
