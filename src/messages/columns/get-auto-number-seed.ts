import type { Message } from '../../pipeline/message.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { sequenceNamed, type SequenceParameters } from './auto-number.ts'
import type { RequestOptions } from '../requests.ts'

export interface GetAutoNumberSeedRequest extends RequestOptions, SequenceParameters {}
export interface GetAutoNumberSeedResponse {
  readonly AutoNumberSeedValue: number
}

/**
 * The number a column's sequence was started with.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/getautonumberseed
 */
export const getAutoNumberSeed: Message<
  'GetAutoNumberSeed',
  GetAutoNumberSeedRequest,
  GetAutoNumberSeedResponse
> = {
  name: 'GetAutoNumberSeed',
  onlyReads: true,
  begin(request, { catalog }) {
    sequenceNamed(catalog, request)
    return { table: undefined, id: EMPTY_GUID }
  },
  run: ({ request, runtime: { catalog, numbers } }) => ({
    AutoNumberSeedValue: numbers.seed(sequenceNamed(catalog, request)),
  }),
  inputParameters: ({ request: { EntityName, AttributeName } }) => ({ EntityName, AttributeName }),
  outputParameters: ({ response }) => ({ ...response }),
}
