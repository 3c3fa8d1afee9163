import { DataverseError } from '../errors/dataverse-error.ts'
import type { Catalog } from '../metadata/catalog.ts'
import type { Table } from '../metadata/table.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import { isRowRef, type Row, type RowRef } from '../rows/value.ts'
import type { Reader } from '../store/store.ts'

/** The rows that say who may do what, as one operation sees them: whole, whoever asks. */
export class World {
  readonly catalog: Catalog
  readonly #reader: Reader

  constructor(catalog: Catalog, reader: Reader) {
    this.catalog = catalog
    this.#reader = reader
  }

  get(table: Table, id: string): Row | undefined {
    return present(this.#reader.get(table, id))
  }

  row({ table, id }: RowRef): Row | undefined {
    return this.get(this.catalog.table(table), id)
  }

  /** The rows of an intersect table, or with a lookup, that point at one row. */
  related(table: string, column: string, id: string): readonly Row[] {
    return present(this.#reader.related(this.catalog.table(table), column, id))
  }

  /** The row that joins two, of an intersect table or the table of shares. */
  joining(table: string, ids: Readonly<Record<string, string>>): Row | undefined {
    const known = this.catalog.table(table)
    return present(this.#reader.byKey(known, known.intersectColumns, ids))
  }

  /** The business unit of a user or team; undefined where there is no such row. */
  unitOf(principal: RowRef): string | undefined {
    return idIn(this.row(principal), 'businessunitid')
  }

  /** Whether a business unit is somewhere below another one. */
  isBelow(unit: string, upper: string): boolean {
    const seen = new Set<string>()
    let above = this.#parentUnit(unit)
    while (above !== undefined && !seen.has(above)) {
      if (above === upper) return true
      seen.add(above)
      above = this.#parentUnit(above)
    }
    return false
  }

  #parentUnit(unit: string): string | undefined {
    return idIn(this.row({ table: 'businessunit', id: unit }), 'parentbusinessunitid')
  }
}

/** The id in a lookup, or in a column that is an id itself. */
export function idIn(row: Row | undefined, column: string): string | undefined {
  const value = row?.[column]
  if (typeof value === 'string') return value
  return isRowRef(value) ? value.id : undefined
}

/** Rows are looked at in the middle of a query, which does not wait. */
function present<T>(value: Awaitable<T>): T {
  if (!isPromise(value)) return value
  throw new DataverseError(
    'NOT_SUPPORTED',
    'Access is enforced over stores that answer at once only.',
  )
}
