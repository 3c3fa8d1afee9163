import { Metadata, type TableFacts } from '../authoring/services.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import { WebApiClient } from '../web-api/client.ts'
import { tokenSource } from './token-source.ts'

/** What a host reads from where it runs. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The organization that `DATAVERSE_URL` names, called with the tokens of `tokenSource`. Handlers that call nothing
 * need neither: what is missing is told at the first call.
 * @throws INVALID_ARGUMENT
 */
export function remoteOrganization(environment: Environment): WebApiClient {
  const { DATAVERSE_URL: given } = environment
  const url = () => {
    if (given !== undefined && given !== '') return given
    throw new DataverseError(
      'ORGANIZATION_UNREACHABLE',
      'A handler calls the organization, but DATAVERSE_URL is not set: https://<environment>.crm.dynamics.com',
    )
  }
  const token = tokenSource(environment, url)
  return new WebApiClient({ url, ...(token !== undefined && { token }) })
}

/** What handlers ask of tables, answered by the organization. */
export class RemoteMetadata extends Metadata {
  readonly #organization: WebApiClient

  constructor(organization: WebApiClient) {
    super()
    this.#organization = organization
  }

  async table(logicalName: string): Promise<TableFacts | undefined> {
    try {
      return await this.#organization.tables.names(logicalName)
    } catch (error) {
      if (error instanceof DataverseError && error.code === 'TABLE_UNKNOWN') return undefined
      throw error
    }
  }
}
