import { Metadata, type TableFacts } from '../authoring/services.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import { WebApiClient } from '../web-api/client.ts'

/** What a host reads from where it runs. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The organization that `DATAVERSE_URL` names, called with `DATAVERSE_TOKEN`. Made when a handler first
 * calls it: handlers that call nothing need neither.
 */
export function remoteOrganization(environment: Environment): () => WebApiClient {
  let client: WebApiClient | undefined
  return () => (client ??= connect(environment))
}

function connect({ DATAVERSE_URL: url, DATAVERSE_TOKEN: token }: Environment): WebApiClient {
  if (url === undefined || url === '') {
    throw new DataverseError(
      'ORGANIZATION_UNREACHABLE',
      'A handler calls the organization, but DATAVERSE_URL is not set: https://<environment>.crm.dynamics.com',
    )
  }
  return new WebApiClient({ url, ...(token && { token: () => token }) })
}

/** What handlers ask of tables, answered by the organization. */
export class RemoteMetadata extends Metadata {
  readonly #organization: () => WebApiClient

  constructor(organization: () => WebApiClient) {
    super()
    this.#organization = organization
  }

  async table(logicalName: string): Promise<TableFacts | undefined> {
    try {
      return await this.#organization().tables.names(logicalName)
    } catch (error) {
      if (error instanceof DataverseError && error.code === 'TABLE_UNKNOWN') return undefined
      throw error
    }
  }
}
