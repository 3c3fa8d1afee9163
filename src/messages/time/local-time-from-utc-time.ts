import type { Message } from '../../pipeline/message.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { localTimeFromUtc } from '../../time/local-time.ts'
import type { RequestOptions } from '../requests.ts'
import { instantIn, localTimeText } from './time-parameter.ts'

export interface LocalTimeFromUtcTimeRequest extends RequestOptions {
  readonly TimeZoneCode: number
  /** A Date, or ISO 8601 text. */
  readonly UtcTime: string | Date
}
export interface LocalTimeFromUtcTimeResponse {
  /** What the clock there shows; the Z, as in every date and time without a zone, means nothing. */
  readonly LocalTime: string
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/localtimefromutctime */
export const localTimeFromUtcTime: Message<
  'LocalTimeFromUtcTime',
  LocalTimeFromUtcTimeRequest,
  LocalTimeFromUtcTimeResponse
> = {
  name: 'LocalTimeFromUtcTime',
  onlyReads: true,
  begin: () => ({ table: undefined, id: EMPTY_GUID }),
  run({ request: { TimeZoneCode, UtcTime } }) {
    const local = localTimeFromUtc(instantIn('UtcTime', UtcTime), TimeZoneCode)
    return { LocalTime: `${localTimeText(local)}Z` }
  },
  inputParameters: ({ request: { TimeZoneCode, UtcTime } }) => ({ TimeZoneCode, UtcTime }),
  outputParameters: ({ response }) => ({ ...response }),
}
