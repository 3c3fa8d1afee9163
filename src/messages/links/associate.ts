import type { Message } from '../../pipeline/message.ts'
import type { Row } from '../../rows/value.ts'
import {
  assertMayLink,
  associationParameters,
  beginAssociation,
  endsIn,
  type AssociationOperation,
} from './association.ts'
import type { AssociateRequest } from '../requests.ts'

/**
 * Links rows. Over a many-to-many relationship each link is a row of the intersect table; over a
 * one-to-many it is an Update of the referencing row.
 * https://learn.microsoft.com/power-apps/developer/data-platform/org-service/entity-operations-associate-disassociate
 */
export const associate: Message<'Associate', AssociateRequest, undefined> = {
  name: 'Associate',
  begin: (request, runtime) => beginAssociation(request, runtime, 'Associate'),
  check: (operation) => assertMayLink(operation, 'Associate'),
  run: link,
  inputParameters: associationParameters,
}

async function link(operation: AssociationOperation): Promise<undefined> {
  const { related = [], runtime, tx } = operation
  const ends = endsIn(operation)
  if (ends.kind === 'one-to-many') {
    // Unverified: that the referencing row's Update steps run too; the documentation calls the two equal.
    for (const child of ends.children) {
      await operation.execute('Update', {
        table: child.table,
        id: child.id,
        values: { [ends.relationship.referencingColumn]: ends.parent },
      })
    }
    return undefined
  }
  const intersect = runtime.catalog.table(ends.relationship.intersectTable)
  for (const ref of related) {
    const values: Row = {
      [intersect.primaryId]: runtime.ids.next(),
      [ends.targetColumn]: operation.id,
      [ends.relatedColumn]: ref.id,
    }
    await tx.insert(intersect, values)
  }
  return undefined
}
