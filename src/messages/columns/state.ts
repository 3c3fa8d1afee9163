import { DataverseError } from '../../errors/dataverse-error.ts'
import type { StateColumn, StateOption, StatusColumn, StatusOption } from '../../metadata/column.ts'
import { perTable, type Table } from '../../metadata/table.ts'
import type { Row, Value } from '../../rows/value.ts'

interface StateModel {
  readonly state: StateColumn
  readonly status: StatusColumn | undefined
  readonly initial: StateOption | undefined
  /** The statuses each status may become, where the table enforces them. */
  readonly transitions: ReadonlyMap<number, ReadonlySet<number>> | undefined
}

/** The state model of a table, or null where it has none. */
const stateModel = perTable((table: Table): StateModel | null => {
  const state = table.columns.get('statecode')
  if (state?.type !== 'State') return null
  const status = table.columns.get('statuscode')
  return {
    state,
    status: status?.type === 'Status' ? status : undefined,
    initial: optionOf(state, state.defaultValue ?? 0) ?? state.options[0],
    transitions:
      status?.type === 'Status' && table.definition.enforcesStateTransitions === true
        ? new Map(status.options.map((option) => [option.value, targetsOf(option)]))
        : undefined,
  }
})

/** A status without an entry leads nowhere. */
function targetsOf({ value, transitionData = '' }: StatusOption): ReadonlySet<number> {
  const entries = transitionData.match(/<allowedtransition\s[^>]*>/g) ?? []
  return new Set(
    entries.flatMap((entry) => {
      const source = /sourcestatusid="(-?\d+)"/.exec(entry)?.[1]
      const to = /tostatusid="(-?\d+)"/.exec(entry)?.[1]
      return to !== undefined && (source === undefined || Number(source) === value)
        ? [Number(to)]
        : []
    }),
  )
}

/** Whether a row of status `from` may get status `to`; where nothing is enforced it may. */
export function isTransitionAllowed(table: Table, from: Value | undefined, to: Value): boolean {
  const transitions = stateModel(table)?.transitions
  if (transitions === undefined || from === to) return true
  return (
    typeof from !== 'number' || typeof to !== 'number' || transitions.get(from)?.has(to) === true
  )
}

/**
 * Fills `statecode` and `statuscode` of a new row and refuses a pair that does not fit.
 * https://learn.microsoft.com/power-apps/developer/data-platform/define-custom-state-model-transitions
 */
export function setInitialState(table: Table, values: Record<string, Value | undefined>): void {
  const model = stateModel(table)
  if (model === null) return
  const state = stateOf(values['statecode']) ?? model.initial?.value
  if (state === undefined) return
  values['statecode'] = state
  if (model.status === undefined) return
  const status = values['statuscode']
  if (status === undefined || status === null) {
    values['statuscode'] = initialStatus(model, state)
  } else {
    assertPair(table, model, state, status)
  }
}

/** A state that changes alone takes its default status with it; a status must belong to the row's state. */
export function setChangedState(
  table: Table,
  row: Row,
  values: Record<string, Value | undefined>,
): void {
  if (!('statecode' in values) && !('statuscode' in values)) return
  const model = stateModel(table)
  if (model?.status === undefined) return
  const state = stateOf(values['statecode']) ?? stateOf(row['statecode'])
  if (state === undefined) return
  const status = values['statuscode']
  if (status === undefined || status === null) {
    values['statuscode'] = initialStatus(model, state)
  } else {
    assertPair(table, model, state, status, row)
  }
  if (model.transitions !== undefined) assertTransition(table, model, row, values['statuscode'])
}

// Unverified: the code and the text; those of cases (0x8004f854 to 0x8004f858) are not told apart.
function assertTransition(
  table: Table,
  { status }: StateModel,
  row: Row,
  to: Value | undefined,
): void {
  const from = row['statuscode']
  if (to === undefined || isTransitionAllowed(table, from, to)) return
  const label = (value: Value | undefined) =>
    status?.options.find((option) => option.value === value)?.label ??
    (typeof value === 'number' ? String(value) : 'nothing')
  throw new DataverseError(
    'STATUS_TRANSITION_REFUSED',
    `The status of ${table.logicalName} with Id ${row[table.primaryId] as string} can't change from ${label(from)} to ${label(to)} because of the status transition rules.`,
  )
}

function initialStatus(model: StateModel, state: number): Value {
  const { defaultStatus } = optionOf(model.state, state) ?? {}
  if (defaultStatus !== undefined && defaultStatus !== null) return defaultStatus
  const ofState = model.status?.options.filter((status) => status.state === state) ?? []
  const preferred = ofState.find((status) => status.value === model.status?.defaultValue)
  return (preferred ?? ofState[0])?.value ?? null
}

function assertPair(
  table: Table,
  model: StateModel,
  state: number,
  status: Value,
  row?: Row,
): void {
  const option = model.status?.options.find((candidate) => candidate.value === status)
  if (option === undefined || option.state === state) return
  const stateOption = optionOf(model.state, state)
  const stateName = stateOption?.invariantName ?? stateOption?.label ?? String(state)
  const where = row === undefined ? '' : ` with Id ${row[table.primaryId] as string}.`
  throw new DataverseError(
    'STATUS_INVALID_FOR_STATE',
    `${status as number} is not a valid status code for state code ${table.definition.schemaName}State.${stateName} on ${table.logicalName}${where}`,
  )
}

function optionOf(column: StateColumn, value: number): StateOption | undefined {
  return column.options.find((option) => option.value === value)
}

function stateOf(value: Value | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}
