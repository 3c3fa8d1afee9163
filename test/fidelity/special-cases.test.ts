import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { text } from '../../src/metadata/platform/columns.ts'
import { EMPTY_GUID } from '../../src/rows/guid.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { madeUp, standardColumns, TABLES } from '../support/tables.ts'

const ELASTIC: TableDefinition = {
  ...madeUp('Reading', [text('Name', 50), ...standardColumns('reading')]),
  tableType: 'Elastic',
}
const tables = [...TABLES, ELASTIC]
const ID = '0a000000-0000-4000-8000-000000000001'
const AFTER_CREATE = { table: 'contact', message: 'Create', stage: 40, mode: 'async' } as const
// What must be refused must compile.
const JOBS: string = 'asyncoperation'

test('an Upsert of an elastic table is neither a Create nor an Update (use-upsert-insert-update-record)', async () => {
  const run = jest.fn()
  const steps = (['Create', 'Update', 'CreateMultiple', 'UpdateMultiple'] as const).flatMap(
    (message) => [
      step({ message, table: 'reading' }, run),
      step({ message, table: 'reading', stage: 40, mode: 'async' }, run),
    ],
  )
  const org = emulator({ tables, steps })
  const table: string = 'reading'

  await org.upsert(table, ID, { name: 'One' })
  await org.upsert(table, ID, { name: 'Two' })
  await org.settle()

  expect(run).not.toHaveBeenCalled()
  expect(org.peek('reading', ID)).toMatchObject({ name: 'Two' })
  await org.create(table, { name: 'Three' })
  expect(run).toHaveBeenCalled()
})

test('no step changes the tag of a request (optional-parameters)', async () => {
  const change = step({ message: 'Create', table: 'contact', stage: 10 }, (event) => {
    event.sharedVariables['tag'] = 'mine'
  })
  const org = emulator({ tables, steps: [change] })

  await refused(org, () => org.create('contact', { lastname: 'Diaz' }, { tag: 'theirs' }), {
    code: 'HANDLER_FAILED',
  })
})

test('a step at PreValidation runs though the row is not there: that is found out after it', async () => {
  const run = jest.fn()
  const org = emulator({
    tables,
    steps: [
      step({ message: 'Update', table: 'project', stage: 10 }, run),
      step({ message: 'Update', table: 'project', stage: 20 }, run),
    ],
  })

  await refused(org, () => org.update('project', ID, { name: 'Tunnel' }), {
    code: 'ROW_NOT_FOUND',
  })

  expect(run).toHaveBeenCalledTimes(1)
})

test('both users of an impersonated Delete are told in its context and the one above, with their ids in the directory', async () => {
  const seen: unknown[] = []
  const look = step({ message: 'Delete', table: 'contact' }, ({ context }) => {
    for (const each of [context, context.ParentContext]) {
      seen.push([
        each?.UserId,
        each?.InitiatingUserId,
        each?.UserAzureActiveDirectoryObjectId,
        each?.InitiatingUserAzureActiveDirectoryObjectId,
      ])
    }
  })
  const org = emulator({ tables, steps: [look] })
  const user = await org.create('systemuser', {
    domainname: 'eva@emulated.example',
    internalemailaddress: 'eva@emulated.example',
    businessunitid: { table: 'businessunit', id: org.businessUnitId },
  })
  const id = await org.create('contact', { lastname: 'Diaz' })

  await org.as(user, { initiatedBy: org.userId }).delete('contact', id)
  const other = await org.create('contact', { lastname: 'Eco' })
  await org.asSystem().delete('contact', other)

  const [acting, calling] = await Promise.all(
    [user, org.userId].map(async (id) => {
      const row = await org.retrieve('systemuser', id, ['azureactivedirectoryobjectid'])
      return row.azureactivedirectoryobjectid
    }),
  )
  expect(acting).not.toBe(calling)
  expect(seen).toEqual([
    [user, org.userId, acting, calling],
    [user, org.userId, acting, calling],
    // The platform's own user is in no directory.
    [org.systemUserId, org.systemUserId, EMPTY_GUID, EMPTY_GUID],
    [org.systemUserId, org.systemUserId, EMPTY_GUID, EMPTY_GUID],
  ])
})

