import type { RightsAction } from '../../cascade/inheritance.ts'
import { planRights, type InheritedRights } from '../../cascade/plan-rights.ts'
import {
  masksIn,
  shareOf,
  sharesTable,
  type Masks,
  type ShareReader,
} from '../../cascade/shares.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import { hasOwners, type Table } from '../../metadata/table.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import type { Runtime } from '../../pipeline/runtime.ts'
import { isPromise, type Awaitable } from '../../rows/awaitable.ts'
import { isRowRef, type Row, type RowRef } from '../../rows/value.ts'
import { accessMask, INHERITED_FROM_OWNERS } from '../../pipeline/access-rights.ts'
import { isAudited, writeShareAudit } from '../columns/audit.ts'
import { assertOffered, idOf, rowNotFound } from '../not-found.ts'
import { isObject, reference, rowOf, type RowParameter } from '../parameters.ts'
import type { PrincipalAccess, ShareRequest } from '../requests.ts'

type AnyOperation = Operation<unknown, unknown>

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
  if (!hasOwners(table)) {
    throw new DataverseError(
      'MESSAGE_NOT_OFFERED',
      `The method being invoked does not support provided entity type: rows of ${table.logicalName} have no owner, and are not shared.`,
    )
  }
  return { table, id: idOf(table, rowOf(target).id, message) }
}

/** @throws ROW_NOT_FOUND, SHARE_WITH_OWNER, SHARE_WITH_SYSTEM_TEAM */
export async function assertShareable(operation: AnyOperation, principal: RowRef): Promise<void> {
  const { subject, id } = operation
  const row = await existing(operation, { table: subject.logicalName, id })
  const receiver = await existing(operation, principal)
  const owner = row['ownerid']
  if (isRowRef(owner) && owner.id === principal.id) {
    throw new DataverseError('SHARE_WITH_OWNER', 'An item cannot be shared with the owning user.')
  }
  assertNoSystemTeam(receiver)
}

/** @throws SHARE_WITH_SYSTEM_TEAM */
export function assertNoSystemTeam(principal: Row): void {
  if (principal['systemmanaged'] === true) {
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

/** The rights of `principal` on the row by sharing; none where it is not shared. */
export async function masksOf(operation: AnyOperation, principal: string): Promise<Masks> {
  return masksIn(await shareOf(sharesIn(operation), operation.id, principal))
}

export interface NewShare {
  readonly action: Extract<RightsAction, 'share' | 'unshare'>
  readonly principal: RowRef
  /** Rights that the row's own share has from now on. */
  readonly own: number
  /** Those that the request names: rows below get them, whether or not the row had them already. */
  readonly gained: number
}

/**
 * Gives `principal` these rights on the row in place of those it was given before; rows below inherit what
 * is new and lose what is gone.
 */
export async function setShare(operation: AnyOperation, share: NewShare): Promise<void> {
  const { subject, id, tx, runtime } = operation
  const { action, principal, own, gained } = share
  const present = await masksOf(operation, principal.id)
  await writeMasks(operation, { table: subject.logicalName, id }, principal, { ...present, own })
  if (present.own !== own && isAudited(subject)) await writeShareAudit(operation)
  const lost = present.own & ~(own | present.inherited)
  if (lost === 0 && gained === 0) return
  const row = await existing(operation, { table: subject.logicalName, id })
  const inherited = await planRights({
    table: subject,
    row,
    action,
    changes: [{ principal, gained, lost }],
    includesRow: false,
    ownerRights: INHERITED_FROM_OWNERS,
    catalog: runtime.catalog,
    reader: tx,
  })
  await writeInherited(operation, inherited)
}

export async function writeInherited(
  operation: AnyOperation,
  planned: readonly InheritedRights[],
): Promise<void> {
  for (const { table, id, principal, inherited } of planned) {
    const { own } = masksIn(await shareOf(sharesIn(operation), id, principal.id))
    await writeMasks(operation, { table: table.logicalName, id }, principal, { own, inherited })
  }
}

/** A share without rights is none. */
export async function writeMasks(
  operation: AnyOperation,
  target: RowRef,
  principal: RowRef,
  masks: Masks,
): Promise<void> {
  const { tx, runtime } = operation
  const shares = sharesTable(runtime.catalog)
  const known = await shareOf(sharesIn(operation), target.id, principal.id)
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
      objectid: target.id,
      objecttypecode: target.table,
      principalid: principal.id,
      principaltypecode: principal.table,
    })
  }
}

/** Where the shares of an operation are looked up. */
export function sharesIn({ reader, runtime }: AnyOperation): ShareReader {
  return { reader, catalog: runtime.catalog }
}

/** A row's shares go with it, and so does a team that was made for it; those of a user or team with that one. */
// The platform cleans up later, by a job. Unverified: when the team of a row goes.
export function removeShares(operation: AnyOperation): Awaitable<void> {
  const { runtime, subject, id, tx } = operation
  const shares = runtime.catalog.find('principalobjectaccess')
  if (shares === undefined) return undefined
  const isPrincipal = subject.logicalName === 'systemuser' || subject.logicalName === 'team'
  if (!isPrincipal && !hasOwners(subject)) return undefined
  const gone = tx.related(shares, isPrincipal ? 'principalid' : 'objectid', id)
  if (isPromise(gone)) return gone.then((rows) => removeEach(operation, shares, rows))
  return gone.length === 0 ? undefined : removeEach(operation, shares, gone)
}

async function removeEach(
  operation: AnyOperation,
  shares: Table,
  rows: readonly Row[],
): Promise<void> {
  for (const row of rows) await operation.tx.remove(shares, row)
  for (const { objectid, principaltypecode, principalid } of rows) {
    if (objectid !== operation.id || principaltypecode !== 'team') continue
    await removeRecordTeam(operation, principalid as string)
  }
}

async function removeRecordTeam(operation: AnyOperation, id: string): Promise<void> {
  const { tx, runtime } = operation
  const team = await tx.get(runtime.catalog.table('team'), id)
  if (team?.['systemmanaged'] === true) await operation.execute('Delete', { table: 'team', id })
}

/** GrantAccess and ModifyAccess differ in what becomes of the rights that are there already. */
export function sharing<Name extends 'GrantAccess' | 'ModifyAccess'>(
  name: Name,
  ownRights: (present: number, asked: number) => number,
): Message<Name, ShareRequest, undefined> {
  return {
    name,

    begin({ Target, PrincipalAccess }, runtime) {
      if (!isObject(PrincipalAccess) || typeof PrincipalAccess.AccessMask !== 'string') {
        throw new DataverseError(
          'INVALID_ARGUMENT',
          `${name}: PrincipalAccess is { Principal, AccessMask }, the rights by their names.`,
        )
      }
      accessMask(PrincipalAccess.AccessMask)
      return beginSharing(Target, PrincipalAccess.Principal, runtime, name)
    },

    check: (operation) =>
      assertShareable(operation, rowOf(operation.request.PrincipalAccess.Principal)),

    async run(operation) {
      const { Principal, AccessMask } = operation.request.PrincipalAccess
      const principal = rowOf(Principal)
      const gained = accessMask(AccessMask)
      const own = ownRights((await masksOf(operation, principal.id)).own, gained)
      await setShare(operation, { action: 'share', principal, own, gained })
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
