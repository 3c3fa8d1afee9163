import { createHash } from 'node:crypto'
import type { Table } from '../../metadata/table.ts'

/**
 * One thing of the metadata: a table, a column, a relationship, a choice. Made when it is asked for.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api
 */
export interface MetadataNode {
  /** `StringAttributeMetadata` */
  readonly type: string
  /** What it is in a collection that holds several types; the same where there is only one. */
  readonly baseType: string
  /** `MetadataId` among them. */
  readonly members: Readonly<Record<string, unknown>>
  /** What `$expand` and further segments lead to. */
  readonly links: Readonly<Record<string, () => readonly MetadataNode[] | MetadataNode | null>>
}

export const NO_LINKS: MetadataNode['links'] = {}

/** Ids of the metadata do not change from one run to the next: they are made of what they name. */
export function metadataId(kind: string, name: string): string {
  const hash = createHash('sha1').update(`${kind}:${name}`).digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}

const ENGLISH = 1033

/** A label in the one language an organization has here. */
export function label(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return { LocalizedLabels: [], UserLocalizedLabel: null }
  const localized = {
    Label: text,
    LanguageCode: ENGLISH,
    IsManaged: false,
    MetadataId: metadataId('Label', text),
    HasChanged: null,
  }
  return { LocalizedLabels: [localized], UserLocalizedLabel: localized }
}

/** A property a solution may lock. */
export function managed(
  Value: unknown,
  ManagedPropertyLogicalName: string,
  CanBeChanged = true,
): Readonly<Record<string, unknown>> {
  return { Value, CanBeChanged, ManagedPropertyLogicalName }
}

/** A value, or several, that need no braces: they are printed before all others. */
export function isPlain(value: unknown): boolean {
  return Array.isArray(value)
    ? value.every((item) => typeof item === 'string')
    : typeof value !== 'object' || value === null
}

/** Somebody's own table: told, or told by the prefix of its name. */
export function isCustomTable({ definition, logicalName }: Table): boolean {
  return definition.isCustom ?? logicalName.includes('_')
}

/** What CreatedOn and ModifiedOn print of what came with the platform. */
export const BEGINNING = '1900-01-01T00:00:00Z'
