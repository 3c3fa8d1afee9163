import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Column } from '../../metadata/column.ts'
import { hasOwners, perTable, type Table } from '../../metadata/table.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { andThen, isPromise, type Awaitable } from '../../rows/awaitable.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { textOf, type Row, type Value } from '../../rows/value.ts'
import { followActivity, isActivity, POINTER_TABLE } from '../activities/activity.ts'
import { isAudited, writeAudit } from '../columns/audit.ts'
import { numberedColumns, setAutoNumbers } from '../columns/auto-number.ts'
import { holdsContent, keepContent } from '../files/content.ts'
import { enterDirectory, isDirectory } from '../directory/directory.ts'
import { createRuleOf, type CreateRule } from '../creatable.ts'
import { assertNoDuplicate, detectsDuplicates } from '../duplicates/duplicates.ts'
import { setDirectoryId } from '../columns/directory-id.ts'
import { setFullName } from '../columns/full-name.ts'
import { setLookupTypes } from '../columns/lookup-types.ts'
import { inheritRights } from '../sharing/inherit-rights.ts'
import { setMoney } from '../columns/money.ts'
import { assertOffered, idOf, notOffered } from '../not-found.ts'
import { onBehalfOf, ownerIsOpen, setOwner, userRef } from '../ownership/ownership.ts'
import { takeUnit } from '../ownership/owning-unit.ts'
import { payloadPlan, readPayload, type PayloadPlan } from '../columns/payload.ts'
import { assertReferences, checkedLookups, lookupsSet } from '../columns/references.ts'
import type { CreateRequest, CreateResponse } from '../requests.ts'
import { setInitialState } from '../columns/state.ts'
import { acceptWrite, forgetDerived } from '../columns/step-writes.ts'

type CreateOperation = Operation<CreateRequest, CreateResponse>

