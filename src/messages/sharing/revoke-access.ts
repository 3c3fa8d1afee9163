import type { Message } from '../../pipeline/message.ts'
import { reference, rowOf } from '../parameters.ts'
import type { RevokeAccessRequest } from '../requests.ts'
import { assertNoSystemTeam, beginSharing, existing, setShare } from './sharing.ts'

/**
 * Takes back all rights that a user or team was given on a row; what comes down from rows above stays.
 * https://learn.microsoft.com/power-apps/developer/data-platform/security-sharing-assigning
 */
export const revokeAccess: Message<'RevokeAccess', RevokeAccessRequest, undefined> = {
  name: 'RevokeAccess',

  begin: ({ Target, Revokee }, runtime) => beginSharing(Target, Revokee, runtime, 'RevokeAccess'),

  async check(operation) {
    const { subject, id, request } = operation
    await existing(operation, { table: subject.logicalName, id })
    assertNoSystemTeam(await existing(operation, rowOf(request.Revokee)))
  },

  async run(operation) {
    const principal = rowOf(operation.request.Revokee)
    await setShare(operation, { action: 'unshare', principal, own: 0, gained: 0 })
    return undefined
  },

  inputParameters: ({ request }) => ({
    Target: reference(rowOf(request.Target)),
    Revokee: reference(rowOf(request.Revokee)),
  }),
}
