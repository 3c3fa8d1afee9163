import type { Message } from '../pipeline/message.ts'
import { reference } from './parameters.ts'
import { assertPrincipals, principalIn, reassign } from './reassign.ts'
import type { ReassignObjectsOwnerRequest } from './requests.ts'

/**
 * Gives all rows of a user or team to another one.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/reassignobjectsowner
 */
export const reassignObjectsOwner: Message<
  'ReassignObjectsOwner',
  ReassignObjectsOwnerRequest,
  undefined
> = {
  name: 'ReassignObjectsOwner',
  isOuterContext: true,

  begin({ FromPrincipal, ToPrincipal }, runtime) {
    principalIn(ToPrincipal, runtime, 'ReassignObjectsOwner')
    const { table, id } = principalIn(FromPrincipal, runtime, 'ReassignObjectsOwner')
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
    return { FromPrincipal: reference(from), ToPrincipal: reference(to) }
  },
}

function partiesOf({
  request: { FromPrincipal, ToPrincipal },
  runtime,
}: Parameters<typeof reassignObjectsOwner.inputParameters>[0]) {
  return {
    from: principalIn(FromPrincipal, runtime, 'ReassignObjectsOwner'),
    to: principalIn(ToPrincipal, runtime, 'ReassignObjectsOwner'),
  }
}
