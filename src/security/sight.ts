import type { Table } from '../metadata/table.ts'
import { ACCESS_RIGHTS } from '../pipeline/access-rights.ts'
import type { AccessSight } from '../pipeline/access.ts'
import type { Row } from '../rows/value.ts'
import type { Asking } from './asking.ts'
import { isPart, sightOfParts } from './parts.ts'
import type { Principal } from './principal.ts'
import { coversAll, reaches } from './row-access.ts'
import { deniedColumns, without } from './secured-columns.ts'

type Shown = (row: Row) => Row | undefined

/** The rows of an organization as whoever asks may see them. What it is told once holds for one query. */
export class Sight implements AccessSight {
  readonly #asking: Asking
  readonly #tables = new Map<Table, { readonly shown: Shown | undefined }>()

  constructor(asking: Asking) {
    this.#asking = asking
  }

  of(table: Table): Shown | undefined {
    let known = this.#tables.get(table)
    if (known === undefined) {
      known = { shown: shownTo(this.#asking, table) }
      this.#tables.set(table, known)
    }
    return known.shown
  }
}

function shownTo(asking: Asking, table: Table): Shown | undefined {
  const tests = asking.actors.flatMap((actor) => testOf(asking, actor, table) ?? [])
  const hidden = new Set(
    asking.actors.flatMap((actor) => [...deniedColumns(asking.world, actor, table, 'canread')]),
  )
  if (tests.length === 0 && hidden.size === 0) return undefined
  const isSeen = (row: Row) => tests.every((test) => test(row))
  if (hidden.size === 0) return (row) => (isSeen(row) ? row : undefined)
  // The same row has to be the same row each time it is found.
  const masked = new WeakMap<Row, Row>()
  return (row) => {
    if (!isSeen(row)) return undefined
    let shown = masked.get(row)
    if (shown === undefined) {
      shown = without(row, hidden)
      masked.set(row, shown)
    }
    return shown
  }
}

/** undefined: every row of the table. @throws ACCESS_DENIED where the table may not be read at all */
function testOf(
  asking: Asking,
  principal: Principal,
  table: Table,
): ((row: Row) => boolean) | undefined {
  const privilege = asking.privileges.of(table, 'Read')
  if (privilege === undefined) {
    return isPart(table) && !principal.isAdministrator
      ? sightOfParts(asking, principal, table)
      : undefined
  }
  const grants = asking.grants(principal, privilege, table)
  if (coversAll(grants, table)) return undefined
  const reach = { principal, grants, right: ACCESS_RIGHTS.ReadAccess }
  return (row) => reaches(asking.world, reach, table, row)
}
