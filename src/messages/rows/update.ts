import { DataverseError } from '../../errors/dataverse-error.ts'
import { cascadesAssign } from '../../cascade/plan-assign.ts'
import { hasOwners, perTable, type Table } from '../../metadata/table.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { andThen, isPromise, type Awaitable } from '../../rows/awaitable.ts'
import { parseGuid } from '../../rows/guid.ts'
import { isRowRef, type Row, type Value } from '../../rows/value.ts'
import { followActivity, isActivity } from '../activities/activity.ts'
import { deactivateAssigned } from '../ownership/assigned-process.ts'
import { isAudited, writeAudit } from '../columns/audit.ts'
import { cascadeAssign } from '../ownership/cascade-assign.ts'
import { changeRuleOf, type ChangeRule } from '../changeable.ts'
import { assertDraft, isDraftTable } from '../columns/draft-rows.ts'
import { contentOf } from '../files/content-update.ts'
import { holdsContent, keepContent } from '../files/content.ts'
import { followDirectory, isDirectory } from '../directory/directory.ts'
import { shareWithFormerOwner } from '../ownership/former-owner.ts'
import { assertNoDuplicate, detectsDuplicates } from '../duplicates/duplicates.ts'
import { setFullName } from '../columns/full-name.ts'
import { setLookupTypes } from '../columns/lookup-types.ts'
import { assertNoLoop } from '../links/hierarchy.ts'
import { inheritRights } from '../sharing/inherit-rights.ts'
import { setMoney } from '../columns/money.ts'
import { assertOffered, idOf, rowNotFound } from '../not-found.ts'
import { onBehalfOf, ownerIsOpen, setOwner, userRef } from '../ownership/ownership.ts'
import { partyColumns } from '../activities/parties.ts'
import { assertUnitTakesRows, chosenUnit, takeUnit } from '../ownership/owning-unit.ts'
import { payloadPlan, readPayload, type PayloadPlan } from '../columns/payload.ts'
import { assertReferences, checkedLookups, lookupsSet } from '../columns/references.ts'
import type { UpdateRequest, VersionCondition } from '../requests.ts'
import { setChangedState } from '../columns/state.ts'
import { acceptWrite, forgetDerived } from '../columns/step-writes.ts'
import { updatePasses } from './update-events.ts'

type UpdateOperation = Operation<UpdateRequest, undefined>

