import { members } from './members.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/removemembersteam */
export const removeMembersTeam = members('RemoveMembersTeam')
