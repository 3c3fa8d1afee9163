import { DataverseError } from '../../errors/dataverse-error.ts'
import type { StateColumn } from '../../metadata/column.ts'
import type { Message } from '../../pipeline/message.ts'
import { assertOffered, idOf, rowNotFound } from '../not-found.ts'
import { reference, rowOf } from '../parameters.ts'
import type { IsValidStateTransitionRequest, IsValidStateTransitionResponse } from '../requests.ts'
import { isTransitionAllowed } from '../columns/state.ts'

/**
 * Whether a row may take a state and status: both exist, belong together, and the row's own status may become it
 * where the table enforces transitions. It is no event.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/isvalidstatetransition
 */
export const isValidStateTransition: Message<
  'IsValidStateTransition',
  IsValidStateTransitionRequest,
  IsValidStateTransitionResponse
> = {
  name: 'IsValidStateTransition',
  onlyReads: true,

  begin({ Entity }, { catalog }) {
    const row = rowOf(Entity)
    const table = catalog.table(row.table)
    assertOffered(table, 'IsValidStateTransition')
    return { table, id: idOf(table, row.id, 'IsValidStateTransition') }
  },

  async run({ subject, id, reader, request }) {
    const row = await reader.get(subject, id)
    if (row === undefined) throw rowNotFound(subject.logicalName, id)
    const state = subject.columns.get('statecode')
    const status = subject.columns.get('statuscode')
    if (state?.type !== 'State' || status?.type !== 'Status') {
      throw new DataverseError('STATE_MISSING', `${subject.logicalName} has no state code.`)
    }
    const wanted = stateNamed(state, request.NewState)
    const option = status.options.find(({ value }) => value === request.NewStatus)
    const fits = wanted !== undefined && option?.state === wanted
    return { IsValid: fits && isTransitionAllowed(subject, row['statuscode'], request.NewStatus) }
  },

  inputParameters: ({ request }) => ({
    Entity: reference(rowOf(request.Entity)),
    NewState: request.NewState,
    NewStatus: request.NewStatus,
  }),
  outputParameters: ({ response }) => ({ IsValid: response?.IsValid ?? false }),
}

function stateNamed(column: StateColumn, state: number | string): number | undefined {
  return column.options.find(
    ({ value, label, invariantName }) =>
      value === state || String(value) === state || invariantName === state || label === state,
  )?.value
}
