import type { Message } from '../../pipeline/message.ts'
import {
  assertMayLink,
  associationParameters,
  beginAssociation,
  endsIn,
  linkBetween,
  pointsAt,
  type AssociationOperation,
} from './association.ts'
import type { DisassociateRequest } from '../requests.ts'

/** Takes links away again; a link that is not there is no error. */
// Unverified: that a missing link passes in silence, and that a lookup which points elsewhere is left alone.
export const disassociate: Message<'Disassociate', DisassociateRequest, undefined> = {
  name: 'Disassociate',
  begin: (request, runtime) => beginAssociation(request, runtime, 'Disassociate'),
  check: (operation) => assertMayLink(operation, 'Disassociate'),
  run: unlink,
  inputParameters: associationParameters,
}

async function unlink(operation: AssociationOperation): Promise<undefined> {
  const { related = [], runtime, tx } = operation
  const ends = endsIn(operation)
  if (ends.kind === 'one-to-many') {
    const column = ends.relationship.referencingColumn
    for (const child of ends.children) {
      const row = await tx.get(runtime.catalog.table(child.table), child.id)
      if (row === undefined || !pointsAt(row, column, ends.parent)) continue
      await operation.execute('Update', {
        table: child.table,
        id: child.id,
        values: { [column]: null },
      })
    }
    return undefined
  }
  const intersect = runtime.catalog.table(ends.relationship.intersectTable)
  for (const ref of related) {
    const row = await linkBetween(operation, intersect, ends, ref)
    if (row !== undefined) await tx.remove(intersect, row)
  }
  return undefined
}
