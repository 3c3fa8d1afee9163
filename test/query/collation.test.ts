import fc from 'fast-check'
import { compareGuids, foldText, textRules } from '../../src/query/collation.ts'
import { ask, CALLER, column, guid } from './world.ts'

const { compare, fold } = textRules(undefined)

test('case and blanks at the end do not count', () => {
  expect(foldText('CONTOSO Ltd  ')).toBe('contoso ltd')
  expect(foldText('  x')).toBe('  x')
})

test('accents count unless the organization ignores them', () => {
  const ignoring = textRules({ accents: 'ignored' })

  expect(fold('José')).not.toBe(fold('Jose'))
  expect(ignoring.fold('José')).toBe(ignoring.fold('jose'))
})

test('an organization that ignores accents does so in conditions, patterns and indexes', () => {
  const world = {
    account: [
      { accountid: guid(1), name: 'José' },
      { accountid: guid(2), name: 'Ann' },
    ],
  }
  const found = (operator: 'eq' | 'like' | 'in', value: string, accents: 'matter' | 'ignored') =>
    column(
      ask(
        {
          table: 'account',
          columns: ['name'],
          where: { kind: 'condition', column: 'name', operator, values: [value] },
        },
        world,
        { ...CALLER, collation: { accents } },
      ),
      'name',
    )

  for (const operator of ['eq', 'like', 'in'] as const) {
    expect(found(operator, 'jose', 'ignored')).toEqual(['José'])
    expect(found(operator, 'jose', 'matter')).toEqual([])
  }
})

test('texts are in the order of the alphabet, not of their codes', () => {
  const names = ['Zoe', 'ábel', 'adam', 'Eve', 'Ängel', '_x', '9']

  expect(names.map(fold).sort(compare)).toEqual(['_x', '9', 'ábel', 'adam', 'ängel', 'eve', 'zoe'])
})

test('the order of texts is total and agrees with equality', () => {
  const text = fc.string({ unit: 'grapheme' }).map(fold)

  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      expect(compare(a, b) === 0).toBe(a === b)
      expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) + 0)
      if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0)
    }),
  )
})

test('GUIDs are sorted as SQL Server sorts uniqueidentifier (web-api)', () => {
  const rest = '-0000-0000-0000-000000000000'
  const documented = ['be9f6557', '605dbd65', 'a718856c'].map((first) => `${first}${rest}`)

  expect([...documented].reverse().sort(compareGuids)).toEqual(documented)
})

test('of two GUIDs the last group decides first', () => {
  const ordered = [
    'ffffffff-ffff-ffff-ffff-000000000000',
    '00000000-0000-0000-0000-000000000001',
    '00000000-0000-0000-0100-000000000001',
    '00000000-0000-0100-0100-000000000001',
    '00000000-0000-0001-0100-000000000001',
    '00000000-0001-0001-0100-000000000001',
    '01000000-0001-0001-0100-000000000001',
    '00000001-0001-0001-0100-000000000001',
  ]

  expect([...ordered].reverse().sort(compareGuids)).toEqual(ordered)
})

test('the order of GUIDs is total', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (a, b) => {
      expect(compareGuids(a, b) === 0).toBe(a === b)
      expect(Math.sign(compareGuids(a, b))).toBe(-Math.sign(compareGuids(b, a)) + 0)
    }),
  )
})
