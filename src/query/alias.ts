import { DataverseError } from '../errors/dataverse-error.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/select-columns */
const ALIAS = /^[A-Za-z_][A-Za-z0-9_]*$/

/** @throws QUERY_ALIAS_INVALID */
export function checkedAlias(alias: string): string {
  if (ALIAS.test(alias)) return alias
  throw new DataverseError(
    'QUERY_ALIAS_INVALID',
    `Invalid character specified for alias: ${alias}. Only characters within the ranges [A-Z], [a-z] or [0-9] or _ are allowed.  The first character may only be in the ranges [A-Z], [a-z] or _.`,
  )
}
