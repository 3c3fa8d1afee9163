import type { Caller } from '../pipeline/runtime.ts'
import { ORGANIZATION_IDS } from './organization-rows.ts'

/** Whoever calls an organization without saying as whom: its administrator. */
export const CALLER: Caller = { userId: ORGANIZATION_IDS.userId }

/** Nobody acts for themselves. */
export function callerOf(userId: string, initiatedBy: string | undefined): Caller {
  return initiatedBy === undefined || initiatedBy === userId
    ? { userId }
    : { userId, initiatingUserId: initiatedBy, impersonatedBy: initiatedBy }
}
