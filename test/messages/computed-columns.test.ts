import { from } from '../../src/query/builder.ts'
import type { Column } from '../../src/metadata/column.ts'
import {
  dateTime,
  decimal,
  int32,
  lookup,
  money,
  text,
  to,
} from '../../src/metadata/platform/columns.ts'
import { currency } from '../../src/metadata/platform/standard-columns.ts'
import { parseFetchXml } from '../../src/query/fetchxml/parse.ts'
import { computedColumn } from '../../src/pipeline/computed-column.ts'
import { textOf } from '../../src/rows/value.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { changed, madeUp, standardColumns } from '../support/tables.ts'
import { answerOf, ROOT } from '../web-api/world.ts'

const source = (sourceType: 1 | 2 | 3) => ({ sourceType }) as Partial<Column>

const ORDER = madeUp('Order', [
  text('Name', 50),
  decimal('Net', [0, 1_000_000], 2),
  changed(decimal('Gross', [0, 1_000_000], 2, 'read-only'), source(1)),
  changed(text('Greeting', 100, 'read-only'), source(3)),
  changed(int32('Lines', 'read-only'), source(2)),
  dateTime('Lines_Date', 'read-only'),
  int32('Lines_State', 'read-only'),
  ...standardColumns('order'),
])
const LINE = madeUp('Line', [
  text('Name', 50),
  lookup('OrderId', to('order', 'order_lines')),
  ...standardColumns('line'),
])
const TABLES = [ORDER, LINE]

const GROSS = computedColumn('order', 'gross', ({ row }) =>
  row['net'] === null ? null : row['net'] * 1.19,
)
const LINES = computedColumn('order', 'lines', async ({ related }) => {
  const rows = await related('line', 'orderid')
  return rows.length
})

const organization = () => emulator({ tables: TABLES, computedColumns: [GROSS, LINES] })

