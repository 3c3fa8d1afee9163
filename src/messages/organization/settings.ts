import type { AnyOperation } from '../../pipeline/operation.ts'
import type { Awaitable } from '../../rows/awaitable.ts'
import type { Row } from '../../rows/value.ts'

/** The organization's own row, as the operation sees it. */
export function organizationRow({ reader, runtime }: AnyOperation): Awaitable<Row | undefined> {
  const { catalog, organization } = runtime
  return reader.get(catalog.table('organization'), organization.id)
}

/**
 * One of the settings that a column of the organization keeps together, as XML: an element each.
 * https://learn.microsoft.com/power-platform/admin/environment-database-settings
 */
export function settingOf(organization: Row | undefined, name: string): string | undefined {
  const settings = organization?.['orgdborgsettings']
  if (typeof settings !== 'string') return undefined
  return new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(settings)?.[1]
}

/** Whether such a setting is on. */
export function isOn(organization: Row | undefined, name: string): boolean {
  return settingOf(organization, name)?.toLowerCase() === 'true'
}
