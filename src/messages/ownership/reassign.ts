import { canBeAssigned } from '../../cascade/plan-assign.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { ParameterBag } from '../../pipeline/execution-context.ts'
import type { Message } from '../../pipeline/message.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import type { Runtime } from '../../pipeline/runtime.ts'
import { isRowRef, type RowRef } from '../../rows/value.ts'
import { idOf, rowNotFound, storedId } from '../not-found.ts'
import { ownedRows } from './owned-rows.ts'
import { rowOf, type RowParameter } from '../parameters.ts'
import type { UpdateRequest } from '../requests.ts'

/** Who has the rows, and who is to get them. */
export interface Parties<Ref> {
  readonly from: Ref
  readonly to: Ref
}

/** ReassignObjectsOwner and ReassignObjectsSystemUser differ in how they name the two. */
export function reassignment<
  Name extends 'ReassignObjectsOwner' | 'ReassignObjectsSystemUser',
  Request,
>(
  name: Name,
  namedIn: (request: Request) => Parties<RowParameter>,
  inputParameters: (parties: Parties<RowRef>) => ParameterBag,
): Message<Name, Request, undefined> {
  const partiesIn = (request: Request, runtime: Runtime): Parties<RowRef> => {
    const { from, to } = namedIn(request)
    return { from: principalIn(from, runtime, name), to: principalIn(to, runtime, name) }
  }
  return {
    name,
    isOuterContext: true,

    begin(request, runtime) {
      const { table, id } = partiesIn(request, runtime).from
      return { table: runtime.catalog.table(table), id }
    },

    check(operation) {
      const { from, to } = partiesIn(operation.request, operation.runtime)
      return assertPrincipals(operation, [from, to])
    },

    async run(operation) {
      await reassign(operation, partiesIn(operation.request, operation.runtime))
      return undefined
    },

    inputParameters: ({ request, runtime }) => inputParameters(partiesIn(request, runtime)),
  }
}

/** The user or team a parameter names. @throws INVALID_ARGUMENT for a row of another table */
function principalIn(parameter: RowParameter, { catalog }: Runtime, message: string): RowRef {
  const { table, id } = rowOf(parameter)
  if (table !== 'systemuser' && table !== 'team') {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `${message}: rows are owned by users and teams, not by ${table}.`,
    )
  }
  return { table, id: idOf(catalog.table(table), id, message) }
}

/** @throws ROW_NOT_FOUND */
async function assertPrincipals(
  { reader, runtime }: AnyOperation,
  principals: readonly RowRef[],
): Promise<void> {
  for (const { table, id } of principals) {
    if ((await reader.get(runtime.catalog.table(table), id)) === undefined) {
      throw rowNotFound(table, id)
    }
  }
}

/**
 * Gives every row of one user or team to another, each by an Update of its own.
 * Unverified: that rows no client may update keep their owner, as in a cascade.
 */
async function reassign(operation: AnyOperation, { from, to }: Parties<RowRef>): Promise<void> {
  for (const { table, rows } of await ownedRows(operation, from)) {
    if (!canBeAssigned(table)) continue
    for (const row of rows) {
      const id = storedId(table, row)
      // A cascade of the one before may have deleted or assigned it already.
      const owner = (await operation.reader.get(table, id))?.['ownerid']
      if (!isRowRef(owner) || owner.id !== from.id) continue
      const request: UpdateRequest = { table: table.logicalName, id, values: { ownerid: to } }
      await operation.execute('Update', request)
    }
  }
}
