import { sharing } from './sharing.ts'

/**
 * Shares a row with a user or team: the rights are added to those it has.
 * https://learn.microsoft.com/power-apps/developer/data-platform/security-sharing-assigning
 */
export const grantAccess = sharing('GrantAccess', (present, asked) => present | asked)
