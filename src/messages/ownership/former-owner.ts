import { masksIn, shareOf } from '../../cascade/shares.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { andThen, type Awaitable } from '../../rows/awaitable.ts'
import { isRowRef, type Row } from '../../rows/value.ts'
import { ALL_RIGHTS } from '../../pipeline/access-rights.ts'
import { organizationRow } from '../organization/settings.ts'
import { sharesIn, writeMasks } from '../sharing/sharing.ts'

/**
 * Shares a row that was assigned with its former owner, where the organization wants that.
 * Unverified: that this share does not cascade, as the rows below have such shares of their own.
 * https://learn.microsoft.com/power-apps/developer/data-platform/security-sharing-assigning
 */
export function shareWithFormerOwner(operation: AnyOperation, before: Row): Awaitable<void> {
  const { values, subject, id } = operation
  const [former, present] = [before['ownerid'], values['ownerid']]
  if (!isRowRef(former) || !isRowRef(present) || former.id === present.id) return undefined
  return andThen(organizationRow(operation), (organization) => {
    if (organization?.['sharetopreviousowneronassign'] !== true) return undefined
    return andThen(shareOf(sharesIn(operation), id, former.id), (share) => {
      const { inherited } = masksIn(share)
      const target = { table: subject.logicalName, id }
      return writeMasks(operation, target, former, { own: ALL_RIGHTS, inherited })
    })
  })
}