describe('a calculated column (calculated-rollup-attributes)', () => {
  test('shows what its function gives, in the column’s precision, whenever it is read', async () => {
    const org = organization()
    const id = await org.create('order', { name: 'A', net: 10.01 })

    expect(await org.retrieve('order', id)).toMatchObject({ gross: 11.91 })
    await org.update('order', id, { net: 100 })
    expect(await org.retrieve('order', id, ['gross'])).toEqual({ orderid: id, gross: 119 })
  })

  test('is read by queries, too', async () => {
    const org = organization()
    await org.create('order', { name: 'A', net: 100 })

    const { rows } = await org.retrieveMultiple(from('order').select('name', 'gross').build())

    expect(rows).toMatchObject([{ name: 'A', gross: 119 }])
  })

  test('may look at other rows', async () => {
    const org = emulator({
      tables: TABLES,
      computedColumns: [
        computedColumn('order', 'greeting', async ({ row, find }) => {
          const owner = await find(row['ownerid'])
          return `Hello ${textOf(owner?.['fullname'])}`
        }),
      ],
    })
    const id = await org.create('order', { name: 'A' })

    expect(await org.retrieve('order', id, ['greeting'])).toMatchObject({
      greeting: 'Hello Calling User',
    })
  })

  test('without a function stays empty', async () => {
    const org = organization()
    const id = await org.create('order', { name: 'A' })

    expect(await org.retrieve('order', id)).toMatchObject({ greeting: null, gross: null })
  })

  test('is not written by clients', async () => {
    const org = organization()

    const id = await org.create('order', { name: 'A', net: 100, gross: 5 })

    expect(org.peek('order', id)).toMatchObject({ gross: null })
  })

  test.each([
    [
      'filters',
      from('order')
        .select('name')
        .where(({ is }) => is('gross', 'gt', 1))
        .build(),
    ],
    ['sorts', from('order').select('name').orderBy('gross').build()],
  ])('a query that %s by one is refused by name', async (_, query) => {
    const org = organization()

    await refused(org, () => org.retrieveMultiple(query), {
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining("'gross'"),
    })
  })

  const LINK = `<link-entity name="order" from="orderid" to="orderid" alias="o"`
  test.each([
    [
      'of a link',
      `${LINK}><filter><condition attribute="gross" operator="gt" value="1"/></filter>`,
    ],
    ['named by a link', `${LINK}><attribute name="gross" alias="g"/>`],
    ['among all of a link', `${LINK}><all-attributes/>`],
    ['sorted in a link', `${LINK}><order attribute="gross"/>`],
  ])('%s is refused by name', async (_, link) => {
    const org = organization()
    const query = parseFetchXml(`<fetch><entity name="line">${link}</link-entity></entity></fetch>`)

    await refused(org, () => org.retrieveMultiple(query), {
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining("'gross' of order"),
    })
  })

  const CONDITION = `attribute="gross" operator="gt" value="1"`
  test.each([
    [
      'by the alias of its link',
      `<fetch><entity name="line"><filter><condition entityname="o" ${CONDITION}/></filter>${LINK}/></entity></fetch>`,
    ],
    [
      'by the name of a link without an alias',
      `<fetch><entity name="line"><filter><condition entityname="order1" ${CONDITION}/></filter><link-entity name="order" from="orderid" to="orderid"/></entity></fetch>`,
    ],
    [
      'of rows that a filter asks about',
      `<fetch><entity name="line"><filter><link-entity name="order" from="orderid" to="orderid" link-type="any"><filter><condition ${CONDITION}/></filter></link-entity></filter></entity></fetch>`,
    ],
    [
      'that another column is compared with',
      `<fetch><entity name="order"><filter><condition attribute="net" operator="lt" valueof="gross"/></filter></entity></fetch>`,
    ],
    [
      'of a link that another column is compared with',
      `<fetch><entity name="line"><filter><condition attribute="name" operator="eq" valueof="o.gross"/></filter>${LINK}/></entity></fetch>`,
    ],
    [
      'that sorts by the alias of its link',
      `<fetch><entity name="line"><order entityname="o" attribute="gross"/>${LINK}/></entity></fetch>`,
    ],
  ])('%s is refused by name', async (_, fetch) => {
    const org = organization()

    await refused(org, () => org.retrieveMultiple(parseFetchXml(fetch)), {
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining("'gross' of order"),
    })
  })

  test('and its table may be deleted', async () => {
    const bill = madeUp(
      'new_Bill',
      [
        text('new_Name', 50),
        changed(int32('new_Total', 'read-only'), source(1)),
        changed(int32('new_Lines', 'read-only'), source(2)),
      ],
      { primaryName: 'new_name' },
    )
    const org = emulator({
      tables: [{ ...bill, isCustom: true }],
      computedColumns: [
        computedColumn('new_bill', 'new_total', () => 5),
        computedColumn('new_bill', 'new_lines', () => 1),
      ],
    })
    const id = await org.create('new_bill', { new_name: 'A' })

    await org.schema.change({ kind: 'delete-column', table: 'new_bill', column: 'new_total' })
    expect(await org.retrieve('new_bill', id)).toEqual({
      new_billid: id,
      new_name: 'A',
      new_lines: null,
    })
    await org.schema.change({ kind: 'delete-table', table: 'new_bill' })
    await org.calculateRollups()

    expect(org.catalog.find('new_bill')).toBeUndefined()
  })

  test('an aggregate may be called as one is', async () => {
    const org = organization()
    await org.create('order', { name: 'A', net: 100 })
    const fetch = `<fetch aggregate="true"><entity name="order"><attribute name="net" aggregate="sum" alias="gross"/><order alias="gross"/></entity></fetch>`

    const { rows } = await org.retrieveMultiple(parseFetchXml(fetch))

    expect(rows).toEqual([{ gross: 100 }])
  })

  test('is among all columns of distinct rows', async () => {
    const org = organization()
    await org.create('order', { name: 'A', net: 100 })
    const fetch = `<fetch distinct="true"><entity name="order"><all-attributes/></entity></fetch>`

    const { rows } = await org.retrieveMultiple(parseFetchXml(fetch))

    expect(rows).toMatchObject([{ name: 'A', gross: 119 }])
  })

  test.each<[string, () => unknown, string]>([
    [
      'fails',
      () => {
        throw new RangeError('No.')
      },
      'failed: RangeError: No.',
    ],
    ['fails later', () => Promise.reject(new RangeError('No.')), 'failed: RangeError: No.'],
    ['gives another kind of value', () => ({ amount: 5 }), 'gives what the column does not hold'],
    ['gives too much', () => 1_000_001, 'gives what the column does not hold'],
  ])('whose function %s is refused by name when it is read', async (_, compute, message) => {
    const org = emulator({
      tables: TABLES,
      computedColumns: [computedColumn('order', 'gross', compute as never)],
    })
    const id = await org.create('order', { name: 'A' })
    const error = { code: 'HANDLER_FAILED', message: expect.stringContaining(message) }

    await refused(org, () => org.retrieve('order', id), error)
    await refused(org, () => org.retrieveMultiple(from('order').select('gross').build()), error)
    expect(await org.retrieve('order', id, ['name'])).toEqual({ orderid: id, name: 'A' })
  })
})

