import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { assertWritable, readDataFile, writeDataFile } from '../../src/cli/data-file/data-file.ts'
import { Emulator } from '../../src/emulator/emulator.ts'
import type { Values } from '../../src/rows/value.ts'
import { step } from '../support/steps.ts'

const NOW = new Date('2026-03-02T10:00:00Z')

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'data-'))
  path = join(folder, 'org.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The organization as another process would open it. */
function reopened(
  org: Emulator,
  options: ConstructorParameters<typeof Emulator>[0] = {},
): Emulator {
  writeDataFile(path, { ...org.save(), tables: [], removed: [], choices: [] }, NOW)
  const data = readDataFile(path)
  return new Emulator({ ...options, ...(data !== undefined && { saved: data }) })
}

test('an organization is opened as it was saved: rows, versions, links, users', async () => {
  const org = new Emulator()
  const account = await org.create('account', { name: 'Žluťoučký', revenue: 12.5 })
  const contact = await org.create('contact', {
    lastname: 'Ann',
    parentcustomerid: { table: 'account', id: account },
  })
  const lead = await org.create('lead', { lastname: 'B', subject: 'S' })
  await org.associate({ table: 'contact', id: contact }, 'contactleads_association', {
    table: 'lead',
    id: lead,
  })

  const again = reopened(org)

  expect(again.contents()).toEqual(org.contents())
  expect(await again.retrieve('account', account)).toEqual(await org.retrieve('account', account))
})

test('what is written afterwards has versions and numbers of its own', async () => {
  const org = new Emulator()
  const first = await org.create('account', { name: 'A' })
  const again = reopened(org)

  await again.update('account', first, { name: 'B' })

  const { versionnumber } = await org.retrieve('account', first)
  expect((await again.retrieve('account', first)).versionnumber).toBeGreaterThan(
    versionnumber ?? 0n,
  )
})

test('a step that was registered by a row is registered again; a handler’s own comes from the handler', async () => {
  const ran: string[] = []
  const steps = [step({ message: 'Create', table: 'account' }, () => void ran.push('A'))]
  const org = new Emulator({ steps })
  const [row] = org.steps
  await org.update('sdkmessageprocessingstep', row?.id ?? '', { statecode: 1, statuscode: 2 })

  const again = reopened(org, { steps })
  await again.create('account', { name: 'B' })

  expect(ran).toEqual([])
})

test('a job that had not run is canceled', async () => {
  const steps = [
    step({ message: 'Create', table: 'account', stage: 40, mode: 'async' }, () => undefined),
  ]
  const org = new Emulator({ steps })
  await org.create('account', { name: 'A' })

  const again = reopened(org, { steps })

  expect(again.contents().get('asyncoperation')).toMatchObject([{ statecode: 3, statuscode: 32 }])
})

test('every value survives', () => {
  const value = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
    fc.bigInt(),
    fc.boolean(),
    fc.record({ table: fc.string(), id: fc.uuid() }),
    fc.array(fc.integer()),
    fc.uint8Array(),
  )
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), value)), (rows) => {
      const saved: Values[] = rows.map((row) => ({ ...row }))
      writeDataFile(
        path,
        {
          tables: [],
          removed: [],
          choices: [],
          sequences: [],
          followed: new Map(),
          rows: new Map([['t', saved]]),
        },
        NOW,
      )

      expect(readDataFile(path)?.rows.get('t')).toEqual(saved)
    }),
  )
})

test('a file that is not there is no file yet', () => {
  expect(readDataFile(path)).toBeUndefined()
})