/** https://learn.microsoft.com/power-apps/developer/data-platform/org-service/entity-operations-create */
export const create: Message<'Create', CreateRequest, CreateResponse> = {
  name: 'Create',
  hasInnerContext: true,
  alsoRaises: ['CreateMultiple'],
  images: { pre: false, post: true, properties: ['Id'] },

  begin(request, runtime) {
    const { catalog, ids, payloads } = runtime
    const table = catalog.table(request.table)
    const plan = planOf(table)
    const values = readPayload(table, plan, request.values)
    const id = sentId(table, request.id ?? values[table.primaryId]) ?? ids.next()
    for (const [column, value] of plan.defaults) {
      if (values[column] === undefined) values[column] = value
    }
    payloads.validateCreate(table, values)
    takeUnit(table, request.values, values, runtime)
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
      if (migrated !== undefined && migrated !== null) {
        if (migrated > now) throw madeInFuture(textOf(migrated))
        values['overriddencreatedon'] = now
      }
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
    if (plan.numbered.length > 0) setAutoNumbers(operation, plan.numbered, values)
    return hasOwners(subject) ? setOwner(operation, values) : undefined
  },

  run(operation) {
    const { subject, values, stepWrites } = operation
    const plan = planOf(subject)
    for (const [column, value] of plan.ownDefaults) {
      if (values[column] === undefined) values[column] = value
    }
    // Unverified: which version of the zone's rules; nobody sends one who has none.
    if (plan.has.timezoneruleversionnumber) values['timezoneruleversionnumber'] ??= 0
    setFullName(subject, values)
    setLookupTypes(subject, values)
    setDirectoryId(subject, operation.id, values)
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

/** The id the caller chose. The empty GUID chooses none: clients send it for a row that has no id yet. */
function sentId(table: Table, id: unknown): string | undefined {
  if (id === undefined || id === null) return undefined
  const sent = idOf(table, typeof id === 'string' ? id : typeof id, 'Create')
  return sent === EMPTY_GUID ? undefined : sent
}

// Unverified: the code and the text.
function madeInFuture(moment: string): DataverseError {
  return new DataverseError(
    'INVALID_ARGUMENT',
    `overriddencreatedon is ${moment}; a row can't have been made in the future.`,
  )
}

function withMoney(operation: CreateOperation): Awaitable<CreateResponse> {
  const money = setMoney(operation, operation.values)
  return isPromise(money) ? money.then(() => store(operation)) : store(operation)
}

function store(operation: CreateOperation): Awaitable<CreateResponse> {
  const { rule } = planOf(operation.subject)
  return rule === undefined
    ? storeUnlessDuplicate(operation)
    : andThen(rule(operation), () => storeUnlessDuplicate(operation))
}

function storeUnlessDuplicate(operation: CreateOperation): Awaitable<CreateResponse> {
  return detectsDuplicates(operation)
    ? assertNoDuplicate(operation).then(() => checkAndStore(operation))
    : checkAndStore(operation)
}

function checkAndStore(operation: CreateOperation): Awaitable<CreateResponse> {
  const { subject, values } = operation
  const lookups = lookupsSet(operation, planOf(subject).lookups)
  const checked = assertReferences(operation, lookups, values)
  return isPromise(checked) ? checked.then(() => fill(operation)) : fill(operation)
}

function fill(operation: CreateOperation): Awaitable<CreateResponse> {
  if (!planOf(operation.subject).holdsContent) return insert(operation)
  const kept = keepContent(operation)
  return isPromise(kept) ? kept.then(() => insert(operation)) : insert(operation)
}

function insert(operation: CreateOperation): Awaitable<CreateResponse> {
  const row = operation.tx.insert(operation.subject, operation.values)
  return isPromise(row) ? row.then((stored) => follow(operation, stored)) : follow(operation, row)
}

/** Activities come with their parties and with what all activities have in common. */
function follow(operation: CreateOperation, row: Row): Awaitable<CreateResponse> {
  if (!isActivity(operation.subject)) return finish(operation, row)
  return andThen(followActivity(operation, row, true), () => finish(operation, row))
}

function finish(operation: CreateOperation, row: Row): Awaitable<CreateResponse> {
  operation.after = row
  if (!isAudited(operation.subject)) return answer(operation, row)
  return andThen(writeAudit(operation, 'Create', undefined, row), () => answer(operation, row))
}

function answer(operation: CreateOperation, row: Row): Awaitable<CreateResponse> {
  const kept = hasOwners(operation.subject)
    ? inheritRights(operation, row)
    : isDirectory(operation.subject)
      ? enterDirectory(operation, row)
      : undefined
  const response = { id: operation.id }
  return isPromise(kept) ? kept.then(() => response) : response
}

interface CreatePlan extends PayloadPlan {
  readonly defaults: readonly Default[]
  /** Of columns that only the platform writes. */
  readonly ownDefaults: readonly Default[]
  readonly lookups: readonly string[]
  readonly holdsContent: boolean
  readonly rule: CreateRule | undefined
  readonly numbered: ReturnType<typeof numberedColumns>
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
  'timezoneruleversionnumber',
] as const
type PlatformColumn = (typeof PLATFORM_COLUMNS)[number]

const planOf = perTable((table: Table): CreatePlan => {
  assertOffered(table, 'Create')
  if (table.logicalName === POINTER_TABLE) throw notOffered(table, 'Create')
  const columns = [...table.columns.values()]
  return {
    ...payloadPlan(table, (column) => column.validForCreate && column.type !== 'File'),
    holdsContent: holdsContent(table),
    rule: createRuleOf(table.logicalName),
    defaults: columns.filter(isSent).flatMap(defaultOf),
    ownDefaults: [
      ...columns.filter((column) => !isSent(column)).flatMap(defaultOf),
      ...columns.flatMap((column) => rollupState(table, column)),
      ...activityType(table),
    ],
    lookups: checkedLookups(table),
    numbered: numberedColumns(table),
    has: Object.fromEntries(
      PLATFORM_COLUMNS.map((name) => [name, table.columns.has(name)]),
    ) as Record<PlatformColumn, boolean>,
  }
})

/** 0: not calculated. https://learn.microsoft.com/power-apps/developer/data-platform/calculated-rollup-attributes */
function rollupState(table: Table, { logicalName, sourceType }: Column): readonly Default[] {
  const state = `${logicalName}_state`
  return sourceType === 2 && table.columns.has(state) ? [[state, 0]] : []
}

/** Of an activity: its own table. */
function activityType(table: Table): readonly Default[] {
  const column = 'activitytypecode'
  return isActivity(table) && table.columns.has(column) ? [[column, table.logicalName]] : []
}

function isSent(column: Column): boolean {
  return column.validForCreate || column.validForUpdate
}

/** What a new row has in the column where nothing was sent. */
export function defaultOf(column: Column): readonly Default[] {
  if (column.sourceType !== undefined) return []
  if (column.type !== 'Boolean' && column.type !== 'Picklist') return []
  return column.defaultValue === null ? [] : [[column.logicalName, column.defaultValue]]
}
