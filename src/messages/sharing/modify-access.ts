import { sharing } from './sharing.ts'

/**
 * Puts rights in place of those a user or team has on a row by sharing.
 * https://learn.microsoft.com/power-apps/developer/data-platform/security-sharing-assigning
 */
// Unverified: that a row which was not shared is shared by it.
export const modifyAccess = sharing('ModifyAccess', (_, asked) => asked)
