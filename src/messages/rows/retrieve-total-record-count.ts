import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { inSequence, settled, type Sequence } from '../../rows/sequence.ts'
import { dictionaryOf, type Dictionary } from '../dictionary.ts'
import type { RetrieveTotalRecordCountRequest } from '../requests.ts'

const NAME = 'RetrieveTotalRecordCount'

export interface RetrieveTotalRecordCountResponse {
  readonly EntityRecordCountCollection: Dictionary<number>
}

/**
 * How many rows tables have, without the limit of counting queries. The platform answers from a count at most
 * 24 hours old; here it is the present one.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrievetotalrecordcount
 */
export const retrieveTotalRecordCount: Message<
  typeof NAME,
  RetrieveTotalRecordCountRequest,
  RetrieveTotalRecordCountResponse
> = {
  name: NAME,
  onlyReads: true,

  begin({ EntityNames }, { catalog }) {
    if (!Array.isArray(EntityNames)) {
      throw new DataverseError('INVALID_ARGUMENT', `${NAME} needs the list EntityNames.`)
    }
    for (const name of EntityNames) catalog.table(String(name))
    return { table: undefined, id: EMPTY_GUID }
  },

  run: (operation) => inSequence(counts(operation)),

  inputParameters: ({ request }) => ({ EntityNames: request.EntityNames }),
  outputParameters: ({ response }) => ({ ...response }),
}

function* counts({
  request,
  runtime,
  reader,
}: Operation<
  RetrieveTotalRecordCountRequest,
  RetrieveTotalRecordCountResponse
>): Sequence<RetrieveTotalRecordCountResponse> {
  const entries: [string, number][] = []
  for (const name of new Set(request.EntityNames)) {
    entries.push([name, yield* settled(reader.count(runtime.catalog.table(name)))])
  }
  return { EntityRecordCountCollection: dictionaryOf(entries) }
}