describe('a rollup column', () => {
  async function order() {
    const org = organization()
    const id = await org.create('order', { name: 'A' })
    await org.create('line', { name: '1', orderid: { table: 'order', id } })
    await org.create('line', { name: '2', orderid: { table: 'order', id } })
    return { org, id }
  }

  test('is not computed until it is asked for', async () => {
    const { org, id } = await order()

    expect(await org.retrieve('order', id)).toMatchObject({ lines: null, lines_state: 0 })
  })

  test('is computed by CalculateRollupField, with its date and its state', async () => {
    const { org, id } = await order()

    const { Entity } = await org.execute('CalculateRollupField', {
      Target: { table: 'order', id },
      FieldName: 'lines',
    })

    const row = org.peek('order', id)
    expect(Entity).toEqual({
      LogicalName: 'order',
      Id: id,
      Attributes: { orderid: id, lines: 2, lines_state: 1, lines_date: row?.['lines_date'] },
    })
    expect(row).toMatchObject({ lines: 2, lines_state: 1, lines_date: expect.any(String) })
  })

  test('is computed for every row by the job, without steps and without a new modifier', async () => {
    let runs = 0
    const org = emulator({
      tables: TABLES,
      computedColumns: [LINES],
      steps: [step({ message: 'Update', table: 'order' }, () => void runs++)],
    })
    const ids = [await org.create('order', { name: 'A' }), await org.create('order', { name: 'B' })]
    const modifiedon = ids.map((id) => org.peek('order', id)?.['modifiedon'])

    await org.calculateRollups()

    expect(ids.map((id) => org.peek('order', id)?.['lines'])).toEqual([0, 0])
    expect(ids.map((id) => org.peek('order', id)?.['modifiedon'])).toEqual(modifiedon)
    expect(runs).toBe(0)
  })

  test('whose function fails keeps its value and says so in its state', async () => {
    const org = emulator({
      tables: TABLES,
      computedColumns: [
        computedColumn('order', 'lines', () => {
          throw new RangeError('No.')
        }),
      ],
    })
    const id = await org.create('order', { name: 'A' })

    await org.calculateRollups()

    expect(org.peek('order', id)).toMatchObject({ lines: null, lines_state: 3 })
  })

  test('whose function gives what it does not hold keeps its value, too', async () => {
    const org = emulator({
      tables: TABLES,
      computedColumns: [computedColumn('order', 'lines', () => 'many' as never)],
    })
    const id = await org.create('order', { name: 'A' })

    await org.calculateRollups()

    expect(org.peek('order', id)).toMatchObject({ lines: null, lines_state: 3 })
  })

  test('of money has its amount in the base currency, in its precision', async () => {
    const [total, base] = money('Total', [-1_000_000, 1_000_000])
    const BILL = madeUp('Bill', [
      text('Name', 50),
      ...(total === undefined || base === undefined ? [] : [changed(total, source(2)), base]),
      ...currency('TransactionCurrency_Bill', {}),
      ...standardColumns('bill'),
    ])
    const org = emulator({
      tables: [BILL],
      computedColumns: [computedColumn('bill', 'total', () => 10)],
    })
    const transactioncurrencyid = await org.create('transactioncurrency', {
      currencyname: 'Three',
      isocurrencycode: 'XXX',
      currencysymbol: '¤',
      currencyprecision: 2,
      exchangerate: 3,
    })
    const id = await org.create('bill', {
      transactioncurrencyid: { table: 'transactioncurrency', id: transactioncurrencyid },
    })

    await org.calculateRollups()

    expect(org.peek('bill', id)).toMatchObject({ total: 10, total_base: 3.3333 })
  })

  test('without a function is refused by name; another column is no rollup', async () => {
    const org = emulator({ tables: TABLES })
    const id = await org.create('order', { name: 'A' })
    const ask = (FieldName: string) => () =>
      org.execute('CalculateRollupField', { Target: { table: 'order', id }, FieldName })

    await refused(org, ask('lines'), { code: 'NOT_SUPPORTED' })
    await refused(org, ask('name'), { code: 'INVALID_ARGUMENT' })
    await refused(org, ask('nothing'), { code: 'COLUMN_UNKNOWN' })
  })

  test('is a function of the Web API', async () => {
    const { org, id } = await order()
    const api = createWebApi({ catalog: org.catalog, service: () => org })

    const { status, json } = answerOf(
      await api({
        method: 'GET',
        url: `${ROOT}CalculateRollupField(Target=@p1,FieldName=@p2)?@p1={'@odata.id':'orders(${id})'}&@p2='lines'`,
        headers: {},
        body: undefined,
      }),
    )

    expect([status, json]).toEqual([
      200,
      expect.objectContaining({
        '@odata.context': `${ROOT}$metadata#orders/$entity`,
        orderid: id,
        lines: 2,
        lines_state: 1,
      }),
    ])
  })
})

test.each([
  ['a column that is stored', computedColumn('order', 'name', () => 'x'), 'DEFINITION_INVALID'],
  ['no column', computedColumn('order', 'nothing', () => 'x'), 'COLUMN_UNKNOWN'],
  ['a column of no table', computedColumn('nothing', 'name', () => 'x'), 'TABLE_UNKNOWN'],
])('a function for %s is refused', (_, computed, code) => {
  expect(() => emulator({ tables: TABLES, computedColumns: [computed] })).toThrow(
    expect.objectContaining({ code }),
  )
})
