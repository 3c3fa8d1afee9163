import { text } from '../../src/metadata/platform/columns.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { EMPTY_GUID } from '../../src/rows/guid.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { madeUp, standardColumns, TABLES } from '../support/tables.ts'

const ELASTIC: TableDefinition = {
  ...madeUp('Reading', [text('Name', 50), ...standardColumns('reading')]),
  tableType: 'Elastic',
}
const tables = [...TABLES, ELASTIC]
const P = '0a000000-0000-4000-8000-000000000001'
const Q = '0a000000-0000-4000-8000-000000000002'
const C = '0a000000-0000-4000-8000-000000000003'
const project = { table: 'project', id: P } as const
const contact = { table: 'contact', id: C } as const

const rows = [
  { table: 'contact', values: { contactid: C, lastname: 'Diaz' } },
  { table: 'project', values: { projectid: P, name: 'Bridge' } },
]

/** What the steps of a message see at PostOperation, once `act` was done. */
async function bags(
  message: string,
  table: string | null,
  act: (org: Emulator) => Promise<unknown>,
): Promise<readonly { readonly input: object; readonly output: object }[]> {
  const seen: { input: object; output: object }[] = []
  const look = step({ message, table, stage: 40 }, ({ context }) => {
    seen.push({ input: context.InputParameters, output: context.OutputParameters })
  })
  await act(emulator({ tables, rows, steps: [look] }))
  return seen
}

const reference = (table: string, Id: string) => ({ LogicalName: table, Id, Name: null })
const entity = (table: string, values: object) =>
  expect.objectContaining({
    LogicalName: table,
    Attributes: expect.objectContaining(values) as unknown,
  }) as unknown

test('Create takes Target and answers id', async () => {
  const [seen] = await bags('Create', 'project', (org) =>
    org.create('project', { projectid: Q, name: 'Tunnel' }),
  )

  expect(seen).toEqual({
    input: { Target: entity('project', { projectid: Q, name: 'Tunnel' }) },
    output: { id: Q },
  })
})

test('Update takes Target and answers nothing', async () => {
  const [seen] = await bags('Update', 'project', (org) =>
    org.update('project', P, { name: 'Tunnel' }),
  )

  expect(seen).toEqual({ input: { Target: entity('project', { name: 'Tunnel' }) }, output: {} })
  expect(seen?.input).not.toHaveProperty('Target.Attributes.code')
})

test('Delete takes the Target as a reference and answers nothing', async () => {
  const [seen] = await bags('Delete', 'project', (org) => org.delete('project', P))

  expect(seen).toEqual({ input: { Target: reference('project', P) }, output: {} })
})

test('Retrieve takes Target and ColumnSet and answers BusinessEntity', async () => {
  const [seen] = await bags('Retrieve', 'project', (org) => org.retrieve('project', P, ['name']))

  expect(seen).toEqual({
    input: {
      Target: reference('project', P),
      ColumnSet: { AllColumns: false, Columns: ['name'] },
    },
    output: { BusinessEntity: entity('project', { name: 'Bridge' }) },
  })
})

test('RetrieveMultiple takes Query and answers BusinessEntityCollection', async () => {
  const query = { table: 'project', columns: ['name'] } as const
  const [seen] = await bags('RetrieveMultiple', 'project', (org) => org.retrieveMultiple(query))

  expect(seen?.input).toEqual({ Query: query })
  expect(seen?.output).toMatchObject({
    BusinessEntityCollection: {
      EntityName: 'project',
      MoreRecords: false,
      Entities: [entity('project', { name: 'Bridge' })],
    },
  })
})

test.each(['Associate', 'Disassociate'] as const)(
  '%s takes Target, Relationship and RelatedEntities',
  async (message) => {
    const [seen] = await bags(message, null, async (org) => {
      await org.associate(project, 'project_contacts', contact)
      await org.disassociate(project, 'project_contacts', contact)
    })

    expect(seen?.input).toMatchObject({
      Target: reference('project', P),
      Relationship: { SchemaName: 'project_contacts' },
      RelatedEntities: [reference('contact', C)],
    })
    expect(seen?.output).toEqual({})
  },
)

test('Assign takes Target and Assignee', async () => {
  const [seen] = await bags('Assign', 'project', (org) =>
    org.execute('Assign', { target: project, assignee: { table: 'team', id: org.teamId } }),
  )

  expect(seen).toMatchObject({
    input: { Target: reference('project', P), Assignee: { LogicalName: 'team' } },
    output: {},
  })
})

test('SetState takes EntityMoniker, State and Status', async () => {
  const [seen] = await bags('SetState', 'project', (org) =>
    org.execute('SetState', { target: project, state: 1, status: 4 }),
  )

  expect(seen).toEqual({
    input: {
      EntityMoniker: reference('project', P),
      State: { Value: 1 },
      Status: { Value: 4 },
    },
    output: {},
  })
})

