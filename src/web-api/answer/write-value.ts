import type { Column } from '../../metadata/column.ts'
import { printLossless } from '../../rows/lossless-json.ts'
import { isRowRef, type Value } from '../../rows/value.ts'
import { quote } from './quote.ts'

/**
 * A column's value as JSON text. Money comes with four decimals and decimals with their precision, as the
 * platform prints them; 64-bit integers keep every digit.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-properties
 */
export function writeValue(column: Column, value: Value | undefined): string {
  if (typeof value === 'number') {
    if (column.type === 'Money') return scaled(value, MONEY_SCALE)
    if (column.type === 'Decimal') return scaled(value, column.precision)
  }
  return writeUntyped(value)
}

const MONEY_SCALE = 4

/** The value of an alias, whose column the result does not tell. */
export function writeUntyped(value: Value | undefined): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null'
  if (typeof value !== 'object') return String(value)
  if (isRowRef(value)) return quote(value.id)
  // Choices are one text on the wire.
  if (Array.isArray(value)) return quote(value.join(','))
  return printLossless(value)
}

/** The digits a number has, filled up with zeros: never digits it does not have. */
function scaled(value: number, scale: number): string {
  const text = String(value)
  if (scale === 0 || text.includes('e')) return text
  const point = text.indexOf('.')
  return point === -1
    ? `${text}.${'0'.repeat(scale)}`
    : text + '0'.repeat(Math.max(0, scale - (text.length - point - 1)))
}
