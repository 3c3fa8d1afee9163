import { rulesAbove } from '../../cascade/inheritance.ts'
import type { InheritedRights } from '../../cascade/plan-rights.ts'
import { planReparent } from '../../cascade/plan-reparent.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { isPromise, type Awaitable } from '../../rows/awaitable.ts'
import type { Row } from '../../rows/value.ts'
import { INHERITED_FROM_OWNERS } from '../../pipeline/access-rights.ts'
import { writeInherited } from './sharing.ts'

/** A row that is made under shared ones, or gets another row above it, inherits rights; see `planReparent`. */
export function inheritRights(
  operation: Operation<unknown, unknown>,
  row: Row,
  former?: Row,
): Awaitable<void> {
  const { subject, tx, runtime } = operation
  if (rulesAbove(subject, runtime.catalog).length === 0) return undefined
  const planned = planReparent({
    table: subject,
    row,
    ...(former === undefined ? {} : { former }),
    ownerRights: INHERITED_FROM_OWNERS,
    catalog: runtime.catalog,
    reader: tx,
  })
  const write = (rights: readonly InheritedRights[]) =>
    rights.length === 0 ? undefined : writeInherited(operation, rights)
  return isPromise(planned) ? planned.then(write) : write(planned)
}
