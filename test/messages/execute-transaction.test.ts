import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const MISSING = '00000000-0000-4000-8000-00000000dead'
const create = (lastname: string) => ({
  message: 'Create',
  request: { table: 'contact', values: { lastname } },
})
const failing = { message: 'Delete', request: { table: 'contact', id: MISSING } }

test('ExecuteTransaction answers what every request answered, when it is asked to', async () => {
  const org = emulator({ tables })
  const requests = [create('Diaz'), create('Ngo')]

  const { responses } = await org.execute('ExecuteTransaction', { requests, returnResponses: true })

  expect(responses).toMatchObject([{ id: expect.any(String) as string }, {}])
  expect(await org.execute('ExecuteTransaction', { requests: [] })).toEqual({ responses: [] })
})

test('all requests succeed or none; the error says which one failed (use-executetransaction)', async () => {
  const org = emulator({ tables })

  await refused(
    org,
    () => org.execute('ExecuteTransaction', { requests: [create('Diaz'), failing] }),
    { code: 'ROW_NOT_FOUND', details: { requestIndex: 1 } },
  )
})

test('PreValidation runs inside the transaction that is open already, at depth 1 (event-framework)', async () => {
  const seen: unknown[] = []
  const org = emulator({
    tables,
    steps: [
      step(
        { table: 'contact', message: 'Create', stage: 10 },
        ({ context }) => void seen.push([context.IsInTransaction, context.Depth]),
      ),
    ],
  })

  await org.execute('ExecuteTransaction', { requests: [create('Diaz')] })

  expect(seen).toEqual([[true, 1]])
})

test('asynchronous steps run when all of it is committed, or never', async () => {
  const run = jest.fn()
  const org = emulator({
    tables,
    steps: [step({ table: 'contact', message: 'Create', stage: 40, mode: 'async' }, run)],
  })

  await org
    .execute('ExecuteTransaction', { requests: [create('Diaz'), failing] })
    .catch(() => undefined)
  await org.settle()
  expect(run).not.toHaveBeenCalled()

  await org.execute('ExecuteTransaction', { requests: [create('Diaz'), create('Ngo')] })
  await org.settle()
  expect(run).toHaveBeenCalledTimes(2)
})

test.each(['ExecuteTransaction', 'ExecuteMultiple'])('it cannot contain %s', async (message) => {
  const org = emulator({ tables })

  await refused(
    org,
    () =>
      org.execute('ExecuteTransaction', {
        requests: [create('Diaz'), { message, request: { requests: [] } }],
      }),
    { code: 'INVALID_ARGUMENT' },
  )
})

test('bulk messages may be part of it', async () => {
  const org = emulator({ tables })

  await refused(
    org,
    () =>
      org.execute('ExecuteTransaction', {
        requests: [
          {
            message: 'CreateMultiple',
            request: { table: 'contact', targets: [{ values: { lastname: 'Diaz' } }] },
          },
          failing,
        ],
      }),
    { code: 'ROW_NOT_FOUND', details: { requestIndex: 1 } },
  )
})
