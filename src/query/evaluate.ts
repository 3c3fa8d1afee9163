import { DataverseError } from '../errors/dataverse-error.ts'
import { aggregatePage } from './aggregate.ts'
import { checkQuery } from './check-query.ts'
import type { QueryContext } from './context.ts'
import { distinctRows } from './distinct.ts'
import { evaluationOf } from './evaluation.ts'
import { projectionFor, propertiesOf, type ResultProperty } from './project.ts'
import { plainPage } from './plain-page.ts'
import { prepare, type Program } from './program.ts'
import type { Page, Query } from './query.ts'
import { checkQuickFind } from './quick-find.ts'
import type { RowSource } from './row-source.ts'
import { sortKeys } from './sort-keys.ts'

/**
 * Answers a query from the rows of `source`. The rows of the page are new objects; nothing a source keeps is
 * given out.
 * @throws everything that is wrong with the query, before any row is read
 */
export function evaluate(
  query: Query,
  source: RowSource,
  context: QueryContext = query.context ?? {},
): Page {
  const evaluation = evaluationOf(source, context)
  checkQuery(query, evaluation.limits)
  const table = source.table(query.table)
  const program = prepare(table, query, evaluation)
  checkQuickFind(query, table, evaluation)
  if (query.aggregate === true) return aggregatePage(query, program, evaluation)
  const keys = sortKeys(query, program, evaluation)
  const properties = () => resultProperties(query, program)
  const project = projectionFor(query, table, properties, evaluation)
  const parts = { query, program, evaluation, keys, project }
  return query.distinct === true
    ? distinctRows({ ...parts, properties: properties() })
    : plainPage(parts)
}

/** The properties of the result: the chosen columns, the primary id where rows stand for themselves, the links' columns. */
function resultProperties(query: Query, { places, steps }: Program): readonly ResultProperty[] {
  const [root] = places
  if (root === undefined) return []
  const own = propertiesOf(query, root)
  const { primaryId } = root.table
  const withId =
    query.distinct === true || own.some(({ name }) => name === primaryId)
      ? own
      : [...own, { name: primaryId, place: root, column: primaryId }]
  const all = [...withId, ...steps.flatMap(({ link, place }) => propertiesOf(link, place))]
  // The columns of one table have different names.
  if (all.length > withId.length || query.aliased !== undefined) refuseTwice(all)
  return all
}

function refuseTwice(properties: readonly ResultProperty[]): void {
  const seen = new Map<string, ResultProperty>()
  for (const property of properties) {
    const other = seen.get(property.name)
    // Choosing a column twice is no mistake; giving two things one name is.
    if (
      other !== undefined &&
      (other.column !== property.column || other.place !== property.place)
    ) {
      throw new DataverseError(
        'QUERY_ALIAS_INVALID',
        `'${property.name}' names both '${other.column}' and '${property.column}' in the result; give one of them another alias.`,
      )
    }
    seen.set(property.name, property)
  }
}