test('a webhook that calls back through the Web API begins at depth 1, with a correlation of its own', async () => {
  const seen: { depth: number; correlation: string }[] = []
  const look = step({ message: 'Create', table: 'contact' }, ({ context }) => {
    seen.push({ depth: context.Depth, correlation: context.CorrelationId })
  })
  const receiver = step({ ...AFTER_CREATE, table: 'account' }, async ({ context }) => {
    seen.push({ depth: context.Depth, correlation: context.CorrelationId })
    await api({
      method: 'POST',
      url: '/api/data/v9.2/contacts',
      headers: { host: 'localhost' },
      body: JSON.stringify({ lastname: 'Diaz' }),
    })
  })
  const org = emulator({ tables, steps: [look, receiver] })
  const api = createWebApi({ catalog: org.catalog, service: () => org })

  await org.create('account', { name: 'Contoso' })
  await org.settle()

  expect(seen.map(({ depth }) => depth)).toEqual([1, 1])
  expect(seen[0]?.correlation).not.toBe(seen[1]?.correlation)
})

test('Retrieve does not run the steps of RetrieveMultiple, nor the other way round', async () => {
  const seen: string[] = []
  const look = (message: 'Retrieve' | 'RetrieveMultiple') =>
    step({ message, table: 'contact' }, () => void seen.push(message))
  const org = emulator({ tables, steps: [look('Retrieve'), look('RetrieveMultiple')] })
  const id = await org.create('contact', { lastname: 'Diaz' })

  await org.retrieve('contact', id)
  await org.retrieveMultiple({ table: 'contact', columns: [] })

  expect(seen).toEqual(['Retrieve', 'RetrieveMultiple'])
})

describe('a job', () => {
  const statesWhileRunning = async (values: object) => {
    const seen: unknown[] = []
    const job = step(AFTER_CREATE, async ({ org, context }) => {
      if (seen.length > 0) return
      seen.push('ran')
      await org.update(JOBS, context.OperationId, values as never)
      const { statecode, statuscode } = await org.retrieve(JOBS, context.OperationId)
      seen.push([statecode, statuscode])
    })
    const org = emulator({ tables, steps: [job] })
    await org.create('contact', { lastname: 'Diaz' })
    await org.settle()
    return seen
  }

  test('that runs can be paused', async () => {
    expect(await statesWhileRunning({ statecode: 1, statuscode: 10 })).toEqual(['ran', [1, 10]])
  })

  test('that runs can be postponed', async () => {
    expect(await statesWhileRunning({ postponeuntil: '2027-01-01T00:00:00Z' })).toEqual([
      'ran',
      [1, 10],
    ])
  })

  test('keeps what it is about, whoever writes to its row', async () => {
    const org = emulator({ tables, steps: [step(AFTER_CREATE, () => undefined)] })
    await org.create('contact', { lastname: 'Diaz' })
    const id = org.jobs[0]?.id ?? ''
    const fixed = { name: 'x', messagename: 'x', depth: 7, retrycount: 9, errorcode: 1 }
    const before = org.peek('asyncoperation', id)

    await org.update(JOBS, id, fixed)

    for (const column of Object.keys(fixed)) {
      expect([column, org.peek('asyncoperation', id)?.[column]]).toEqual([column, before?.[column]])
    }
  })

  test('that waits can be canceled', async () => {
    const org = emulator({ tables, steps: [step(AFTER_CREATE, () => undefined)] })
    await org.create('contact', { lastname: 'Diaz' })
    const id = org.jobs[0]?.id ?? ''
    await org.update(JOBS, id, { postponeuntil: '2027-01-01T00:00:00Z' })

    await org.update(JOBS, id, { statecode: 3 })

    expect(org.peek('asyncoperation', id)).toMatchObject({ statecode: 3, statuscode: 32 })
  })

  test('has the owner, correlation and request of its event', async () => {
    const seen: unknown[] = []
    const look = step({ ...AFTER_CREATE, mode: 'sync' }, ({ context }) => {
      seen.push({
        correlationid: context.CorrelationId,
        requestid: context.RequestId,
        ownerid: { table: 'systemuser', id: context.UserId },
      })
    })
    const org = emulator({ tables, steps: [look, step(AFTER_CREATE, () => undefined)] })

    await org.create('contact', { lastname: 'Diaz' })

    expect(org.contents().get('asyncoperation')).toMatchObject(seen as object[])
  })
})
