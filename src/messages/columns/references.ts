import type { Table } from '../../metadata/table.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../../rows/awaitable.ts'
import { isRowRef, type Value } from '../../rows/value.ts'
import { rowNotFound } from '../not-found.ts'

type AnyOperation = Operation<unknown, unknown>

/**
 * Every row that `values` point at through `columns` must exist when they are stored; it may go later.
 * @throws ROW_NOT_FOUND naming the missing row, TABLE_UNKNOWN for a table nobody defined.
 */
export function assertReferences(
  operation: AnyOperation,
  columns: readonly string[],
  values: Readonly<Record<string, Value | undefined>>,
): Awaitable<void> {
  for (let i = 0; i < columns.length; i++) {
    const name = columns[i]
    const ref = name === undefined ? undefined : values[name]
    if (!isRowRef(ref)) continue
    const found = operation.reader.get(operation.runtime.catalog.table(ref.table), ref.id)
    if (isPromise(found)) {
      return found.then((row) => {
        if (row === undefined) throw rowNotFound(ref.table, ref.id)
        return assertReferences(operation, columns.slice(i + 1), values)
      })
    }
    if (found === undefined) throw rowNotFound(ref.table, ref.id)
  }
  return undefined
}

/** `sent`, and lookups that no client may send but a step has set. */
export function lookupsSet(
  { stepWrites, subject }: AnyOperation,
  sent: readonly string[],
): readonly string[] {
  if (stepWrites === undefined) return sent
  const more = subject.lookupColumns.filter(
    (name) => name !== 'ownerid' && stepWrites.has(name) && !sent.includes(name),
  )
  return more.length === 0 ? sent : [...sent, ...more]
}

/** Lookup columns whose values come from clients or steps; the platform's own need no look. */
export function checkedLookups(table: Table): readonly string[] {
  return table.lookupColumns.filter((name) => {
    const column = table.columns.get(name)
    return (
      name !== 'ownerid' && column !== undefined && (column.validForCreate || column.validForUpdate)
    )
  })
}
