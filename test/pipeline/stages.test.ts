import { emulator } from '../../src/testing/emulator.ts'
import { everything, refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const OF_CONTACT = { table: 'contact', message: 'Create' } as const

describe('the steps of a Create', () => {
  test('run stage by stage, whatever the order of registration', async () => {
    const seen: number[] = []
    const at = (stage: 10 | 20 | 40) =>
      step({ ...OF_CONTACT, stage }, ({ context }) => void seen.push(context.Stage))
    const org = emulator({ tables, steps: [at(40), at(20), at(10)] })

    await org.create('contact', { lastname: 'Diaz' })

    expect(seen).toEqual([10, 20, 40])
  })

  test('run inside a stage by rank, negative ranks first', async () => {
    const seen: number[] = []
    const ranked = (rank: number) => step({ ...OF_CONTACT, rank }, () => void seen.push(rank))
    const org = emulator({ tables, steps: [ranked(5), ranked(-1), ranked(0), ranked(100)] })

    await org.create('contact', { lastname: 'Diaz' })

    expect(seen).toEqual([-1, 0, 5, 100])
  })

  test('of equal rank run in the order of their ids', async () => {
    const seen: string[] = []
    const known = (id: string) => step({ ...OF_CONTACT, id }, () => void seen.push(id))
    const ids = ['c', 'a', 'b'].map((digit) => digit.repeat(8) + '-0000-4000-8000-000000000000')
    const org = emulator({ tables, steps: ids.map(known) })

    await org.create('contact', { lastname: 'Diaz' })

    expect(seen).toEqual([...ids].sort())
  })

  test('that name no table run for every table, in the same order of ranks', async () => {
    const seen: string[] = []
    const steps = [
      step({ message: 'Create', rank: 2 }, ({ table }) => void seen.push(`any ${table}`)),
      step({ ...OF_CONTACT, rank: 1 }, () => void seen.push('first')),
      step({ ...OF_CONTACT, rank: 3 }, () => void seen.push('last')),
    ]
    const org = emulator({ tables, steps })

    await org.create('contact', { lastname: 'Diaz' })
    await org.create('account', { name: 'Contoso' })

    expect(seen).toEqual(['first', 'any contact', 'last', 'any account'])
  })

  test('of other tables and messages do not run', async () => {
    const run = jest.fn()
    const steps = [
      step({ message: 'Create', table: 'account' }, run),
      step({ message: 'Update', table: 'contact' }, run),
    ]
    const org = emulator({ tables, steps })

    await org.create('contact', { lastname: 'Diaz' })

    expect(run).not.toHaveBeenCalled()
  })

  test('may be synchronous and asynchronous functions in any mix, one after the other', async () => {
    const seen: string[] = []
    const slow = (name: string, rank: number) =>
      step({ ...OF_CONTACT, rank }, async () => {
        await new Promise((resolve) => setImmediate(resolve))
        seen.push(name)
      })
    const quick = (name: string, rank: number) =>
      step({ ...OF_CONTACT, rank }, () => void seen.push(name))
    const org = emulator({
      tables,
      steps: [slow('a', 1), quick('b', 2), slow('c', 3), quick('d', 4)],
    })

    await org.create('contact', { lastname: 'Diaz' })

    expect(seen).toEqual(['a', 'b', 'c', 'd'])
  })

  test('find the row stored at PostOperation, and not before', async () => {
    const found: boolean[] = []
    const look = (stage: 10 | 20 | 40) =>
      step({ ...OF_CONTACT, stage }, async ({ org, id }) => {
        const { rows } = await org.retrieveMultiple({
          table: 'contact',
          columns: [],
          where: { kind: 'condition', column: 'contactid', operator: 'eq', values: [id] },
        })
        found.push(rows.length === 1)
      })
    const org = emulator({ tables, steps: [look(10), look(20), look(40)] })

    await org.create('contact', { lastname: 'Diaz' })

    expect(found).toEqual([false, false, true])
  })
})

describe('a failing step', () => {
  const fail = (stage: 10 | 20 | 40, rank = 9) =>
    step({ ...OF_CONTACT, stage, rank }, ({ reject }) => reject(`refused at ${stage}`))
  const write = (stage: 10 | 20 | 40) =>
    step({ ...OF_CONTACT, stage }, async ({ org }) => {
      await org.create('account', { name: `written at ${stage}` })
    })
  const names = (org: ReturnType<typeof emulator>) =>
    (org.contents().get('account') ?? []).map((row) => row['name'])

  test.each([20, 40] as const)(
    'at %i undoes all that was written since PreOperation',
    async (stage) => {
      const org = emulator({ tables, steps: [write(20), write(40), fail(stage)] })

      await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {
        code: 'HANDLER_REJECTED',
        message: `refused at ${stage}`,
      })
    },
  )

  test('at PreValidation of a top-level request leaves what PreValidation wrote', async () => {
    const org = emulator({ tables, steps: [write(10), fail(10)] })

    await expect(org.create('contact', { lastname: 'Diaz' })).rejects.toMatchObject({
      code: 'HANDLER_REJECTED',
    })

    expect(names(org)).toEqual(['written at 10'])
    expect(org.contents().get('contact')).toBeUndefined()
  })

  test.each([20, 40] as const)(
    'at %i leaves what PreValidation of a top-level request wrote',
    async (stage) => {
      const org = emulator({ tables, steps: [write(10), write(20), fail(stage)] })

      await expect(org.create('contact', { lastname: 'Diaz' })).rejects.toMatchObject({
        code: 'HANDLER_REJECTED',
      })

      expect(names(org)).toEqual(['written at 10'])
    },
  )

  test('at PreValidation of a nested request undoes the whole request', async () => {
    const nest = step({ table: 'account', message: 'Create', stage: 20 }, async ({ org }) => {
      await org.create('contact', { lastname: 'Diaz' })
    })
    const other = step({ ...OF_CONTACT, stage: 10 }, async ({ org }) => {
      await org.create('project', { name: 'Started' })
    })
    const org = emulator({ tables, steps: [nest, other, fail(10)] })

    await refused(org, () => org.create('account', { name: 'Contoso' }), {
      message: 'refused at 10',
    })
  })

  test('keeps those after it from running', async () => {
    const run = jest.fn()
    const steps = [
      fail(20, 1),
      step({ ...OF_CONTACT, rank: 2 }, run),
      step({ ...OF_CONTACT, stage: 40 }, run),
    ]
    const org = emulator({ tables, steps })

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {})

    expect(run).not.toHaveBeenCalled()
  })

  test('leaves the organization usable', async () => {
    let refuses = true
    const once = step(OF_CONTACT, ({ reject }) => {
      if (refuses) reject('not now')
    })
    const org = emulator({ tables, steps: [once] })

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {})
    refuses = false
    const id = await org.create('contact', { lastname: 'Diaz' })

    expect(await org.retrieve('contact', id, ['lastname'])).toMatchObject({ lastname: 'Diaz' })
  })
})

