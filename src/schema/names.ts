import { DataverseError } from '../errors/dataverse-error.ts'

/**
 * A publisher's prefix, and letters, digits and underscores behind it.
 * https://learn.microsoft.com/power-platform/alm/solution-concepts-alm#solution-publisher
 */
const SCHEMA_NAME = /^([A-Za-z][A-Za-z0-9]{1,7})_\w+$/

/** Unverified: how long each kind of name may be; this is what all of them take. */
const MAX_LENGTH = 100

/** @returns the logical name. @throws SCHEMA_NAME_INVALID */
export function logicalNameOf(schemaName: string, what: string): string {
  const prefix = SCHEMA_NAME.exec(schemaName)?.[1]?.toLowerCase()
  if (prefix !== undefined && !prefix.startsWith('mscrm') && schemaName.length <= MAX_LENGTH) {
    return schemaName.toLowerCase()
  }
  throw new DataverseError(
    'SCHEMA_NAME_INVALID',
    `The name '${schemaName}' of the ${what} is invalid or missing: it must start with a valid customization prefix (two to eight letters and digits, an underscore) and go on with letters, digits and underscores, ${MAX_LENGTH} characters in all.`,
  )
}

/** Whether a column is somebody's own: the platform's have no prefix. */
export function isCustomName(logicalName: string): boolean {
  return /^[a-z][a-z0-9]{1,7}_/.test(logicalName) && !/^address\d_/.test(logicalName)
}

/**
 * The plural that names a set of rows: `new_parcels`, `new_cities`, `new_boxes`.
 * Unverified: nouns that are irregular.
 */
export function pluralOf(name: string): string {
  if (/[^aeiou_]y$/i.test(name)) return `${name.slice(0, -1)}ies`
  return /(?:s|x|z|ch|sh)$/i.test(name) ? `${name}es` : `${name}s`
}
