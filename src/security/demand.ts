import type { Table } from '../metadata/table.ts'
import type { Privilege } from '../pipeline/access.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import type { Row, RowRef } from '../rows/value.ts'
import type { Privileges, TableRight } from './privileges.ts'
import type { Permission } from './secured-columns.ts'
import type { World } from './world.ts'

/** Something an operation needs its caller to be allowed. */
export type Demand =
  | { readonly kind: 'privilege'; readonly privilege: Privilege; readonly table?: Table }
  | RightDemand
  /** That somebody who is to own rows of the table may read them. */
  | { readonly kind: 'owner'; readonly owner: RowRef; readonly table: Table }
  /** That a user who is to have rights on rows of the table holds the privileges for them, in any depth. */
  | {
      readonly kind: 'member'
      readonly user: RowRef
      readonly table: Table
      readonly rights: readonly TableRight[]
    }
  | {
      readonly kind: 'columns'
      readonly permission: Permission
      readonly table: Table
      readonly columns: Iterable<string>
    }
  /** That the caller holds a privilege in a depth as wide. */
  | { readonly kind: 'depth'; readonly privilege: Privilege; readonly depth: number }
  /** That the caller holds everything a role gives. */
  | { readonly kind: 'role'; readonly roleId: string }

export interface RightDemand {
  readonly kind: 'right'
  readonly right: TableRight
  readonly table: Table
  readonly id: string
  /** undefined: there is none, which others refuse. */
  readonly row: Row | undefined
}

/** What demands are made of: rows, and what can be allowed. */
export interface Facts {
  readonly world: World
  readonly privileges: Privileges
}

/** What requests of one message demand. */
export type MakeDemands = (operation: AnyOperation, facts: Facts) => readonly Demand[]

/** On the row the operation is about. */
export function onRow(right: TableRight): MakeDemands {
  return ({ table, id, before }, { world }) =>
    table === undefined
      ? []
      : [{ kind: 'right', right, table, id, row: before ?? world.get(table, id) }]
}

export function right(name: TableRight, table: Table, id: string, row: Row | undefined): Demand {
  return { kind: 'right', right: name, table, id, row }
}

export function onRef(name: TableRight, { table, id }: RowRef, world: World): Demand {
  const known = world.catalog.table(table)
  return right(name, known, id, world.get(known, id))
}

export function toRead(table: Table, privileges: Privileges): readonly Demand[] {
  const privilege = privileges.of(table, 'Read')
  return privilege === undefined ? [] : [{ kind: 'privilege', privilege, table }]
}
