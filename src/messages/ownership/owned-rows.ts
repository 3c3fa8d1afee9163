import { deleteRules } from '../../cascade/delete-rules.ts'
import { hasOwners, type Table } from '../../metadata/table.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { andThen, inTurn, type Awaitable } from '../../rows/awaitable.ts'
import type { Row, RowRef } from '../../rows/value.ts'

export interface OwnedRows {
  readonly table: Table
  readonly rows: readonly Row[]
}

/** The rows a user or team owns, by table. */
export function ownedRows(
  { runtime, reader }: AnyOperation,
  owner: RowRef,
): Awaitable<readonly OwnedRows[]> {
  const { catalog } = runtime
  const owned: OwnedRows[] = []
  const done = inTurn(catalog.names, (name) => {
    const table = catalog.find(name)
    if (table === undefined || !hasOwners(table)) return undefined
    return andThen(reader.related(table, 'ownerid', owner.id), (rows) => {
      if (rows.length > 0) owned.push({ table, rows })
    })
  })
  return andThen(done, () => owned)
}

/** Those of them that would be left behind: the others are deleted together with their owner. */
export function rowsLeftBy(
  operation: AnyOperation,
  owner: RowRef,
): Awaitable<readonly OwnedRows[]> {
  const { catalog } = operation.runtime
  const goWithOwner = new Set(
    deleteRules(catalog.table(owner.table), catalog)
      .rules.filter((rule) => rule.column === 'ownerid' && rule.type === 'Cascade')
      .map((rule) => rule.table),
  )
  return andThen(ownedRows(operation, owner), (owned) =>
    owned.filter(({ table }) => !goWithOwner.has(table)),
  )
}
