import { DataverseError } from '../errors/dataverse-error.ts'

export function methodNotAllowed(
  method: string,
  resource: string,
  allowed: string,
): DataverseError {
  return new DataverseError(
    'METHOD_NOT_ALLOWED',
    `The requested resource does not support http method '${method}': ${resource} takes ${allowed}.`,
  )
}
