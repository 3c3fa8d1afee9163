import { isLookup, type Column } from '../../metadata/column.ts'
import { isPromise } from '../../rows/awaitable.ts'
import { isRowRef, type Row } from '../../rows/value.ts'
import { currencyOf } from '../../messages/columns/formatted-rows.ts'
import type { ServedOrganization } from '../organization.ts'
import type { Scope } from '../scope.ts'
import type { Currency, Formats } from '../../messages/columns/formatted-value.ts'

/** Rows with the columns of them that will be shown. */
export interface Shown {
  readonly rows: readonly Row[]
  readonly columns: readonly Column[]
}

/** What the formatted values of these rows need to know of other rows: each is looked at once. */
export async function gatherFormats(
  { catalog, timeZone, served }: Scope,
  shown: readonly Shown[],
): Promise<Formats> {
  const names = new Map<string, string>()
  const currencies = new Map<string, Currency>()
  const tables = new Map<string, string>()
  for (const { rows, columns } of shown) {
    for (const column of columns) {
      if (!isLookup(column)) continue
      for (const row of rows) {
        const ref = row[column.logicalName]
        if (isRowRef(ref)) tables.set(ref.id, ref.table)
      }
    }
  }
  for (const [id, table] of tables) {
    const target = catalog.find(table)
    if (target === undefined) continue
    const found = peek(served, table, id)
    const row = isPromise(found) ? await found : found
    if (row === undefined) continue
    const name = target.primaryName
    const text = name === undefined ? undefined : row[name]
    if (typeof text === 'string') names.set(id, text)
    if (table === 'transactioncurrency') currencies.set(id, currencyOf(row))
  }
  const baseCurrency = served.baseCurrency?.()
  return { catalog, names, currencies, baseCurrency, ...(served.dateFormats?.() ?? { timeZone }) }
}

/** A row that is gone, or that the caller may not see, has no name. */
function peek(org: ServedOrganization, table: string, id: string) {
  if (org.peek !== undefined) return org.peek(table, id)
  return org.retrieve(table, id).then(
    (row: Row) => row,
    () => undefined,
  )
}
