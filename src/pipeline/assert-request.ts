import { DataverseError } from '../errors/dataverse-error.ts'

/** Callers without types may send anything. @throws INVALID_ARGUMENT for what can hold no parameters */
export function assertRequest(message: string, request: unknown): asserts request is object {
  if (typeof request === 'object' && request !== null) return
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `The request of ${message} is ${request === null ? 'null' : `of type ${typeof request}`}; an object is expected.`,
  )
}
