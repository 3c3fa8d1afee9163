import type { WebApiResponse } from '../http.ts'
import { json } from '../http.ts'
import { methodNotAllowed } from '../method.ts'
import type { Scope } from '../scope.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-service-documents */
export async function serviceDocument({
  address,
  catalog,
  request,
}: Scope): Promise<WebApiResponse> {
  if (request.method !== 'GET')
    throw methodNotAllowed(request.method, 'the service document', 'GET')
  const sets = catalog.names
    .map((name) => catalog.table(name).entitySetName)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => ({ name, kind: 'EntitySet', url: name }))
  return json(JSON.stringify({ '@odata.context': `${address.root}$metadata`, value: sets }))
}