describe('a failing main operation', () => {
  test('undoes what PreOperation wrote', async () => {
    const write = step({ ...OF_CONTACT, stage: 20 }, async ({ org }) => {
      await org.create('account', { name: 'Contoso' })
    })
    const org = emulator({ tables, steps: [write] })
    const id = await emulatorId(org)

    await refused(org, () => org.create('contact', { contactid: id, lastname: 'Again' }), {
      code: 'DUPLICATE_ROW',
    })
  })
})

describe('IsInTransaction', () => {
  const record = (seen: unknown[], message = 'Create', table = 'contact') =>
    ([10, 20, 40] as const).map((stage) =>
      step({ table, message, stage }, ({ context }) => {
        seen.push([stage, context.IsInTransaction])
      }),
    )

  test('is false at PreValidation of a top-level request and true after it', async () => {
    const seen: unknown[] = []
    const org = emulator({ tables, steps: record(seen) })

    await org.create('contact', { lastname: 'Diaz' })

    expect(seen).toEqual([
      [10, false],
      [20, true],
      [40, true],
    ])
  })

  test('is true at every stage of a nested request', async () => {
    const seen: unknown[] = []
    const nest = step({ table: 'account', message: 'Create', stage: 20 }, async ({ org }) => {
      await org.create('contact', { lastname: 'Diaz' })
    })
    const org = emulator({ tables, steps: [nest, ...record(seen)] })

    await org.create('account', { name: 'Contoso' })

    expect(seen).toEqual([
      [10, true],
      [20, true],
      [40, true],
    ])
  })

  test('is false at PreValidation of what a top-level PreValidation starts', async () => {
    const seen: unknown[] = []
    const nest = step({ table: 'account', message: 'Create', stage: 10 }, async ({ org }) => {
      await org.create('contact', { lastname: 'Diaz' })
    })
    const org = emulator({ tables, steps: [nest, ...record(seen)] })

    await org.create('account', { name: 'Contoso' })

    expect(seen[0]).toEqual([10, false])
  })
})

