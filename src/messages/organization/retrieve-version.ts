import type { Message } from '../../pipeline/message.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'

/** The version of the platform whose behaviour is emulated; clients compare its first two numbers. */
// Unverified: the last two numbers, which change with every update of the service.
export const PLATFORM_VERSION = '9.2.0.0'

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrieveversion */
export const retrieveVersion: Message<'RetrieveVersion', object, { readonly Version: string }> = {
  name: 'RetrieveVersion',
  onlyReads: true,
  begin: () => ({ table: undefined, id: EMPTY_GUID }),
  run: () => ({ Version: PLATFORM_VERSION }),
  inputParameters: () => ({}),
  outputParameters: ({ response }) => ({ ...response }),
}
