import { accessTo } from './access.ts'
import { comparableOf, keyPart } from './operand.ts'
import { readColumn } from './column-reader.ts'

import type { Frame } from './filter.ts'
import { FirstRows } from './first-rows.ts'
import { pageSize, total, type PageParts } from './page-parts.ts'
import type { ResultProperty } from './project.ts'
import type { Page } from './query.ts'

/** A page of rows that differ in at least one chosen column; paged by number only. */
export function distinctRows(
  parts: PageParts & { readonly properties: readonly ResultProperty[] },
): Page {
  const { query, program, evaluation, properties, keys, project } = parts
  const { limits } = evaluation
  const { page } = query
  const size = pageSize(query, program.table, limits)
  const skipped = page === undefined ? 0 : (page.number - 1) * size
  const keyOf = distinctKey(properties, parts)
  const seen = new Set<string>()
  const first = new FirstRows(keys, skipped + size + 1)
  program.run(accessTo(program.table, query, evaluation).rows(), (frame) => {
    const key = keyOf(frame)
    if (seen.has(key)) return true
    seen.add(key)
    first.add(frame)
    return true
  })

  const entries = first.sorted()
  return {
    rows: entries.slice(skipped, skipped + size).map(({ frame }) => project(frame)),
    moreRows: query.top === undefined && entries.length > skipped + size,
    ...total(query, seen.size, limits.rowsCounted),
  }
}

/** What rows that are alike have in common: the chosen values as conditions compare them. */
function distinctKey(
  properties: readonly ResultProperty[],
  { evaluation }: PageParts,
): (frame: Frame) => string {
  const readers = properties.map(({ place, column }) => {
    const { column: definition, read } = readColumn(place.table, column, evaluation.source)
    const comparable = comparableOf(definition, evaluation)
    return (frame: Frame) => {
      const row = frame[place.slot]
      return row === undefined ? null : comparable(read(row))
    }
  })
  return (frame) => readers.map((read) => keyPart(read(frame))).join('')
}
