import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname } from 'node:path'
import type { SavedOrganization } from '../../emulator/saved-organization.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { GlobalChoice } from '../../metadata/global-choice.ts'
import type { TableDefinition } from '../../metadata/table-definition.ts'
import type { Value, Values } from '../../rows/value.ts'

/** What a file holds: rows, and the tables that were changed while the organization ran. */
export interface OrganizationData extends SavedOrganization {
  readonly tables: readonly TableDefinition[]
  /** Logical names of those that were deleted while it ran. */
  readonly removed: readonly string[]
  /** Global choices that were made while it ran. */
  readonly choices: readonly GlobalChoice[]
}

const FORMAT = 'dataverse-handlers organization'
const VERSION = 1

/** A line of the file is about one thing, so that it is written and read in pieces. */
type Line =
  | { readonly format: string; readonly version: number; readonly savedOn: string }
  | { readonly definition: TableDefinition }
  | { readonly removed: string }
  | { readonly choice: GlobalChoice }
  | { readonly sequence: SavedOrganization['sequences'][number] }
  | { readonly followed: string; readonly since: bigint }
  | { readonly table: string; readonly rows: number }
  | { readonly row: Values }

/**
 * Writes all of it beside the file and then puts it in its place: whatever happens in between, the file is
 * either the old one or the new one. @throws DATA_UNWRITABLE
 */
export function writeDataFile(path: string, data: OrganizationData, savedOn: Date): void {
  const beside = `${path}.${process.pid}.tmp`
  try {
    const file = openSync(beside, 'w')
    try {
      for (const piece of inPieces(linesOf(data, savedOn))) writeFileSync(file, piece)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  } catch (cause) {
    rmSync(beside, { force: true })
    throw unwritable(path, cause)
  }
}

function unwritable(path: string, cause: unknown): DataverseError {
  return new DataverseError(
    'DATA_UNWRITABLE',
    `The organization cannot be saved in ${path}; what was saved before is as it was. ${reasonOf(cause)}`,
    { cause },
  )
}

/**
 * Before an organization runs for long that could not be saved in the end.
 * @throws DATA_UNWRITABLE for a folder that is not there, or may not be written to
 */
export function assertWritable(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK)
  } catch (cause) {
    throw unwritable(path, cause)
  }
}

/** undefined: there is no such file yet. @throws DATA_INVALID naming file and line */
export function readDataFile(path: string): OrganizationData | undefined {
  if (!existsSync(path)) return undefined
  const reading = new Reading(basename(path))
  reading
    .lines(() => readFileSync(path, 'utf8'))
    .forEach((line, index) => {
      if (line !== '') reading.line(line, index + 1)
    })
  return reading.result
}

function* linesOf(
  { tables, removed, choices, sequences, followed, rows }: OrganizationData,
  savedOn: Date,
): Generator<Line> {
  yield { format: FORMAT, version: VERSION, savedOn: savedOn.toISOString() }
  for (const definition of tables) yield { definition }
  for (const name of removed) yield { removed: name }
  for (const choice of choices) yield { choice }
  for (const sequence of sequences) yield { sequence }
  for (const [table, since] of followed) yield { followed: table, since }
  for (const [table, values] of rows) {
    yield { table, rows: values.length }
    for (const row of values) yield { row: withoutEmpty(row) }
  }
}

/** Empty columns are most of a row. */
function withoutEmpty(row: Values): Values {
  const kept: Record<string, Value> = {}
  for (const [name, value] of Object.entries(row)) {
    if (value !== null && value !== undefined) kept[name] = value
  }
  return kept
}

const PIECE = 1 << 20

