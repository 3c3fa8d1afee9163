import type { Message } from '../../pipeline/message.ts'
import type { EntityCollection } from '../../pipeline/execution-context.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import type { RequestOptions } from '../requests.ts'
import { textOf } from '../../rows/value.ts'

export interface GetAllTimeZonesWithDisplayNameRequest extends RequestOptions {
  /** Names are English here, whatever the locale. */
  readonly LocaleId: number
}
export interface GetAllTimeZonesWithDisplayNameResponse {
  readonly EntityCollection: EntityCollection
}

const TABLE = 'timezonedefinition'

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/getalltimezoneswithdisplayname */
export const getAllTimeZonesWithDisplayName: Message<
  'GetAllTimeZonesWithDisplayName',
  GetAllTimeZonesWithDisplayNameRequest,
  GetAllTimeZonesWithDisplayNameResponse
> = {
  name: 'GetAllTimeZonesWithDisplayName',
  onlyReads: true,
  begin: () => ({ table: undefined, id: EMPTY_GUID }),
  async run({ reader }) {
    const columns = ['timezonedefinitionid', 'timezonecode', 'userinterfacename'] as const
    const { rows } = await reader.select({ table: TABLE, columns })
    const Entities = rows.map((row) => ({
      LogicalName: TABLE,
      Id: textOf(row['timezonedefinitionid']),
      Attributes: row,
    }))
    return { EntityCollection: { EntityName: TABLE, Entities } }
  },
  inputParameters: ({ request: { LocaleId } }) => ({ LocaleId }),
  outputParameters: ({ response }) => ({ ...response }),
}
