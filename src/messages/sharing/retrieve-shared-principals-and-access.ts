import { masksIn, sharesOf } from '../../cascade/shares.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Row } from '../../rows/value.ts'
import { rightsIn } from '../../pipeline/access-rights.ts'
import { reference, rowOf } from '../parameters.ts'
import type {
  PrincipalAccess,
  RetrieveSharedPrincipalsAndAccessRequest,
  RetrieveSharedPrincipalsAndAccessResponse,
} from '../requests.ts'
import { existing, sharedRow, sharesIn } from './sharing.ts'

/**
 * With whom a row is shared, and with which rights.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrievesharedprincipalsandaccess
 */
export const retrieveSharedPrincipalsAndAccess: Message<
  'RetrieveSharedPrincipalsAndAccess',
  RetrieveSharedPrincipalsAndAccessRequest,
  RetrieveSharedPrincipalsAndAccessResponse
> = {
  name: 'RetrieveSharedPrincipalsAndAccess',
  onlyReads: true,

  begin: ({ Target }, { catalog }) =>
    sharedRow(Target, catalog.table(rowOf(Target).table), 'RetrieveSharedPrincipalsAndAccess'),

  async run(operation) {
    const { subject, id } = operation
    await existing(operation, { table: subject.logicalName, id })
    const shares = await sharesOf(sharesIn(operation), id)
    return { PrincipalAccesses: shares.map(accessIn) }
  },

  inputParameters: ({ request }) => ({ Target: reference(rowOf(request.Target)) }),
  outputParameters: ({ response }) => ({ PrincipalAccesses: response?.PrincipalAccesses ?? [] }),
}

function accessIn(share: Row): PrincipalAccess {
  const { own, inherited } = masksIn(share)
  return {
    Principal: {
      table: share['principaltypecode'] as string,
      id: share['principalid'] as string,
    },
    AccessMask: rightsIn(own | inherited),
  }
}