describe('a request that a step at PreValidation of a top-level request sends', () => {
  test('may fail without harm when the step catches it', async () => {
    const careful = step({ ...OF_CONTACT, stage: 10 }, async ({ org }) => {
      await org
        .create('project', { name: 'far too long a name for a project' })
        .catch(() => undefined)
      await org.create('project', { name: 'Short' })
    })
    const org = emulator({ tables, steps: [careful] })

    await org.create('contact', { lastname: 'Diaz' })

    expect(org.contents().get('project')).toHaveLength(1)
    expect(org.contents().get('contact')).toHaveLength(1)
  })
})

describe('a failed request inside a transaction', () => {
  const tooLong = { name: 'far too long a name for a project' }

  test('dooms it: the step may catch the failure, but not return', async () => {
    const careless = step(OF_CONTACT, async ({ org }) => {
      await org.create('project', tooLong).catch(() => undefined)
    })
    const org = emulator({ tables, steps: [careless] })

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {
      code: 'TRANSACTION_DOOMED',
      number: 0x8009000c,
      cause: expect.objectContaining({ code: 'STRING_TOO_LONG' }) as unknown,
    })
  })

  test('dooms it for steps that answer without a promise, too', async () => {
    const careless = step(OF_CONTACT, ({ org }) => {
      org.create('project', tooLong).catch(() => undefined)
    })
    const org = emulator({ tables, steps: [careless] })

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {
      code: 'TRANSACTION_DOOMED',
    })
  })

  test('makes every further call of the step fail', async () => {
    const failures: unknown[] = []
    const careless = step(OF_CONTACT, async ({ org }) => {
      await org.create('project', tooLong).catch(() => undefined)
      await org.create('project', { name: 'Short' }).catch((error) => failures.push(error))
      await org.retrieveMultiple({ table: 'project', columns: [] }).catch((e) => failures.push(e))
    })
    const org = emulator({ tables, steps: [careless] })

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {
      code: 'TRANSACTION_DOOMED',
    })
    expect(failures).toMatchObject([
      { code: 'TRANSACTION_NOT_STARTED', number: 0x80040251 },
      { code: 'TRANSACTION_NOT_STARTED', number: 0x80040251 },
    ])
  })

  test('dooms it from any depth', async () => {
    const steps = [
      step({ message: 'Create', table: 'account' }, async ({ org }) => {
        await org.create('contact', { lastname: 'Diaz' }).catch(() => undefined)
      }),
      step(OF_CONTACT, async ({ org }) => {
        await org.create('project', tooLong).catch(() => undefined)
      }),
    ]
    const org = emulator({ tables, steps })

    await refused(org, () => org.create('account', { name: 'Contoso' }), {
      code: 'TRANSACTION_DOOMED',
    })
  })

  test('dooms it when a missing row was only asked for', async () => {
    const curious = step(OF_CONTACT, async ({ org, id }) => {
      await org.retrieve('account', id).catch(() => undefined)
    })
    const org = emulator({ tables, steps: [curious] })

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {
      code: 'TRANSACTION_DOOMED',
    })
  })
})

