import type { ExecutionContext } from '../../src/pipeline/execution-context.ts'
import type { StepStage } from '../../src/pipeline/step.ts'
import { EVENTS } from '../../src/authoring/step-rules.ts'
import { CustomMessage } from '../../src/authoring/custom-message.ts'
import type { AnyEvent } from '../../src/authoring/event.ts'
import { lookup, text, to } from '../../src/metadata/platform/columns.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { image, step } from '../support/steps.ts'
import { madeUp, TABLES } from '../support/tables.ts'

// Every message at every stage in every mode, held against the event framework:
// https://learn.microsoft.com/power-apps/developer/data-platform/event-framework
// https://learn.microsoft.com/power-apps/developer/data-platform/understand-the-data-context

type Org = ReturnType<typeof emulator>

interface Case {
  readonly message: string
  /** What is sent; where it is another message that raises this one. */
  readonly sent?: string
  /** What its steps are registered on; null: no table. */
  readonly table: string | null
  /** PrimaryEntityName; where it is not the table. */
  readonly primary?: string
  /** Whether PrimaryEntityId is a row. */
  readonly hasRow: boolean
  /** Whether PreOperation and PostOperation have a context of their own. */
  readonly hasTwoContexts?: boolean
  readonly input: readonly string[]
  readonly output?: readonly string[]
  readonly pre?: boolean
  readonly post?: boolean
  request(org: Org): Promise<object>
}

const READING = { ...madeUp('Reading', [text('Name', 50)]), tableType: 'Elastic' as const }
const EQUIPMENT = madeUp('Equipment', [
  text('Name', 50),
  lookup('BusinessUnitId', to('businessunit', 'business_unit_equipment')),
])
const tables = [...TABLES, READING, EQUIPMENT]

@CustomMessage({
  name: 'sample_Note',
  binding: 'Entity',
  table: 'account',
  parameters: { Text: 'String' },
  response: { Length: 'Integer' },
  steps: 'SyncAndAsync',
})
class Note {
  run({ parameters }: { readonly parameters: { readonly Text: string } }) {
    return { Length: parameters.Text.length }
  }
}

@CustomMessage({
  name: 'sample_Ping',
  binding: 'Global',
  parameters: { Text: 'String' },
  response: { Length: 'Integer' },
  steps: 'SyncAndAsync',
})
class Ping {
  run({ parameters }: { readonly parameters: { readonly Text: string } }) {
    return { Length: parameters.Text.length }
  }
}

const account = async (org: Org, name = 'Contoso') => ({
  table: 'account',
  id: await org.create('account', { name }),
})
const team = (org: Org) => ({ table: 'team', id: org.teamId })

