import { isLookup, type Column } from '../metadata/column.ts'
import { FILE_ATTACHMENTS, imageCompanions } from '../metadata/content-companions.ts'
import type { Table } from '../metadata/table.ts'
import { isRowRef, type Row } from '../rows/value.ts'
import type { SchemaFacts } from './facts.ts'

/** What becomes of a row that refers to a row of a table that goes. */
export type LeftRow =
  | { readonly kind: 'remove'; readonly table: Table; readonly row: Row }
  | {
      readonly kind: 'clear'
      readonly table: Table
      readonly row: Row
      readonly columns: readonly string[]
    }

/**
 * The rows of other tables that refer to rows of this one: notes, jobs, shares. What goes with a deleted row goes,
 * the others lose their reference. No step runs.
 * Unverified: what the platform leaves behind of a deleted table.
 */
export function leftRows(tableName: string, facts: SchemaFacts): readonly LeftRow[] {
  const { catalog } = facts
  const gone = catalog.table(tableName)
  const images = [...gone.columns.values()].filter(({ type }) => type === 'Image')
  const referring = catalog.names.flatMap((name) => {
    if (name === tableName) return []
    const table = catalog.table(name)
    return name === 'principalobjectaccess'
      ? sharesOf(tableName, table, facts)
      : referrersOf(tableName, table, facts)
  })
  // What is in its file columns refers to its rows.
  return [...referring, ...leftFiles(gone, images, facts)]
}

/** What file and image columns hold: of a file it refers to the row, of an image to the image. */
export function leftFiles(
  table: Table,
  columns: readonly Column[],
  facts: SchemaFacts,
): readonly LeftRow[] {
  const attachments = facts.catalog.find(FILE_ATTACHMENTS)
  const held = columns.filter(({ type }) => type === 'File' || type === 'Image')
  if (attachments === undefined || held.length === 0) return []
  const owners = new Set<unknown>()
  for (const row of facts.rows(table)) {
    for (const { type, logicalName } of held) {
      owners.add(row[type === 'File' ? table.primaryId : imageCompanions(logicalName).id])
    }
  }
  const names = new Set<unknown>(held.map(({ logicalName }) => logicalName))
  return [...facts.rows(attachments)]
    .filter((row) => {
      const owner = row['objectid']
      return isRowRef(owner) && owners.has(owner.id) && names.has(row['regardingfieldname'])
    })
    .map((row) => ({ kind: 'remove', table: attachments, row }))
}

function sharesOf(tableName: string, table: Table, facts: SchemaFacts): readonly LeftRow[] {
  return [...facts.rows(table)]
    .filter((row) => row['objecttypecode'] === tableName)
    .map((row) => ({ kind: 'remove', table, row }))
}

function referrersOf(tableName: string, table: Table, facts: SchemaFacts): readonly LeftRow[] {
  const lookups = [...table.columns.values()].filter(
    (column) =>
      isLookup(column) && (column.targets.length === 0 || column.targets.includes(tableName)),
  )
  if (lookups.length === 0) return []
  const goesAlong = new Set(
    table.manyToOne
      .filter((each) => each.referencedTable === tableName && each.cascade?.delete === 'Cascade')
      .map(({ referencingColumn }) => referencingColumn),
  )
  const left: LeftRow[] = []
  for (const row of facts.rows(table)) {
    const columns = lookups
      .map(({ logicalName }) => logicalName)
      .filter((column) => {
        const value = row[column]
        return isRowRef(value) && value.table === tableName
      })
    if (columns.length === 0) continue
    left.push(
      columns.some((column) => goesAlong.has(column))
        ? { kind: 'remove', table, row }
        : { kind: 'clear', table, row, columns },
    )
  }
  return left
}