/** https://learn.microsoft.com/power-apps/developer/data-platform/org-service/entity-operations-update-delete */
export const update: Message<'Update', UpdateRequest, undefined> = {
  name: 'Update',
  hasInnerContext: true,
  alsoRaises: ['Assign', 'SetState', 'SetParent', 'SetBusiness', 'UpdateMultiple'],
  images: { pre: true, post: true, properties: ['Target'] },

  begin(request, runtime) {
    const { catalog, payloads } = runtime
    const table = catalog.table(request.table)
    const plan = planOf(table)
    const id = idOf(table, request.id, 'Update')
    const values = readPayload(table, plan, request.values)
    payloads.validateUpdate(table, values)
    takeUnit(table, request.values, values, runtime)
    if (plan.holdsFiles) Object.assign(values, contentOf(request)?.values)
    assertSameId(id, request.values[table.primaryId])
    values[table.primaryId] = id
    return { table, id, values }
  },

  check(operation) {
    const { before, subject, values, request } = operation
    if (before === undefined) throw rowNotFound(subject.logicalName, operation.id)
    assertVersion(subject, before, request)
    const plan = planOf(subject)
    if (plan.isDraftTable) assertDraft(subject, before, values)
    if (plan.hasModifiedOn) values['modifiedon'] = operation.runtime.nowText()
    if (plan.hasModifiedBy) values['modifiedby'] = userRef(operation.caller.userId)
    if (plan.hasModifiedOnBehalfBy) values['modifiedonbehalfby'] = onBehalfOf(operation)
    setChangedState(subject, before, values)
    if (plan.rule !== undefined) return plan.rule(operation, before)
    if (!hasOwners(subject)) return undefined
    if (!('ownerid' in values)) return assertUnitTakesRows(operation, chosenUnit(values))
    deactivateAssigned(subject, values, before)
    return setOwner(operation, values)
  },

  run(operation) {
    const { subject, values, before, stepWrites } = operation
    setFullName(subject, values, before)
    setLookupTypes(subject, values)
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

/** A row's columns may hold its own id, not that of another row. */
function assertSameId(id: string, told: Value | undefined): void {
  if (told === undefined || told === null) return
  if (typeof told === 'string' && parseGuid(told) === id) return
  throw new DataverseError(
    'UNEXPECTED',
    'Entity Id must be the same as the value set in property bag.',
  )
}

/**
 * A version that is named and not there is a mistake of the caller, who counts on its being looked at.
 * @throws VERSION_MISMATCH where the caller saw another version of the row, VERSION_MISSING,
 * OPTIMISTIC_CONCURRENCY_OFF
 */
export function assertVersion(table: Table, row: Row, condition: VersionCondition): void {
  const { ifVersion: expected } = condition
  if (expected !== undefined && table.definition.optimisticConcurrency === false) {
    // Unverified: the text.
    throw new DataverseError(
      'OPTIMISTIC_CONCURRENCY_OFF',
      `Optimistic concurrency isn't enabled for entity type ${table.logicalName}.`,
    )
  }
  if (expected === undefined) {
    if (!('ifVersion' in condition)) return
    throw new DataverseError(
      'VERSION_MISSING',
      'The RowVersion property must be provided when the value of ConcurrencyBehavior is IfVersionMatches.',
    )
  }
  if (row['versionnumber'] === expected) return
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
  return detectsDuplicates(operation)
    ? assertNoDuplicate(operation).then(() => checkLookups(operation))
    : checkLookups(operation)
}

function checkLookups(operation: UpdateOperation): Awaitable<undefined> {
  const { subject, values } = operation
  const plan = planOf(subject)
  const checked = assertReferences(operation, lookupsSet(operation, plan.lookups), values)
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
  return fill(operation, plan)
}

function fill(operation: UpdateOperation, plan: UpdatePlan): Awaitable<undefined> {
  if (!plan.holdsContent) return store(operation)
  const kept = keepContent(operation, contentOf(operation.request)?.fileName)
  return isPromise(kept) ? kept.then(() => store(operation)) : store(operation)
}

/** Over the row as it is by now: a PreOperation step may have changed it by a request of its own. */
function store(operation: UpdateOperation): Awaitable<undefined> {
  const { tx, subject, values, before } = operation
  if (before === undefined) throw rowNotFound(subject.logicalName, operation.id)
  const row = tx.patch(subject, before, storedPart(subject, values))
  return isPromise(row) ? row.then((stored) => follow(operation, stored)) : follow(operation, row)
}

/** Columns of parties are rows elsewhere. */
function storedPart(table: Table, values: UpdateOperation['values']): UpdateOperation['values'] {
  const parties = partyColumns(table)
  if (parties.length === 0 || !parties.some((name) => name in values)) return values
  return Object.fromEntries(Object.entries(values).filter(([name]) => !parties.includes(name)))
}

function follow(operation: UpdateOperation, row: Row): Awaitable<undefined> {
  if (!isActivity(operation.subject)) return finish(operation, row)
  return andThen(followActivity(operation, row, false), () => finish(operation, row))
}

function finish(operation: UpdateOperation, row: Row): Awaitable<undefined> {
  operation.after = row
  if (!isAudited(operation.subject)) return inherit(operation, row)
  return andThen(writeAudit(operation, 'Update', operation.before, row), () =>
    inherit(operation, row),
  )
}

function inherit(operation: UpdateOperation, row: Row): Awaitable<undefined> {
  const { before, subject } = operation
  if (before === undefined || !hasOwners(subject)) {
    if (!isDirectory(subject)) return undefined
    return andThen(followDirectory(operation, row, before), () => undefined)
  }
  const inherited = inheritRights(operation, row, before)
  if (isPromise(inherited)) return inherited.then(() => goOn(operation, before))
  return goOn(operation, before)
}

/** To the rows below, where the owner or the business unit changes, and to the former owner. */
function goOn(operation: UpdateOperation, before: Row): Awaitable<undefined> {
  const { subject, values } = operation
  if (!('ownerid' in values) && chosenUnit(values) === undefined) return undefined
  const shared = shareWithFormerOwner(operation, before)
  if (!cascadesAssign(subject)) return andThen(shared, () => undefined)
  return andThen(shared, () => cascadeAssign(operation, before))
}

interface UpdatePlan extends PayloadPlan {
  /** Of platform tables whose rows have no owners. */
  readonly rule: ChangeRule | undefined
  readonly isDraftTable: boolean
  readonly lookups: readonly string[]
  readonly holdsFiles: boolean
  readonly holdsContent: boolean
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
      (column) =>
        column.validForUpdate && column.type !== 'File' && column.logicalName !== table.primaryId,
    ),
    rule: changeRuleOf(table.logicalName),
    isDraftTable: isDraftTable(table),
    lookups: checkedLookups(table),
    holdsFiles: [...table.columns.values()].some((column) => column.type === 'File'),
    holdsContent: holdsContent(table),
    hierarchies: table.manyToOne
      .filter((r) => r.isHierarchical && r.referencedTable === r.referencingTable)
      .map((r) => r.referencingColumn),
    hasModifiedOn: table.columns.has('modifiedon'),
    hasModifiedBy: table.columns.has('modifiedby'),
    hasModifiedOnBehalfBy: table.columns.has('modifiedonbehalfby'),
  }
})