const CASES: readonly Case[] = [
  {
    message: 'Create',
    table: 'account',
    hasRow: true,
    hasTwoContexts: true,
    input: ['Target'],
    output: ['id'],
    post: true,
    request: () => Promise.resolve({ table: 'account', values: { name: 'Contoso' } }),
  },
  {
    message: 'Update',
    table: 'account',
    hasRow: true,
    hasTwoContexts: true,
    input: ['Target'],
    pre: true,
    post: true,
    request: async (org) => ({ ...(await account(org)), values: { name: 'Fabrikam' } }),
  },
  {
    message: 'Delete',
    table: 'account',
    hasRow: true,
    hasTwoContexts: true,
    input: ['Target'],
    pre: true,
    request: account,
  },
  {
    message: 'Retrieve',
    table: 'account',
    hasRow: true,
    input: ['Target', 'ColumnSet'],
    output: ['BusinessEntity'],
    request: account,
  },
  {
    message: 'RetrieveMultiple',
    table: 'account',
    hasRow: false,
    input: ['Query'],
    output: ['BusinessEntityCollection'],
    request: () => Promise.resolve({ query: { table: 'account', columns: ['name'] } }),
  },
  ...(['Associate', 'Disassociate'] as const).map((message): Case => ({
    message,
    table: null,
    primary: 'project',
    hasRow: true,
    input: ['Target', 'Relationship', 'RelatedEntities'],
    async request(org) {
      const target = { table: 'project', id: await org.create('project', { name: 'Bridge' }) }
      const id = await org.create('contact', { lastname: 'Diaz' })
      const related = [{ table: 'contact', id }]
      if (message === 'Disassociate') await org.associate(target, 'project_contacts', related)
      return { target, relationship: 'project_contacts', related }
    },
  })),
  {
    message: 'Assign',
    table: 'account',
    hasRow: true,
    input: ['Target', 'Assignee'],
    pre: true,
    post: true,
    request: async (org) => ({ target: await account(org), assignee: team(org) }),
  },
  {
    message: 'SetState',
    table: 'account',
    hasRow: true,
    input: ['EntityMoniker', 'State', 'Status'],
    pre: true,
    post: true,
    request: async (org) => ({ target: await account(org), state: 1, status: 2 }),
  },
  ...(['GrantAccess', 'ModifyAccess'] as const).map((message): Case => ({
    message,
    table: 'account',
    hasRow: true,
    input: ['Target', 'PrincipalAccess'],
    request: async (org) => ({
      Target: await account(org),
      PrincipalAccess: { Principal: team(org), AccessMask: 'ReadAccess' },
    }),
  })),
  {
    message: 'RevokeAccess',
    table: 'account',
    hasRow: true,
    input: ['Target', 'Revokee'],
    request: async (org) => ({ Target: await account(org), Revokee: team(org) }),
  },
  {
    message: 'RetrievePrincipalAccess',
    table: 'account',
    hasRow: true,
    input: ['Target', 'Principal'],
    output: ['AccessRights'],
    request: async (org) => ({ Target: await account(org), Principal: team(org) }),
  },
  {
    message: 'RetrieveSharedPrincipalsAndAccess',
    table: 'account',
    hasRow: true,
    input: ['Target'],
    output: ['PrincipalAccesses'],
    request: async (org) => ({ Target: await account(org) }),
  },
  {
    message: 'Merge',
    table: 'account',
    hasRow: true,
    input: ['Target', 'SubordinateId', 'UpdateContent', 'PerformParentingChecks'],
    pre: true,
    post: true,
    request: async (org) => ({
      Target: await account(org),
      Subordinate: await account(org, 'Contoso Ltd'),
      PerformParentingChecks: true,
    }),
  },
  {
    message: 'CreateMultiple',
    table: 'account',
    hasRow: false,
    input: ['Targets'],
    output: ['Ids'],
    post: true,
    request: () =>
      Promise.resolve({ table: 'account', targets: [{ values: { name: 'Contoso' } }] }),
  },
  {
    message: 'UpdateMultiple',
    table: 'account',
    hasRow: false,
    input: ['Targets'],
    pre: true,
    post: true,
    async request(org) {
      const { table, id } = await account(org)
      return { table, targets: [{ id, values: { name: 'Fabrikam' } }] }
    },
  },
  {
    message: 'DeleteMultiple',
    table: 'reading',
    hasRow: false,
    input: ['Targets'],
    request: async (org) => ({
      targets: [{ table: 'reading', id: await org.create('reading', { name: 'One' }) }],
    }),
  },
  ...(
    [
      ['SetParent', 'team', 'ParentId'],
      ['SetBusiness', 'equipment', 'BusinessId'],
    ] as const
  ).map(([message, table, parameter]): Case => ({
    message,
    sent: 'Update',
    table,
    hasRow: true,
    input: ['Target', parameter],
    async request(org) {
      const root = { table: 'businessunit', id: org.businessUnitId } as const
      const id = await org.create('businessunit', { name: 'North', parentbusinessunitid: root })
      return {
        table,
        id: await org.create(table, { name: 'Mover', businessunitid: root }),
        values: { businessunitid: { table: 'businessunit', id } },
      }
    },
  })),
  {
    message: 'sample_Ping',
    table: null,
    primary: 'none',
    hasRow: false,
    input: ['Text'],
    output: ['Length'],
    request: () => Promise.resolve({ Text: 'Hello' }),
  },
  {
    message: 'sample_Note',
    table: 'account',
    hasRow: true,
    input: ['Target', 'Text'],
    output: ['Length'],
    request: async (org) => ({ Target: await account(org), Text: 'Hello' }),
  },
]

const PLACES = [
  { stage: 10, mode: 'sync' },
  { stage: 20, mode: 'sync' },
  { stage: 40, mode: 'sync' },
  { stage: 40, mode: 'async' },
] as const
interface Place {
  readonly stage: StepStage
  readonly mode: 'sync' | 'async'
}

/** An organization with one step, which only the request of the case concerns. */
async function world(it: Case, place: Place, run: (event: AnyEvent) => void) {
  let isRunning = false
  const images = {
    ...(it.pre === true && { preImages: image('all') }),
    ...(it.post === true && place.stage === 40 && { postImages: image('all', 'after') }),
  }
  const only = step({ message: it.message, table: it.table, ...place, ...images }, (event) => {
    if (isRunning) run(event)
  })
  const org = emulator({ tables, handlers: [Note, Ping], steps: [only] })
  const request = await it.request(org)
  isRunning = true
  return { org, send: () => org.execute(it.sent ?? it.message, request) }
}

test('every message that takes steps is a case', () => {
  const messages = new Set(CASES.map(({ message }) => message))

  expect(Object.keys(EVENTS).filter((name) => !messages.has(name))).toEqual([])
})

