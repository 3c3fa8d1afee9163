import { isActive } from '../../cascade/active.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { OneToMany, Table } from '../../metadata/table.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { actingAs } from '../../pipeline/runtime.ts'
import { isRowRef, type Row, type RowRef, type Value } from '../../rows/value.ts'
import { POINTER_TABLE } from '../activities/activity.ts'
import { assertOffered, idOf, rowNotFound, storedId } from '../not-found.ts'
import { columnsOf, reference, rowOf } from '../parameters.ts'
import type { MergeRequest } from '../requests.ts'

type MergeOperation = Operation<MergeRequest, undefined>

/** The tables that can be merged, and the lookup that says what a row belongs to. */
const PARENT_COLUMNS: Readonly<Record<string, string>> = {
  account: 'parentaccountid',
  contact: 'parentcustomerid',
  lead: 'parentaccountid',
  incident: 'parentcaseid',
}

export function isMerged(table: string): boolean {
  return Object.hasOwn(PARENT_COLUMNS, table)
}

/**
 * Puts one row in the place of another of its kind: takes columns over, re-points the rows that refer to the
 * other one, and deactivates it. All but the last are Updates of their own, with their steps.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/merge-entity-using-web-api
 */
export const merge: Message<'Merge', MergeRequest, undefined> = {
  name: 'Merge',
  images: { pre: true, post: true, properties: ['Target', 'SubordinateId'] },

  begin({ Target, Subordinate }, { catalog }) {
    const target = rowOf(Target)
    const subordinate = rowOf(Subordinate)
    const table = catalog.table(target.table)
    assertOffered(table, 'Merge')
    if (!isMerged(table.logicalName)) {
      throw new DataverseError(
        'MESSAGE_NOT_OFFERED',
        `The method being invoked does not support provided entity type: rows of ${table.logicalName} are not merged.`,
      )
    }
    if (subordinate.table !== target.table) {
      throw new DataverseError(
        'INVALID_ARGUMENT',
        `Merge puts a row in the place of another one of its table; these are of ${target.table} and ${subordinate.table}.`,
      )
    }
    const id = idOf(table, target.id, 'Merge')
    if (idOf(table, subordinate.id, 'Merge') === id) {
      throw new DataverseError(
        'MERGE_IDENTICAL',
        'Merge cannot be performed on master and sub-entities that are identical.',
      )
    }
    return { table, id }
  },

  /** Whether there is such a row is for `check` to say. */
  async readOther(operation) {
    const { subject, reader, request } = operation
    const before = await reader.get(subject, idOf(subject, rowOf(request.Subordinate).id, 'Merge'))
    if (before !== undefined) operation.other = { before }
  },

  async check(operation) {
    const { before, subject, id, request } = operation
    if (before === undefined) throw rowNotFound(subject.logicalName, id)
    const subordinate = await subordinateOf(operation)
    operation.other = { before: subordinate }
    for (const row of [before, subordinate]) {
      if (!isActive(subject, row)) {
        throw new DataverseError(
          'MERGE_INACTIVE',
          'Merge cannot be performed on entity that is inactive.',
        )
      }
    }
    await assertNoCycle(operation, before)
    if (request.PerformParentingChecks) assertSameParent(subject, before, subordinate)
  },

  async run(operation) {
    const { subject, id, tx } = operation
    const subordinate = await subordinateOf(operation)
    await takeOver(operation)
    for (const relationship of subject.oneToMany) {
      if (relationship.cascade?.merge === 'Cascade') await repoint(operation, relationship)
    }
    await giveUp(operation, subordinate)
    operation.after = await tx.get(subject, id)
    operation.other = {
      before: operation.other?.before ?? subordinate,
      after: await tx.get(subject, storedId(subject, subordinate)),
    }
    return undefined
  },

  inputParameters: ({ request }) => ({
    Target: reference(rowOf(request.Target)),
    SubordinateId: rowOf(request.Subordinate).id,
    UpdateContent: {
      LogicalName: rowOf(request.Target).table,
      Id: '',
      Attributes: { ...columnsOf(request.UpdateContent ?? {}) },
    },
    PerformParentingChecks: request.PerformParentingChecks,
  }),
}

async function subordinateOf({ subject, reader, request }: MergeOperation): Promise<Row> {
  const id = idOf(subject, rowOf(request.Subordinate).id, 'Merge')
  const row = await reader.get(subject, id)
  if (row === undefined) throw rowNotFound(subject.logicalName, id)
  return row
}

