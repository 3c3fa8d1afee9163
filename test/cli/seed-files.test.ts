import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plant } from '../../src/cli/seed-files/plant.ts'
import { readSeedFiles } from '../../src/cli/seed-files/read-seed-files.ts'
import { Emulator } from '../../src/emulator/emulator.ts'
import type { Row } from '../../src/rows/value.ts'
import { step } from '../support/steps.ts'

const CONTOSO = '11111111-0000-4000-8000-000000000001'
const FABRIKAM = '11111111-0000-4000-8000-000000000002'
const ANN = '22222222-0000-4000-8000-000000000001'
const LEAD = '33333333-0000-4000-8000-000000000001'

let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'seed-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, content: unknown): void {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
}

async function planted(org = new Emulator(), path = folder): Promise<Emulator> {
  await plant(readSeedFiles(path, org.catalog), org)
  return org
}

const rowsOf = (org: Emulator, table: string): readonly Row[] => org.contents().get(table) ?? []

describe('a file of JSON', () => {
  test('has the rows of the table it is named after, by logical name or entity set', async () => {
    file('account.json', [{ name: 'Contoso', accountid: CONTOSO }])
    file('contacts.json', [{ lastname: 'Ann', contactid: ANN }])

    const org = await planted()

    expect(rowsOf(org, 'account')).toMatchObject([{ accountid: CONTOSO, name: 'Contoso' }])
    expect(rowsOf(org, 'contact')).toMatchObject([{ contactid: ANN, lastname: 'Ann' }])
  })

  test('may be an answer of the Web API: annotations are left out, lookups known by theirs', async () => {
    file('downloaded.json', {
      '@odata.context': 'http://localhost/api/data/v9.2/$metadata#contacts(lastname)',
      value: [
        {
          '@odata.etag': 'W/"1"',
          contactid: ANN,
          lastname: 'Ann',
          _parentcustomerid_value: CONTOSO,
          '_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'account',
          '_parentcustomerid_value@OData.Community.Display.V1.FormattedValue': 'Contoso',
          versionnumber: 12,
        },
      ],
    })
    file('z.json', { account: [{ accountid: CONTOSO, name: 'Contoso' }] })

    const org = await planted()

    expect(rowsOf(org, 'contact')).toMatchObject([
      { lastname: 'Ann', parentcustomerid: { table: 'account', id: CONTOSO } },
    ])
  })

  test('may hold several tables, in any order; rows in a circle refer to each other', async () => {
    const [contoso, fabrikam] = [
      { accountid: CONTOSO, name: 'Contoso' },
      { accountid: FABRIKAM, name: 'Fabrikam' },
    ]
    file('all.json', {
      contacts: [
        {
          contactid: ANN,
          lastname: 'Ann',
          'parentcustomerid_account@odata.bind': `/accounts(${CONTOSO})`,
        },
      ],
      accounts: [
        { ...contoso, primarycontactid: ANN },
        { ...fabrikam, parentaccountid: { table: 'account', id: CONTOSO } },
      ],
    })

    const org = await planted()

    expect(rowsOf(org, 'contact')).toMatchObject([{ parentcustomerid: { id: CONTOSO } }])
    expect(rowsOf(org, 'account')).toMatchObject([
      { accountid: CONTOSO, primarycontactid: { table: 'contact', id: ANN } },
      { accountid: FABRIKAM, parentaccountid: { id: CONTOSO } },
    ])
  })

  test('makes rows inactive, and links', async () => {
    const tables = [
      {
        contacts: [{ contactid: ANN, lastname: 'Ann', statecode: 1, statuscode: 2 }],
        leads: [{ leadid: LEAD, subject: 'A', lastname: 'B' }],
        contactleads: [{ contactid: ANN, leadid: LEAD }],
      },
    ]
    file('all.json', tables[0])

    const org = await planted()

    expect(rowsOf(org, 'contact')).toMatchObject([{ statecode: 1, statuscode: 2 }])
    expect(rowsOf(org, 'contactleads')).toMatchObject([{ contactid: ANN, leadid: LEAD }])
  })
})

