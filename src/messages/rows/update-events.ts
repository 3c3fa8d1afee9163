import { perTable, type Table } from '../../metadata/table.ts'
import type { Operation } from '../../pipeline/operation.ts'
import type { Value } from '../../rows/value.ts'

type AnyOperation = Operation<unknown, unknown>
type Target = Record<string, Value | undefined>

/**
 * What an Update of certain columns is besides an Update.
 * https://learn.microsoft.com/power-apps/developer/data-platform/special-update-operation-behavior
 */

/** Columns that say where a row of a business-owned table belongs, by the message that used to change them. */
const BUSINESS_COLUMNS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  SetParent: {
    systemuser: ['parentsystemuserid'],
    team: ['businessunitid'],
    businessunit: ['parentbusinessunitid'],
  },
  SetBusiness: {
    systemuser: ['businessunitid'],
    equipment: ['businessunitid'],
  },
}

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  Assign: ['ownerid'],
  SetState: ['statecode', 'statuscode'],
}

/**
 * The first column of an Update's target that makes it a request of `message`, too; undefined: it is none.
 * As with filtering columns presence counts, not change.
 */
// Unverified: documented for workflows; that steps of the older messages run, too, and at every stage.
export function columnRaising(
  message: string,
  { subject, values }: AnyOperation,
): string | undefined {
  const columns = COLUMNS[message] ?? BUSINESS_COLUMNS[message]?.[subject.logicalName] ?? []
  return subject.isEvent(message) ? columns.find((column) => column in values) : undefined
}

/**
 * The targets of an Update that PreOperation and PostOperation see one after the other: all other columns,
 * then those of the owner where the table is business-owned, then state and status. undefined: one target.
 */
// Unverified: that the main operation runs between them, and the order of owner and state.
export function updatePasses(operation: AnyOperation): readonly Target[] | undefined {
  const { values, subject } = operation
  if (operation.leader !== undefined) return undefined
  const owner = ownerColumns(subject)
  const hasState = 'statecode' in values || 'statuscode' in values
  if (!hasState && !owner.some((column) => column in values)) return undefined
  const parts: { readonly others: string[]; readonly owner: string[]; readonly state: string[] } = {
    others: [],
    owner: [],
    state: [],
  }
  const always: string[] = []
  for (const column in values) {
    if (column === subject.primaryId || STAMPS.has(column)) always.push(column)
    else if (column === 'statecode' || column === 'statuscode') parts.state.push(column)
    else if (owner.includes(column)) parts.owner.push(column)
    else parts.others.push(column)
  }
  const filled = [parts.others, parts.owner, parts.state].filter((columns) => columns.length > 0)
  if (filled.length < 2) return undefined
  return filled.map((columns) => targetOf(values, [...always, ...columns]))
}

const STAMPS: ReadonlySet<string> = new Set(['modifiedon', 'modifiedby', 'modifiedonbehalfby'])

const ownerColumns = perTable(({ logicalName }: Table): readonly string[] =>
  Object.values(BUSINESS_COLUMNS).flatMap((tables) => tables[logicalName] ?? []),
)

function targetOf(values: Target, columns: readonly string[]): Target {
  const target: Target = {}
  for (const column of columns) target[column] = values[column]
  return target
}
