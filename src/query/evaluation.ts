import { DataverseError } from '../errors/dataverse-error.ts'
import { textRules, type TextRules } from './collation.ts'
import { QUERY_LIMITS, type QueryContext, type QueryLimits } from './context.ts'
import type { RowSource } from './row-source.ts'
import { SeenRows } from './seen-rows.ts'

/** What every part of one evaluation shares. */
export interface Evaluation {
  readonly source: RowSource
  readonly context: QueryContext
  readonly text: TextRules
  readonly limits: QueryLimits
}

export function evaluationOf(source: RowSource, context: QueryContext): Evaluation {
  const { limits, sight } = context
  return {
    source: sight === undefined ? source : new SeenRows(source, sight),
    context,
    text: textRules(context.collation),
    limits: limits === undefined ? QUERY_LIMITS : { ...QUERY_LIMITS, ...limits },
  }
}

/** A part of the context, or a refusal that names what is missing. */
export function demanded<K extends keyof QueryContext>(
  context: QueryContext,
  part: K,
  operator: string,
): NonNullable<QueryContext[K]> {
  const value = context[part]
  if (value !== undefined && value !== null) return value
  throw new DataverseError(
    'QUERY_CONTEXT_MISSING',
    `'${operator}' needs ${part}, which the context of this query does not tell.`,
  )
}
