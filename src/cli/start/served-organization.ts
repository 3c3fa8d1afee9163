import type { Emulator } from '../../emulator/emulator.ts'
import type { CallerInfo, ServedOrganization } from '../../web-api/organization.ts'

/** The emulated organization as the Web API serves it: as its calling user, or as the one a caller acts for. */
export function servedOrganization(org: Emulator): (caller: CallerInfo) => ServedOrganization {
  const own = served(org, org.userId)
  return ({ systemUserId }) => (systemUserId === undefined ? own : served(org, systemUserId))
}

function served(org: Emulator, userId: string): ServedOrganization {
  const service = org.as(userId)
  return Object.assign(service, {
    transaction: <T>(work: (inside: ServedOrganization) => Promise<T>) =>
      org.transaction(work, userId),
    peek: (table: string, id: string) => org.peek(table, id),
    findByKey: (table: string, key: Parameters<Emulator['findByKey']>[1]) =>
      org.findByKey(table, key),
  })
}
