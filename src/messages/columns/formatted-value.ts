import type { Catalog } from '../../metadata/catalog.ts'
import type { Column, MoneyColumn } from '../../metadata/column.ts'
import { isRowRef, type Row, type Value } from '../../rows/value.ts'
import { dateByPattern } from '../../time/date-pattern.ts'
import { isBaseAmount } from './money.ts'

/** How the reader is shown dates. */
export interface DateFormats {
  /** IANA name of the reader's time zone. */
  readonly timeZone: string
  /** Patterns of the reader's own (`usersettings.dateformatstring`); absent: those of English (United States). */
  readonly datePattern?: string | undefined
  readonly timePattern?: string | undefined
}

/** What formatting needs beside the value: who reads, and what rows elsewhere say. */
export interface Formats extends DateFormats {
  readonly catalog: Catalog
  /** Primary names by id. */
  readonly names: ReadonlyMap<string, string>
  readonly currencies: ReadonlyMap<string, Currency>
  /** The organization's own; absent: dollars. */
  readonly baseCurrency?: Currency | undefined
}

export interface Currency {
  readonly symbol: string
  readonly precision: number
}

const UNTOLD_CURRENCY: Currency = { symbol: '$', precision: 2 }

/**
 * The text people read, in the formats of English (United States), the language an organization has here.
 * undefined where the platform formats nothing: text, ids, empty columns, choices without a label.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/select-columns#formatted-values
 */
export function formattedValue(
  column: Column,
  value: Value | undefined,
  row: Row,
  formats: Formats,
): string | undefined {
  if (value === null || value === undefined) return undefined
  switch (column.type) {
    case 'Boolean':
      return value === true ? (column.trueLabel ?? 'Yes') : (column.falseLabel ?? 'No')
    case 'Picklist':
    case 'State':
    case 'Status':
      return typeof value === 'number' ? labels(column.options).get(value) : undefined
    case 'MultiSelectPicklist':
      return Array.isArray(value) ? choiceLabels(column.options, value) : undefined
    case 'Integer':
      // Durations, time zones and languages are numbers people read in other words, which are not emulated.
      return typeof value === 'number' && (column.format ?? 'None') === 'None'
        ? grouped(value, 0)
        : undefined
    case 'BigInt':
      return typeof value === 'bigint' ? value.toLocaleString('en-US') : undefined
    case 'Decimal':
    case 'Double':
      return typeof value === 'number' ? grouped(value, column.precision) : undefined
    case 'Money':
      return typeof value === 'number' ? money(column, value, row, formats) : undefined
    case 'DateTime':
      return typeof value === 'string' ? dateText(column, value, formats) : undefined
    case 'Lookup':
    case 'Customer':
    case 'Owner':
      return isRowRef(value) ? formats.names.get(value.id) : undefined
    case 'EntityName':
      return typeof value === 'string'
        ? formats.catalog.find(value)?.definition.displayName
        : undefined
    case 'String':
    case 'Memo':
    case 'Uniqueidentifier':
    case 'Image':
    case 'File':
    case 'ManagedProperty':
    case 'PartyList':
    case 'Virtual':
    case 'CalendarRules':
      return undefined
    default:
      return column satisfies never
  }
}

type Options = readonly { readonly value: number; readonly label?: string }[]

const labelsOf = new WeakMap<Options, ReadonlyMap<number, string>>()

function labels(options: Options): ReadonlyMap<number, string> {
  let known = labelsOf.get(options)
  if (known === undefined) {
    known = new Map(
      options.flatMap(({ value, label }) => (label === undefined ? [] : [[value, label]])),
    )
    labelsOf.set(options, known)
  }
  return known
}

function choiceLabels(options: Options, values: readonly unknown[]): string {
  const known = labels(options)
  return values
    .map((value) => (typeof value === 'number' ? (known.get(value) ?? value) : ''))
    .join('; ')
}

/** `_base` columns are in the organization's currency; the others in their row's. */
function money(
  column: MoneyColumn,
  value: number,
  row: Row,
  { currencies, baseCurrency }: Formats,
): string {
  const id = row['transactioncurrencyid']
  const own = isRowRef(id) ? currencies.get(id.id) : undefined
  const currency = (isBaseAmount(column) ? baseCurrency : own) ?? UNTOLD_CURRENCY
  const digits = column.precisionSource === 0 ? column.precision : currency.precision
  const amount = `${currency.symbol}${grouped(Math.abs(value), digits)}`
  return value < 0 ? `-${amount}` : amount
}

const numberFormats: Intl.NumberFormat[] = []

function grouped(value: number, digits: number): string {
  const format = (numberFormats[digits] ??= new Intl.NumberFormat('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }))
  return format.format(value)
}

/** `4/7/2023 2:59 PM`; the date alone where the column shows no time. */
function dateText(
  column: Column & { readonly type: 'DateTime' },
  value: string,
  { timeZone, datePattern = 'M/d/yyyy', timePattern = 'h:mm tt' }: Formats,
): string | undefined {
  const isLocal = column.behavior === 'UserLocal' && timeZone !== 'UTC'
  const shown = new Date(`${isLocal ? localText(value, timeZone) : value}`.replace(NO_ZONE, '$&Z'))
  if (Number.isNaN(shown.getTime())) return undefined
  const date = dateByPattern(shown, datePattern)
  if (column.behavior === 'DateOnly' || column.format === 'DateOnly') return date
  return `${date} ${dateByPattern(shown, timePattern)}`
}

/** Digits of a clock, which are read as if it showed UTC. */
const NO_ZONE = /T[\d:.]+$/

const zoneFormats = new Map<string, Intl.DateTimeFormat>()

function localText(instant: string, timeZone: string): string {
  let format = zoneFormats.get(timeZone)
  if (format === undefined) {
    // Swedish writes dates as ISO 8601 does.
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    zoneFormats.set(timeZone, format)
  }
  const date = new Date(instant)
  return Number.isNaN(date.getTime()) ? instant : format.format(date).replace(' ', 'T')
}
