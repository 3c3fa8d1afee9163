import { DataverseError } from '../../errors/dataverse-error.ts'

/** A place in a document; no line where the document has none to offer. */
export interface Place {
  readonly fileName: string
  readonly line?: number | undefined
}

/** The one sentence every refused document gets: where, what was expected, what was found. */
export function unreadable(place: Place, expected: string, found: string): DataverseError {
  const where = place.line === undefined ? place.fileName : `${place.fileName}:${place.line}`
  return new DataverseError(
    'DOCUMENT_UNREADABLE',
    `${where}: expected ${expected}, found ${found}.`,
  )
}
