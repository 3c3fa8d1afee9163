import type { Column } from './column.ts'
import { isStored, type Table } from './table.ts'

/**
 * Whether the changes of a column are told where its table is audited. Columns that support auditing are, as long
 * as nobody switches it off; reference pages do not tell.
 * https://learn.microsoft.com/power-apps/developer/data-platform/auditing/overview
 */
export function isAuditedColumn({ primaryId }: Table, column: Column): boolean {
  if (column.isAuditEnabled !== undefined) return column.isAuditEnabled
  // Unverified: that these are the columns of a page that support it; definitions of organizations switch off
  // what the platform alone writes, and keys, by themselves.
  return (
    (column.validForCreate || column.validForUpdate) &&
    isStored(column) &&
    column.type !== 'File' &&
    column.type !== 'Image' &&
    column.attributeOf === undefined &&
    column.logicalName !== primaryId &&
    !TIME_ZONE_COLUMNS.has(column.logicalName)
  )
}

const TIME_ZONE_COLUMNS: ReadonlySet<string> = new Set([
  'timezoneruleversionnumber',
  'utcconversiontimezonecode',
])
