import type { Message } from '../pipeline/message.ts'
import { reference } from './parameters.ts'
import { assertPrincipals, principalIn, reassign } from './reassign.ts'
import type { ReassignObjectsSystemUserRequest } from './requests.ts'

/**
 * Gives all rows of a user to another user or team.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/reassignobjectssystemuser
 */
export const reassignObjectsSystemUser: Message<
  'ReassignObjectsSystemUser',
  ReassignObjectsSystemUserRequest,
  undefined
> = {
  name: 'ReassignObjectsSystemUser',
  isOuterContext: true,

  begin({ UserId, ReassignPrincipal }, runtime) {
    principalIn(ReassignPrincipal, runtime, 'ReassignObjectsSystemUser')
    const user = { table: 'systemuser', id: UserId }
    const { table, id } = principalIn(user, runtime, 'ReassignObjectsSystemUser')
    return { table: runtime.catalog.table(table), id }
  },

  check: (operation) => assertPrincipals(operation, Object.values(partiesOf(operation))),

  async run(operation) {
    const { from, to } = partiesOf(operation)
    await reassign(operation, from, to)
    return undefined
  },

  inputParameters(operation) {
    const { from, to } = partiesOf(operation)
    return { UserId: from.id, ReassignPrincipal: reference(to) }
  },
}

function partiesOf({
  request: { ReassignPrincipal },
  runtime,
  id,
}: Parameters<typeof reassignObjectsSystemUser.inputParameters>[0]) {
  return {
    from: { table: 'systemuser', id },
    to: principalIn(ReassignPrincipal, runtime, 'ReassignObjectsSystemUser'),
  }
}
