import type { Table } from '../metadata/table.ts'
import { isRowRef, type Row } from '../rows/value.ts'
import type { Facts } from './demand.ts'
import { grantsOf, type Grant, type Principal } from './principal.ts'
import { TABLE_RIGHTS } from './privileges.ts'
import { reaches } from './row-access.ts'

/** Tables without privileges whose rows are parts of others, and the lookup that leads to these. */
// Unverified: that whoever sees the whole sees its parts, and nobody else but administrators; no page tells. The
// files of images belong to rows which are not emulated.
const WHOLES: Readonly<Record<string, string>> = {
  activityparty: 'activityid',
  fileattachment: 'objectid',
}

export function isPart({ logicalName }: Table): boolean {
  return WHOLES[logicalName] !== undefined
}

/** Whether the principal sees the row that one of these belongs to. */
export function sightOfParts(
  { world, privileges }: Facts,
  principal: Principal,
  table: Table,
): (part: Row) => boolean {
  const column = WHOLES[table.logicalName] ?? ''
  const known = new Map<Table, readonly Grant[] | undefined>()
  const grantsFor = (whole: Table) => {
    if (!known.has(whole)) {
      const privilege = privileges.of(whole, 'Read')
      known.set(whole, privilege && grantsOf(world, principal, privilege))
    }
    return known.get(whole)
  }
  return (part) => {
    const ref = part[column]
    const whole = isRowRef(ref) ? world.catalog.find(ref.table) : undefined
    const row = isRowRef(ref) && whole !== undefined ? world.get(whole, ref.id) : undefined
    if (whole === undefined || row === undefined) return false
    const grants = grantsFor(whole)
    if (grants === undefined) return true
    return reaches(world, { principal, grants, right: TABLE_RIGHTS.Read }, whole, row)
  }
}
