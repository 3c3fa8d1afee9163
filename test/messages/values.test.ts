import fc from 'fast-check'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { TABLES } from '../support/tables.ts'
import type { Value } from '../../src/rows/value.ts'

const tables = TABLES
const RUNS = process.env['LONG'] === undefined ? 200 : 5000

/** What the organization keeps when `sent` is written, by Create and by Update alike. */
async function kept(column: string, sent: unknown): Promise<unknown> {
  const org = emulator({ tables })
  const values = { name: 'Bridge', [column]: sent as Value }
  const created = await org.create('project', values)
  const updated = await org.create('project', { name: 'Tunnel' })
  await org.update('project', updated, { [column]: sent as Value })
  const byCreate = org.peek('project', created)?.[column]
  expect(org.peek('project', updated)?.[column]).toEqual(byCreate)
  expect((await org.retrieve('project', created, [column]))[column]).toEqual(byCreate)
  return byCreate
}

async function refusedValue(column: string, sent: unknown, code: string): Promise<void> {
  const org = emulator({ tables })
  const id = await org.create('project', { name: 'Bridge' })
  const value = sent as Value
  await refused(org, () => org.create('project', { name: 'Tunnel', [column]: value }), { code })
  await refused(org, () => org.update('project', id, { [column]: value }), { code })
}

describe('texts', () => {
  test.each([
    ['name', '', null],
    ['description', '', null],
    ['name', '  Bridge  ', '  Bridge  '],
    ['name', ' ', ' '],
    ['name', null, null],
    ['name', 'x'.repeat(20), 'x'.repeat(20)],
    ['description', 'two\nlines', 'two\nlines'],
  ])('%s: %j is kept as %j', async (column, sent, expected) => {
    expect(await kept(column, sent)).toBe(expected)
  })

  test('longer than their column are refused, not cut', async () => {
    const org = emulator({ tables })

    await refusedValue('name', 'x'.repeat(21), 'STRING_TOO_LONG')
    await refused(org, () => org.create('project', { name: 'x'.repeat(21) }), {
      number: 0x80044331,
      message:
        "A validation error occurred.  The length of the 'name' attribute of the 'project' entity exceeded the maximum allowed length of '20'.",
    })
  })

  test.each([5, true, { text: 'x' }, ['x']])('are refused for %j', async (sent) => {
    await refusedValue('name', sent, 'PAYLOAD_INVALID')
  })
})

describe('whole numbers', () => {
  test.each([
    ['number', 0, 0],
    ['number', '200', 200],
    ['count', -2_147_483_648, -2_147_483_648],
    ['number', null, null],
  ])('%s: %j is kept as %j', async (column, sent, expected) => {
    expect(await kept(column, sent)).toBe(expected)
  })

  test.each([
    [-1, 'INTEGER_OUT_OF_RANGE'],
    [1001, 'INTEGER_OUT_OF_RANGE'],
    [1.5, 'PAYLOAD_INVALID'],
    ['1.5', 'PAYLOAD_INVALID'],
    ['many', 'PAYLOAD_INVALID'],
    [Number.NaN, 'PAYLOAD_INVALID'],
  ])('%j is refused', async (sent, code) => {
    await refusedValue('number', sent, code)
  })
})

describe('64-bit numbers', () => {
  const MOST = 9223372036854775807n

  test.each([
    [MOST, MOST],
    [-MOST - 1n, -MOST - 1n],
    ['9223372036854775807', MOST],
    [7, 7n],
    [null, null],
  ])('%p is kept to the digit as %p', async (sent, expected) => {
    expect(await kept('serial', sent)).toBe(expected)
  })

  test('are found to the digit', async () => {
    const org = emulator({ tables })
    await org.create('project', { name: 'near', serial: MOST - 1n })
    const id = await org.create('project', { name: 'exact', serial: MOST })

    const { rows } = await org.retrieveMultiple({
      table: 'project',
      columns: ['serial'],
      where: { kind: 'condition', column: 'serial', operator: 'eq', values: [MOST] },
    })

    expect(rows).toEqual([{ projectid: id, serial: MOST }])
  })

  test.each([
    [MOST + 1n, 'INTEGER_OUT_OF_RANGE'],
    ['9223372036854775808', 'INTEGER_OUT_OF_RANGE'],
    [2 ** 60, 'PAYLOAD_INVALID'],
    [1.5, 'PAYLOAD_INVALID'],
    ['lots', 'PAYLOAD_INVALID'],
  ])('%p is refused', async (sent, code) => {
    await refusedValue('serial', sent, code)
  })
})