/** The target must not be below the subordinate: what is re-pointed would make it its own ancestor. */
async function assertNoCycle(
  { subject, reader, request }: MergeOperation,
  target: Row,
): Promise<void> {
  const subordinate = rowOf(request.Subordinate).id.toLowerCase()
  for (const { referencedTable, referencingColumn, isHierarchical, cascade } of subject.manyToOne) {
    if (!isHierarchical || referencedTable !== subject.logicalName) continue
    if (cascade?.merge !== 'Cascade') continue
    const seen = new Set<string>()
    let above: Value | undefined = target[referencingColumn]
    while (isRowRef(above) && !seen.has(above.id)) {
      if (above.id === subordinate) {
        throw new DataverseError('MERGE_CYCLE', 'Merge could create cyclical parenting.')
      }
      seen.add(above.id)
      above = (await reader.get(subject, above.id))?.[referencingColumn]
    }
  }
}

// Unverified: which column counts as the parent of a lead and of a case.
function assertSameParent(table: Table, target: Row, subordinate: Row): void {
  const column = PARENT_COLUMNS[table.logicalName] ?? ''
  const [kept, lost] = [parentIn(target[column]), parentIn(subordinate[column])]
  if (kept === lost) return
  throw kept === undefined
    ? new DataverseError('MERGE_PARENT_LOST', 'Merge warning: sub-entity might lose parenting')
    : new DataverseError(
        'MERGE_PARENTS_DIFFER',
        'Merge warning: sub-entity will be differently parented.',
      )
}

function parentIn(value: Value | undefined): string | undefined {
  return isRowRef(value) ? value.id : undefined
}

/** Cases keep what they have. */
async function takeOver(operation: MergeOperation): Promise<void> {
  const { request, subject, id } = operation
  const values = columnsOf(request.UpdateContent ?? {})
  if (subject.logicalName === 'incident' || Object.keys(values).length === 0) return
  await operation.execute('Update', { table: subject.logicalName, id, values })
}

/** Each row is an Update of its own, as in every cascade: by SYSTEM, but for the rows below a case. */
async function repoint(operation: MergeOperation, relationship: OneToMany): Promise<void> {
  const { request, subject, id, tx, runtime } = operation
  const { referencingTable, referencingColumn } = relationship
  const subordinate = rowOf(request.Subordinate)
  const table = runtime.catalog.find(referencingTable)
  // Documents tell of relationships to tables that are not there; rows of activitypointer follow their activities.
  if (table === undefined || referencingTable === POINTER_TABLE) return
  const target: RowRef = { table: subject.logicalName, id }
  const { systemUserId } = runtime.organization
  const as =
    subject.logicalName === 'incident' ? {} : { caller: actingAs(systemUserId, operation.caller) }
  for (const row of await tx.related(table, referencingColumn, subordinate.id.toLowerCase())) {
    const ref = row[referencingColumn]
    if (!isRowRef(ref) || ref.table !== subject.logicalName) continue
    const values = { [referencingColumn]: target }
    if (table.columns.get(referencingColumn)?.validForUpdate === true) {
      const rowId = storedId(table, row)
      await operation.execute('Update', { table: referencingTable, id: rowId, values }, as)
    } else {
      // What no client may update has no Update either.
      await tx.patch(table, row, values)
    }
  }
}

/** Inactive, with a note of what it was merged into. */
// Unverified: that this is an Update of the subordinate, with its steps.
async function giveUp(operation: MergeOperation, subordinate: Row): Promise<void> {
  const { subject, id, tx } = operation
  const subordinateId = storedId(subject, subordinate)
  await operation.execute('Update', {
    table: subject.logicalName,
    id: subordinateId,
    values: { statecode: inactiveState(subject) },
  })
  const row = await tx.get(subject, subordinateId)
  if (row === undefined) throw rowNotFound(subject.logicalName, subordinateId)
  const marks: Record<string, Value> = {}
  if (subject.columns.has('merged')) marks['merged'] = true
  if (subject.columns.has('masterid')) marks['masterid'] = { table: subject.logicalName, id }
  await tx.patch(subject, row, marks)
}

/** Leads and cases have two states that are not active: the last one, disqualified or cancelled, is meant. */
function inactiveState(table: Table): number {
  const column = table.columns.get('statecode')
  const states = column?.type === 'State' ? column.options.map((option) => option.value) : []
  return states.at(-1) ?? 1
}