test('ModifyAccess takes Target and PrincipalAccess', async () => {
  const [seen] = await bags('ModifyAccess', 'project', (org) =>
    org.execute('ModifyAccess', {
      Target: project,
      PrincipalAccess: {
        Principal: { table: 'team', id: org.teamId },
        AccessMask: 'ReadAccess',
      },
    }),
  )

  expect(Object.keys(seen?.input ?? {})).toEqual(['Target', 'PrincipalAccess'])
})

test('CreateMultiple takes Targets of one table and answers Ids', async () => {
  const [seen] = await bags('CreateMultiple', 'project', (org) =>
    org.execute('CreateMultiple', {
      table: 'project',
      targets: [{ id: Q, values: { name: 'Tunnel' } }],
    }),
  )

  expect(seen).toEqual({
    input: {
      Targets: { EntityName: 'project', Entities: [entity('project', { name: 'Tunnel' })] },
    },
    output: { Ids: [Q] },
  })
})

test('UpdateMultiple takes Targets of one table and answers nothing', async () => {
  const [seen] = await bags('UpdateMultiple', 'project', (org) =>
    org.execute('UpdateMultiple', {
      table: 'project',
      targets: [{ id: P, values: { name: 'Tunnel' } }],
    }),
  )

  expect(seen).toEqual({
    input: {
      Targets: { EntityName: 'project', Entities: [entity('project', { name: 'Tunnel' })] },
    },
    output: {},
  })
})

test('DeleteMultiple takes Targets as references', async () => {
  const [seen] = await bags('DeleteMultiple', 'reading', async (org) => {
    const id = await org.create('reading', { readingid: Q, name: 'One' })
    await org.execute('DeleteMultiple', { targets: [{ table: 'reading', id }] })
  })

  expect(seen).toEqual({ input: { Targets: [reference('reading', Q)] }, output: {} })
})

test('Upsert stands above the Create it is, with Target and no row of its own', async () => {
  let above: unknown
  const look = step({ message: 'Create', table: 'project', stage: 10 }, ({ context }) => {
    above = context.ParentContext
  })
  const org = emulator({ tables, steps: [look] })

  const answer = await org.execute('Upsert', {
    table: 'project',
    key: { code: 'B1' },
    values: { name: 'Tunnel' },
  })

  expect(answer).toMatchObject({ created: true })
  expect(above).toMatchObject({
    MessageName: 'Upsert',
    PrimaryEntityId: EMPTY_GUID,
    InputParameters: { Target: { LogicalName: 'project' } },
  })
})

test('the keys of a parameter bag are case-sensitive: a missing one is the handler’s own fault', async () => {
  const look = step({ message: 'Create', table: 'project' }, ({ context }) => {
    const target = context.InputParameters['target'] as { readonly Attributes: object }
    void target.Attributes
  })
  const org = emulator({ tables, steps: [look] })

  await refused(org, () => org.create('project', { name: 'Tunnel' }), {
    code: 'HANDLER_FAILED',
    number: 0x80040224,
  })
})

test('a step may set the columns of a Target, and no other parameter', async () => {
  const attempts = [
    (bag: Record<string, unknown>) => void (bag['Target'] = {}),
    (bag: Record<string, unknown>) => void (bag['Extra'] = 1),
  ]
  for (const attempt of attempts) {
    const change = step({ message: 'Update', table: 'project' }, ({ context }) =>
      attempt(context.InputParameters),
    )
    const org = emulator({ tables, rows, steps: [change] })

    await refused(org, () => org.update('project', P, { name: 'Tunnel' }), {
      code: 'HANDLER_FAILED',
    })
  }
})

test.each(['Update', 'Delete'])(
  '%s shows ConcurrencyBehavior in its outer context where a version is expected',
  async (message) => {
    const seen: unknown[] = []
    const steps = ([10, 20] as const).map((stage) =>
      step({ message, table: 'project', stage }, ({ context }) => {
        seen.push(context.InputParameters['ConcurrencyBehavior'])
      }),
    )
    const org = emulator({ tables, rows, steps })
    const ifVersion = org.peek('project', P)?.['versionnumber'] as bigint
    const request = { table: 'project', id: P, values: { name: 'Tunnel' }, ifVersion }

    await org.execute(message, request)

    expect(seen).toEqual([1, undefined])
  },
)

test('the id of a new row in OutputParameters is not for a step to change', async () => {
  const change = step({ message: 'Create', table: 'project', stage: 40 }, ({ context }) => {
    context.OutputParameters['id'] = Q
  })
  const org = emulator({ tables, steps: [change] })

  await refused(org, () => org.create('project', { name: 'Tunnel' }), { code: 'HANDLER_FAILED' })
})
