import type { Emulator } from '../../src/emulator/emulator.ts'
import { choice, dateTime, text } from '../../src/metadata/platform/columns.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { madeUp, TABLES } from '../support/tables.ts'

// https://learn.microsoft.com/power-apps/developer/data-platform/duplicaterule-entities

const VISIT = madeUp('Visit', [
  text('Name', 50),
  text('Phone', 20),
  choice('Kind', { 1: 'Short', 2: 'Long' }),
  dateTime('Day'),
])
const GUEST = madeUp('Guest', [text('Number', 20), choice('Stay', { 7: 'Long' })])
const tables = [...TABLES, VISIT, GUEST]
const DETECT = { suppressDuplicateDetection: false }
const FOUND = { code: 'DUPLICATE_FOUND', number: 0x80040333 }
const EXACT = { baseattributename: 'name', operatorcode: 0 } as const

async function publish(org: Emulator, conditions: readonly object[], rule: object = {}) {
  const id = await org.create('duplicaterule', {
    name: 'Same visit',
    baseentityname: 'visit',
    matchingentityname: 'visit',
    ...rule,
  })
  const regardingobjectid = { table: 'duplicaterule', id } as const
  const table: string = 'duplicaterulecondition'
  for (const condition of conditions) await org.create(table, { ...condition, regardingobjectid })
  await org.execute('PublishDuplicateRule', { DuplicateRuleId: id })
  return id
}

async function world(conditions: readonly object[] = [EXACT], rule: object = {}) {
  const org = emulator({ tables })
  const id = await publish(org, conditions, rule)
  return { org, id }
}

describe('a duplicate', () => {
  test('is refused where the request asks for it', async () => {
    const { org } = await world()
    await org.create('visit', { name: 'Tour' })

    await refused(org, () => org.create('visit', { name: 'TOUR' }, DETECT), FOUND)
  })

  test.each([{}, { suppressDuplicateDetection: true }])('is created with %j', async (options) => {
    const { org } = await world()
    await org.create('visit', { name: 'Tour' })

    await expect(org.create('visit', { name: 'Tour' }, options)).resolves.toBeDefined()
  })

  test('is refused where an Update makes one, and a row is none of itself', async () => {
    const { org } = await world()
    await org.create('visit', { name: 'Tour' })
    const id = await org.create('visit', { name: 'Talk' })

    await org.update('visit', id, { name: 'Talk' }, DETECT)
    await refused(org, () => org.update('visit', id, { name: 'Tour' }, DETECT), FOUND)
  })

  test('is refused where an Upsert or CreateMultiple makes one', async () => {
    const { org } = await world()
    await org.create('visit', { name: 'Tour' })
    const id = '0c000000-0000-4000-8000-000000000001'

    await refused(org, () => org.upsert('visit', id, { name: 'Tour' }, DETECT), FOUND)
    await refused(
      org,
      () =>
        org.execute('CreateMultiple', {
          table: 'visit',
          targets: [{ values: { name: 'Tour' } }],
          ...DETECT,
        }),
      FOUND,
    )
  })

  test('that a step makes is none of the request’s', async () => {
    const again = step({ table: 'contact', message: 'Create' }, async ({ org }) => {
      await org.create('visit', { name: 'Tour' })
    })
    const org = emulator({ tables, steps: [again] })
    await publish(org, [EXACT])
    await org.create('visit', { name: 'Tour' })

    await expect(org.create('contact', { lastname: 'Diaz' }, DETECT)).resolves.toBeDefined()
  })
})

