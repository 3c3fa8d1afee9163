import type { Message } from '../../pipeline/message.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { inSequence, settled, type Sequence } from '../../rows/sequence.ts'

const ENGLISH = 1033

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrieveprovisionedlanguages */
export const retrieveProvisionedLanguages = languages('RetrieveProvisionedLanguages', (ids) => ({
  RetrieveProvisionedLanguages: ids,
}))

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrieveavailablelanguages */
export const retrieveAvailableLanguages = languages('RetrieveAvailableLanguages', (ids) => ({
  LocaleIds: ids,
}))

/** An organization speaks its base language and no other: there are no language packs here. */
function languages<Name extends string, Response extends object>(
  name: Name,
  answer: (ids: readonly number[]) => Response,
): Message<Name, object, Response> {
  return {
    name,
    onlyReads: true,
    begin: () => ({ table: undefined, id: EMPTY_GUID }),
    run: (operation) => inSequence(baseLanguage(operation, answer)),
    inputParameters: () => ({}),
    outputParameters: ({ response }) => ({ ...response }),
  }
}

function* baseLanguage<Response>(
  { runtime, reader }: AnyOperation,
  answer: (ids: readonly number[]) => Response,
): Sequence<Response> {
  const { catalog, organization } = runtime
  const row = yield* settled(reader.get(catalog.table('organization'), organization.id))
  const code = row?.['languagecode']
  return answer([typeof code === 'number' ? code : ENGLISH])
}
