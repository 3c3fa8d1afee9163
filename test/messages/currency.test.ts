import { emulator, type Emulator } from '../../src/testing/index.ts'
import { refused } from '../support/organization.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const YEN = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'
const DINAR = 'cccccccc-cccc-4ccc-8ccc-cccccccccccc'
const MISSING = '66666666-6666-4666-8666-666666666666'

const currency = (
  transactioncurrencyid: string,
  currencyprecision: number,
  exchangerate: number,
) => ({
  table: 'transactioncurrency',
  values: {
    transactioncurrencyid,
    currencyname: transactioncurrencyid.slice(0, 3),
    isocurrencycode: transactioncurrencyid.slice(0, 3),
    currencysymbol: '¤',
    currencyprecision,
    exchangerate,
  },
})
const organization = () =>
  emulator({ tables, rows: [currency(YEN, 0, 150), currency(DINAR, 3, 0.3)] })
const ref = (id: string) => ({ table: 'transactioncurrency' as const, id })

async function created(org: Emulator, values: Record<string, unknown>) {
  return org.peek('project', await org.create('project', { name: 'Bridge', ...values } as never))
}

describe('the currency of a row', () => {
  test('stays empty while the row has no amount', async () => {
    const org = organization()

    expect(await created(org, {})).toMatchObject({
      transactioncurrencyid: null,
      exchangerate: null,
      budget_base: null,
    })
  })

  test('is the organization’s where an amount comes without one', async () => {
    const org = organization()

    expect(await created(org, { budget: 5 })).toMatchObject({
      transactioncurrencyid: ref(org.currencyId),
      exchangerate: 1,
      budget: 5,
      budget_base: 5,
    })
  })

  test('is the user’s own, where the user has one', async () => {
    const org = organization()
    await org.update('systemuser', org.userId, { transactioncurrencyid: ref(YEN) })

    expect(await created(org, { budget: 300 })).toMatchObject({
      transactioncurrencyid: ref(YEN),
      exchangerate: 150,
      budget_base: 2,
    })
  })

  test('brings its rate though the row has no amount', async () => {
    const org = organization()

    expect(await created(org, { transactioncurrencyid: ref(YEN) })).toMatchObject({
      exchangerate: 150,
      budget_base: null,
    })
  })

  test('is kept when amounts are written later', async () => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge', transactioncurrencyid: ref(YEN) })

    await org.update('project', id, { budget: 450 })

    expect(org.peek('project', id)).toMatchObject({
      transactioncurrencyid: ref(YEN),
      budget: 450,
      budget_base: 3,
    })
  })

  test('that changes changes every base amount', async () => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge', budget: 300, fee: 30 })

    await org.update('project', id, { transactioncurrencyid: ref(YEN) })

    expect(org.peek('project', id)).toMatchObject({
      budget: 300,
      budget_base: 2,
      fee: 30,
      fee_base: 0.2,
      exchangerate: 150,
    })
  })

  test.each([
    ['null beside an amount', { budget: 5, transactioncurrencyid: null }, 'CURRENCY_MISSING'],
    ['not there', { transactioncurrencyid: ref(MISSING) }, 'ROW_NOT_FOUND'],
  ])('is refused when it is %s', async (_, values, code) => {
    const org = organization()
    const id = await org.create('project', { name: 'Tunnel' })

    await refused(org, () => org.create('project', { name: 'Bridge', ...values }), { code })
    await refused(org, () => org.update('project', id, values), { code })
  })

  test('is not taken away from amounts that are there', async () => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge', budget: 5 })

    await refused(org, () => org.update('project', id, { transactioncurrencyid: null }), {
      code: 'CURRENCY_MISSING',
      number: 0x80048cfb,
    })
  })

  test('may go together with the last amount', async () => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge', budget: 5 })

    await org.update('project', id, { budget: null, transactioncurrencyid: null })

    expect(org.peek('project', id)).toMatchObject({
      budget: null,
      budget_base: null,
      transactioncurrencyid: null,
    })
  })
})

