import { DataverseError } from '../errors/dataverse-error.ts'
import type { ConditionParts, RowTest } from './condition.ts'

export function dateTest({ condition }: ConditionParts): RowTest {
  throw new DataverseError('NOT_SUPPORTED', `Operator '${condition.operator}' is not evaluated.`)
}
