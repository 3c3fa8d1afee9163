import { DataverseError } from '../errors/dataverse-error.ts'
import type { Table } from '../metadata/table.ts'
import type { Message } from '../pipeline/message.ts'
import type { Operation } from '../pipeline/operation.ts'
import type { Runtime } from '../pipeline/runtime.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import { isRowRef, type Row, type RowRef } from '../rows/value.ts'
import { accessMask } from './access-rights.ts'
import { assertOffered, idOf, rowNotFound } from './not-found.ts'
import { isOwned } from './ownership.ts'
import { reference, rowOf, type RowParameter } from './parameters.ts'
import type { PrincipalAccess, ShareRequest } from './requests.ts'

type AnyOperation = Operation<unknown, unknown>

/** Rights on a row by sharing: its own, and those that came down from rows it belongs to. */
export interface Masks {
  readonly own: number
  readonly inherited: number
}

/** The owned table of a row that is shared, and the row's id. @throws MESSAGE_NOT_OFFERED, INVALID_ARGUMENT */
export function beginSharing(
  target: RowParameter,
  principal: RowParameter,
  { catalog }: Runtime,
  message: string,
): { readonly table: Table; readonly id: string } {
  const { table, id } = sharedRow(target, catalog.table(rowOf(target).table), message)
  const { table: kind, id: principalId } = rowOf(principal)
  if (kind !== 'systemuser' && kind !== 'team') {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `${message}: a row is shared with users and teams, not with ${kind}.`,
    )
  }
  idOf(catalog.table(kind), principalId, message)
  return { table, id }
}

export function sharedRow(
  target: RowParameter,
  table: Table,
  message: string,
): { readonly table: Table; readonly id: string } {
  assertOffered(table, message)
  if (!isOwned(table)) {
    throw new DataverseError(
      'MESSAGE_NOT_OFFERED',
      `The method being invoked does not support provided entity type: rows of ${table.logicalName} have no owner, and are not shared.`,
    )
  }
  return { table, id: idOf(table, rowOf(target).id, message) }
}

/** @throws ROW_NOT_FOUND, SHARE_WITH_OWNER, SHARE_WITH_SYSTEM_TEAM */
export async function assertShareable(operation: AnyOperation, principal: RowRef): Promise<void> {
  const { subject, id, runtime } = operation
  const row = await existing(operation, { table: subject.logicalName, id })
  const receiver = await existing(operation, principal)
  const owner = row['ownerid']
  if (isRowRef(owner) && owner.id === principal.id) {
    throw new DataverseError('SHARE_WITH_OWNER', 'An item cannot be shared with the owning user.')
  }
  const teams = runtime.catalog.find('team')
  if (principal.table === teams?.logicalName && receiver['systemmanaged'] === true) {
    throw new DataverseError(
      'SHARE_WITH_SYSTEM_TEAM',
      "You can't share or unshare a record with a system-generated access team.",
    )
  }
}

export async function existing(operation: AnyOperation, { table, id }: RowRef): Promise<Row> {
  const row = await operation.reader.get(operation.runtime.catalog.table(table), id)
  if (row === undefined) throw rowNotFound(table, id)
  return row
}

/** The two columns that say which share a row is. */
const SHARE_KEY = ['objectid', 'principalid']

/** The rights of `principal` on the row by sharing; none where it is not shared. */
export async function masksOf(operation: AnyOperation, principal: string): Promise<Masks> {
  return masksIn(await shareOf(operation, principal))
}

/**
 * Gives `principal` these rights on the row in place of those it has by sharing. Whatever comes down from
 * rows above passes its mask through here, too: shares that cascade are not emulated yet.
 */
export async function setShare(
  operation: AnyOperation,
  principal: RowRef,
  masks: Masks,
): Promise<void> {
  const { tx, runtime, subject, id } = operation
  const shares = sharesTable(runtime)
  const known = await shareOf(operation, principal.id)
  const values = {
    accessrightsmask: masks.own,
    inheritedaccessrightsmask: masks.inherited,
    changedon: runtime.nowText(),
  }
  if (masks.own === 0 && masks.inherited === 0) {
    if (known !== undefined) await tx.remove(shares, known)
  } else if (known !== undefined) {
    await tx.patch(shares, known, values)
  } else {
    await tx.insert(shares, {
      ...values,
      [shares.primaryId]: runtime.ids.next(),
      objectid: id,
      objecttypecode: subject.logicalName,
      principalid: principal.id,
      principaltypecode: principal.table,
    })
  }
}

/** Every share of the row, in the order they were made. */
export function sharesOf({ reader, runtime, id }: AnyOperation): Awaitable<readonly Row[]> {
  return reader.related(sharesTable(runtime), 'objectid', id)
}

/** A row's shares go with it, and those of a user or team with that one. */
// The platform cleans up later, by a job.
export function removeShares(operation: AnyOperation): Awaitable<void> {
  const { runtime, subject, id, tx } = operation
  const shares = runtime.catalog.find(SHARES)
  if (shares === undefined) return undefined
  const isPrincipal = subject.logicalName === 'systemuser' || subject.logicalName === 'team'
  if (!isPrincipal && !isOwned(subject)) return undefined
  const gone = tx.related(shares, isPrincipal ? 'principalid' : 'objectid', id)
  if (isPromise(gone)) return gone.then((rows) => removeEach(operation, shares, rows))
  return gone.length === 0 ? undefined : removeEach(operation, shares, gone)
}

async function removeEach(
  { tx }: AnyOperation,
  shares: Table,
  rows: readonly Row[],
): Promise<void> {
  for (const row of rows) await tx.remove(shares, row)
}

const SHARES = 'principalobjectaccess'

function sharesTable({ catalog }: Runtime): Table {
  return catalog.table(SHARES)
}

function shareOf(
  { reader, runtime, id }: AnyOperation,
  principal: string,
): Awaitable<Row | undefined> {
  return reader.byKey(sharesTable(runtime), SHARE_KEY, { objectid: id, principalid: principal })
}

export function masksIn(share: Row | undefined): Masks {
  return {
    own: maskIn(share?.['accessrightsmask']),
    inherited: maskIn(share?.['inheritedaccessrightsmask']),
  }
}

function maskIn(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

/** GrantAccess and ModifyAccess differ in what becomes of the rights that are there already. */
export function sharing<Name extends 'GrantAccess' | 'ModifyAccess'>(
  name: Name,
  ownRights: (present: number, asked: number) => number,
): Message<Name, ShareRequest, undefined> {
  return {
    name,

    begin({ Target, PrincipalAccess }, runtime) {
      accessMask(PrincipalAccess.AccessMask)
      return beginSharing(Target, PrincipalAccess.Principal, runtime, name)
    },

    check: (operation) =>
      assertShareable(operation, rowOf(operation.request.PrincipalAccess.Principal)),

    async run(operation) {
      const { Principal, AccessMask } = operation.request.PrincipalAccess
      const principal = rowOf(Principal)
      const present = await masksOf(operation, principal.id)
      const own = ownRights(present.own, accessMask(AccessMask))
      await setShare(operation, principal, { ...present, own })
      return undefined
    },

    inputParameters: ({ request }) => ({
      Target: reference(rowOf(request.Target)),
      PrincipalAccess: accessParameter(request.PrincipalAccess),
    }),
  }
}

function accessParameter({ Principal, AccessMask }: PrincipalAccess) {
  return { Principal: reference(rowOf(Principal)), AccessMask: accessMask(AccessMask) }
}
