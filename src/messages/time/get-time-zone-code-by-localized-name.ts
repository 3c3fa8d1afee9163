import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Message } from '../../pipeline/message.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { TIME_ZONES } from '../../time/zones.ts'
import type { RequestOptions } from '../requests.ts'

export interface GetTimeZoneCodeByLocalizedNameRequest extends RequestOptions {
  /** `Pacific Standard Time`, or for summer `Pacific Daylight Time`. */
  readonly LocalizedStandardName: string
  /** Names are English here, whatever the locale. */
  readonly LocaleId: number
}
export interface GetTimeZoneCodeByLocalizedNameResponse {
  readonly TimeZoneCode: number
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/gettimezonecodebylocalizedname */
export const getTimeZoneCodeByLocalizedName: Message<
  'GetTimeZoneCodeByLocalizedName',
  GetTimeZoneCodeByLocalizedNameRequest,
  GetTimeZoneCodeByLocalizedNameResponse
> = {
  name: 'GetTimeZoneCodeByLocalizedName',
  onlyReads: true,
  begin: () => ({ table: undefined, id: EMPTY_GUID }),
  run({ request: { LocalizedStandardName } }) {
    const name = String(LocalizedStandardName).toLowerCase()
    const zone = TIME_ZONES.find(
      ({ standardName, daylightName }) =>
        standardName.toLowerCase() === name || daylightName.toLowerCase() === name,
    )
    if (zone !== undefined) return { TimeZoneCode: zone.code }
    // Unverified: the code of a name nobody knows.
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `No time zone is called '${LocalizedStandardName}'; one, for example, is 'Pacific Standard Time'.`,
    )
  },
  inputParameters: ({ request: { LocalizedStandardName, LocaleId } }) => ({
    LocalizedStandardName,
    LocaleId,
  }),
  outputParameters: ({ response }) => ({ ...response }),
}
