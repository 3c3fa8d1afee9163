import { idOfName } from '../rows/guid.ts'
import type { Values } from '../rows/value.ts'
import { SYSTEM_ADMINISTRATOR } from './principal.ts'

/**
 * The template of that role: every organization has it under this id, by which clients find the role.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/roletemplate
 */
export const ADMINISTRATOR_TEMPLATE = '627090ff-40a3-4053-8790-584edc5be201'

/** The role that allows everything, and the users who hold it from the beginning. */
export function administratorRows(
  userIds: readonly string[],
  {
    businessUnitId,
    organizationId,
  }: { readonly businessUnitId: string; readonly organizationId: string },
): readonly { readonly table: string; readonly values: Values }[] {
  const name = 'System Administrator'
  return [
    { table: 'roletemplate', values: { roletemplateid: ADMINISTRATOR_TEMPLATE, name } },
    {
      table: 'role',
      values: {
        roleid: SYSTEM_ADMINISTRATOR,
        name,
        roletemplateid: Object.freeze({ table: 'roletemplate', id: ADMINISTRATOR_TEMPLATE }),
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
