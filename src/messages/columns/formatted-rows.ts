import { isLookup } from '../../metadata/column.ts'
import { perTable, type Table } from '../../metadata/table.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import type { ContextFormats, FormattedValues } from '../../pipeline/runtime.ts'
import { andThen, inTurn, isPromise, type Awaitable } from '../../rows/awaitable.ts'
import { isRowRef, type Row, type RowRef, type Value, type Values } from '../../rows/value.ts'
import { UTC_CODE, zoneOfCode } from '../../time/zones.ts'
import { formattedValue, type Currency, type DateFormats, type Formats } from './formatted-value.ts'

/**
 * What people read in place of the values of these rows: labels, names of rows, amounts with their currency, dates
 * in the calling user's zone and format. Columns that show their value as it is are left out.
 * https://learn.microsoft.com/power-apps/developer/data-platform/org-service/entity-operations-retrieve#access-formatted-values
 */
export function formattedRows(
  operation: AnyOperation,
  table: Table,
  rows: readonly Values[],
): Awaitable<readonly FormattedValues[]> {
  return andThen(currenciesOf(operation, table, rows), (told) =>
    andThen(formatsFor(operation, table, [...rows, ...told]), (formats) =>
      rows.map((row, at) => formattedRow(table, row, told[at] ?? row, formats)),
    ),
  )
}

/** `told` is the row with its currency. */
function formattedRow(table: Table, row: Values, told: Values, formats: Formats): FormattedValues {
  const texts: Record<string, string> = {}
  for (const name in row) {
    const column = table.columns.get(name)
    const text =
      column === undefined ? undefined : formattedValue(column, row[name], told as Row, formats)
    if (text !== undefined) texts[name] = text
  }
  return texts
}

const CURRENCY = 'transactioncurrencyid'

const amounts = perTable((table: Table): readonly string[] =>
  table.columns.has(CURRENCY)
    ? [...table.columns.values()].flatMap((column) =>
        column.type === 'Money' ? [column.logicalName] : [],
      )
    : [],
)

/** The currencies of rows that hold amounts without them, in the order of the rows; nothing where none does. */
function currenciesOf(
  { reader }: AnyOperation,
  table: Table,
  rows: readonly Values[],
): Awaitable<readonly Values[]> {
  const columns = amounts(table)
  const lacksCurrency = (row: Values) =>
    !(CURRENCY in row) && columns.some((name) => typeof row[name] === 'number')
  if (columns.length === 0 || !rows.some(lacksCurrency)) return []
  const told: Values[] = []
  const done = inTurn(rows, (row) => {
    const id = row[table.primaryId]
    const stored = typeof id === 'string' && lacksCurrency(row) ? reader.get(table, id) : undefined
    return andThen(stored, (found) => told.push(found === undefined ? row : currencyIn(found)))
  })
  return andThen(done, () => told)
}

function currencyIn(row: Row): Values {
  return { [CURRENCY]: row[CURRENCY] ?? null }
}

/** The caller's settings, and what rows elsewhere say: each is looked at once. */
function formatsFor(
  operation: AnyOperation,
  table: Table,
  rows: readonly Values[],
): Awaitable<Formats> {
  const { runtime, reader, caller } = operation
  const { catalog } = runtime
  const names = new Map<string, string>()
  const currencies = new Map<string, Currency>()
  const gathered = inTurn(referencesIn(table, rows), ({ table: name, id }) => {
    const target = catalog.find(name)
    if (target === undefined) return undefined
    return andThen(reader.get(target, id), (row) => {
      const text = row?.[target.primaryName ?? '']
      if (typeof text === 'string') names.set(id, text)
      if (row !== undefined && name === 'transactioncurrency') currencies.set(id, currencyOf(row))
    })
  })
  const settings = catalog.find('usersettings')
  return andThen(gathered, () =>
    andThen(baseCurrencyOf(operation, table), (baseCurrency) =>
      andThen(settings === undefined ? undefined : reader.get(settings, caller.userId), (row) => ({
        catalog,
        names,
        currencies,
        baseCurrency,
        ...dateFormatsIn(row),
      })),
    ),
  )
}

function baseCurrencyOf(
  { runtime, reader }: AnyOperation,
  table: Table,
): Awaitable<Currency | undefined> {
  const currencies = runtime.catalog.find('transactioncurrency')
  if (currencies === undefined || amounts(table).length === 0) return undefined
  return andThen(reader.get(currencies, runtime.organization.baseCurrencyId), (row) =>
    row === undefined ? undefined : currencyOf(row),
  )
}

/** As a row of `usersettings` tells it; UTC where there is none. */
export function dateFormatsIn(row: Row | undefined): DateFormats {
  const code = row?.['timezonecode']
  const text = (name: string) => {
    const value = row?.[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    timeZone: code === UTC_CODE || typeof code !== 'number' ? 'UTC' : zoneOfCode(code).iana,
    datePattern: text('dateformatstring'),
    timePattern: text('timeformatstring'),
  }
}

function referencesIn(table: Table, rows: readonly Values[]): readonly RowRef[] {
  const found = new Map<string, RowRef>()
  for (const row of rows) {
    for (const name in row) {
      const value = row[name]
      const column = isRowRef(value) ? table.columns.get(name) : undefined
      if (isRowRef(value) && column !== undefined && isLookup(column)) found.set(value.id, value)
    }
  }
  return [...found.values()]
}

/** As a row of `transactioncurrency` tells it. */
export function currencyOf(row: Row): Currency {
  const symbol = row['currencysymbol']
  const precision = row['currencyprecision']
  return {
    symbol: typeof symbol === 'string' ? symbol : '$',
    precision: typeof precision === 'number' ? precision : 2,
  }
}

/**
 * What contexts show. Images are formatted as rows that are read; the Target of a Create has the labels of its
 * choices, and its dates as text in UTC.
 */
// Unverified: which other columns of a Target are formatted; a record of the platform shows these.
export const CONTEXT_FORMATS: ContextFormats = {
  ofImage(operation, table, values) {
    const rows = formattedRows(operation, table, [values])
    // A store that answers later would have to be asked before the step runs.
    return isPromise(rows) ? {} : (rows[0] ?? {})
  },
  ofTarget({ runtime }, table, values) {
    const formats: Formats = {
      catalog: runtime.catalog,
      timeZone: 'UTC',
      names: new Map(),
      currencies: new Map(),
    }
    const texts: Record<string, string> = {}
    for (const name in values) {
      const column = table.columns.get(name)
      const text =
        column === undefined
          ? undefined
          : column.type === 'DateTime'
            ? instantText(values[name])
            : CHOICES.has(column.type)
              ? formattedValue(column, values[name], values as Row, formats)
              : undefined
      if (text !== undefined) texts[name] = text
    }
    return texts
  },
}

const CHOICES: ReadonlySet<string> = new Set([
  'Picklist',
  'State',
  'Status',
  'Boolean',
  'MultiSelectPicklist',
])

/** `2026-03-02T10:00:00-00:00`. */
function instantText(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value.replace(/Z$/, '-00:00') : undefined
}
