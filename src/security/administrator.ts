import { idOfName } from '../rows/guid.ts'
import type { Values } from '../rows/value.ts'
import { SYSTEM_ADMINISTRATOR } from './principal.ts'

/** The role that allows everything, and the users who hold it from the beginning. */
export function administratorRows(
  userIds: readonly string[],
  {
    businessUnitId,
    organizationId,
  }: { readonly businessUnitId: string; readonly organizationId: string },
): readonly { readonly table: string; readonly values: Values }[] {
  return [
    {
      table: 'role',
      values: {
        roleid: SYSTEM_ADMINISTRATOR,
        name: 'System Administrator',
        businessunitid: Object.freeze({ table: 'businessunit', id: businessUnitId }),
        organizationid: organizationId,
        isinherited: 1,
      },
    },
    ...userIds.map((systemuserid) => ({
      table: 'systemuserroles',
      values: {
        systemuserroleid: idOfName(`systemuserroles ${systemuserid}`),
        systemuserid,
        roleid: SYSTEM_ADMINISTRATOR,
      },
    })),
  ]
}
