import { DataverseError } from '../errors/dataverse-error.ts'

/**
 * How far a privilege reaches, as `roleprivileges.privilegedepthmask` holds it: rows of one's own, of the business
 * unit, also of those below it, all.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/privilegedepth
 */
export const PRIVILEGE_DEPTHS = { Basic: 1, Local: 2, Deep: 4, Global: 8 } as const
export type PrivilegeDepth = keyof typeof PRIVILEGE_DEPTHS

const NAMES = Object.keys(PRIVILEGE_DEPTHS) as readonly PrivilegeDepth[]

/** A depth by its name, or by its place among them as the SDK counts. @throws INVALID_ARGUMENT */
export function readDepth(depth: string | number): PrivilegeDepth {
  const named = typeof depth === 'number' ? NAMES[depth] : NAMES.find((name) => name === depth)
  if (named !== undefined) return named
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `'${depth}' is no depth of a privilege; there are ${NAMES.join(', ')}.`,
  )
}

/** The widest depth in a mask; undefined: none. */
export function widestDepth(mask: number): PrivilegeDepth | undefined {
  return NAMES.findLast((name) => (mask & PRIVILEGE_DEPTHS[name]) !== 0)
}
