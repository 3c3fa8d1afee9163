import { DataverseError } from '../errors/dataverse-error.ts'
import type { Column } from '../metadata/column.ts'
import { parseGuid } from '../rows/guid.ts'
import { isRowRef, type Value } from '../rows/value.ts'
import { familyOf } from './column-family.ts'
import { dateOperand, dateText } from './date-text.ts'
import type { Evaluation } from './evaluation.ts'

/**
 * A value as conditions compare it: folded text, number, boolean, the id a lookup holds, a date's text in
 * the shape of its column, the options of a multi-choice column as `1,9`.
 */
export type Comparable = string | number | bigint | boolean

/** How the stored values of a column become comparable. null stays null. */
export function comparableOf(
  column: Column,
  { text }: Pick<Evaluation, 'text'>,
): (value: Value) => Comparable | null {
  const family = familyOf(column)
  switch (family) {
    case 'text':
      return (value) => (typeof value === 'string' ? text.fold(value) : null)
    case 'lookup':
    case 'owner':
      return (value) => (isRowRef(value) ? value.id : null)
    case 'choices':
      return (value) => (Array.isArray(value) && value.length > 0 ? value.join(',') : null)
    case 'choice':
      return column.type === 'ManagedProperty' ? managedValue : asIs
    case 'date':
      return dateValue
    case 'number':
    case 'id':
    case 'content':
    case 'none':
      return asIs
    default:
      return family satisfies never
  }
}

/** Rows hold whole seconds; a text with a fraction or an offset is brought into that shape. */
function dateValue(value: Value): Comparable | null {
  if (typeof value !== 'string') return null
  if (value.length === 10 || (value.length === 20 && value.endsWith('Z'))) return value
  const instant = new Date(value)
  return Number.isNaN(instant.getTime()) ? null : dateText(instant)
}

/** Of columns whose values compare as they are stored. */
export function asIs(value: Value): Comparable | null {
  return value === null || typeof value === 'object' ? null : value
}

function managedValue(value: Value): Comparable | null {
  return typeof value === 'object' && value !== null && 'Value' in value ? value.Value : null
}

/**
 * A condition's value, given in the column's own shape or as text (as FetchXML has it), made comparable.
 * @throws QUERY_VALUE_INVALID
 */
export function operandOf(column: Column, value: Value, evaluation: Evaluation): Comparable {
  const operand = parsedOperand(column, value, evaluation)
  if (operand !== undefined) return operand
  throw new DataverseError(
    'QUERY_VALUE_INVALID',
    `${shown(value)} is not a value that column '${column.logicalName}' of type ${column.type} can be compared with; expected ${expectation(column)}.`,
  )
}

/** As `operandOf`; undefined where the value is of another kind. */
export function parsedOperand(
  column: Column,
  value: Value,
  evaluation: Evaluation,
): Comparable | undefined {
  switch (column.type) {
    case 'String':
    case 'Memo':
      return textOperand(value, evaluation)
    case 'EntityName':
      return textOperand(tableNamed(value, evaluation) ?? value, evaluation)
    case 'Integer':
    case 'Picklist':
    case 'State':
    case 'Status': {
      const number = numberOf(value)
      return number !== undefined && Number.isInteger(number) ? number : undefined
    }
    case 'Decimal':
    case 'Double':
    case 'Money':
      return numberOf(value)
    case 'BigInt':
      return bigintOf(value)
    case 'Boolean':
    case 'ManagedProperty':
      return booleanOf(value)
    case 'DateTime':
      return typeof value === 'string' ? dateOperand(value, column, evaluation.context) : undefined
    case 'MultiSelectPicklist':
      return choicesOf(value)?.join(',')
    case 'Uniqueidentifier':
    case 'Lookup':
    case 'Customer':
    case 'Owner':
      return idOf(value)
    case 'File':
    case 'Image':
    case 'PartyList':
    case 'Virtual':
    case 'CalendarRules':
      return undefined
    default:
      return column satisfies never
  }
}

/** FetchXML names tables by their type numbers. Unverified: that it takes their names, too. */
function tableNamed(value: Value, { context }: Evaluation): string | undefined {
  const code = numberOf(value)
  return code === undefined ? undefined : context.tableOfTypeCode?.(code)
}

function textOperand(value: Value, { text }: Evaluation): string | undefined {
  if (typeof value === 'string') return text.fold(value)
  // FetchXML has only text, so a number given for a text column is the text of that number.
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? text.fold(String(value))
    : undefined
}

const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i

function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'string' && NUMBER.test(value)) {
    const number = Number(value)
    return Number.isFinite(number) ? number : undefined
  }
  return undefined
}

function bigintOf(value: Value): Comparable | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined
  return typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value)
    ? BigInt(value.replace('+', ''))
    : undefined
}

const BOOLEANS: ReadonlyMap<Value, boolean> = new Map<Value, boolean>([
  [true, true],
  [false, false],
  [1, true],
  [0, false],
  ['1', true],
  ['0', false],
  ['true', true],
  ['false', false],
])

function booleanOf(value: Value): boolean | undefined {
  if (typeof value === 'object' && value !== null && 'Value' in value) return value.Value
  return BOOLEANS.get(typeof value === 'string' ? value.trim().toLowerCase() : value)
}

/** The options of a multi-choice value, ascending, each once; undefined where it is none. */
export function choicesOf(value: Value): readonly number[] | undefined {
  const parts = Array.isArray(value)
    ? (value as readonly Value[])
    : typeof value === 'string'
      ? value.split(',')
      : [value]
  const options: number[] = []
  for (const part of parts) {
    const option = numberOf(part)
    if (option === undefined || !Number.isInteger(option)) return undefined
    options.push(option)
  }
  return [...new Set(options)].sort((a, b) => a - b)
}

function idOf(value: Value): string | undefined {
  if (isRowRef(value)) return value.id
  return typeof value === 'string' ? parseGuid(value.trim()) : undefined
}

function expectation(column: Column): string {
  const family = familyOf(column)
  switch (family) {
    case 'text':
      return 'text'
    case 'number':
      return column.type === 'Integer' || column.type === 'BigInt' ? 'a whole number' : 'a number'
    case 'date':
      return 'a date such as 2026-03-02 or 2026-03-02T10:00:00Z'
    case 'choice':
      return column.type === 'Boolean' || column.type === 'ManagedProperty'
        ? '0, 1, true or false'
        : "an option's value, a whole number"
    case 'choices':
      return "options' values such as 1,9"
    case 'id':
    case 'lookup':
    case 'owner':
      return 'a GUID'
    case 'content':
    case 'none':
      return 'no value at all'
    default:
      return family satisfies never
  }
}

/** A value as messages show it. */
export function shown(value: Value): string {
  if (typeof value === 'string')
    return `'${value.length > 100 ? `${value.slice(0, 100)}…` : value}'`
  if (value === null) return 'null'
  return typeof value === 'object' ? 'an object' : String(value)
}

/** A value as part of a text that several make up: the length keeps neighbours apart, the type tells 1 from '1'. */
export function keyPart(value: Comparable | null): string {
  if (value === null) return '-'
  const text = String(value)
  return `${typeof value === 'string' ? 's' : 'v'}${text.length}:${text}`
}
