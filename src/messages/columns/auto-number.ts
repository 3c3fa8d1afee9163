import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import { columnOf } from '../../metadata/catalog.ts'
import type { TextColumn } from '../../metadata/column.ts'
import { perTable, type Table } from '../../metadata/table.ts'
import type { Operation } from '../../pipeline/operation.ts'
import type { Runtime } from '../../pipeline/runtime.ts'
import type { Value } from '../../rows/value.ts'
import { dateByPattern } from '../../time/date-pattern.ts'

type Values = Record<string, Value | undefined>
type NumberedColumn = TextColumn & { readonly autoNumberFormat: string }

/** Columns whose values the organization numbers; most tables have none. */
export const numberedColumns = perTable((table: Table): readonly NumberedColumn[] =>
  [...table.columns.values()].filter(isNumbered),
)

function isNumbered(column: unknown): column is NumberedColumn {
  const { autoNumberFormat } = column as Partial<NumberedColumn>
  return autoNumberFormat !== undefined && autoNumberFormat !== ''
}

/**
 * The next number of every column that has a format and was sent nothing. Numbers are drawn once: a Create that
 * fails leaves a gap. What a client sends stays, an explicit null too.
 * https://learn.microsoft.com/power-apps/developer/data-platform/create-auto-number-attributes
 *
 * Unverified: that the number is there at PreOperation, and that a client's own value is kept.
 * @throws INVALID_ARGUMENT for a format that is none, which nobody looks at before; STRING_TOO_LONG
 */
export function setAutoNumbers(
  { subject, runtime }: Operation<unknown, unknown>,
  columns: readonly NumberedColumn[],
  values: Values,
): void {
  for (const column of columns) {
    const { logicalName } = column
    if (values[logicalName] !== undefined) continue
    const text = numberText(subject, column, runtime)
    runtime.payloads.validateWrite(subject, logicalName, text)
    values[logicalName] = text
  }
}

/** Its characters are drawn from these; documented samples show capital letters and digits. */
const RANDOM_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

function numberText(table: Table, column: NumberedColumn, runtime: Runtime): string {
  const parts = partsOf(column.autoNumberFormat)
  if (parts === undefined) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `The auto-number format of ${table.logicalName}.${column.logicalName} is none: '${column.autoNumberFormat}' takes text, {SEQNUM:n}, {RANDSTRING:1-6} and {DATETIMEUTC:pattern}.`,
    )
  }
  return parts.map((part) => partText(part, table, column, runtime)).join('')
}

function partText(
  part: FormatPart,
  table: Table,
  column: NumberedColumn,
  { numbers, clock }: Runtime,
): string {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'sequence':
      return String(numbers.next(sequenceOf(table, column))).padStart(part.length, '0')
    case 'random':
      return Array.from({ length: part.length }, () =>
        RANDOM_CHARACTERS.charAt(numbers.random(RANDOM_CHARACTERS.length)),
      ).join('')
    case 'time':
      return dateByPattern(clock.now(), part.pattern)
    default:
      return part satisfies never
  }
}

type FormatPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'sequence'; readonly length: number }
  | { readonly kind: 'random'; readonly length: number }
  | { readonly kind: 'time'; readonly pattern: string }

const known = new Map<string, readonly FormatPart[] | undefined>()

/** undefined: this is no format. */
function partsOf(format: string): readonly FormatPart[] | undefined {
  if (!known.has(format)) known.set(format, readFormat(format))
  return known.get(format)
}

function readFormat(format: string): readonly FormatPart[] | undefined {
  const parts: FormatPart[] = []
  for (const piece of format.split(/(\{[^{}]*\})/)) {
    if (piece === '') continue
    const part = piece.startsWith('{') ? readToken(piece) : readText(piece)
    if (part === undefined) return undefined
    parts.push(part)
  }
  return parts
}

function readText(text: string): FormatPart | undefined {
  return /[{}]/.test(text) ? undefined : { kind: 'text', text }
}

/** A sequence number of more digits than this is no 64-bit integer. */
const MOST_DIGITS = 19

function readToken(token: string): FormatPart | undefined {
  const [, name, parameter = ''] = /^\{([A-Z]+):(.+)\}$/.exec(token) ?? []
  const length = /^\d{1,2}$/.test(parameter) ? Number(parameter) : Number.NaN
  if (name === 'SEQNUM') {
    return length <= MOST_DIGITS ? { kind: 'sequence', length } : undefined
  }
  if (name === 'RANDSTRING') {
    return length >= 1 && length <= 6 ? { kind: 'random', length } : undefined
  }
  return name === 'DATETIMEUTC' ? { kind: 'time', pattern: parameter } : undefined
}

/** What the messages about seeds name: one sequence of numbers. */
export interface SequenceParameters {
  readonly EntityName: string
  readonly AttributeName: string
}

/** The sequence a request names. @throws TABLE_UNKNOWN, COLUMN_UNKNOWN, INVALID_ARGUMENT for a column without one */
export function sequenceNamed(
  catalog: Catalog,
  { EntityName, AttributeName }: SequenceParameters,
): string {
  const table = catalog.table(EntityName)
  const column = columnOf(table, AttributeName)
  if (isNumbered(column)) return sequenceOf(table, column)
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `${EntityName}.${AttributeName} is no auto-number column: it has no AutoNumberFormat.`,
  )
}

function sequenceOf(table: Table, column: TextColumn): string {
  return `${table.logicalName}.${column.logicalName}`
}
