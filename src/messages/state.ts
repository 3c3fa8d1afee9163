import { DataverseError } from '../errors/dataverse-error.ts'
import type { StateColumn, StateOption, StatusColumn } from '../metadata/column.ts'
import { perTable, type Table } from '../metadata/table.ts'
import type { Row, Value } from '../rows/value.ts'

interface StateModel {
  readonly state: StateColumn
  readonly status: StatusColumn | undefined
  readonly initial: StateOption | undefined
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
  }
})

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
  const where = row === undefined ? '' : ` with Id ${row[table.primaryId] as string}`
  throw new DataverseError(
    'STATUS_INVALID_FOR_STATE',
    `${status as number} is not a valid status code for state code ${table.definition.schemaName}State.${stateName} on ${table.logicalName}${where}.`,
  )
}

function optionOf(column: StateColumn, value: number): StateOption | undefined {
  return column.options.find((option) => option.value === value)
}

function stateOf(value: Value | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}