describe('a file of comma-separated values', () => {
  test('has a heading; cells are read by the type of their column, empty ones say nothing', async () => {
    file('accounts.csv', `accountid,name,numberofemployees\n${CONTOSO},"Contoso, Ltd.",12\n`)
    file(
      'contacts.csv',
      `\uFEFFlastname,donotemail,_parentcustomerid_value,description\nAnn,true,account:${CONTOSO},\n`,
    )

    const org = await planted()

    expect(rowsOf(org, 'account')).toMatchObject([{ name: 'Contoso, Ltd.', numberofemployees: 12 }])
    expect(rowsOf(org, 'contact')).toMatchObject([
      { donotemail: true, parentcustomerid: { table: 'account', id: CONTOSO }, description: null },
    ])
  })
})

test('no step runs for rows to begin with', async () => {
  const ran: string[] = []
  const org = new Emulator({
    steps: [
      step({ message: 'Create', table: 'account' }, () => void ran.push('Create')),
      step(
        { message: 'Create', table: 'account', stage: 40, mode: 'async' },
        () => void ran.push('job'),
      ),
    ],
  })
  file('account.json', [{ name: 'Contoso' }])

  await planted(org)
  await org.settle()

  expect(rowsOf(org, 'account')).toHaveLength(1)
  expect(ran).toEqual([])
})

describe('is refused, naming file and row, with no row written:', () => {
  test.each([
    [
      'a column nobody knows',
      'account.json',
      [{ name: 'A' }, { nmae: 'B' }],
      /^account\.json, row 2: account has no column 'nmae'\. Did you mean 'name'\?$/,
    ],
    [
      'a value of another type',
      'account.json',
      [{ name: 5 }],
      /^account\.json, row 1: 'name': .*'Edm.String'/,
    ],
    [
      'a text that is too long',
      'account.json',
      [{ name: 'A' }, { name: 'x'.repeat(161) }],
      /^account\.json, row 2: STRING_TOO_LONG: /,
    ],
    [
      'a row that is not there',
      'account.json',
      [{ name: 'A' }, { name: 'B', parentaccountid: FABRIKAM }],
      /^account\.json, row 2: ROW_NOT_FOUND: /,
    ],
    [
      'a second row of the same id',
      'account.json',
      [{ accountid: CONTOSO }, { accountid: CONTOSO }],
      /^account\.json, row 2: DUPLICATE_ROW: /,
    ],
    [
      'a lookup that may lead to several tables',
      'contact.json',
      [{ lastname: 'A', parentcustomerid: CONTOSO }],
      /^contact\.json, row 1: 'parentcustomerid' may lead to account, contact: say which\.$/,
    ],
    [
      'a table nobody knows',
      'acount.json',
      [{ name: 'A' }],
      /^acount\.json: there is no table 'acount'\. Did you mean 'account'\?$/,
    ],
    ['what is no JSON', 'account.json', '[{', /^account\.json: /],
    ['what is no array', 'account.json', '5', /^account\.json: an array of rows is expected\.$/],
    [
      'a row that is none',
      'account.json',
      [5],
      /^account\.json, row 1: a row is an object with its columns\.$/,
    ],
    [
      'a cell that is no boolean',
      'contact.csv',
      'lastname,donotemail\nA,perhaps\n',
      /^contact\.csv, row 1: 'donotemail' is 'perhaps'/,
    ],
    ['a line with too many cells', 'contact.csv', 'lastname\nA,B\n', /^contact\.csv: /],
    [
      'a link without an end',
      'contactleads.json',
      [{ contactid: ANN }],
      /^contactleads\.json, row 1: a link needs 'leadid'\.$/,
    ],
  ])('%s', async (_, name, content, message) => {
    file(name, content)
    const org = new Emulator()
    const before = org.snapshot()

    await expect(planted(org)).rejects.toMatchObject({
      code: 'SEED_INVALID',
      message: expect.stringMatching(message),
    })
    expect(org.snapshot()).toEqual(before)
  })

  test('a path where nothing is', () => {
    expect(() => readSeedFiles(join(folder, 'nowhere'), new Emulator().catalog)).toThrow(
      expect.objectContaining({ code: 'SEED_INVALID' }),
    )
  })
})

test('folders inside, and files of other kinds, are left alone', async () => {
  mkdirSync(join(folder, 'more'))
  file('more/account.json', 'nonsense')
  file('README.md', '# Rows')

  expect(readSeedFiles(folder, new Emulator().catalog)).toEqual([])
})
