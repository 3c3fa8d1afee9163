import type { Message } from '../../pipeline/message.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { utcFromLocalTime } from '../../time/local-time.ts'
import type { RequestOptions } from '../requests.ts'
import { localTimeIn, utcText } from './time-parameter.ts'

export interface UtcTimeFromLocalTimeRequest extends RequestOptions {
  readonly TimeZoneCode: number
  /** What the clock there shows. Of a Date: its digits in UTC. */
  readonly LocalTime: string | Date
}
export interface UtcTimeFromLocalTimeResponse {
  readonly UtcTime: string
}

/** https://learn.microsoft.com/dotnet/api/microsoft.crm.sdk.messages.utctimefromlocaltimerequest */
export const utcTimeFromLocalTime: Message<
  'UtcTimeFromLocalTime',
  UtcTimeFromLocalTimeRequest,
  UtcTimeFromLocalTimeResponse
> = {
  name: 'UtcTimeFromLocalTime',
  onlyReads: true,
  begin: () => ({ table: undefined, id: EMPTY_GUID }),
  run({ request: { TimeZoneCode, LocalTime } }) {
    const utc = utcFromLocalTime(localTimeIn('LocalTime', LocalTime), TimeZoneCode)
    return { UtcTime: utcText(utc) }
  },
  inputParameters: ({ request: { TimeZoneCode, LocalTime } }) => ({ TimeZoneCode, LocalTime }),
  outputParameters: ({ response }) => ({ ...response }),
}
