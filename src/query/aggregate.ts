import { DataverseError } from '../errors/dataverse-error.ts'
import type { Evaluation } from './evaluation.ts'
import type { Program } from './program.ts'
import type { Page, Query } from './query.ts'

export function aggregatePage(_query: Query, _program: Program, _evaluation: Evaluation): Page {
  throw new DataverseError('NOT_SUPPORTED', 'Aggregate queries are not evaluated.')
}
