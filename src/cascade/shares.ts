import type { Catalog } from '../metadata/catalog.ts'
import type { Table } from '../metadata/table.ts'
import type { Awaitable } from '../rows/awaitable.ts'
import type { Row } from '../rows/value.ts'
import type { Reader } from '../store/store.ts'

/** Rights on a row by sharing: its own, and those that came down from rows it belongs to. */
export interface Masks {
  readonly own: number
  readonly inherited: number
}

/** Where shares are looked up. */
export interface ShareReader {
  readonly catalog: Catalog
  readonly reader: Reader
}

const SHARES = 'principalobjectaccess'

/** One row for each row that is shared and each user or team it is shared with. */
export function sharesTable(catalog: Catalog): Table {
  return catalog.table(SHARES)
}

/** The two columns that say which share a row is. */
const SHARE_KEY = ['objectid', 'principalid']

export function shareOf(
  { catalog, reader }: ShareReader,
  id: string,
  principal: string,
): Awaitable<Row | undefined> {
  return reader.byKey(sharesTable(catalog), SHARE_KEY, { objectid: id, principalid: principal })
}

/** Every share of a row, in the order they were made. */
export function sharesOf({ catalog, reader }: ShareReader, id: string): Awaitable<readonly Row[]> {
  return reader.related(sharesTable(catalog), 'objectid', id)
}

export function masksIn(share: Row | undefined): Masks {
  return {
    own: maskIn(share?.['accessrightsmask']),
    inherited: maskIn(share?.['inheritedaccessrightsmask']),
  }
}

function maskIn(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
