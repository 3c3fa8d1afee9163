import type { Message } from '../pipeline/message.ts'
import { reference, rowOf } from './parameters.ts'
import type { RevokeAccessRequest } from './requests.ts'
import { beginSharing, existing, masksOf, setShare } from './sharing.ts'

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
    await existing(operation, rowOf(request.Revokee))
  },

  async run(operation) {
    const revokee = rowOf(operation.request.Revokee)
    const present = await masksOf(operation, revokee.id)
    await setShare(operation, revokee, { ...present, own: 0 })
    return undefined
  },

  inputParameters: ({ request }) => ({
    Target: reference(rowOf(request.Target)),
    Revokee: reference(rowOf(request.Revokee)),
  }),
}
