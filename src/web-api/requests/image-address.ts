import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import { imageCompanions } from '../../metadata/content-companions.ts'
import { parseGuid } from '../../rows/guid.ts'
import type { ServedOrganization } from '../organization.ts'

/** Whether it is an address that the url column of an image holds. */
export function isImageAddress(url: string): boolean {
  const end = url.indexOf(FILE)
  if (end === -1 || url.slice(0, end).includes('?')) return false
  return /\/image$/i.test(url.slice(0, end))
}

const FILE = '/download.aspx?'

/**
 * The address in the Web API of the image that `/Image/download.aspx?Entity=…&Attribute=…&Id=…` leads to; with
 * `Full=true` of the image as it was uploaded. The time stamp is for caches alone.
 * https://learn.microsoft.com/power-apps/developer/data-platform/image-column-data#download-url
 * @throws ROW_NOT_FOUND. Unverified: how the platform answers for what is no image.
 */
export async function imageInWebApi(
  url: string,
  org: ServedOrganization,
  catalog: Catalog,
): Promise<string> {
  const told = parametersOf(url)
  const name = told.get('attribute') ?? ''
  const id = parseGuid(told.get('id') ?? '')
  const table = catalog.find(told.get('entity') ?? '')
  const isThere = id !== undefined && table?.columns.get(name)?.type === 'Image'
  const rowId = isThere ? await rowWith(id, imageCompanions(name).id, table, org) : undefined
  if (table === undefined || rowId === undefined) {
    throw new DataverseError('ROW_NOT_FOUND', 'There is no image at this address.')
  }
  const size = told.get('full')?.toLowerCase() === 'true' ? '?size=full' : ''
  return `/api/data/v9.2/${table.entitySetName}(${rowId})/${name}/$value${size}`
}

/** Names in any case. */
function parametersOf(url: string): ReadonlyMap<string, string> {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1))
  return new Map([...query].map(([name, value]) => [name.toLowerCase(), value]))
}

async function rowWith(
  imageId: string,
  column: string,
  { logicalName, primaryId }: { readonly logicalName: string; readonly primaryId: string },
  org: ServedOrganization,
): Promise<string | undefined> {
  const { rows } = await org.retrieveMultiple({
    table: logicalName,
    columns: [primaryId],
    top: 1,
    where: { kind: 'condition', column, operator: 'eq', values: [imageId] },
  })
  const id = rows[0]?.[primaryId]
  return typeof id === 'string' ? id : undefined
}