describe('decimals', () => {
  test.each([
    ['weight', 11.3456, 11.35],
    ['weight', 1.005, 1.01],
    ['weight', 2.675, 2.68],
    ['weight', -1.005, -1.01],
    ['weight', 1.004, 1],
    ['weight', 0.994, 0.99],
    ['weight', '12.345', 12.35],
    ['weight', -0.001, 0],
    ['ratio', 0.0005, 0.001],
    ['weight', null, null],
  ])('%s: %j is kept as %j', async (column, sent, expected) => {
    expect(await kept(column, sent)).toBe(expected)
  })

  test.each([
    [1000.01, 'DECIMAL_OUT_OF_RANGE'],
    [-1001, 'DECIMAL_OUT_OF_RANGE'],
    ['heavy', 'PAYLOAD_INVALID'],
    [Number.POSITIVE_INFINITY, 'PAYLOAD_INVALID'],
  ])('%j is refused', async (sent, code) => {
    await refusedValue('weight', sent, code)
  })

  test('are rounded half away from zero, digit by digit', async () => {
    const org = emulator({ tables })
    const thousandths = fc.integer({ min: -999_990, max: 999_990 })
    await fc.assert(
      fc.asyncProperty(thousandths, async (count) => {
        const tens = Math.trunc(Math.abs(count) / 10)
        const up = Math.abs(count) % 10 >= 5 ? 1 : 0
        const hundredths = Math.sign(count) * (tens + up)

        const id = await org.create('project', { weight: Number(`${count}e-3`) })

        expect(org.peek('project', id)?.['weight']).toBe(Number(`${hundredths}e-2`) + 0)
      }),
      { numRuns: RUNS },
    )
  })
})

describe('choices', () => {
  test.each([
    ['phase', 2, 2],
    ['phase', '2', 2],
    ['tags', [3, 1, 3], [1, 3]],
    ['tags', '3, 1', [1, 3]],
    ['tags', [], null],
    ['tags', null, null],
  ])('%s: %j is kept as %j', async (column, sent, expected) => {
    expect(await kept(column, sent)).toEqual(expected)
  })

  test.each([
    ['phase', 4, 'CHOICE_OUT_OF_RANGE'],
    ['phase', 'Draft', 'PAYLOAD_INVALID'],
    ['tags', [1, 9], 'CHOICE_OUT_OF_RANGE'],
    ['tags', ['New'], 'PAYLOAD_INVALID'],
    ['tags', 1, 'PAYLOAD_INVALID'],
  ])('%s: %j is refused', async (column, sent, code) => {
    await refusedValue(column, sent, code)
  })
})

describe('dates', () => {
  const instant = new Date('2026-03-02T10:20:30.456Z')

  test.each([
    // Shown in the user's zone: an instant.
    ['startson', '2026-03-02T10:20:30Z', '2026-03-02T10:20:30Z'],
    ['startson', '2026-03-02T10:20:30.999Z', '2026-03-02T10:20:30Z'],
    ['startson', '2026-03-02T10:20', '2026-03-02T10:20:00Z'],
    ['startson', '2026-03-02', '2026-03-02T00:00:00Z'],
    ['startson', '2026-03-02T10:20:30', '2026-03-02T10:20:30Z'],
    ['startson', '2026-03-02T01:20:30+02:00', '2026-03-01T23:20:30Z'],
    ['startson', '2026-03-02T10:20:30-0530', '2026-03-02T15:50:30Z'],
    ['startson', instant, '2026-03-02T10:20:30Z'],
    ['startson', '1753-01-01T00:00:00Z', '1753-01-01T00:00:00Z'],
    ['startson', null, null],
    // A day.
    ['dueday', '2026-03-02', '2026-03-02'],
    ['dueday', '2026-03-02T23:59:59Z', '2026-03-02'],
    ['dueday', '2026-03-02T23:59:59-11:00', '2026-03-02'],
    ['dueday', instant, '2026-03-02'],
    // The digits as they are.
    ['meetsat', '2026-03-02T10:20:30+02:00', '2026-03-02T10:20:30Z'],
    ['meetsat', '2026-03-02T10:20:30', '2026-03-02T10:20:30Z'],
    ['startson', '2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ])('%s: %p is kept as %p', async (column, sent, expected) => {
    expect(await kept(column, sent)).toBe(expected)
  })

  test.each([
    '2026-02-30',
    '2025-02-29T00:00:00Z',
    '2026-13-01',
    '2026-03-02T24:30:00Z',
    '2026-03-02T10:61:00Z',
    '02.03.2026',
    'tomorrow',
    '1752-12-31T23:59:59Z',
    new Date(Number.NaN),
  ])('%p is refused', async (sent) => {
    for (const column of ['startson', 'dueday', 'meetsat']) {
      await refusedValue(column, sent, 'INVALID_DATE')
    }
  })

  test('with an offset that is none are refused where offsets count', async () => {
    await refusedValue('startson', '2026-03-02T10:20:30+25:00', 'INVALID_DATE')
  })

  test.each([20260302, true])('%p is refused', async (sent) => {
    await refusedValue('startson', sent, 'PAYLOAD_INVALID')
  })
})

describe('ids, yes and no, managed properties', () => {
  test.each([
    ['token', 'AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'],
    ['token', '{AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA}', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'],
    ['isurgent', false, false],
    ['iscustomizable', { Value: false }, { Value: false }],
  ])('%s: %j is kept as %j', async (column, sent, expected) => {
    expect(await kept(column, sent)).toEqual(expected)
  })

  test.each([
    ['token', 'mine'],
    ['isurgent', 'yes'],
    ['iscustomizable', true],
  ])('%s: %j is refused', async (column, sent) => {
    await refusedValue(column, sent, 'PAYLOAD_INVALID')
  })

  test('numbers are no yes or no', async () => {
    await refusedValue('isurgent', 1, 'BOOLEAN_OUT_OF_RANGE')
  })
})