describe.each(CASES)('$message', (it) => {
  describe.each(PLACES)('at stage $stage, $mode', (place) => {
    const isAsync = place.mode === 'async'

    /** What the step sees, read while it runs. */
    async function seen<T>(read: (event: AnyEvent) => T): Promise<T> {
      const values: T[] = []
      const { org, send } = await world(it, place, (event) => values.push(read(event)))
      await send()
      await org.settle()
      expect(values).toHaveLength(1)
      return values[0] as T
    }

    test('the context says what it is', async () => {
      const { context, empty } = await seen(({ context }) => ({
        context: facts(context),
        empty: context.PrimaryEntityId === '00000000-0000-0000-0000-000000000000',
      }))

      expect(context).toEqual({
        MessageName: it.message,
        Stage: place.stage,
        Mode: isAsync ? 1 : 0,
        PrimaryEntityName: it.primary ?? it.table,
        SecondaryEntityName: 'none',
        Depth: 1,
        IsInTransaction: !isAsync && place.stage > 10,
        IsolationMode: 2,
        IsExecutingOffline: false,
        IsOfflinePlayback: false,
        OwningExtension: 'sdkmessageprocessingstep',
        hasOperationOfItsOwn: isAsync,
        isCalledByItsUser: true,
      })
      expect(empty).toBe(!it.hasRow)
    })

    test('it has the parameters of the message, with what came out of it after it', async () => {
      const { input, output } = await seen(({ context }) => ({
        input: Object.keys(context.InputParameters),
        output: Object.keys(context.OutputParameters),
      }))

      expect(input).toEqual(it.input)
      expect(output).toEqual(place.stage === 40 ? (it.output ?? []) : [])
    })

    test('above it stands the outer context where the message has one', async () => {
      const parent = await seen(
        ({ context: { ParentContext: above } }) =>
          above && {
            MessageName: above.MessageName,
            Stage: above.Stage,
            Depth: above.Depth,
            input: Object.keys(above.InputParameters),
            isLast: above.ParentContext === null,
          },
      )

      const hasOuter = it.hasTwoContexts === true && place.stage > 10
      expect(parent).toEqual(
        hasOuter
          ? { MessageName: it.message, Stage: 30, Depth: 1, input: it.input, isLast: true }
          : null,
      )
    })

    test('it has the images the message has at this stage', async () => {
      const { pre, post } = await seen(({ context }) => ({
        pre: imagesIn(context.PreEntityImages, context.PreEntityImagesCollection),
        post: imagesIn(context.PostEntityImages, context.PostEntityImagesCollection),
      }))

      expect(pre).toEqual(it.pre === true ? ['image'] : [])
      expect(post).toEqual(it.post === true && place.stage === 40 ? ['after'] : [])
    })

    if (isAsync) {
      test('its failure leaves the operation as it is and fails its job', async () => {
        const { org, send } = await world(it, place, ({ reject }) => reject('no'))

        await send()
        await org.settle()

        expect(org.jobs.at(-1)).toMatchObject({ state: 'failed', error: { message: 'no' } })
      })
    } else {
      test('its refusal is what the caller sees, and undoes the operation', async () => {
        const { org, send } = await world(it, place, ({ reject }) => reject('no'))

        await refused(org, send, { code: 'HANDLER_REJECTED', message: 'no' })
      })

      test('any other failure of it comes as an unexpected error, and undoes the operation', async () => {
        const { org, send } = await world(it, place, () => {
          throw new RangeError('out of reach')
        })

        await refused(org, send, {
          code: 'HANDLER_FAILED',
          message: expect.stringContaining('RangeError: out of reach') as string,
        })
      })
    }
  })
})

function facts(context: ExecutionContext) {
  const { OperationId, RequestId, UserId, InitiatingUserId, OwningExtension } = context
  return {
    MessageName: context.MessageName,
    Stage: context.Stage,
    Mode: context.Mode,
    PrimaryEntityName: context.PrimaryEntityName,
    SecondaryEntityName: context.SecondaryEntityName,
    Depth: context.Depth,
    IsInTransaction: context.IsInTransaction,
    IsolationMode: context.IsolationMode,
    IsExecutingOffline: context.IsExecutingOffline,
    IsOfflinePlayback: context.IsOfflinePlayback,
    OwningExtension: OwningExtension.LogicalName,
    hasOperationOfItsOwn: OperationId !== RequestId,
    isCalledByItsUser: UserId === InitiatingUserId,
  }
}

/** By alias; the automatic image of asynchronous steps is a matter of its own. */
function imagesIn(
  images: Readonly<Record<string, unknown>>,
  ofRows: readonly Readonly<Record<string, unknown>>[] = [],
): readonly string[] {
  return [...new Set([images, ...ofRows].flatMap((each) => Object.keys(each)))].filter(
    (alias) => alias !== 'AsynchronousStepPrimaryName',
  )
}