describe('what is no whole file is refused by name, and left as it is:', () => {
  const whole = () => {
    const rows = new Map([['account', [{ accountid: 'a' }, { accountid: 'b' }]]])
    writeDataFile(
      path,
      { tables: [], removed: [], choices: [], sequences: [], followed: new Map(), rows },
      NOW,
    )
    return readFileSync(path, 'utf8')
  }
  test.each<[string, () => string, RegExp]>([
    ['an empty one', () => '', /it is empty/],
    ['another kind of file', () => '{"name":"Contoso"}\n', /not a file that --data has written/],
    ['one of another version', () => whole().replace('"version":1', '"version":2'), /version 2/],
    [
      'one that ends early',
      () => whole().split('\n').slice(0, -2).join('\n'),
      /1 of 2 rows of account/,
    ],
    ['one with half a line', () => whole().slice(0, -8), /line 4 cannot be read/],
    [
      'a row of no table',
      () =>
        whole()
          .split('\n')
          .filter((l) => !l.includes('"table"'))
          .join('\n'),
      /line 2 is a row of no table/,
    ],
    ['a line of another kind', () => `${whole()}{"a":1}\n`, /line 5 says nothing that is known/],
    ...['null', '5', '[]', '{"row":5}', '{"table":"t"}', '{"definition":{}}', '{"choice":{}}'].map(
      (line): [string, () => string, RegExp] => [
        `a line ${line}`,
        () => `${whole()}${line}\n`,
        /line 5 says nothing that is known/,
      ],
    ),
    ['a first line null', () => `null\n${whole()}`, /not a file that --data has written/],
  ])('%s', (_, text, reason) => {
    const content = text()
    writeFileSync(path, content)

    expect(() => readDataFile(path)).toThrow(
      expect.objectContaining({ code: 'DATA_INVALID', message: expect.stringMatching(reason) }),
    )
    expect(readFileSync(path, 'utf8')).toBe(content)
  })
})

test('tokens of change tracking outlive the process', async () => {
  const org = new Emulator()
  const [kept, gone] = [
    await org.create('account', { name: 'Kept' }),
    await org.create('account', { name: 'Gone' }),
  ]
  const changes = async (of: Emulator, DataVersion?: string) => {
    const { EntityChanges } = await of.execute('RetrieveEntityChanges', {
      EntityName: 'account',
      Columns: ['name'],
      DataVersion: DataVersion ?? null,
    })
    return EntityChanges
  }
  const { DataToken } = await changes(org)
  await org.delete('account', gone)

  const again = reopened(org)
  await again.update('account', kept, { name: 'Changed' })

  expect((await changes(again, DataToken)).Changes).toMatchObject([
    { NewOrUpdatedEntity: { name: 'Changed' } },
    { RemovedItem: { table: 'account', id: gone } },
  ])
})

test('a folder is refused by name', () => {
  expect(() => readDataFile(folder)).toThrow(expect.objectContaining({ code: 'DATA_INVALID' }))
})

test('global choices that no column uses are kept', () => {
  const choices = [{ name: 'new_colors', displayName: 'Colors', options: [{ value: 1 }] }]

  writeDataFile(
    path,
    { tables: [], removed: [], choices, sequences: [], followed: new Map(), rows: new Map() },
    NOW,
  )

  expect(readDataFile(path)?.choices).toEqual(choices)
})

test('that it cannot be saved is known before it runs', () => {
  expect(() => assertWritable(path)).not.toThrow()
  expect(() => assertWritable(join(folder, 'nowhere', 'org.jsonl'))).toThrow(
    expect.objectContaining({ code: 'DATA_UNWRITABLE' }),
  )
  expect(readdirSync(folder)).toEqual([])
})

test('where it cannot be written, what was saved before stays', () => {
  writeDataFile(
    path,
    { tables: [], removed: [], choices: [], sequences: [], followed: new Map(), rows: new Map() },
    NOW,
  )
  const before = readFileSync(path, 'utf8')
  const circular: Record<string, unknown> = {}
  circular['itself'] = circular

  expect(() =>
    writeDataFile(
      path,
      {
        tables: [],
        removed: [],
        choices: [],
        sequences: [],
        followed: new Map(),
        rows: new Map([['t', [circular as Values]]]),
      },
      NOW,
    ),
  ).toThrow(expect.objectContaining({ code: 'DATA_UNWRITABLE' }))

  expect(readFileSync(path, 'utf8')).toBe(before)
  expect(readdirSync(folder)).toEqual(['org.jsonl'])
})
