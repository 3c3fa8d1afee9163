import type { Emulator } from '../../emulator/emulator.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import { parseGuid } from '../../rows/guid.ts'
import type { Values } from '../../rows/value.ts'
import type { CallerInfo, ServedOrganization } from '../../web-api/organization.ts'

/** The emulated organization as the Web API serves it: as its calling user, or as the one a caller acts for. */
export function servedOrganization(org: Emulator): (caller: CallerInfo) => ServedOrganization {
  const own = served(org, org.userId)
  return (caller) => {
    const userId = userOf(caller, org)
    return userId === undefined ? own : served(org, userId)
  }
}

/** Whoever is acted for, it is the calling user who does it. */
function served(org: Emulator, userId: string): ServedOrganization {
  const acting = { initiatedBy: org.userId }
  const transaction: ServedOrganization['transaction'] = (work) =>
    org.transaction(work, userId, acting)
  const peek: ServedOrganization['peek'] = (table, id) => org.peek(table, id)
  const findByKey = (table: string, key: Values) => org.findByKey(table, key)
  return Object.assign(org.as(userId, acting), { transaction, peek, findByKey })
}

/**
 * The user to act for; undefined: nobody in particular. CallerObjectId counts where both are given.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/impersonate-another-user-web-api
 * @throws ROW_NOT_FOUND. Unverified: the page does not say how an unknown user is refused.
 */
function userOf({ objectId, systemUserId }: CallerInfo, org: Emulator): string | undefined {
  if (objectId !== undefined) {
    const id = parseGuid(objectId)
    const user = org
      .contents()
      .get('systemuser')
      ?.find((row) => id !== undefined && row['azureactivedirectoryobjectid'] === id)
    if (user !== undefined) return String(user['systemuserid'])
    throw noUser(`azureactivedirectoryobjectid = ${objectId}`)
  }
  if (systemUserId === undefined) return undefined
  const id = parseGuid(systemUserId)
  if (id !== undefined && org.peek('systemuser', id) !== undefined) return id
  throw noUser(`systemuserid = ${systemUserId}`)
}

function noUser(which: string): DataverseError {
  return new DataverseError('ROW_NOT_FOUND', `There is no systemuser with ${which} to act for.`)
}
