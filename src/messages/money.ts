import { DataverseError } from '../errors/dataverse-error.ts'
import type { MoneyColumn } from '../metadata/column.ts'
import { perTable, type Table } from '../metadata/table.ts'
import type { Operation } from '../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import { isRowRef, type Row, type RowRef, type Value } from '../rows/value.ts'
import { round } from './coerce.ts'
import { rowNotFound } from './not-found.ts'

type Values = Record<string, Value | undefined>
type AnyOperation = Operation<unknown, unknown>

interface MoneyPlan {
  readonly columns: readonly { readonly column: MoneyColumn; readonly base: MoneyColumn | undefined }[]
}

const moneyPlan = perTable((table: Table): MoneyPlan | null => {
  const columns: { column: MoneyColumn; base: MoneyColumn | undefined }[] = []
  for (const column of table.columns.values()) {
    if (column.type !== 'Money' || column.isBaseCurrency || column.logicalName.endsWith('_base')) {
      continue
    }
    const base = table.columns.get(`${column.logicalName}_base`)
    columns.push({ column, base: base?.type === 'Money' ? base : undefined })
  }
  return columns.length === 0 || !table.columns.has('transactioncurrencyid') ? null : { columns }
})

/**
 * The currency of a row's money, its exchange rate and every amount in the base currency, where an amount
 * or the currency is among `values`.
 * https://learn.microsoft.com/power-apps/developer/data-platform/transaction-currency-currency-entity
 */
export function setMoney(operation: AnyOperation, values: Values, before?: Row): Awaitable<void> {
  const plan = moneyPlan(operation.subject)
  if (plan === null) return undefined
  const changesCurrency = 'transactioncurrencyid' in values
  const changesAmount = plan.columns.some(({ column }) => column.logicalName in values)
  if (!changesCurrency && !changesAmount) return undefined
  const hasAmount = plan.columns.some(
    ({ column }) => (values[column.logicalName] ?? before?.[column.logicalName] ?? null) !== null,
  )
  if (!hasAmount && !isRowRef(values['transactioncurrencyid'])) return undefined
  if (hasAmount && changesCurrency && values['transactioncurrencyid'] === null) {
    throw new DataverseError('CURRENCY_MISSING', 'The currency cannot be null.')
  }
  return convert(operation, plan, values, before)
}

function convert(
  operation: AnyOperation,
  plan: MoneyPlan,
  values: Values,
  before: Row | undefined,
): Awaitable<void> {
  const chosen = values['transactioncurrencyid'] ?? before?.['transactioncurrencyid']
  if (isRowRef(chosen)) return withCurrency(operation, plan, values, before, chosen)
  const { catalog, organization } = operation.runtime
  const user = operation.reader.get(catalog.table('systemuser'), operation.caller.userId)
  const byUser = (row: Row | undefined) => {
    const own = row?.['transactioncurrencyid']
    const currency = isRowRef(own)
      ? own
      : Object.freeze({ table: 'transactioncurrency', id: organization.baseCurrencyId })
    return withCurrency(operation, plan, values, before, currency)
  }
  return isPromise(user) ? user.then(byUser) : byUser(user)
}

function withCurrency(
  operation: AnyOperation,
  plan: MoneyPlan,
  values: Values,
  before: Row | undefined,
  currency: RowRef,
): Awaitable<void> {
  const table = operation.runtime.catalog.table('transactioncurrency')
  const found = operation.reader.get(table, currency.id)
  const apply = (row: Row | undefined): void => {
    if (row === undefined) throw rowNotFound('transactioncurrency', currency.id)
    const rate = typeof row['exchangerate'] === 'number' ? row['exchangerate'] : 1
    const digits = typeof row['currencyprecision'] === 'number' ? row['currencyprecision'] : 2
    values['transactioncurrencyid'] = currency
    if (operation.subject.columns.has('exchangerate')) values['exchangerate'] = rate
    for (const { column, base } of plan.columns) {
      const name = column.logicalName
      const amount = name in values ? values[name] : before?.[name]
      if (typeof amount === 'number') {
        const precision = column.precisionSource === 2 ? digits : column.precision
        if (name in values) values[name] = round(amount, 10 ** precision)
        if (base !== undefined) {
          values[base.logicalName] = round(amount / rate, 10 ** Math.max(base.precision, precision))
        }
      } else if (name in values && base !== undefined) {
        values[base.logicalName] = null
      }
    }
  }
  return isPromise(found) ? found.then(apply) : apply(found)
}
