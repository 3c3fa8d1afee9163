import type { AnyOperation } from '../../pipeline/operation.ts'
import type { Row } from '../../rows/value.ts'
import { storedId } from '../not-found.ts'

const ADMINISTRATORS = 'System Administrator'

/**
 * The enabled users who hold the role that allows everything; undefined where the organization has no such
 * role, and every user may do everything.
 */
// Unverified: that administrators by way of a team do not count.
export async function enabledAdministrators(
  operation: AnyOperation,
): Promise<readonly Row[] | undefined> {
  const { runtime, reader } = operation
  const { catalog } = runtime
  const roleId = await administratorRole(operation)
  const holders = catalog.find('systemuserroles')
  if (roleId === undefined || holders === undefined) return undefined
  const users = catalog.table('systemuser')
  const administrators: Row[] = []
  for (const holder of await reader.related(holders, 'roleid', roleId)) {
    const user = await reader.get(users, holder['systemuserid'] as string)
    if (user !== undefined && user['isdisabled'] !== true) administrators.push(user)
  }
  return administrators
}

/** The id of the role that allows everything. */
export async function administratorRole({
  runtime: { catalog, organization },
  reader,
}: AnyOperation): Promise<string | undefined> {
  const roles = catalog.find('role')
  if (roles === undefined) return undefined
  const all = await reader.related(roles, 'businessunitid', organization.rootBusinessUnitId)
  const role = all.find((row) => row['name'] === ADMINISTRATORS)
  return role === undefined ? undefined : storedId(roles, role)
}
