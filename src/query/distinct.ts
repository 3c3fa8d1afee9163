import { accessTo } from './access.ts'
import { compareGuids } from './collation.ts'
import { readColumn } from './column-reader.ts'
import type { Frame, Place } from './filter.ts'
import { FirstRows } from './first-rows.ts'
import { comparableOf, keyPart, type Comparable } from './operand.ts'
import { pageSize, total, type PageParts } from './page-parts.ts'
import type { ResultProperty } from './project.ts'
import type { Page } from './query.ts'
import { plain, type SortKey } from './sort-key.ts'

/**
 * A page of rows that differ in at least one chosen column; paged by number only. Rows that the orders leave
 * equal are sorted by the chosen columns, so that the pages of one query fit together.
 */
export function distinctRows(
  parts: PageParts & { readonly properties: readonly ResultProperty[] },
): Page {
  const { query, program, evaluation, properties, keys, project } = parts
  const { limits } = evaluation
  const { page } = query
  const size = pageSize(query, program.table, limits)
  const skipped = page === undefined ? 0 : (page.number - 1) * size
  const chosen = properties.map((property) => chosenKey(property, parts))
  const seen = new Map<string, Frame>()
  program.run(accessTo(program.table, query, evaluation).rows(), (frame) => {
    const key = chosen.map(({ read }) => keyPart(read(frame))).join('')
    const known = seen.get(key)
    if (known === undefined || isEarlier(frame, known, program.places)) seen.set(key, frame.slice())
    return true
  })

  const first = new FirstRows([...keys, ...chosen], { skipped, count: size + 1 })
  for (const frame of seen.values()) first.add(frame)
  const entries = first.sorted()
  return {
    rows: entries.slice(0, size).map(({ frame }) => project(frame)),
    moreRows: query.top === undefined && entries.length > size,
    ...total(query, seen.size, limits.rowsCounted),
  }
}

/** A chosen column's values as conditions compare them. */
function chosenKey({ place, column }: ResultProperty, { evaluation }: PageParts): SortKey {
  const { column: definition, read } = readColumn(place.table, column, evaluation)
  const comparable = comparableOf(definition, evaluation)
  const value = (frame: Frame): Comparable | null => {
    const row = frame[place.slot]
    return row === undefined ? null : comparable(read(row))
  }
  return {
    slot: place.slot,
    column,
    descending: false,
    isPlain: false,
    isIndexed: false,
    read: value,
    compare: plain,
    // Pages of distinct rows have no cookie.
    print: () => null,
    parse: () => undefined,
  }
}

/**
 * Whether the rows of a frame have smaller keys than another's. Of texts that are equal and yet written
 * differently the earlier row's is shown, whichever came first.
 */
export function isEarlier(frame: Frame, other: Frame, places: readonly Place[]): boolean {
  for (const { slot, table } of places) {
    const own = frame[slot]?.[table.primaryId]
    const others = other[slot]?.[table.primaryId]
    if (typeof own !== 'string' || typeof others !== 'string') continue
    const order = compareGuids(own, others)
    if (order !== 0) return order < 0
  }
  return false
}
