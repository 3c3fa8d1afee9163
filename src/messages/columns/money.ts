import { DataverseError } from '../../errors/dataverse-error.ts'
import type { MoneyColumn } from '../../metadata/column.ts'
import { perTable, type Table } from '../../metadata/table.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { andThen, type Awaitable } from '../../rows/awaitable.ts'
import { isRowRef, type Row, type Value } from '../../rows/value.ts'
import { round } from './coerce.ts'
import { rowNotFound } from '../not-found.ts'

type Values = Record<string, Value | undefined>
type AnyOperation = Operation<unknown, unknown>

interface MoneyPlan {
  readonly columns: readonly {
    readonly column: MoneyColumn
    readonly base: MoneyColumn | undefined
  }[]
  readonly hasExchangeRate: boolean
  /** Whether a column takes its precision from the organization. */
  readonly asksOrganization: boolean
}

const moneyPlan = perTable((table: Table): MoneyPlan | null => {
  const columns: { column: MoneyColumn; base: MoneyColumn | undefined }[] = []
  for (const column of table.columns.values()) {
    if (column.type !== 'Money' || isBaseAmount(column)) continue
    const base = table.columns.get(`${column.logicalName}_base`)
    columns.push({ column, base: base?.type === 'Money' ? base : undefined })
  }
  if (columns.length === 0 || !table.columns.has('transactioncurrencyid')) return null
  return {
    columns,
    hasExchangeRate: table.columns.has('exchangerate'),
    asksOrganization: columns.some(({ column }) => column.precisionSource === 1),
  }
})

/** Whether the column tells the amount of another one in the organization's currency. */
export function isBaseAmount({ isBaseCurrency, logicalName }: MoneyColumn): boolean {
  return isBaseCurrency || logicalName.endsWith('_base')
}

/**
 * The currency of a row's money, its exchange rate and every amount in the base currency, where an amount,
 * the currency or the state of the row changes.
 * https://learn.microsoft.com/power-apps/developer/data-platform/transaction-currency-currency-entity
 */
export function setMoney(operation: AnyOperation, values: Values, before?: Row): Awaitable<void> {
  const plan = moneyPlan(operation.subject)
  if (plan === null || !concernsMoney(plan, values, before)) return undefined
  const hasAmount = plan.columns.some(
    ({ column }) => typeof amountOf(column, values, before) === 'number',
  )
  if (hasAmount && values['transactioncurrencyid'] === null) {
    throw new DataverseError('CURRENCY_MISSING', 'The currency cannot be null.')
  }
  if (!hasAmount && !isRowRef(values['transactioncurrencyid'])) {
    clearBases(plan, values)
    return undefined
  }
  return andThen(currencyOf(operation, values, before), (currency) =>
    andThen(precisionsOf(operation, plan, currency), (precisions) =>
      convert({ operation, plan, values, before, currency, precisions }),
    ),
  )
}

function concernsMoney(plan: MoneyPlan, values: Values, before: Row | undefined): boolean {
  return (
    'transactioncurrencyid' in values ||
    (before !== undefined &&
      'statecode' in values &&
      values['statecode'] !== before['statecode']) ||
    plan.columns.some(({ column }) => column.logicalName in values)
  )
}

function amountOf({ logicalName }: MoneyColumn, values: Values, before: Row | undefined): unknown {
  return logicalName in values ? values[logicalName] : before?.[logicalName]
}

function clearBases({ columns }: MoneyPlan, values: Values): void {
  for (const { column, base } of columns) {
    if (base !== undefined && column.logicalName in values) values[base.logicalName] = null
  }
}

/** The row's own currency, else the user's, else the organization's. */
function currencyOf(
  { runtime, reader, caller }: AnyOperation,
  values: Values,
  before: Row | undefined,
): Awaitable<Row> {
  const { catalog, organization } = runtime
  const find = (id: string) =>
    andThen(reader.get(catalog.table('transactioncurrency'), id), (row) => {
      if (row === undefined) throw rowNotFound('transactioncurrency', id)
      return row
    })
  const chosen = values['transactioncurrencyid'] ?? before?.['transactioncurrencyid']
  if (isRowRef(chosen)) return find(chosen.id)
  return andThen(reader.get(catalog.table('systemuser'), caller.userId), (user) => {
    const own = user?.['transactioncurrencyid']
    return find(isRowRef(own) ? own.id : organization.baseCurrencyId)
  })
}

/** Digits after the point, by `precisionSource`; undefined: the column's own. */
type Precisions = readonly [own: undefined, organization: number | undefined, currency: number]

function precisionsOf(
  { runtime, reader }: AnyOperation,
  { asksOrganization }: MoneyPlan,
  currency: Row,
): Awaitable<Precisions> {
  const digits = numberOf(currency['currencyprecision'], 2)
  if (!asksOrganization) return [undefined, undefined, digits]
  const organizations = runtime.catalog.table('organization')
  return andThen(reader.get(organizations, runtime.organization.id), (row) => [
    undefined,
    numberOf(row?.['pricingdecimalprecision'], 2),
    digits,
  ])
}

interface Conversion {
  readonly operation: AnyOperation
  readonly plan: MoneyPlan
  readonly values: Values
  readonly before: Row | undefined
  readonly currency: Row
  readonly precisions: Precisions
}

function convert({ operation, plan, values, before, currency, precisions }: Conversion): void {
  const rate = numberOf(currency['exchangerate'], 1)
  const { primaryId } = operation.runtime.catalog.table('transactioncurrency')
  values['transactioncurrencyid'] = Object.freeze({
    table: 'transactioncurrency',
    id: currency[primaryId] as string,
  })
  if (plan.hasExchangeRate) values['exchangerate'] = rate
  clearBases(plan, values)
  for (const { column, base } of plan.columns) {
    const { logicalName } = column
    const sent = amountOf(column, values, before)
    if (typeof sent !== 'number') continue
    const precision = precisions[column.precisionSource] ?? column.precision
    const isWritten = logicalName in values
    // The base amount is that of what is stored, so that converting a row again does not change it.
    const amount = isWritten ? round(sent, 10 ** precision) : sent
    if (isWritten) values[logicalName] = amount
    if (base !== undefined) {
      // Unverified: the precision of base amounts; never coarser than the amount's own.
      const digits = 10 ** Math.max(base.precision, precision)
      values[base.logicalName] = inBase(base, logicalName, round(amount / rate, digits))
    }
  }
}

/** @throws BASE_CURRENCY_OVERFLOW, BASE_CURRENCY_UNDERFLOW */
function inBase({ min, max }: MoneyColumn, column: string, amount: number): number {
  if (amount > max) {
    throw new DataverseError(
      'BASE_CURRENCY_OVERFLOW',
      `The exchange rate set for the currency specified in this record has generated a value for ${column} that is larger than the maximum allowed for the base currency (${max}).`,
    )
  }
  if (amount < min) {
    throw new DataverseError(
      'BASE_CURRENCY_UNDERFLOW',
      `The exchange rate set for the currency specified in this record has generated a value for ${column} that is smaller than the minimum allowed for the base currency (${min}).`,
    )
  }
  return amount
}

function numberOf(value: Value | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}
