import type { AnyOperation } from '../pipeline/operation.ts'
import type { Row } from '../rows/value.ts'

const ADMINISTRATORS = 'System Administrator'

/**
 * The enabled users who hold the role that allows everything; undefined where the organization has no such
 * role, and every user may do everything.
 */
// Unverified: that administrators by way of a team do not count.
export async function enabledAdministrators({
  runtime,
  reader,
}: AnyOperation): Promise<readonly Row[] | undefined> {
  const { catalog, organization } = runtime
  const [roles, holders] = [catalog.find('role'), catalog.find('systemuserroles')]
  if (roles === undefined || holders === undefined) return undefined
  const all = await reader.related(roles, 'businessunitid', organization.rootBusinessUnitId)
  const role = all.find((row) => row['name'] === ADMINISTRATORS)
  if (role === undefined) return undefined
  const users = catalog.table('systemuser')
  const administrators: Row[] = []
  for (const holder of await reader.related(holders, 'roleid', role[roles.primaryId] as string)) {
    const user = await reader.get(users, holder['systemuserid'] as string)
    if (user !== undefined && user['isdisabled'] !== true) administrators.push(user)
  }
  return administrators
}
