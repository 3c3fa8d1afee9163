import { emulator } from '../../src/testing/emulator.ts'
import { everything, refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'
import type { Emulator } from '../../src/emulator/emulator.ts'
import type { AnyEvent } from '../../src/authoring/event.ts'
import type { Awaitable } from '../../src/rows/awaitable.ts'

const tables = TABLES
const CREATE = { message: 'Create', table: 'project', name: 'Projects.check' } as const
const NEVER_HANGS = 2000

const later = () => new Promise<void>((resolve) => setImmediate(resolve))

/** An organization whose project steps may call it from outside. */
function organizationWith(
  run: (outer: Emulator, event: AnyEvent) => Awaitable<void>,
  spec: Partial<Parameters<typeof step>[0]> = {},
): Emulator {
  const org: Emulator = emulator({
    tables,
    steps: [step({ ...CREATE, ...spec }, (event) => run(org, event))],
  })
  return org
}

describe('a handler inside a transaction that calls the organization from outside', () => {
  const WOULD_DEADLOCK = {
    code: 'OUTER_CALL_WOULD_DEADLOCK',
    message:
      'Projects.check calls the organization from outside its own transaction and would wait for itself; call event.org instead.',
  }

  const calls: readonly [string, (outer: Emulator) => Promise<unknown>][] = [
    ['create', (outer) => outer.create('contact', { lastname: 'Diaz' })],
    ['as another user', (outer) => outer.as(outer.userId).create('contact', { lastname: 'Diaz' })],
    [
      'in a transaction',
      (outer) => outer.transaction((all) => all.create('contact', { lastname: 'Diaz' })),
    ],
    ['by settling', (outer) => outer.settle()],
  ]

  test.each(calls)(
    'is refused by name in its synchronous part: %s',
    async (_, call) => {
      const org = organizationWith((outer) => call(outer).then(() => undefined))

      await refused(org, () => org.create('project', { name: 'Bridge' }), WOULD_DEADLOCK)
    },
    NEVER_HANGS,
  )

  test.each(calls)(
    'is refused by name after an await: %s',
    async (_, call) => {
      const org = organizationWith(async (outer, event) => {
        await event.org.retrieveMultiple({ table: 'contact', columns: [] })
        await later()
        await call(outer)
      })

      await refused(org, () => org.create('project', { name: 'Bridge' }), WOULD_DEADLOCK)
    },
    NEVER_HANGS,
  )

  test.each(calls)(
    'is refused by name in a helper of a function that is not async itself: %s',
    async (_, call) => {
      const helper = async (outer: Emulator) => {
        await later()
        await call(outer)
      }
      const org = organizationWith((outer) => helper(outer), { isAsync: false })

      await refused(org, () => org.create('project', { name: 'Bridge' }), WOULD_DEADLOCK)
    },
    NEVER_HANGS,
  )

  test(
    'is refused by name under nested requests with synchronous steps of their own',
    async () => {
      const org: Emulator = emulator({
        tables,
        steps: [
          step({ message: 'Create', table: 'contact' }, () => undefined),
          step({ ...CREATE, isAsync: false }, (event) => {
            const work = async () => {
              await event.org.create('contact', { lastname: 'Diaz' })
              await org.create('contact', { lastname: 'Outside' })
            }
            return work()
          }),
        ],
      })

      await refused(org, () => org.create('project', { name: 'Bridge' }), WOULD_DEADLOCK)
    },
    NEVER_HANGS,
  )

  test(
    'is refused before the PreValidation of its request does anything',
    async () => {
      const seen: string[] = []
      const org: Emulator = emulator({
        tables,
        steps: [
          step({ message: 'Create', table: 'contact', stage: 10 }, () => void seen.push('ran')),
          step(CREATE, () => org.create('contact', { lastname: 'Diaz' }).then(() => undefined)),
        ],
      })

      await refused(org, () => org.create('project', { name: 'Bridge' }), WOULD_DEADLOCK)
      expect(seen).toEqual([])
    },
    NEVER_HANGS,
  )

  test(
    'is refused when it does not wait for the answer either',
    async () => {
      const failures: unknown[] = []
      const org = organizationWith((outer) => {
        outer.create('contact', { lastname: 'Diaz' }).catch((error) => failures.push(error))
      })

      await org.create('project', { name: 'Bridge' })

      expect(failures).toMatchObject([WOULD_DEADLOCK])
      expect(org.contents().get('contact')).toBeUndefined()
    },
    NEVER_HANGS,
  )

  test('reads through it what is committed, and nothing else', async () => {
    const seen: number[] = []
    const query = { table: 'contact', columns: [] } as const
    const org = organizationWith(async (outer, event) => {
      await event.org.create('contact', { lastname: 'Uncommitted' })
      seen.push((await outer.retrieveMultiple(query)).rows.length)
      seen.push((await event.org.retrieveMultiple(query)).rows.length)
    })
    await org.create('contact', { lastname: 'Committed' })

    await org.create('project', { name: 'Bridge' })

    expect(seen).toEqual([1, 2])
  })
})

describe('a handler that nothing waits for', () => {
  test('may call the organization from outside at PreValidation', async () => {
    const org = organizationWith(
      async (outer) => {
        await outer.create('contact', { lastname: 'Diaz' })
      },
      { stage: 10 },
    )

    await org.create('project', { name: 'Bridge' })

    expect(org.contents().get('contact')).toHaveLength(1)
  })

  test('may call it once it has ended', async () => {
    let late: Promise<unknown> | undefined
    const org = organizationWith(async (outer) => {
      await later()
      late = later().then(() => outer.create('contact', { lastname: 'Diaz' }))
    })

    await org.create('project', { name: 'Bridge' })
    await late

    expect(org.contents().get('contact')).toHaveLength(1)
  })

  test('may call another organization', async () => {
    const other = emulator({ tables })
    const org = organizationWith(async () => {
      await other.create('contact', { lastname: 'Diaz' })
    })

    await org.create('project', { name: 'Bridge' })

    expect(other.contents().get('contact')).toHaveLength(1)
  })
})

describe('requests that are sent at once', () => {
  const slow = step(CREATE, () => later())

  test('run one after the other, in the order they came', async () => {
    const order: unknown[] = []
    const track = ([20, 40] as const).map((stage) =>
      step({ ...CREATE, stage, rank: 5 }, async ({ target }) => {
        await later()
        order.push(`${target['name'] as string} ${stage}`)
      }),
    )
    const org = emulator({ tables, steps: [slow, ...track] })

    await Promise.all(['a', 'b', 'c'].map((name) => org.create('project', { name })))

    expect(order).toEqual(['a 20', 'a 40', 'b 20', 'b 40', 'c 20', 'c 40'])
    expect(
      org
        .contents()
        .get('project')
        ?.map((row) => row['name']),
    ).toEqual(['a', 'b', 'c'])
  })

  test('do not disturb each other when one fails', async () => {
    const picky = step({ ...CREATE, rank: 5 }, async ({ target, reject }) => {
      await later()
      if (target['name'] === 'b') reject('not b')
    })
    const org = emulator({ tables, steps: [slow, picky] })

    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map((name) => org.create('project', { name })),
    )

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(
      org
        .contents()
        .get('project')
        ?.map((row) => row['name']),
    ).toEqual(['a', 'c'])
  })

  test('that read see what is committed while others write', async () => {
    const org = emulator({ tables, steps: [step({ ...CREATE, stage: 40 }, () => later())] })
    const writing = org.create('project', { name: 'Bridge' })

    const during = await org.retrieveMultiple({ table: 'project', columns: [] })
    const whole = everything(org)
    await writing
    const after = await org.retrieveMultiple({ table: 'project', columns: [] })

    expect(during.rows).toEqual([])
    expect(whole.has('project')).toBe(false)
    expect(after.rows).toHaveLength(1)
  })

  test('see a row as it is committed while its change is under way', async () => {
    const org = emulator({
      tables,
      steps: [step({ message: 'Update', table: 'project', stage: 40 }, () => later())],
    })
    const id = await org.create('project', { name: 'Bridge' })
    const writing = org.update('project', id, { name: 'Tunnel' })

    const during = await org.retrieve('project', id, ['name'])
    await writing

    expect(during).toMatchObject({ name: 'Bridge' })
    expect(await org.retrieve('project', id, ['name'])).toMatchObject({ name: 'Tunnel' })
  })

  test('of which one waits may be refused without harm to those behind it', async () => {
    const org = emulator({ tables, steps: [slow] })

    const results = await Promise.allSettled([
      org.create('project', { name: 'a', code: 'same' }),
      org.create('project', { name: 'b', code: 'same' }),
      org.create('project', { name: 'c', code: 'other' }),
    ])

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })
})