describe('a call of event.org', () => {
  test('that comes after the step has ended is refused by name', async () => {
    let late: Promise<unknown> | undefined
    const forgetful = step({ ...OF_CONTACT, stage: 40 }, ({ org }) => {
      late = Promise.resolve().then(() => org.create('account', { name: 'Too late' }))
      late.catch(() => undefined)
    })
    const org = emulator({ tables, steps: [forgetful] })

    await org.create('contact', { lastname: 'Diaz' })
    const before = everything(org)

    await expect(late).rejects.toMatchObject({
      code: 'TRANSACTION_NOT_STARTED',
      message: 'Step.onCreate40 sent Create after it had ended; await every call of event.org.',
    })
    expect(everything(org)).toEqual(before)
  })

  test('sees what earlier steps of the transaction wrote', async () => {
    let seen: unknown
    const steps = [
      step({ ...OF_CONTACT, rank: 1 }, async ({ org }) => {
        await org.create('account', { name: 'Contoso' })
      }),
      step({ ...OF_CONTACT, rank: 2 }, async ({ org }) => {
        const { rows } = await org.retrieveMultiple({ table: 'account', columns: ['name'] })
        seen = rows
      }),
    ]
    const org = emulator({ tables, steps })

    await org.create('contact', { lastname: 'Diaz' })

    expect(seen).toMatchObject([{ name: 'Contoso' }])
  })
})

describe('several requests in one transaction', () => {
  test('are kept together', async () => {
    const org = emulator({ tables })

    await org.transaction(async (all) => {
      await all.create('account', { name: 'One' })
      await all.create('account', { name: 'Two' })
    })

    expect(org.contents().get('account')).toHaveLength(2)
  })

  test('are undone together', async () => {
    const org = emulator({ tables })

    await refused(
      org,
      () =>
        org.transaction(async (all) => {
          await all.create('account', { name: 'One' })
          await all.create('project', { name: 'far too long a name for a project' })
        }),
      { code: 'STRING_TOO_LONG' },
    )
  })

  test('are undone together though the failure of one was caught', async () => {
    const org = emulator({ tables })

    await refused(
      org,
      () =>
        org.transaction(async (all) => {
          await all.create('account', { name: 'One' })
          await all
            .create('project', { name: 'far too long a name for a project' })
            .catch(() => undefined)
        }),
      { code: 'TRANSACTION_DOOMED' },
    )
  })

  test('have depth 1 each, and PreValidation inside the transaction', async () => {
    const seen: unknown[] = []
    const look = step({ ...OF_CONTACT, stage: 10 }, ({ context }) => {
      seen.push([context.Depth, context.IsInTransaction, context.ParentContext])
    })
    const org = emulator({ tables, steps: [look] })

    await org.transaction(async (all) => {
      await all.create('contact', { lastname: 'One' })
      await all.create('contact', { lastname: 'Two' })
    })

    expect(seen).toEqual([
      [1, true, null],
      [1, true, null],
    ])
  })

  test('are refused one by one once the transaction is over', async () => {
    const org = emulator({ tables })
    let kept: Parameters<Parameters<typeof org.transaction>[0]>[0] | undefined
    await org.transaction(async (all) => {
      kept = all
    })

    await refused(org, () => kept?.create('account', { name: 'Late' }) ?? Promise.resolve(), {
      code: 'TRANSACTION_NOT_STARTED',
    })
    await refused(
      org,
      () => kept?.retrieveMultiple({ table: 'account', columns: [] }) ?? Promise.resolve(),
      { code: 'TRANSACTION_NOT_STARTED' },
    )
  })
})

describe('a message nobody knows', () => {
  test('is refused by name', async () => {
    const org = emulator({ tables })

    await refused(org, () => org.execute('Levitate', {}), {
      code: 'MESSAGE_UNKNOWN',
      message: "There is no message 'Levitate'.",
    })
  })
})

async function emulatorId(org: ReturnType<typeof emulator>): Promise<string> {
  const id = '11111111-1111-4111-8111-111111111111'
  await org.create('contact', { contactid: id, lastname: 'Diaz' })
  return id
}
