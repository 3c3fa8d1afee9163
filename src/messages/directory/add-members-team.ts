import { members } from './members.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/addmembersteam */
export const addMembersTeam = members('AddMembersTeam')
