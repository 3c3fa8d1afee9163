import type { Table } from '../metadata/table.ts'
import type { Row, RowRef } from '../rows/value.ts'
import type { AnyOperation } from './operation.ts'
import type { PrivilegeDepth } from './privilege-depths.ts'
import type { Caller } from './runtime.ts'

/**
 * Who may do what, where an organization enforces it. It answers at once: what it reads, it reads from stores
 * that do. https://learn.microsoft.com/power-platform/admin/how-record-access-determined
 */
export interface Access {
  /**
   * Before anything is done: whether the caller may act for the user named, where that is somebody else.
   * @throws IMPERSONATION_DENIED
   */
  checkCaller(caller: Caller): void
  /** Before PreValidation: whether the caller may leave out the steps the request asks to. @throws ACCESS_DENIED */
  checkBypass(operation: AnyOperation): void
  /**
   * After PreValidation: whether the caller may do what the operation is about to. What the platform does itself
   * (cascades, the Update an Assign stands for) is not asked.
   * @throws ACCESS_DENIED, ROW_ACCESS_DENIED, OWNER_PRIVILEGE_MISSING, COLUMN_CREATE_DENIED, COLUMN_UPDATE_DENIED, COLUMN_READ_DENIED
   */
  check(operation: AnyOperation): void
  /** What a query of the operation shows of the rows of its tables. */
  sight(operation: AnyOperation): AccessSight
  /** Rows without what secured columns keep from the caller; undefined: they keep nothing. */
  masked(operation: AnyOperation, table: Table): ((row: Row) => Row) | undefined
  /** The mask of what a user or team may do with a row, whatever gives the right. */
  rightsOn(operation: AnyOperation, principal: RowRef, table: Table, row: Row): number
  /** @throws INVALID_ARGUMENT for one that does not exist */
  privilege(named: {
    readonly id?: string | undefined
    readonly name?: string | undefined
  }): Privilege
  /** What a user holds by own roles and those of teams, each in its widest depth. */
  privilegesOf(operation: AnyOperation, userId: string): readonly HeldPrivilege[]
  privilegesOfRole(operation: AnyOperation, roleId: string): readonly HeldPrivilege[]
}

/** Rows as one caller sees them. */
export interface AccessSight {
  /** What is shown of a row, undefined where nothing is; undefined itself: every row is shown as it is. */
  of(table: Table): ((row: Row) => Row | undefined) | undefined
}

/** One thing that can be allowed. */
export interface Privilege {
  readonly id: string
  readonly name: string
  /** One of `ACCESS_RIGHTS`; 0 for what is no right on rows. */
  readonly right: number
  /** In which depths it can be given. */
  readonly depths: readonly PrivilegeDepth[]
}

export interface HeldPrivilege {
  readonly privilege: Privilege
  readonly depth: PrivilegeDepth
  readonly businessUnitId: string
}
