import { text } from '../../src/metadata/platform/columns.ts'
import { clockAt } from '../../src/testing/test-clock.ts'
import { Clock } from '../../src/authoring/services.ts'
import { sequentialIds } from '../../src/rows/guid.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { changed, madeUp } from '../support/tables.ts'

function numbered(autoNumberFormat: string, maxLength = 100) {
  const number = changed(text('Number', maxLength), { autoNumberFormat })
  return [madeUp('Widget', [text('Name', 20), number])]
}

const NOW = '2026-03-02T15:04:05Z'

function organization(format: string, maxLength?: number) {
  return emulator({
    tables: numbered(format, maxLength),
    services: [[Clock, clockAt(NOW)]],
  })
}

async function numberOf(org: ReturnType<typeof organization>, values = {}) {
  const id = await org.create('widget', { name: 'W', ...values })
  return org.peek('widget', id)?.['number']
}

const SEQUENCE = { EntityName: 'widget', AttributeName: 'number' }

describe('an auto-number column (create-auto-number-attributes)', () => {
  test('counts from 1000 on, filled up with zeros', async () => {
    const org = organization('WID-{SEQNUM:6}')

    expect([await numberOf(org), await numberOf(org)]).toEqual(['WID-001000', 'WID-001001'])
  })

  test('shows more digits than asked for rather than too few', async () => {
    expect(await numberOf(organization('{SEQNUM:2}'))).toBe('1000')
  })

  test('takes random texts, and times in UTC', async () => {
    const org = organization('W-{RANDSTRING:4}-{DATETIMEUTC:yyyyMMddHHmmss}-{SEQNUM:5}')

    const number = await numberOf(org)

    expect(number).toMatch(/^W-[A-Z0-9]{4}-20260302150405-01000$/)
    expect(await numberOf(org)).not.toBe(number)
  })

  test('goes on where a saved organization was, random texts too', async () => {
    const format = '{RANDSTRING:6}-{SEQNUM:4}'
    const org = organization(format)
    await numberOf(org)
    const saved = org.save()

    const next = await numberOf(org)
    const other = emulator({ tables: numbered(format), saved, ids: sequentialIds('0d000000') })

    expect(await numberOf(other)).toBe(next)
  })

  test('keeps what the client sends, an explicit null too', async () => {
    const org = organization('{SEQNUM:4}')

    expect([
      await numberOf(org, { number: 'own' }),
      await numberOf(org, { number: null }),
      await numberOf(org),
    ]).toEqual(['own', null, '1000'])
  })

  test('has its number at PreOperation', async () => {
    let seen: unknown
    const org = emulator({
      tables: numbered('{SEQNUM:4}'),
      steps: [
        step({ message: 'Create', table: 'widget', stage: 20 }, ({ target }) => {
          seen = (target as { readonly number?: unknown }).number
        }),
      ],
    })

    await org.create('widget', { name: 'W' })

    expect(seen).toBe('1000')
  })

  test('leaves a gap where a Create fails', async () => {
    const org = emulator({
      tables: numbered('{SEQNUM:4}'),
      steps: [
        step({ message: 'Create', table: 'widget', stage: 40 }, ({ target, reject }) => {
          if ((target as { readonly name?: unknown }).name === 'bad') reject('No.')
        }),
      ],
    })

    await refused(org, () => org.create('widget', { name: 'bad' }), { code: 'HANDLER_REJECTED' })

    const id = await org.create('widget', { name: 'W' })
    expect(org.peek('widget', id)?.['number']).toBe('1001')
  })

  test.each([
    '{SEQNUM}',
    '{SEQNUM:x}',
    '{RANDSTRING:7}',
    '{RANDSTRING:0}',
    '{NAME:2}',
    'W-{',
    '{DATETIMEUTC:qq}',
  ])('shows a wrong format (%s) at the first Create', async (format) => {
    const org = organization(format)

    await refused(org, () => org.create('widget', { name: 'W' }), {
      code: 'INVALID_ARGUMENT',
      number: 0x80040203,
    })
  })

  test('refuses a number that the column is too short for', async () => {
    const org = organization('{SEQNUM:9}', 8)

    await refused(org, () => org.create('widget', { name: 'W' }), { code: 'STRING_TOO_LONG' })
  })
})

describe('the seed of a sequence', () => {
  test('is 1000 until it is set, and then what the next row gets', async () => {
    const org = organization('{SEQNUM:4}')
    const before = await org.execute('GetAutoNumberSeed', SEQUENCE)

    await org.execute('SetAutoNumberSeed', { ...SEQUENCE, Value: 5000 })

    expect(before).toEqual({ AutoNumberSeedValue: 1000 })
    expect(await numberOf(org)).toBe('5000')
    expect(await org.execute('GetAutoNumberSeed', SEQUENCE)).toEqual({ AutoNumberSeedValue: 5000 })
    expect(await org.execute('GetNextAutoNumberValue', SEQUENCE)).toEqual({
      NextAutoNumberValue: 5001,
    })
  })

  test.each([
    ['a column without a format', { AttributeName: 'name' }, 'INVALID_ARGUMENT'],
    ['a column that is not there', { AttributeName: 'nothing' }, 'COLUMN_UNKNOWN'],
    ['a table that is not there', { EntityName: 'nothing' }, 'TABLE_UNKNOWN'],
    ['what is no whole number', { Value: 1.5 }, 'INVALID_ARGUMENT'],
  ])('is refused for %s', async (_, wrong, code) => {
    const org = organization('{SEQNUM:4}')

    await refused(
      org,
      () => org.execute('SetAutoNumberSeed', { ...SEQUENCE, Value: 1, ...wrong }),
      { code },
    )
  })
})
