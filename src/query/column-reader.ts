import { DataverseError } from '../errors/dataverse-error.ts'
import { columnOf } from '../metadata/catalog.ts'
import { isLookup, type Column, type LabelsByLanguage } from '../metadata/column.ts'
import { perTable, type Table } from '../metadata/table.ts'
import { isRowRef, type Row, type Value } from '../rows/value.ts'
import { familyOf } from './column-family.ts'
import type { QueryContext } from './context.ts'
import type { Evaluation } from './evaluation.ts'
import type { RowSource } from './row-source.ts'
import { writeReader, type WrittenReader } from './written-reader.ts'

/** A column as a query sees it: what it is and how its value is read. */
export interface ReadColumn {
  readonly column: Column
  /** Rows hold it under its own name, so the value need not be computed. */
  readonly isStored: boolean
  readonly read: (row: Row) => Value
  /** Of a stored column: functions that read it faster, made when they are first asked for. */
  readonly written?: () => WrittenReader
}

/**
 * The column of that name. Companions are computed: `primarycontactidname` is the primary name of the row a
 * lookup points at, `statecodename` the label of a choice, `owneridtype` the table a lookup points at.
 * @throws COLUMN_UNKNOWN; NOT_SUPPORTED for columns that hold nothing a query could look at
 */
export function readColumn(
  table: Table,
  name: string,
  evaluation: Pick<Evaluation, 'source' | 'context'>,
): ReadColumn {
  const stored = storedReaders(table)
  const known = stored.get(name)
  if (known !== undefined) return known
  const made = makeReader(table, name, evaluation)
  // How a companion is read depends on where the rows are; how a stored column is read does not.
  if (made.isStored) stored.set(name, made)
  return made
}

const storedReaders = perTable(() => new Map<string, ReadColumn>())

function makeReader(
  table: Table,
  name: string,
  evaluation: Pick<Evaluation, 'source' | 'context'>,
): ReadColumn {
  const own = table.columns.get(name)
  const base = baseColumn(table, name, own)
  if (base !== undefined) {
    const read = companionOf(base, name, evaluation)
    if (read !== undefined) {
      const column = own === undefined || own.type === 'Virtual' ? companionColumn(name) : own
      return { column, isStored: false, read }
    }
  }
  const column = own ?? columnOf(table, name)
  if (familyOf(column) === 'none') {
    throw new DataverseError(
      'NOT_SUPPORTED',
      `Queries over '${name}' of ${table.logicalName}, a ${column.type} column, are not evaluated.`,
    )
  }
  let written: WrittenReader | undefined
  return {
    column,
    isStored: true,
    read: (row) => row[name] ?? null,
    written: () => (written ??= writeReader(name)),
  }
}

/** The column `name` is a companion of: as the metadata says, or by its ending where the metadata leaves it out. */
function baseColumn(table: Table, name: string, own: Column | undefined): Column | undefined {
  if (own?.attributeOf !== undefined) return table.columns.get(own.attributeOf)
  if (own !== undefined && own.type !== 'Virtual') return undefined
  if (name.endsWith('name')) return table.columns.get(name.slice(0, -'name'.length))
  const lookup = name.endsWith('type')
    ? table.columns.get(name.slice(0, -'type'.length))
    : undefined
  return lookup !== undefined && leadsToSeveral(lookup) ? lookup : undefined
}

function leadsToSeveral(column: Column): boolean {
  return isLookup(column) && (column.type !== 'Lookup' || column.targets.length > 1)
}

function companionOf(
  base: Column,
  name: string,
  { source, context }: Pick<Evaluation, 'source' | 'context'>,
): ((row: Row) => Value) | undefined {
  const { logicalName } = base
  if (isLookup(base)) {
    // Unverified: what a yomi name shows where the row has none; nothing here, as Retrieve does.
    if (name.endsWith('yominame')) return () => null
    if (name.endsWith('name')) return (row) => nameOf(row[logicalName], source)
    if (name.endsWith('type')) {
      return (row) => {
        const value = row[logicalName]
        return isRowRef(value) ? value.table : null
      }
    }
    return undefined
  }
  if (!name.endsWith('name')) return undefined
  const label = labelOf(base, context)
  return label === undefined ? undefined : (row) => label(row[logicalName] ?? null)
}

/** Primary name of the row a lookup points at; null where there is none. */
export function nameOf(value: Value | undefined, source: RowSource): string | null {
  if (!isRowRef(value)) return null
  const table = source.table(value.table)
  if (table.primaryName === undefined) return null
  // Names are shown to whoever sees the lookup.
  const name = (source.whole ?? source).get(table, value.id)?.[table.primaryName]
  return typeof name === 'string' ? name : null
}

/**
 * The label of a choice's value, or undefined where the column has no labels; in the caller's language, where the
 * metadata tells labels in several. Unverified: in the base language where that language has none.
 */
export function labelOf(
  column: Column,
  context: Pick<QueryContext, 'languageCode'>,
): ((value: Value) => string | null) | undefined {
  if (column.type === 'Boolean') {
    const trueLabel = labelIn(context, column.trueLabels) ?? column.trueLabel ?? 'Yes'
    const falseLabel = labelIn(context, column.falseLabels) ?? column.falseLabel ?? 'No'
    return (value) => (typeof value === 'boolean' ? (value ? trueLabel : falseLabel) : null)
  }
  if (column.type !== 'Picklist' && column.type !== 'State' && column.type !== 'Status')
    return undefined
  const labels = new Map(
    column.options.map(({ value, label, labels: told }) => [
      value,
      labelIn(context, told) ?? label ?? null,
    ]),
  )
  return (value) => (typeof value === 'number' ? (labels.get(value) ?? null) : null)
}

/** The language is asked for only where it matters: to know it a row of settings is read. */
function labelIn(
  context: Pick<QueryContext, 'languageCode'>,
  labels: LabelsByLanguage | undefined,
): string | undefined {
  return labels?.[String(context.languageCode)]
}

function companionColumn(logicalName: string): Column {
  const shared = {
    logicalName,
    schemaName: logicalName,
    requiredLevel: 'None',
    validForRead: true,
    validForCreate: false,
    validForUpdate: false,
  } as const
  return logicalName.endsWith('type')
    ? { ...shared, type: 'EntityName' }
    : { ...shared, type: 'String', maxLength: 4000 }
}
