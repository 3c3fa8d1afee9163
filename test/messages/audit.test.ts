import { Clock } from '../../src/authoring/services.ts'
import type { Emulator } from '../../src/emulator/emulator.ts'
import {
  boolean,
  dateOnly,
  dateTime,
  decimal,
  id,
  integer,
  lookup,
  memo,
  text,
  to,
} from '../../src/metadata/platform/columns.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import type { Step } from '../../src/pipeline/step.ts'
import { textOf, type Values } from '../../src/rows/value.ts'
import { clockAt, emulator } from '../../src/testing/index.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { changed, madeUp, standardColumns } from '../support/tables.ts'

const NOW = '2026-03-02T10:00:00Z'
const ANN = 'a0000000-0000-4000-8000-000000000001'

const SHARED_WITH = { table: 'systemuser', id: ANN }

const ANN_ROW = {
  table: 'systemuser',
  values: {
    systemuserid: ANN,
    lastname: 'Ann',
    domainname: 'ann@emulated.example',
    internalemailaddress: 'ann@emulated.example',
    businessunitid: { table: 'businessunit', id: '0e000000-0000-4000-8000-000000000002' },
    accessmode: 0,
  },
}

const SHELF: TableDefinition = {
  ...madeUp('Shelf', [text('Name', 50)], { ownership: 'OrganizationOwned' }),
  isAuditEnabled: true,
}

const BOOK = madeUp('Book', [
  text('Name', 50),
  memo('Blurb', 100_000),
  integer('Pages', [0, 10_000]),
  decimal('Price', [0, 1000], 2),
  boolean('IsLent', false),
  dateTime('LentOn'),
  dateOnly('PrintedOn'),
  lookup('ShelfId', to('shelf', 'shelf_books', { delete: 'Cascade' })),
  changed(text('Note', 50), { isAuditEnabled: false }),
  changed(text('Secret', 50), { isSecured: true }),
  id('BatchId'),
  ...standardColumns('book'),
])

const AUDITED: TableDefinition = { ...BOOK, isAuditEnabled: true }

async function library({
  book = AUDITED,
  isAuditEnabled = true,
  steps = [],
}: {
  readonly book?: TableDefinition
  readonly isAuditEnabled?: boolean
  readonly steps?: readonly Step[]
} = {}): Promise<Emulator> {
  const org = emulator({
    tables: [book, SHELF],
    rows: [ANN_ROW],
    steps,
    services: [[Clock, clockAt(NOW)]],
  })
  await org.update('organization', org.organizationId, { isauditenabled: isAuditEnabled })
  return org
}

const audits = async (org: Emulator): Promise<readonly Values[]> =>
  (await org.retrieveMultiple({ table: 'audit', columns: 'all' })).rows

/** What each row tells, in the order they were written: message and columns with both values. */
async function changes(org: Emulator) {
  const rows = await audits(org)
  return rows.map(({ operation, changedata }) => {
    const { changedAttributes } = JSON.parse(textOf(changedata)) as {
      changedAttributes: readonly { logicalName: string; oldValue: unknown; newValue: unknown }[]
    }
    return {
      operation,
      changed: Object.fromEntries(
        changedAttributes.map(({ logicalName, oldValue, newValue }) => [
          logicalName,
          [oldValue, newValue],
        ]),
      ),
    }
  })
}

