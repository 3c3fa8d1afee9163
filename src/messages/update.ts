import { DataverseError } from '../errors/dataverse-error.ts'
import { cascadesAssign } from '../cascade/plan-assign.ts'
import { perTable, type Table } from '../metadata/table.ts'
import type { Message } from '../pipeline/message.ts'
import type { Operation } from '../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import { isRowRef, type Row } from '../rows/value.ts'
import { cascadeAssign } from './cascade-assign.ts'
import { onBehalfOf } from './create.ts'
import { setFullName } from './full-name.ts'
import { assertNoLoop } from './hierarchy.ts'
import { setMoney } from './money.ts'
import { assertOffered, idOf, rowNotFound } from './not-found.ts'
import { isOwned, mirrorOwner, ownerIsOpen, setOwner, userRef } from './ownership.ts'
import { payloadPlan, readPayload, type PayloadPlan } from './payload.ts'
import { assertReferences, checkedLookups } from './references.ts'
import type { UpdateRequest } from './requests.ts'
import { setChangedState } from './state.ts'
import { acceptWrite, forgetDerived } from './step-writes.ts'
import { updatePasses } from './update-events.ts'

type UpdateOperation = Operation<UpdateRequest, undefined>

/** https://learn.microsoft.com/power-apps/developer/data-platform/org-service/entity-operations-update-delete */
export const update: Message<'Update', UpdateRequest, undefined> = {
  name: 'Update',
  hasInnerContext: true,
  alsoRaises: ['Assign', 'SetState', 'SetParent', 'SetBusiness', 'UpdateMultiple'],
  images: { pre: true, post: true, properties: ['Target'] },

  begin(request, { catalog, payloads }) {
    const table = catalog.table(request.table)
    const plan = planOf(table)
    const id = idOf(table, request.id, 'Update')
    const values = readPayload(table, plan, request.values)
    payloads.validateUpdate(table, values)
    values[table.primaryId] = id
    return { table, id, values }
  },

  check(operation) {
    const { before, subject, values, request } = operation
    if (before === undefined) throw rowNotFound(subject.logicalName, operation.id)
    assertVersion(before, request.ifVersion)
    const plan = planOf(subject)
    if (plan.hasModifiedOn) values['modifiedon'] = operation.runtime.nowText()
    if (plan.hasModifiedBy) values['modifiedby'] = userRef(operation.caller.userId)
    if (plan.hasModifiedOnBehalfBy) values['modifiedonbehalfby'] = onBehalfOf(operation)
    setChangedState(subject, before, values)
    return isOwned(subject) && 'ownerid' in values ? setOwner(operation, values) : undefined
  },

  run(operation) {
    const { subject, values, before, stepWrites } = operation
    setFullName(subject, values, before)
    if (stepWrites === undefined || before === undefined) return withMoney(operation)
    setChangedState(subject, before, values)
    const owned =
      'ownerid' in values && ownerIsOpen(subject, values) ? setOwner(operation, values) : undefined
    return isPromise(owned) ? owned.then(() => withMoney(operation)) : withMoney(operation)
  },

  passes: updatePasses,
  accept: acceptWrite,
  written: forgetDerived,

  inputParameters: ({ table, id, values }) => ({
    Target: { LogicalName: table?.logicalName ?? 'none', Id: id, Attributes: values },
  }),
}

/** @throws VERSION_MISMATCH where the caller saw another version of the row. */
export function assertVersion(row: Row, expected: bigint | undefined): void {
  if (expected === undefined || row['versionnumber'] === expected) return
  throw new DataverseError(
    'VERSION_MISMATCH',
    "The version of the existing record doesn't match the RowVersion property provided.",
  )
}

function withMoney(operation: UpdateOperation): Awaitable<undefined> {
  const money = setMoney(operation, operation.values, operation.before)
  return isPromise(money) ? money.then(() => checkAndStore(operation)) : checkAndStore(operation)
}

function checkAndStore(operation: UpdateOperation): Awaitable<undefined> {
  const { subject, values } = operation
  const plan = planOf(subject)
  const checked = assertReferences(operation, plan.lookups, values)
  if (isPromise(checked)) return checked.then(() => checkLoops(operation, plan))
  return checkLoops(operation, plan)
}

function checkLoops(operation: UpdateOperation, plan: UpdatePlan, from = 0): Awaitable<undefined> {
  const { hierarchies } = plan
  for (let i = from; i < hierarchies.length; i++) {
    const column = hierarchies[i] ?? ''
    const parent = operation.values[column]
    if (!isRowRef(parent)) continue
    const checked = assertNoLoop(operation, column, parent)
    if (isPromise(checked)) return checked.then(() => checkLoops(operation, plan, i + 1))
  }
  return store(operation)
}

/** Over the row as it is by now: a PreOperation step may have changed it by a request of its own. */
function store(operation: UpdateOperation): Awaitable<undefined> {
  const { tx, subject, values, before } = operation
  if (before === undefined) throw rowNotFound(subject.logicalName, operation.id)
  const row = tx.patch(subject, before, values)
  return isPromise(row) ? row.then((stored) => finish(operation, stored)) : finish(operation, row)
}

function finish(operation: UpdateOperation, row: Row): Awaitable<undefined> {
  const { before, subject, values } = operation
  operation.after = row
  if (before !== undefined && 'ownerid' in values && cascadesAssign(subject)) {
    return cascadeAssign(operation, before)
  }
  const mirrored = mirrorOwner(operation, row)
  return isPromise(mirrored) ? mirrored.then(() => undefined) : undefined
}

interface UpdatePlan extends PayloadPlan {
  readonly lookups: readonly string[]
  /** Lookup columns of hierarchical relationships of the table to itself. */
  readonly hierarchies: readonly string[]
  readonly hasModifiedOn: boolean
  readonly hasModifiedBy: boolean
  readonly hasModifiedOnBehalfBy: boolean
}

const planOf = perTable((table: Table): UpdatePlan => {
  assertOffered(table, 'Update')
  return {
    ...payloadPlan(
      table,
      (column) => column.validForUpdate && column.logicalName !== table.primaryId,
    ),
    lookups: checkedLookups(table),
    hierarchies: table.manyToOne
      .filter((r) => r.isHierarchical && r.referencedTable === r.referencingTable)
      .map((r) => r.referencingColumn),
    hasModifiedOn: table.columns.has('modifiedon'),
    hasModifiedBy: table.columns.has('modifiedby'),
    hasModifiedOnBehalfBy: table.columns.has('modifiedonbehalfby'),
  }
})