function* inPieces(lines: Iterable<Line>): Generator<string> {
  let piece = ''
  for (const line of lines) {
    piece += `${JSON.stringify(line, written)}\n`
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  yield piece
}

/** What JSON has no form for is an object of one member that no value has. */
function written(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { $bigint: String(value) }
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') }
  return value
}

function read(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('$bigint' in value) return BigInt(String(value.$bigint))
  if ('$bytes' in value) return new Uint8Array(Buffer.from(String(value.$bytes), 'base64'))
  return value
}

class Reading {
  readonly #file: string
  readonly #tables: TableDefinition[] = []
  readonly #removed: string[] = []
  readonly #choices: GlobalChoice[] = []
  readonly #sequences: SavedOrganization['sequences'][number][] = []
  readonly #followed = new Map<string, bigint>()
  readonly #rows = new Map<string, Values[]>()
  #isOurs = false
  #current: { readonly values: Values[]; readonly count: number; readonly name: string } | undefined

  constructor(file: string) {
    this.#file = file
  }

  /** The lines of the file. @throws DATA_INVALID for what is no file, or one that may not be read */
  lines(readAll: () => string): readonly string[] {
    try {
      return readAll().split('\n')
    } catch (cause) {
      throw this.#invalid(reasonOf(cause), cause)
    }
  }

  line(text: string, number: number): void {
    let line: unknown
    try {
      line = JSON.parse(text, read)
    } catch (cause) {
      throw this.#invalid(`line ${number} cannot be read: ${reasonOf(cause)}`, cause)
    }
    if (!this.#isOurs) this.#begin(line)
    else if (!isLine(line)) throw this.#invalid(`line ${number} says nothing that is known.`)
    else if ('row' in line) this.#row(line.row, number)
    else if ('table' in line) this.#table(line.table, line.rows)
    else if ('definition' in line) this.#tables.push(line.definition)
    else if ('removed' in line) this.#removed.push(line.removed)
    else if ('choice' in line) this.#choices.push(line.choice)
    else if ('sequence' in line) this.#sequences.push(line.sequence)
    else if ('followed' in line) this.#followed.set(line.followed, line.since)
  }

  /** @throws DATA_INVALID where the file is not whole */
  get result(): OrganizationData {
    if (!this.#isOurs) throw this.#invalid('it is empty.')
    this.#assertWhole()
    return {
      tables: this.#tables,
      removed: this.#removed,
      choices: this.#choices,
      sequences: this.#sequences,
      followed: this.#followed,
      rows: this.#rows,
    }
  }

  #begin(line: unknown): void {
    if (!isObject(line) || line['format'] !== FORMAT) {
      throw this.#invalid('it is not a file that --data has written.')
    }
    if (line['version'] !== VERSION) {
      throw this.#invalid(
        `it is of version ${String(line['version'])}; this program reads version ${VERSION}.`,
      )
    }
    this.#isOurs = true
  }

  #table(name: string, count: number): void {
    this.#assertWhole()
    const values: Values[] = []
    this.#rows.set(name, values)
    this.#current = { values, count, name }
  }

  #row(row: Values, number: number): void {
    if (this.#current === undefined) throw this.#invalid(`line ${number} is a row of no table.`)
    this.#current.values.push(row)
  }

  #assertWhole(): void {
    const { values, count, name } = this.#current ?? { values: [], count: 0, name: '' }
    if (values.length === count) return
    throw this.#invalid(`it holds ${values.length} of ${count} rows of ${name}.`)
  }

  #invalid(reason: string, cause?: unknown): DataverseError {
    return new DataverseError('DATA_INVALID', `${this.#file} cannot be opened: ${reason}`, {
      ...(cause !== undefined && { cause }),
    })
  }
}

type BodyLine = Exclude<Line, { readonly format: string }>

/** Whether it has the form of a line; what a definition or a row holds is the business of those who take it. */
function isLine(line: unknown): line is BodyLine {
  if (!isObject(line)) return false
  const { row, table, rows, definition, removed, choice, sequence, followed, since } = line
  return (
    isObject(row) ||
    (typeof table === 'string' && Number.isInteger(rows)) ||
    (isObject(definition) && typeof definition['logicalName'] === 'string') ||
    typeof removed === 'string' ||
    (isObject(choice) && typeof choice['name'] === 'string') ||
    isObject(sequence) ||
    (typeof followed === 'string' && typeof since === 'bigint')
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