describe('an amount', () => {
  test.each([
    // The currency's digits: 2, 0 and 3.
    ['budget', undefined, 1.2345, 1.23],
    ['budget', YEN, 1234.5, 1235],
    ['budget', DINAR, 1.2345, 1.235],
    // The column's own.
    ['fee', DINAR, 1.25, 1.3],
    ['fee', YEN, 1.25, 1.3],
    // The organization's: 2.
    ['price', DINAR, 1.2345, 1.23],
    ['price', YEN, 1.2345, 1.23],
  ])('%s in %s: %d is kept as %d', async (column, currencyId, sent, kept) => {
    const org = organization()
    const chosen = currencyId === undefined ? {} : { transactioncurrencyid: ref(currencyId) }

    expect(await created(org, { ...chosen, [column]: sent })).toMatchObject({ [column]: kept })
  })

  test('in the base currency is the amount divided by the rate', async () => {
    const org = organization()

    expect(await created(org, { transactioncurrencyid: ref(DINAR), budget: 100 })).toMatchObject({
      budget_base: 333.3333,
    })
  })

  test('in the base currency is that of what is kept, not of what was sent', async () => {
    const org = organization()
    const row = await created(org, { transactioncurrencyid: ref(DINAR), budget: 1.23456 })

    expect(row).toMatchObject({ budget: 1.235, budget_base: 4.1167 })
  })

  test('that is cleared clears its base', async () => {
    const org = organization()
    const id = await org.create('project', { name: 'Bridge', budget: 5, fee: 7 })

    await org.update('project', id, { budget: null })
    expect(org.peek('project', id)).toMatchObject({ budget_base: null, fee_base: 7 })
    await org.update('project', id, { fee: null })
    expect(org.peek('project', id)).toMatchObject({
      fee_base: null,
      transactioncurrencyid: ref(org.currencyId),
    })
  })

  test('keeps its base when the currency’s rate changes, until amount, currency or state do', async () => {
    const org = organization()
    const id = await org.create('project', {
      name: 'Bridge',
      budget: 300,
      transactioncurrencyid: ref(YEN),
    })
    await org.update('transactioncurrency', YEN, { exchangerate: 100 })

    await org.update('project', id, { name: 'Tunnel' })
    expect(org.peek('project', id)).toMatchObject({ exchangerate: 150, budget_base: 2 })
    await org.update('project', id, { statecode: 1 })
    expect(org.peek('project', id)).toMatchObject({ exchangerate: 100, budget_base: 3 })
  })

  test.each([1_000_001, -1_000_001])(
    'beyond the limits of its column is refused: %d',
    async (budget) => {
      const org = organization()

      await refused(org, () => org.create('project', { name: 'Bridge', budget }), {
        code: 'DECIMAL_OUT_OF_RANGE',
      })
    },
  )
})

describe('the code of a currency', () => {
  const euro = { ...currency(MISSING, 2, 0.9).values, isocurrencycode: 'EUR' }

  test.each(['EUR', 'eur', 'USD'])('is there once: %s is refused', async (isocurrencycode) => {
    const org = organization()
    await org.create('transactioncurrency', euro)
    const another = { ...euro, transactioncurrencyid: undefined, isocurrencycode }
    const taken = { code: 'CURRENCY_CODE_TAKEN', number: 0x80048cf3 }

    await refused(org, () => org.create('transactioncurrency', another), taken)
    await refused(org, () => org.update('transactioncurrency', YEN, { isocurrencycode }), taken)
  })

  test('may be sent again for the currency that has it', async () => {
    const org = organization()
    const id = await org.create('transactioncurrency', euro)

    await org.update('transactioncurrency', id, { isocurrencycode: 'EUR', exchangerate: 0.95 })

    expect(org.peek('transactioncurrency', id)).toMatchObject({ exchangerate: 0.95 })
  })
})
