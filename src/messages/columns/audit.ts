import { isAuditedColumn } from '../../metadata/auditing.ts'
import type { Column } from '../../metadata/column.ts'
import { isStored, perTable, type Table } from '../../metadata/table.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import type { UnitOfWork } from '../../pipeline/unit-of-work.ts'
import { andThen, type Awaitable } from '../../rows/awaitable.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { isRowRef, textOf, type Row, type Value, type Values } from '../../rows/value.ts'
import { onBehalfOf, userRef } from '../ownership/ownership.ts'
import { organizationRow } from '../organization/settings.ts'

const AUDIT = 'audit'

/** `audit.operation`, and `audit.action` where no other request stands behind the change. */
const OPERATIONS = { Create: 1, Update: 2, Delete: 3 } as const
export type AuditedMessage = keyof typeof OPERATIONS

/**
 * `audit.action` of an Update that the platform makes for another message.
 * https://learn.microsoft.com/power-apps/developer/data-platform/auditing/retrieve-audit-data#audit-actions
 */
// Unverified: that an Update which names the owner or the state itself is an Update here, too.
const ACTIONS: Readonly<Record<string, number>> = { Merge: 12, Assign: 13, SetState: 41 }

/** As long as a value is told whole. */
const LONGEST_VALUE = 5000

/** Whether the table's switch is on: those whose changes nobody wants to know of cost this one question. */
export const isAudited = perTable(({ definition }: Table) => definition.isAuditEnabled === true)

/** The columns whose changes are told, each with its number in the definition of the table. */
const auditedColumns = perTable((table: Table): readonly (readonly [Column, number])[] =>
  [...table.columns.values()]
    .map((column, index) => [column, index + 1] as const)
    .filter(([column]) => isTold(column) && isAuditedColumn(table, column)),
)

/** What a row holds itself, but for pictures: they are no texts. */
function isTold(column: Column): boolean {
  return isStored(column) && column.type !== 'Image'
}

/**
 * Writes down what a message has done to a row, in its transaction, where organization, table and columns are
 * audited: no steps run for it. An Update that changed no audited column leaves nothing.
 * https://learn.microsoft.com/power-apps/developer/data-platform/auditing/overview
 */
export function writeAudit(
  operation: AnyOperation,
  message: AuditedMessage,
  before: Row | undefined,
  after: Row | undefined,
): Awaitable<void> {
  // Unverified: that a table none of whose columns is audited leaves nothing of Create and Delete, either.
  if (auditedColumns(operation.subject).length === 0) return undefined
  return whereSwitchedOn(operation, () => {
    const changes = changesOf(operation, before, after)
    if (message === 'Update' && changes.length === 0) return undefined
    const { sender, parent } = operation
    const asked = sender === undefined ? parent?.message.name : undefined
    return insert(operation, {
      operation: OPERATIONS[message],
      action: ACTIONS[asked ?? ''] ?? OPERATIONS[message],
      attributemask: changes.length === 0 ? null : changes.map(({ number }) => number).join(','),
      changedata: changeData(changes),
    })
  })
}

/** `audit.action` of messages that change no column. */
const SHARING: Readonly<Record<string, number>> = {
  GrantAccess: 14,
  ModifyAccess: 48,
  RevokeAccess: 49,
}

/**
 * Writes down that a row is shared with somebody, with other rights, or not any more.
 * Unverified: that it counts as an Update; which rights are meant is told by messages that are not emulated.
 */
export function writeShareAudit(operation: AnyOperation): Awaitable<void> {
  const action = SHARING[operation.message.name]
  if (action === undefined) return undefined
  return whereSwitchedOn(operation, () =>
    insert(operation, { operation: OPERATIONS.Update, action }),
  )
}

function whereSwitchedOn(operation: AnyOperation, write: () => Awaitable<void>): Awaitable<void> {
  return andThen(organizationRow(operation), (organization) =>
    organization?.['isauditenabled'] === true ? write() : undefined,
  )
}

/** `told`, with who did it to which row and when. */
function insert(operation: AnyOperation, told: Values): Awaitable<void> {
  const { subject, id, runtime, caller, unit, tx } = operation
  const row = {
    ...told,
    auditid: runtime.ids.next(),
    objectid: Object.freeze({ table: subject.logicalName, id }),
    objecttypecode: subject.logicalName,
    userid: userRef(caller.userId),
    callinguserid: onBehalfOf(operation),
    createdon: runtime.nowText(),
    transactionid: unit === undefined ? EMPTY_GUID : transactionId(unit, operation),
  }
  return andThen(tx.insert(runtime.catalog.table(AUDIT), row), () => undefined)
}

const transactionIds = new WeakMap<UnitOfWork, string>()

function transactionId(unit: UnitOfWork, { runtime }: AnyOperation): string {
  const id = transactionIds.get(unit) ?? runtime.ids.next()
  transactionIds.set(unit, id)
  return id
}

interface Change {
  readonly column: Column
  readonly number: number
  readonly oldValue: string | null
  readonly newValue: string | null
}

/** An Update is looked at where it set something: what steps changed meanwhile has been told of already. */
function changesOf(
  { subject, values }: AnyOperation,
  before: Row | undefined,
  after: Row | undefined,
): readonly Change[] {
  const isUpdate = before !== undefined && after !== undefined
  const changes: Change[] = []
  for (const [column, number] of auditedColumns(subject)) {
    const { logicalName } = column
    if (isUpdate && !(logicalName in values)) continue
    const oldValue = valueText(column, before?.[logicalName])
    const newValue = valueText(column, after?.[logicalName])
    if (oldValue !== newValue) changes.push({ column, number, oldValue, newValue })
  }
  return changes
}

/** Who reads rows of `audit` has not been asked about secured columns: their values are left out. */
// Unverified: that, and how the platform writes values.
function changeData(changes: readonly Change[]): string {
  const changedAttributes = changes
    .filter(({ column }) => column.isSecured !== true)
    .map(({ column, oldValue, newValue }) => ({
      logicalName: column.logicalName,
      oldValue: capped(oldValue),
      newValue: capped(newValue),
    }))
  return JSON.stringify({ changedAttributes })
}

function capped(value: string | null): string | null {
  return value === null || value.length <= LONGEST_VALUE
    ? value
    : `${value.slice(0, LONGEST_VALUE)}…`
}

function valueText({ type }: Column, value: Value | undefined): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (isRowRef(value)) return `${value.table},${value.id}`
  if (type === 'DateTime') return dateText(textOf(value))
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** `03/02/2026 10:00:00`: as invariant as the texts of numbers. */
function dateText(iso: string): string {
  const [year = '', month = '', day = ''] = iso.slice(0, 10).split('-')
  const time = iso.slice(11, 19)
  return `${month}/${day}/${year}${time === '' ? '' : ` ${time}`}`
}