describe('a row of audit (auditing/overview)', () => {
  test('is written for Create with what the row holds', async () => {
    const org = await library()

    const book = await org.create('book', { name: 'Emma', pages: 300 })

    const [row] = await audits(org)
    expect(row).toMatchObject({
      operation: 1,
      action: 1,
      objectid: { table: 'book', id: book },
      objecttypecode: 'book',
      userid: { table: 'systemuser', id: org.userId },
      callinguserid: null,
      createdon: NOW,
      regardingobjectid: null,
      useradditionalinfo: null,
      transactionid: expect.any(String) as unknown,
    })
    expect((await changes(org))[0]?.changed).toMatchObject({
      name: [null, 'Emma'],
      pages: [null, '300'],
    })
  })

  test('is written for Update with the columns that have another value than before', async () => {
    const org = await library()
    const book = await org.create('book', { name: 'Emma', pages: 300, price: 9.5 })

    await org.update('book', book, { name: 'Emma', pages: 320, price: null })

    expect((await changes(org)).slice(1)).toEqual([
      { operation: 2, changed: { pages: ['300', '320'], price: ['9.5', null] } },
    ])
  })

  test('is not written for an Update that changes nothing', async () => {
    const org = await library()
    const book = await org.create('book', { name: 'Emma' })

    await org.update('book', book, { name: 'Emma' })

    expect(await audits(org)).toHaveLength(1)
  })

  test('is written for Delete with what the row held', async () => {
    const org = await library()
    const book = await org.create('book', { name: 'Emma' })

    await org.delete('book', book)

    const [, row] = await audits(org)
    expect(row).toMatchObject({ operation: 3, action: 3, objectid: { table: 'book', id: book } })
    expect((await changes(org))[1]?.changed).toMatchObject({ name: ['Emma', null] })
  })

  test('is written for each row a cascade deletes, under one transactionid', async () => {
    const org = await library()
    const shelf = await org.create('shelf', { name: 'A' })
    const shelfid = { table: 'shelf', id: shelf }
    await org.create('book', { name: 'Emma', shelfid })
    const before = await audits(org)

    await org.delete('shelf', shelf)

    const written = (await audits(org)).slice(before.length)
    expect(written.map(({ objecttypecode }) => objecttypecode).sort()).toEqual(['book', 'shelf'])
    expect(new Set(written.map(({ transactionid }) => transactionid)).size).toBe(1)
    expect(before.map(({ transactionid }) => transactionid)).not.toContain(
      written[0]?.['transactionid'],
    )
  })

  test.each([
    ['Assign', 13, { assignee: { table: 'systemuser', id: ANN } }],
    ['SetState', 41, { state: 1, status: 2 }],
  ] as const)('tells that %s was the reason', async (message, action, request) => {
    const org = await library()
    const book = await org.create('book', { name: 'Emma' })

    await org.execute(message, { target: { table: 'book', id: book }, ...request })

    expect((await audits(org))[1]).toMatchObject({ operation: 2, action })
  })

  test.each([
    ['GrantAccess', 14, { PrincipalAccess: { Principal: SHARED_WITH, AccessMask: 'ReadAccess' } }],
    [
      'ModifyAccess',
      48,
      { PrincipalAccess: { Principal: SHARED_WITH, AccessMask: 'WriteAccess' } },
    ],
    ['RevokeAccess', 49, { Revokee: SHARED_WITH }],
  ] as const)('tells of %s', async (message, action, request) => {
    const org = await library()
    const Target = { table: 'book', id: await org.create('book', { name: 'Emma' }) }
    const AccessMask = 'DeleteAccess'
    const PrincipalAccess = { Principal: SHARED_WITH, AccessMask }
    if (message !== 'GrantAccess') await org.execute('GrantAccess', { Target, PrincipalAccess })
    const before = (await audits(org)).length

    await org.execute(message, { Target, ...request })
    await org.execute(message, { Target, ...request })

    expect((await audits(org)).slice(before)).toMatchObject([
      { operation: 2, action, objectid: Target, changedata: null },
    ])
  })

  test('names who calls beside the user who is called for', async () => {
    const org = await library()

    await org.as(ANN, { initiatedBy: org.userId }).create('book', { name: 'Emma' })

    expect((await audits(org))[0]).toMatchObject({
      userid: { table: 'systemuser', id: ANN },
      callinguserid: { table: 'systemuser', id: org.userId },
    })
  })

  test('tells values as texts', async () => {
    const org = await library()
    const shelf = await org.create('shelf', { name: 'A' })

    await org.create('book', {
      islent: true,
      lenton: NOW,
      printedon: '1815-12-23',
      shelfid: { table: 'shelf', id: shelf },
    })

    expect((await changes(org))[1]?.changed).toMatchObject({
      islent: [null, 'True'],
      lenton: [null, '03/02/2026 10:00:00'],
      printedon: [null, '12/23/1815'],
      shelfid: [null, `shelf,${shelf}`],
    })
  })

  test('tells the first 5000 characters of a longer text', async () => {
    const org = await library()

    await org.create('book', { blurb: 'x'.repeat(6000) })

    expect((await changes(org))[0]?.changed['blurb']).toEqual([null, `${'x'.repeat(5000)}…`])
  })

  test('is written for every row of a bulk message', async () => {
    const org = await library()

    await org.execute('CreateMultiple', {
      table: 'book',
      targets: [{ values: { name: 'Emma' } }, { values: { name: 'Persuasion' } }],
    })

    const rows = await changes(org)
    expect(rows.map(({ changed: { name } }) => name)).toEqual([
      [null, 'Emma'],
      [null, 'Persuasion'],
    ])
  })

  test('names the changed columns by the numbers of their definitions', async () => {
    const org = await library()
    const book = await org.create('book', { name: 'Emma' })

    await org.update('book', book, { pages: 1, price: 2 })

    const names = [...org.catalog.table('book').columns.keys()]
    const numbers = ['pages', 'price'].map((name) => names.indexOf(name) + 1)
    expect((await audits(org))[1]).toMatchObject({ attributemask: numbers.join(',') })
  })

  test('has no values of secured columns', async () => {
    const org = await library()
    const book = await org.create('book', { name: 'Emma' })

    await org.update('book', book, { secret: 'under the stairs' })

    const [, row] = await audits(org)
    expect(row).toMatchObject({ operation: 2, changedata: '{"changedAttributes":[]}' })
    expect(row?.['attributemask']).not.toBeNull()
  })

  test('tells of a change once that a step made first by a request of its own', async () => {
    const org = await library({
      steps: [
        step({ table: 'book', message: 'Update', columns: ['name'] }, async (event) => {
          await event.org.update('book', event.id, { pages: 7 })
        }),
      ],
    })
    const book = await org.create('book', { name: 'Emma', pages: 300 })

    await org.update('book', book, { name: 'Persuasion' })

    expect((await changes(org)).slice(1)).toEqual([
      { operation: 2, changed: { pages: ['300', '7'] } },
      { operation: 2, changed: { name: ['Emma', 'Persuasion'] } },
    ])
  })

  test('starts no steps', async () => {
    const seen: unknown[] = []
    const org = await library({
      steps: [step({ message: 'Create' }, ({ table }) => void seen.push(table))],
    })

    await org.create('book', { name: 'Emma' })

    expect(await audits(org)).toHaveLength(1)
    expect(seen).toEqual(['book'])
  })
})

