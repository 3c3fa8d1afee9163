import type { Emulator } from '../../emulator/emulator.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import { currencyOf, dateFormatsIn } from '../../messages/columns/formatted-rows.ts'
import { parseGuid } from '../../rows/guid.ts'
import type { Values } from '../../rows/value.ts'
import type { CallerInfo, ServedOrganization, ServedSchema } from '../../web-api/organization.ts'

/** Who has signed in. @throws UNAUTHORIZED */
export type SignedIn = (authorization: string | undefined) => string

/**
 * The emulated organization as the Web API serves it: as its calling user, or as the user `signedIn` tells,
 * who may act for another one.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/impersonate-another-user-web-api
 */
export function servedOrganization(
  org: Emulator,
  signedIn: SignedIn = () => org.userId,
): (caller: CallerInfo) => ServedOrganization {
  const own = served(org, org.userId, org.userId)
  return (caller) => {
    const realUserId = signedIn(caller.authorization)
    const userId = actedFor(caller, org) ?? realUserId
    return userId === org.userId && realUserId === userId ? own : served(org, userId, realUserId)
  }
}

function served(org: Emulator, userId: string, realUserId: string): ServedOrganization {
  const options = userId === realUserId ? {} : { initiatedBy: realUserId }
  const transaction: ServedOrganization['transaction'] = (work) =>
    org.transaction(work, userId, options)
  const peek = (table: string, id: string) => org.peek(table, id)
  const findByKey = (table: string, key: Values) => org.findByKey(table, key)
  const schema: ServedSchema = {
    get catalog() {
      return org.catalog
    },
    change: (change) => org.schema.change(change, { userId, ...options }),
  }
  const dateFormats = () => dateFormatsIn(org.peek('usersettings', userId))
  const baseCurrency = () => {
    const row = org.peek('transactioncurrency', org.currencyId)
    return row === undefined ? undefined : currencyOf(row)
  }
  return Object.assign(org.as(userId, options), {
    transaction,
    peek,
    findByKey,
    schema,
    dateFormats,
    baseCurrency,
    customMessages: org.customMessages,
  })
}

/**
 * The user a header names, or nobody; CallerObjectId counts where both are sent.
 * @throws ROW_NOT_FOUND. Unverified: how the platform refuses what names no user.
 */
function actedFor({ objectId, systemUserId }: CallerInfo, org: Emulator): string | undefined {
  if (objectId !== undefined) {
    const id = parseGuid(objectId)
    const userId = id === undefined ? undefined : org.findUser('azureactivedirectoryobjectid', id)
    if (userId !== undefined) return userId
    throw nobody(`CallerObjectId: ${objectId}`)
  }
  if (systemUserId === undefined) return undefined
  const id = parseGuid(systemUserId)
  if (id === undefined) throw nobody(`MSCRMCallerID: ${systemUserId}`)
  return id
}

function nobody(header: string): DataverseError {
  return new DataverseError('ROW_NOT_FOUND', `There is no systemuser to act for: ${header}.`)
}
