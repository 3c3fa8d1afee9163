import { DataverseError } from '../../errors/dataverse-error.ts'
import { hasOwners, type Table } from '../../metadata/table.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../../rows/awaitable.ts'
import { isRowRef, type Row, type RowRef, type Value } from '../../rows/value.ts'
import { rowNotFound } from '../not-found.ts'
import { assertUnitTakesRows, chosenUnit, keepsUnit } from './owning-unit.ts'
import { ACCESS_TEAM } from '../directory/team-rules.ts'

type Values = Record<string, Value | undefined>
type AnyOperation = Operation<unknown, unknown>

let lastUser: RowRef = Object.freeze({ table: 'systemuser', id: '' })

/** The reference to a user that platform columns hold; kept, because one user writes many rows. */
export function userRef(id: string): RowRef {
  if (lastUser.id !== id) lastUser = Object.freeze({ table: 'systemuser', id })
  return lastUser
}

/** Who acts as somebody else, or null. */
export function onBehalfOf({ caller }: AnyOperation): RowRef | null {
  const { initiatingUserId, userId } = caller
  return initiatingUserId === undefined || initiatingUserId === userId
    ? null
    : userRef(initiatingUserId)
}

/**
 * Sets the owner and what is derived from it: the owning user or team, and the business unit that one is in.
 * Absent owners become the calling user. A business unit among `values` is one that the request has chosen.
 * @throws ROW_NOT_FOUND for an owner who does not exist, ACCESS_TEAM_AS_OWNER, BUSINESS_UNIT_DISABLED
 */
export function setOwner(operation: AnyOperation, values: Values): Awaitable<void> {
  const sent = values['ownerid']
  const owner: RowRef = isRowRef(sent) ? sent : userRef(operation.caller.userId)
  const ownerTable = operation.runtime.catalog.table(owner.table)
  const found = operation.reader.get(ownerTable, owner.id)
  return isPromise(found)
    ? found.then((row) => settle(operation, values, owner, row))
    : settle(operation, values, owner, found)
}

function settle(
  operation: AnyOperation,
  values: Values,
  owner: RowRef,
  row: Row | undefined,
): Awaitable<void> {
  const unit = derive(operation, values, owner, row)
  // Who calls is somebody who may own rows; only what was chosen is looked at.
  const isCaller = owner.id === operation.caller.userId
  return isCaller && unit === undefined ? undefined : assertMayOwn(operation, row, unit)
}

const DERIVED = ['owneridtype', 'owninguser', 'owningteam', 'owningbusinessunit'] as const

/** Takes back what was derived from the owner, who is about to change. */
export function forgetOwner(values: Values): void {
  for (const name of DERIVED) delete values[name]
}

/** Whether the owner among `values` is still to be looked up. */
export function ownerIsOpen(table: Table, values: Values): boolean {
  return hasOwners(table) && !DERIVED.some((name) => name in values)
}

/** @returns the business unit that the request has chosen. */
function derive(
  operation: AnyOperation,
  values: Values,
  owner: RowRef,
  row: Row | undefined,
): RowRef | undefined {
  if (row === undefined) throw rowNotFound(owner.table, owner.id)
  const table = operation.subject
  const chosen = chosenUnit(values)
  const isUser = owner.table === 'systemuser'
  values['ownerid'] = owner
  if (table.columns.has('owneridtype')) values['owneridtype'] = owner.table
  if (table.columns.has('owninguser')) values['owninguser'] = isUser ? owner : null
  if (table.columns.has('owningteam')) values['owningteam'] = isUser ? null : owner
  if (chosen === undefined && table.columns.has('owningbusinessunit') && !keepsUnit(operation)) {
    values['owningbusinessunit'] = row['businessunitid'] ?? null
  }
  return chosen
}

/** @throws ACCESS_TEAM_AS_OWNER, BUSINESS_UNIT_DISABLED, ROW_NOT_FOUND */
function assertMayOwn(
  operation: AnyOperation,
  owner: Row | undefined,
  unit: RowRef | undefined,
): Awaitable<void> {
  if (owner?.['teamtype'] === ACCESS_TEAM) {
    throw new DataverseError(
      'ACCESS_TEAM_AS_OWNER',
      'You cannot assign a record to the access team. You can assign a record to the owner team.',
    )
  }
  return assertUnitTakesRows(operation, unit ?? owner?.['businessunitid'])
}

/** The name a row of `owner` shows for its user or team. */
export function ownerValues(table: Table, row: Row): Values | undefined {
  if (table.logicalName !== 'systemuser' && table.logicalName !== 'team') return undefined
  return {
    ownerid: row[table.primaryId],
    name: row[table.logicalName === 'team' ? 'name' : 'fullname'] ?? null,
    owneridtype: table.logicalName,
  }
}

/**
 * The owner row of a user or team comes, changes and goes with it. No user has the id of a team: they are one
 * kind of principal. https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/owner
 * @throws DUPLICATE_ROW for the id of the other kind
 */
export function mirrorOwner(operation: AnyOperation, row: Row): Awaitable<unknown> {
  const values = ownerValues(operation.subject, row)
  const owners = operation.runtime.catalog.find('owner')
  if (values === undefined || owners === undefined) return undefined
  const { tx, subject } = operation
  const present = tx.get(owners, operation.id)
  const write = (known: Row | undefined) => {
    if (known === undefined) return tx.insert(owners, values)
    // A definition of `owner` that is given may leave the kind out.
    if ((known['owneridtype'] ?? subject.logicalName) !== subject.logicalName) {
      throw new DataverseError('DUPLICATE_ROW', 'Cannot insert duplicate key.')
    }
    if (known['name'] === values['name']) return undefined
    return tx.patch(owners, known, { name: values['name'] })
  }
  return isPromise(present) ? present.then(write) : write(present)
}

export function removeOwner(operation: AnyOperation): Awaitable<void> {
  const { logicalName } = operation.subject
  const owners = operation.runtime.catalog.find('owner')
  if ((logicalName !== 'systemuser' && logicalName !== 'team') || owners === undefined) return
  const { tx } = operation
  const present = tx.get(owners, operation.id)
  const remove = (row: Row | undefined) => (row === undefined ? undefined : tx.remove(owners, row))
  return isPromise(present) ? present.then(remove) : remove(present)
}
