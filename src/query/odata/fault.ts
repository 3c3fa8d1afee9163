import { DataverseError } from '../../errors/dataverse-error.ts'

/** A refusal that says where in the text and what was expected there. */
export function syntaxFault(expectation: string, position: number, text: string): DataverseError {
  return new DataverseError('QUERY_INVALID', `${expectation} at position ${position} in '${text}'.`)
}

export function propertyFault(property: string, table: string): DataverseError {
  return new DataverseError(
    'QUERY_INVALID',
    `Could not find a property named '${property}' on type 'Microsoft.Dynamics.CRM.${table}'.`,
  )
}