describe('a rule', () => {
  test('counts while it is published', async () => {
    const { org, id } = await world()
    await org.create('visit', { name: 'Tour' })

    await org.execute('UnpublishDuplicateRule', { DuplicateRuleId: id })

    await expect(org.create('visit', { name: 'Tour' }, DETECT)).resolves.toBeDefined()
    expect(org.peek('duplicaterule', id)).toMatchObject({ statecode: 0, statuscode: 0 })
  })

  test('is published by a job', async () => {
    const { org, id } = await world()

    const { JobId } = await org.execute('PublishDuplicateRule', { DuplicateRuleId: id })

    expect(org.peek('asyncoperation', JobId)).toMatchObject({ operationtype: 7, statuscode: 30 })
    expect(org.peek('duplicaterule', id)).toMatchObject({ statecode: 1, statuscode: 2 })
  })

  test('is one of five of its table at most', async () => {
    const { org } = await world()
    for (let i = 2; i <= 5; i++) await publish(org, [EXACT])
    const id = await org.create('duplicaterule', { name: 'Sixth', baseentityname: 'visit' })

    await refused(org, () => org.execute('PublishDuplicateRule', { DuplicateRuleId: id }), {
      code: 'DUPLICATE_RULES_FULL',
      number: 0x80048419,
    })
  })

  test('that is not there is not published', async () => {
    const { org } = await world()
    const DuplicateRuleId = '0c000000-0000-4000-8000-000000000009'

    await refused(org, () => org.execute('PublishDuplicateRule', { DuplicateRuleId }), {
      code: 'ROW_NOT_FOUND',
    })
  })

  test('without conditions is not published', async () => {
    const org = emulator({ tables })
    const id = await org.create('duplicaterule', { name: 'Empty', baseentityname: 'visit' })

    await refused(org, () => org.execute('PublishDuplicateRule', { DuplicateRuleId: id }), {
      code: 'DUPLICATE_RULE_EMPTY',
      number: 0x80048414,
    })
  })

  test('that has lost its conditions finds nothing', async () => {
    const { org } = await world()
    for (const row of org.contents().get('duplicaterulecondition') ?? []) {
      await org.delete('duplicaterulecondition', row['duplicateruleconditionid'] as string)
    }
    await org.create('visit', { name: 'Tour' })

    await expect(org.create('visit', { name: 'Tour' }, DETECT)).resolves.toBeDefined()
  })

  test('may compare with rows of another table', async () => {
    const number = { baseattributename: 'phone', matchingattributename: 'number', operatorcode: 0 }
    const { org } = await world([number], { matchingentityname: 'guest' })
    await org.create('guest', { number: '555' })

    await refused(org, () => org.create('visit', { phone: '555' }, DETECT), FOUND)
    await expect(org.create('visit', { phone: '556' }, DETECT)).resolves.toBeDefined()
  })

  test('may leave out inactive rows', async () => {
    const { org } = await world([{ baseattributename: 'name', operatorcode: 0 }], {
      baseentityname: 'project',
      matchingentityname: 'project',
      excludeinactiverecords: true,
    })
    const id = await org.create('project', { name: 'Bridge' })
    await refused(org, () => org.create('project', { name: 'Bridge' }, DETECT), FOUND)

    await org.update('project', id, { statecode: 1 })

    await expect(org.create('project', { name: 'Bridge' }, DETECT)).resolves.toBeDefined()
  })

  test('may heed upper and lower case', async () => {
    const { org } = await world([EXACT], { iscasesensitive: true })
    await org.create('visit', { name: 'Tour' })

    await expect(org.create('visit', { name: 'TOUR' }, DETECT)).resolves.toBeDefined()
    await refused(org, () => org.create('visit', { name: 'Tour' }, DETECT), FOUND)
  })
})

describe('a condition', () => {
  const first = { baseattributename: 'name', operatorcode: 1, operatorparam: 3 }
  const last = { baseattributename: 'name', operatorcode: 2, operatorparam: 3 }
  const onDay = { baseattributename: 'day', operatorcode: 3 }
  const atTime = { baseattributename: 'day', operatorcode: 4 }
  const value = { baseattributename: 'kind', operatorcode: 6 }

  test.each([
    ['same first characters', [first], { name: 'Tour' }, { name: 'TOUchdown' }, { name: 'Town' }],
    ['same last characters', [last], { name: 'Tour' }, { name: 'Four' }, { name: 'Ours' }],
    ['a sign that stands for others', [first], { name: 'T%r' }, { name: 'T%r2' }, { name: 'Tor' }],
    [
      'same date',
      [onDay],
      { day: '2026-03-02T08:00:00Z' },
      { day: '2026-03-02T20:00:00Z' },
      { day: '2026-03-03T08:00:00Z' },
    ],
    [
      'same date and time',
      [atTime],
      { day: '2026-03-02T08:00:00Z' },
      { day: '2026-03-02T08:00:00Z' },
      { day: '2026-03-02T20:00:00Z' },
    ],
    ['the value of a choice', [value], { kind: 1 }, { kind: 1 }, { kind: 2 }],
    [
      'all of several',
      [EXACT, value],
      { name: 'Tour', kind: 1 },
      { name: 'Tour', kind: 1 },
      { name: 'Tour', kind: 2 },
    ],
    ['blanks, too', [EXACT, value], { name: 'Tour' }, { name: 'Tour' }, { name: 'Talk' }],
  ])('compares %s', async (_, conditions, stored, duplicate, other) => {
    const { org } = await world(conditions)
    await org.create('visit', stored)

    await refused(org, () => org.create('visit', duplicate, DETECT), FOUND)
    await expect(org.create('visit', other, DETECT)).resolves.toBeDefined()
  })

  test('compares the labels of choices', async () => {
    const label = { baseattributename: 'kind', matchingattributename: 'stay', operatorcode: 5 }
    const { org } = await world([label], { matchingentityname: 'guest' })
    await org.create('guest', { stay: 7 })

    await refused(org, () => org.create('visit', { kind: 2 }, DETECT), FOUND)
    await expect(org.create('visit', { kind: 1 }, DETECT)).resolves.toBeDefined()
  })

  test('may leave out blanks', async () => {
    const { org } = await world([{ ...EXACT, ignoreblankvalues: true }])
    await org.create('visit', {})

    await expect(org.create('visit', {}, DETECT)).resolves.toBeDefined()
  })
})
