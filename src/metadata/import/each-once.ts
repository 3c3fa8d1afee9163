import type { Column } from '../column.ts'

/**
 * The columns, each once. A document that tells one twice in the same type repeats itself; in two types it
 * tells of two tables, and is refused.
 */
export function eachOnce(
  columns: readonly Column[],
  refusal: (second: Column, at: number) => Error,
): readonly Column[] {
  const byName = new Map<string, Column>()
  columns.forEach((column, at) => {
    const first = byName.get(column.logicalName)
    if (first === undefined) byName.set(column.logicalName, column)
    else if (first.type !== column.type) throw refusal(column, at)
  })
  return byName.size === columns.length ? columns : [...byName.values()]
}
