import { DataverseError } from '../../errors/dataverse-error.ts'
import { parseGuid } from '../../rows/guid.ts'
import { isRowRef } from '../../rows/value.ts'
import {
  COMPLEX_TYPES,
  ENUM_TYPES,
  OPEN_TYPES,
  type DeclaredOperation,
} from '../definitions/operations.ts'

/**
 * Holds what was sent against what the operation declares: every parameter known, of its type, and those there
 * that have to be.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-actions
 * @throws PAYLOAD_INVALID
 */
// Unverified: the code of each.
export function checkParameters(
  name: string,
  { parameters }: DeclaredOperation,
  sent: Readonly<Record<string, unknown>>,
): void {
  for (const [parameter, value] of Object.entries(sent)) {
    const declared = Object.hasOwn(parameters, parameter) ? parameters[parameter] : undefined
    if (declared === undefined) {
      throw new DataverseError(
        'PAYLOAD_INVALID',
        `The parameter '${parameter}' in the request payload is not a valid parameter for the operation '${name}'.`,
      )
    }
    const type = declared.replace('?', '')
    if (value !== null && !fits(type, value)) {
      if (isOfRows(type)) {
        throw new DataverseError(
          'PAYLOAD_INVALID',
          `EdmEntityObject passed should have the key property value set. ('${parameter}': @odata.type and the row's key, or @odata.id)`,
        )
      }
      throw new DataverseError(
        'PAYLOAD_INVALID',
        `The parameter '${parameter}' of the operation '${name}' is of the type '${type}'; what was sent is not.`,
      )
    }
  }
  const missing = Object.keys(parameters).filter(
    (parameter) =>
      parameters[parameter]?.endsWith('?') === false && (sent[parameter] ?? null) === null,
  )
  if (missing.length > 0) {
    throw new DataverseError(
      'PAYLOAD_INVALID',
      `One or more parameters of the operation '${name}' are missing from the request payload. The missing parameters are: ${missing.join(',')}.`,
    )
  }
}

/** Rows, of any table or of one, alone or several. */
function isOfRows(type: string): boolean {
  const each = /^Collection\((.*)\)$/.exec(type)?.[1] ?? type
  const name = each.slice('mscrm.'.length)
  return (
    PRIMITIVES[each] === undefined &&
    !Object.hasOwn(ENUM_TYPES, name) &&
    !Object.hasOwn(COMPLEX_TYPES, name) &&
    !OPEN_TYPES.includes(name)
  )
}

function fits(type: string, value: unknown): boolean {
  const each = /^Collection\((.*)\)$/.exec(type)?.[1]
  if (each !== undefined) return Array.isArray(value) && value.every((item) => fits(each, item))
  const primitive = PRIMITIVES[type]
  if (primitive !== undefined) return primitive(value)
  const name = type.slice('mscrm.'.length)
  if (Object.hasOwn(ENUM_TYPES, name)) return typeof value === 'string'
  if (Object.hasOwn(COMPLEX_TYPES, name) || OPEN_TYPES.includes(name)) return isObject(value)
  return isRow(value)
}

const PRIMITIVES: Readonly<Record<string, ((value: unknown) => boolean) | undefined>> = {
  'Edm.String': (value) => typeof value === 'string',
  'Edm.Binary': (value) => typeof value === 'string',
  'Edm.Boolean': (value) => typeof value === 'boolean',
  'Edm.Guid': (value) => typeof value === 'string' && parseGuid(value) !== undefined,
  'Edm.Int32': (value) => Number.isInteger(value) && Math.abs(Number(value)) <= 2_147_483_648,
  'Edm.Int64': (value) => Number.isSafeInteger(value) || typeof value === 'bigint',
  'Edm.DateTimeOffset': (value) => typeof value === 'string',
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isRow(value: unknown): boolean {
  return isObject(value) && (isRowRef(value) || 'Attributes' in value)
}
