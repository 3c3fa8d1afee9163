import type { BigIntColumn, Column, ColumnBase, PlainColumn, TextColumn } from './column.ts'
import type { OneToManyDefinition } from './relationship.ts'
import { CASCADE_ACTIONS } from './relationship.ts'
import type { TableDefinition } from './table-definition.ts'

/** Rows of this table hold what is in file columns, and full-sized images. */
export const FILE_ATTACHMENTS = 'fileattachment'

/** The column that holds the name of the file in `column`. */
export function fileNameColumn(column: string): string {
  return `${column}_name`
}

/** The columns the platform keeps beside an image: its id, when it was last set, where it is downloaded. */
export function imageCompanions(column: string) {
  return { id: `${column}id`, timestamp: `${column}_timestamp`, url: `${column}_url` } as const
}

/**
 * `columns` with those that the platform makes for every file and image column, where no document told them.
 * https://learn.microsoft.com/power-apps/developer/data-platform/file-column-data#file-name-column
 * https://learn.microsoft.com/power-apps/developer/data-platform/image-column-data#download-url
 */
export function withContentCompanions(columns: readonly Column[]): readonly Column[] {
  const made = columns.flatMap((column) =>
    column.type === 'File'
      ? [fileName(column)]
      : column.type === 'Image'
        ? imageColumns(column)
        : NONE,
  )
  if (made.length === 0) return columns
  const known = new Set(columns.map((column) => column.logicalName))
  return [...columns, ...made.filter((column) => !known.has(column.logicalName))]
}

const NONE: readonly Column[] = []

function fileName(column: Column): TextColumn {
  const of = column.logicalName
  return { ...companion(column, '_Name', of), type: 'String', maxLength: 255, format: 'Text' }
}

function imageColumns(column: Column): readonly [PlainColumn, BigIntColumn, TextColumn] {
  const { id } = imageCompanions(column.logicalName)
  return [
    { ...companion(column, 'Id', column.logicalName), type: 'Uniqueidentifier' },
    {
      ...companion(column, '_Timestamp', id),
      type: 'BigInt',
      min: -(2n ** 63n),
      max: 2n ** 63n - 1n,
    },
    { ...companion(column, '_URL', id), type: 'String', maxLength: 200, format: 'Url' },
  ]
}

function companion(column: Column, ending: string, attributeOf: string): ColumnBase {
  return {
    logicalName: `${column.logicalName}${ending.toLowerCase()}`,
    schemaName: `${column.schemaName}${ending}`,
    requiredLevel: 'None',
    validForRead: true,
    validForCreate: false,
    validForUpdate: false,
    attributeOf,
  }
}

/**
 * The relationship that a table with file columns has with their contents; undefined for other tables.
 * https://learn.microsoft.com/power-apps/developer/data-platform/file-column-data#relationship-to-fileattachment-table
 */
export function fileRelationship({
  logicalName,
  columns,
}: TableDefinition): OneToManyDefinition | undefined {
  if (!columns.some((column) => column.type === 'File')) return undefined
  const schemaName = `${logicalName}_FileAttachments`
  return {
    schemaName,
    referencedTable: logicalName,
    referencedNavigation: schemaName,
    referencingTable: FILE_ATTACHMENTS,
    referencingColumn: 'objectid',
    referencingNavigation: `objectid_${logicalName}`,
    cascade: { ...NO_CASCADE, delete: 'Cascade' },
  }
}

const NO_CASCADE = Object.fromEntries(
  CASCADE_ACTIONS.map((action) => [action, 'NoCascade'] as const),
)