describe('nothing is audited', () => {
  async function lifeOf(org: Emulator): Promise<void> {
    const book = await org.create('book', { name: 'Emma' })
    await org.update('book', book, { name: 'Persuasion' })
    await org.delete('book', book)
  }

  test('where the organization has it switched off', async () => {
    const org = await library({ isAuditEnabled: false })

    await lifeOf(org)

    expect(await audits(org)).toEqual([])
  })

  test.each([
    ['where the table has it switched off', { ...BOOK, isAuditEnabled: false }],
    ['where the document of the table does not tell', BOOK],
    [
      'where every column has it switched off',
      { ...AUDITED, columns: BOOK.columns.map((each) => ({ ...each, isAuditEnabled: false })) },
    ],
  ])('%s', async (_, book) => {
    const org = await library({ book })

    await lifeOf(org)

    expect(await audits(org)).toEqual([])
  })

  test('of a column that has it switched off', async () => {
    const org = await library()
    const book = await org.create('book', { name: 'Emma', note: 'dull' })

    await org.update('book', book, { note: 'great' })

    expect((await changes(org)).map(({ changed: { note } }) => note)).toEqual([undefined])
  })

  test('of columns that the platform keeps for itself', async () => {
    const org = await library()

    await org.create('book', { name: 'Emma' })

    const { changed: told } = (await changes(org))[0] ?? {}
    expect(Object.keys(told ?? {})).toEqual([
      'name',
      'islent',
      'statecode',
      'statuscode',
      'ownerid',
    ])
  })

  test('that is undone', async () => {
    const org = await library({
      steps: [
        step({ table: 'book', message: 'Create', stage: 40 }, (event) => event.reject('No more')),
      ],
    })

    await refused(org, () => org.create('book', { name: 'Emma' }), { message: 'No more' })

    expect(await audits(org)).toEqual([])
  })
})

describe('rows of audit are read-only (auditing/retrieve-audit-data)', () => {
  test('Create, Update and Delete are not offered', async () => {
    const org = await library()
    await org.create('book', { name: 'Emma' })
    const auditid = textOf((await audits(org))[0]?.['auditid'])
    const error = { code: 'MESSAGE_NOT_OFFERED' }

    await refused(org, () => org.create('audit', { operation: 1 }), error)
    await refused(org, () => org.update('audit', auditid, { operation: 1 }), error)
    await refused(org, () => org.delete('audit', auditid), error)
  })

  test('they outlive the row they tell of, and are read with formatted values', async () => {
    const org = await library()
    const book = await org.create('book', { name: 'Emma' })
    await org.delete('book', book)

    const { rows } = await org.retrieveMultiple({
      table: 'audit',
      columns: ['operation', 'objectid'],
      where: { kind: 'condition', column: 'objectid', operator: 'eq', values: [book] },
      formatted: true,
    } as Parameters<typeof org.retrieveMultiple>[0])

    expect(rows).toHaveLength(2)
  })
})
