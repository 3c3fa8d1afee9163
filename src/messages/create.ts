import type { Column } from '../metadata/column.ts'
import { perTable, type Table } from '../metadata/table.ts'
import type { Message } from '../pipeline/message.ts'
import type { Operation } from '../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import type { Row, RowRef, Value } from '../rows/value.ts'
import { setFullName } from './full-name.ts'
import { setMoney } from './money.ts'
import { assertOffered, idOf } from './not-found.ts'
import { isOwned, mirrorOwner, ownerIsOpen, setOwner, userRef } from './ownership.ts'
import { payloadPlan, readPayload, type PayloadPlan } from './payload.ts'
import { assertReferences, checkedLookups } from './references.ts'
import type { CreateRequest, CreateResponse } from './requests.ts'
import { setInitialState } from './state.ts'
import { acceptWrite, forgetDerived } from './step-writes.ts'

type CreateOperation = Operation<CreateRequest, CreateResponse>

/** https://learn.microsoft.com/power-apps/developer/data-platform/org-service/entity-operations-create */
export const create: Message<'Create', CreateRequest, CreateResponse> = {
  name: 'Create',
  hasInnerContext: true,
  alsoRaises: ['CreateMultiple'],
  images: { pre: false, post: true, properties: ['Id'] },

  begin(request, { catalog, ids, payloads }) {
    const table = catalog.table(request.table)
    const plan = planOf(table)
    const values = readPayload(table, plan, request.values)
    const sentId = request.id ?? values[table.primaryId]
    const id =
      sentId === undefined || sentId === null
        ? ids.next()
        : idOf(table, typeof sentId === 'string' ? sentId : typeof sentId, 'Create')
    for (const [column, value] of plan.defaults) {
      if (values[column] === undefined) values[column] = value
    }
    payloads.validateCreate(table, values)
    return { table, id, values }
  },

  check(operation) {
    const { values, subject, runtime } = operation
    const plan = planOf(subject)
    const now = runtime.nowText()
    const user = userRef(operation.caller.userId)
    values[subject.primaryId] = operation.id
    if (plan.has.createdon) {
      const migrated = values['overriddencreatedon']
      if (migrated !== undefined && migrated !== null) values['overriddencreatedon'] = now
      values['createdon'] = migrated ?? now
    }
    if (plan.has.createdby) values['createdby'] = user
    if (plan.has.modifiedon) values['modifiedon'] = now
    if (plan.has.modifiedby) values['modifiedby'] = user
    const actingFor = onBehalfOf(operation)
    if (plan.has.createdonbehalfby) values['createdonbehalfby'] = actingFor
    if (plan.has.modifiedonbehalfby) values['modifiedonbehalfby'] = actingFor
    if (plan.has.organizationid && subject.ownership === 'OrganizationOwned') {
      values['organizationid'] = Object.freeze({
        table: 'organization',
        id: runtime.organization.id,
      })
    }
    setInitialState(subject, values)
    return isOwned(subject) ? setOwner(operation, values) : undefined
  },

  run(operation) {
    const { subject, values, stepWrites } = operation
    for (const [column, value] of planOf(subject).ownDefaults) {
      if (values[column] === undefined) values[column] = value
    }
    setFullName(subject, values)
    if (stepWrites === undefined) return withMoney(operation)
    values[subject.primaryId] = operation.id
    setInitialState(subject, values)
    const owned = ownerIsOpen(subject, values) ? setOwner(operation, values) : undefined
    return isPromise(owned) ? owned.then(() => withMoney(operation)) : withMoney(operation)
  },

  accept: acceptWrite,
  written: forgetDerived,

  inputParameters: ({ table, id, values }) => ({
    Target: { LogicalName: table?.logicalName ?? 'none', Id: id, Attributes: values },
  }),
  outputParameters: ({ id }) => ({ id }),
}

/** Who acts as somebody else, or null. */
export function onBehalfOf({ caller }: Operation<unknown, unknown>): RowRef | null {
  const { initiatingUserId, userId } = caller
  return initiatingUserId === undefined || initiatingUserId === userId
    ? null
    : userRef(initiatingUserId)
}

function withMoney(operation: CreateOperation): Awaitable<CreateResponse> {
  const money = setMoney(operation, operation.values)
  return isPromise(money) ? money.then(() => store(operation)) : store(operation)
}

function store(operation: CreateOperation): Awaitable<CreateResponse> {
  const { subject, values } = operation
  const checked = assertReferences(operation, planOf(subject).lookups, values)
  return isPromise(checked) ? checked.then(() => insert(operation)) : insert(operation)
}

function insert(operation: CreateOperation): Awaitable<CreateResponse> {
  const row = operation.tx.insert(operation.subject, operation.values)
  return isPromise(row) ? row.then((stored) => finish(operation, stored)) : finish(operation, row)
}

function finish(operation: CreateOperation, row: Row): Awaitable<CreateResponse> {
  operation.after = row
  const mirrored = mirrorOwner(operation, row)
  const response = { id: operation.id }
  return isPromise(mirrored) ? mirrored.then(() => response) : response
}

interface CreatePlan extends PayloadPlan {
  readonly defaults: readonly Default[]
  /** Of columns that only the platform writes. */
  readonly ownDefaults: readonly Default[]
  readonly lookups: readonly string[]
  readonly has: Readonly<Record<PlatformColumn, boolean>>
}

type Default = readonly [column: string, value: Value]

const PLATFORM_COLUMNS = [
  'createdon',
  'createdby',
  'createdonbehalfby',
  'modifiedon',
  'modifiedby',
  'modifiedonbehalfby',
  'organizationid',
] as const
type PlatformColumn = (typeof PLATFORM_COLUMNS)[number]

const planOf = perTable((table: Table): CreatePlan => {
  assertOffered(table, 'Create')
  const columns = [...table.columns.values()]
  return {
    ...payloadPlan(table, (column) => column.validForCreate),
    defaults: columns.filter(isSent).flatMap(defaultOf),
    ownDefaults: columns.filter((column) => !isSent(column)).flatMap(defaultOf),
    lookups: checkedLookups(table),
    has: Object.fromEntries(
      PLATFORM_COLUMNS.map((name) => [name, table.columns.has(name)]),
    ) as Record<PlatformColumn, boolean>,
  }
})

function isSent(column: Column): boolean {
  return column.validForCreate || column.validForUpdate
}

/** What a new row has in the column where nothing was sent. */
export function defaultOf(column: Column): readonly Default[] {
  if (column.sourceType !== undefined) return []
  if (column.type !== 'Boolean' && column.type !== 'Picklist') return []
  return column.defaultValue === null ? [] : [[column.logicalName, column.defaultValue]]
}
