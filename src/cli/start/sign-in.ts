import { randomBytes } from 'node:crypto'
import type { Emulator } from '../../emulator/emulator.ts'
import { ORGANIZATION_IDS } from '../../emulator/organization-rows.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import { parseGuid } from '../../rows/guid.ts'
import { Authority } from '../../web-api/sign-in/authority.ts'
import type { SignedIn } from './served-organization.ts'

export interface SignIn {
  readonly authority: Authority
  readonly signedIn: SignedIn
  /** What a client needs to know, one a line. */
  readonly told: readonly string[]
  /** A line for a shell that puts a token into TOKEN. */
  readonly tokenLine: (url: string) => string
}

/** The client that acts as the organization's calling user, unless DATAVERSE_CLIENT_ID names another. */
const CLIENT_ID = '0e000000-0000-4000-8000-0000000000c1'

/**
 * A directory for one organization. Its client is the calling user; the applications that have a user of
 * their own (`systemuser.applicationid`) sign in with the same secret, and are that user.
 */
export function signInTo(
  present: () => Emulator,
  env: Readonly<Record<string, string | undefined>>,
  nowMs: () => number,
): SignIn {
  const clientId = parseGuid(env['DATAVERSE_CLIENT_ID'] ?? '') ?? CLIENT_ID
  const given = env['DATAVERSE_CLIENT_SECRET'] ?? ''
  const secret = given === '' ? randomBytes(24).toString('base64url') : given
  const { tenantId } = ORGANIZATION_IDS
  const userOf = (id: string) =>
    id === clientId ? present().userId : present().findUser('applicationid', id)
  const authority = new Authority({
    tenantId,
    secretOf: (id) => (userOf(id) === undefined ? undefined : secret),
    nowMs,
  })
  return {
    authority,
    signedIn: (authorization) => {
      const client = authority.clientOf(authorization)
      const user = userOf(client)
      if (user !== undefined) return user
      throw new DataverseError(
        'ACCESS_DENIED',
        `The application '${client}' has no user in this organization.`,
      )
    },
    told: [
      `tenant         ${tenantId}`,
      `client id      ${clientId}`,
      `client secret  ${given === '' ? secret : 'as DATAVERSE_CLIENT_SECRET says'}`,
    ],
    tokenLine: (url) => {
      const form = [
        '-d grant_type=client_credentials',
        `-d client_id=${clientId}`,
        // A secret may hold characters that forms give a meaning.
        `--data-urlencode "client_secret=${given === '' ? secret : '$DATAVERSE_CLIENT_SECRET'}"`,
        `-d "scope=${url}/.default"`,
      ]
      const fields = form.join(' ')
      return `TOKEN=$(curl -s ${url}/${tenantId}/oauth2/v2.0/token ${fields} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`
    },
  }
}
