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
const names = (org: ReturnType<typeof emulator>) =>
  (org.contents().get('contact') ?? []).map((row) => row['lastname'])

test('ExecuteMultiple sends each request in a transaction of its own: what succeeded stays (execute-multiple-requests)', async () => {
  const org = emulator({ tables })

  const { responses, isFaulted } = await org.execute('ExecuteMultiple', {
    requests: [create('Diaz'), failing, create('Ngo')],
  })

  expect(isFaulted).toBe(true)
  expect(responses).toMatchObject([{ requestIndex: 1, fault: { code: 'ROW_NOT_FOUND' } }])
  expect(names(org)).toEqual(['Diaz'])
})

test('continueOnError sends the requests after one that failed', async () => {
  const org = emulator({ tables })

  const { responses, isFaulted } = await org.execute('ExecuteMultiple', {
    requests: [create('Diaz'), failing, create('Ngo')],
    continueOnError: true,
    returnResponses: true,
  })

  expect(isFaulted).toBe(true)
  expect(responses).toMatchObject([
    { requestIndex: 0, response: { id: expect.any(String) as string } },
    { requestIndex: 1, fault: { code: 'ROW_NOT_FOUND' } },
    { requestIndex: 2, response: { id: expect.any(String) as string } },
  ])
  expect(names(org)).toEqual(['Diaz', 'Ngo'])
})

test('without returnResponses nothing is listed that succeeded', async () => {
  const org = emulator({ tables })

  expect(await org.execute('ExecuteMultiple', { requests: [create('Diaz')] })).toEqual({
    responses: [],
    isFaulted: false,
  })
})

test('every request runs its steps at depth 1, as the caller of the batch', async () => {
  const seen: unknown[] = []
  const org = emulator({
    tables,
    steps: [
      step(
        { table: 'contact', message: 'Create' },
        ({ context }) =>
          void seen.push([context.Depth, context.UserId, context.ParentContext?.ParentContext]),
      ),
    ],
  })

  await org.execute('ExecuteMultiple', { requests: [create('Diaz'), create('Ngo')] })

  expect(seen).toEqual([
    [1, org.userId, null],
    [1, org.userId, null],
  ])
})

test('it may contain an ExecuteTransaction, and no ExecuteMultiple', async () => {
  const org = emulator({ tables })

  const { isFaulted } = await org.execute('ExecuteMultiple', {
    requests: [{ message: 'ExecuteTransaction', request: { requests: [create('Diaz')] } }],
  })
  expect(isFaulted).toBe(false)
  expect(names(org)).toEqual(['Diaz'])

  await refused(
    org,
    () =>
      org.execute('ExecuteMultiple', {
        requests: [create('Ngo'), { message: 'ExecuteMultiple', request: { requests: [] } }],
      }),
    { code: 'INVALID_ARGUMENT' },
  )
})

test('more than 1000 requests are refused, and none of them is sent', async () => {
  const org = emulator({ tables })
  const requests = Array.from({ length: 1001 }, () => create('Diaz'))

  await refused(org, () => org.execute('ExecuteMultiple', { requests }), {
    code: 'INVALID_ARGUMENT',
  })
})

test.each(['ExecuteMultiple', 'ExecuteTransaction'])(
  'a step that sends %s is refused by name',
  async (name) => {
    const org = emulator({
      tables,
      steps: [
        step({ table: 'account', message: 'Create' }, async ({ org }) => {
          await org.execute(name, { requests: [create('Diaz')] })
        }),
      ],
    })

    await refused(org, () => org.create('account', { name: 'Contoso' }), { code: 'NOT_SUPPORTED' })
  },
)
