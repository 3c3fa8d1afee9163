import type { ErrorCode } from '../errors/codes.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { CustomMessageDefinition } from '../messages/custom/custom-message.ts'
import type { Step } from '../pipeline/step.ts'
import { nearestName } from './nearest-name.ts'

/** What is asked about tables; a Catalog answers. */
export interface TableLookup {
  readonly names: readonly string[]
  find(table: string):
    | {
        readonly columns: ReadonlyMap<string, unknown>
        isEvent(message: string): boolean
      }
    | undefined
  findRelationship(schemaName: string): unknown
}

/**
 * Holds steps against the organization's tables: every name they were registered with is one it has.
 * @throws TABLE_UNKNOWN, STEP_COLUMN_UNKNOWN, STEP_NOT_ALLOWED, RELATIONSHIP_UNKNOWN
 */
export function checkSteps(
  steps: readonly Step[],
  tables: TableLookup,
  customMessages: ReadonlyMap<string, CustomMessageDefinition> = new Map(),
): void {
  for (const step of steps) {
    assertEvent(step, customMessages)
    if (step.relationship !== undefined) assertRelationship(step, step.relationship, tables)
    if (step.table !== null) assertTable(step, step.table, tables, customMessages)
  }
}

function assertRelationship(step: Step, relationship: string, tables: TableLookup): void {
  if (tables.findRelationship(relationship) !== undefined) return
  refuse(
    'RELATIONSHIP_UNKNOWN',
    `${step.name} is registered on '${relationship}'; there is no such relationship.`,
  )
}

/** Messages that are no events, whatever a table's documents say. */
// https://learn.microsoft.com/power-apps/developer/data-platform/event-framework
export const NO_EVENTS: ReadonlySet<string> = new Set([
  'Execute',
  'ExecuteMultiple',
  'ExecuteTransaction',
  'IsValidStateTransition',
  'RemoveRelated',
  'SetRelated',
  'SetStateDynamicEntity',
  'Upsert',
  'UpsertMultiple',
])

function assertEvent(
  step: Step,
  customMessages: ReadonlyMap<string, CustomMessageDefinition>,
): void {
  const { name, message, mode } = step
  if (NO_EVENTS.has(message)) {
    refuse('STEP_NOT_ALLOWED', `${name} is registered on ${message}, which takes no steps.`)
  }
  const custom = customMessages.get(message)
  if (custom === undefined) {
    if (!message.includes('_')) return
    refuse('MESSAGE_UNKNOWN', `${name} is registered on ${message}; there is no such message.`)
  }
  if (custom.steps === 'None' || (custom.steps === 'AsyncOnly' && mode === 'sync')) {
    refuse(
      'STEP_NOT_ALLOWED',
      `${name} is registered on ${message}, which takes ${custom.steps === 'None' ? 'no' : 'only asynchronous'} steps.`,
    )
  }
  if (step.table !== null && step.table !== custom.table) {
    refuse(
      'STEP_NOT_ALLOWED',
      `${name} is registered on ${message} of ${step.table}; the message is bound to ${custom.table ?? 'no table'}.`,
    )
  }
}

/**
 * Addresses are changed with the rows they belong to.
 * https://learn.microsoft.com/power-apps/developer/data-platform/register-plug-in
 */
const ADDRESSES_OF: Readonly<Record<string, string>> = {
  customeraddress: 'account or contact',
  leadaddress: 'lead',
  competitoraddress: 'competitor',
  publisheraddress: 'publisher',
}

function assertTable(
  step: Step,
  table: string,
  tables: TableLookup,
  customMessages: ReadonlyMap<string, CustomMessageDefinition>,
): void {
  const known = tables.find(table)
  if (known === undefined) {
    const nearest = nearestName(table, tables.names)
    refuse(
      'TABLE_UNKNOWN',
      `${step.name} is registered on '${table}'; ${nearest === undefined ? 'there is no such table' : `there is '${nearest}'`}.`,
    )
  }
  const parents = ADDRESSES_OF[table]
  if (parents !== undefined) {
    refuse(
      'STEP_NOT_ALLOWED',
      `${step.name} is registered on ${table}, whose rows are part of others; register it on ${parents}.`,
    )
  }
  if (!customMessages.has(step.message) && !known.isEvent(step.message)) {
    refuse(
      'STEP_NOT_ALLOWED',
      `${step.name} is registered on ${step.message} of ${table}; ${table} takes no steps on it.`,
    )
  }
  for (const [column, use] of columnsNamed(step)) {
    if (known.columns.has(column)) continue
    const nearest = nearestName(column, known.columns.keys())
    refuse(
      'STEP_COLUMN_UNKNOWN',
      `${step.name} ${use} '${column}'; ${table} has ${nearest === undefined ? 'no such column' : `'${nearest}'`}.`,
    )
  }
}

/** Every column a step names, with what it is named for. */
function* columnsNamed(step: Step): Generator<readonly [column: string, use: string]> {
  for (const column of step.columns ?? []) yield [column, 'filters on']
  for (const column of step.writes) yield [column, 'writes']
  for (const { columns } of step.preImages) {
    if (columns !== 'all') for (const column of columns) yield [column, 'has a pre-image with']
  }
  for (const { columns } of step.postImages) {
    if (columns !== 'all') for (const column of columns) yield [column, 'has a post-image with']
  }
}

function refuse(code: ErrorCode, message: string): never {
  throw new DataverseError(code, message)
}
