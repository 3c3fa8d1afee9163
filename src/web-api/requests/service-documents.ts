import { csdl } from '../definitions/csdl.ts'
import { json, type WebApiResponse } from '../http.ts'
import { methodNotAllowed } from '../method.ts'
import type { Scope } from '../scope.ts'

/** The sets there are. https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-service-documents */
export async function serviceDocument({
  address,
  catalog,
  request: { method },
}: Scope): Promise<WebApiResponse> {
  if (method !== 'GET') throw methodNotAllowed(method, 'the service document', 'GET')
  const sets = catalog.names
    .map((name) => catalog.table(name).entitySetName)
    .filter((name) => name !== '')
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => ({ name, kind: 'EntitySet', url: name }))
  return json(JSON.stringify({ '@odata.context': `${address.root}$metadata`, value: sets }))
}

/** `$metadata`, with annotations where the caller wants them. */
export async function metadataDocument({
  address,
  catalog,
  preferences,
  served,
  request: { method },
}: Scope): Promise<WebApiResponse> {
  if (method !== 'GET') throw methodNotAllowed(method, '$metadata', 'GET')
  const annotated =
    address.options.get('annotations') === 'true' || preferences.annotations !== undefined
  return {
    status: 200,
    headers: { 'Content-Type': 'application/xml', 'OData-Version': '4.0' },
    body: csdl(catalog, annotated, served.customMessages),
  }
}
