import type { Message } from '../../pipeline/message.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { sequenceNamed, type SequenceParameters } from './auto-number.ts'
import type { RequestOptions } from '../requests.ts'

export interface GetNextAutoNumberValueRequest extends RequestOptions, SequenceParameters {}
export interface GetNextAutoNumberValueResponse {
  readonly NextAutoNumberValue: number
}

/**
 * The number the next row of a column's sequence will get; it is not drawn.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/getnextautonumbervalue
 */
export const getNextAutoNumberValue: Message<
  'GetNextAutoNumberValue',
  GetNextAutoNumberValueRequest,
  GetNextAutoNumberValueResponse
> = {
  name: 'GetNextAutoNumberValue',
  onlyReads: true,
  begin(request, { catalog }) {
    sequenceNamed(catalog, request)
    return { table: undefined, id: EMPTY_GUID }
  },
  run: ({ request, runtime: { catalog, numbers } }) => ({
    NextAutoNumberValue: numbers.peek(sequenceNamed(catalog, request)),
  }),
  inputParameters: ({ request: { EntityName, AttributeName } }) => ({ EntityName, AttributeName }),
  outputParameters: ({ response }) => ({ ...response }),
}
