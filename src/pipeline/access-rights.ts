import { DataverseError } from '../errors/dataverse-error.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/accessrights */
export const ACCESS_RIGHTS = {
  ReadAccess: 1,
  WriteAccess: 2,
  AppendAccess: 4,
  AppendToAccess: 16,
  CreateAccess: 32,
  DeleteAccess: 65_536,
  ShareAccess: 262_144,
  AssignAccess: 524_288,
} as const
export type AccessRight = keyof typeof ACCESS_RIGHTS

/** What an owner has. */
export const ALL_RIGHTS = Object.values(ACCESS_RIGHTS).reduce<number>(
  (all, right) => all | right,
  0,
)

/**
 * What whoever owns a row has on the rows below it, where rights come down. To create is not among them.
 * https://learn.microsoft.com/power-apps/developer/data-platform/configure-entity-relationship-cascading-behavior
 */
export const INHERITED_FROM_OWNERS = ALL_RIGHTS & ~ACCESS_RIGHTS.CreateAccess

/** The mask of `"ReadAccess, WriteAccess"`, as the Web API writes rights. @throws INVALID_ARGUMENT */
export function accessMask(rights: string): number {
  let mask = 0
  for (const name of rights.split(',').map((part) => part.trim())) {
    if (name === '' || name === 'None') continue
    if (!Object.hasOwn(ACCESS_RIGHTS, name)) {
      throw new DataverseError(
        'INVALID_ARGUMENT',
        `'${name}' is no access right; there are ${Object.keys(ACCESS_RIGHTS).join(', ')}.`,
      )
    }
    mask |= ACCESS_RIGHTS[name as AccessRight]
  }
  return mask
}

/** The rights of a mask by name, as the Web API writes them; `None` for none. */
export function rightsIn(mask: number): string {
  const names = Object.entries(ACCESS_RIGHTS).filter(([, right]) => (mask & right) !== 0)
  return names.length === 0 ? 'None' : names.map(([name]) => name).join(', ')
}
