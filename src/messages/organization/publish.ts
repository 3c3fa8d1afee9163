import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Message } from '../../pipeline/message.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import type { RequestOptions } from '../requests.ts'

export interface PublishXmlRequest extends RequestOptions {
  /** Which components; all of them are published at any time. */
  readonly ParameterXml: string
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/publishxml */
export const publishXml = publishing<'PublishXml', PublishXmlRequest>(
  'PublishXml',
  ({ ParameterXml }) => {
    if (typeof ParameterXml === 'string' && ParameterXml !== '') return
    throw new DataverseError('INVALID_ARGUMENT', "PublishXml needs the parameter 'ParameterXml'.")
  },
)

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/publishallxml */
export const publishAllXml = publishing<'PublishAllXml', RequestOptions>('PublishAllXml')

/** What is changed in an organization here is published with the change: nothing is left to do. */
function publishing<Name extends string, Request extends object>(
  name: Name,
  check: (request: Request) => void = () => undefined,
): Message<Name, Request, undefined> {
  return {
    name,
    onlyReads: true,
    begin(request) {
      check(request)
      return { table: undefined, id: EMPTY_GUID }
    },
    run: () => undefined,
    inputParameters: ({ request }) => Object.fromEntries(Object.entries(request)),
  }
}
