import { DataverseError } from '../errors/dataverse-error.ts'
import { oppositeOf } from './operators.ts'
import type { Condition, Filter, LinkFilter } from './query.ts'

/**
 * The filter that holds where `filter` does not, told without `not`: the platform's queries have no negation,
 * so every operator is replaced by its opposite, and `and` by `or`. What is unknown because a column is empty
 * stays unknown where the opposite says so: `not (a gt 5)` is `a le 5`, which an empty column does not satisfy.
 * @throws QUERY_INVALID where an operator has no opposite
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-functions
 */
export function negation(filter: Filter): Filter {
  switch (filter.kind) {
    case 'condition':
      return opposite(filter)
    case 'link':
      return oppositeOfLink(filter)
    case 'and':
    case 'or': {
      const { kind, filters, negated = false } = filter
      if (negated) return { kind, filters }
      return { kind: kind === 'and' ? 'or' : 'and', filters: filters.map(negation) }
    }
    default:
      return filter satisfies never
  }
}

function opposite(condition: Condition): Condition {
  const operator = oppositeOf(condition.operator)
  if (operator !== undefined) return { ...condition, operator }
  throw new DataverseError(
    'QUERY_INVALID',
    'Not operator along with the Custom Named Condition operators is not allowed',
  )
}

function oppositeOfLink(link: LinkFilter): Filter {
  switch (link.quantifier) {
    case 'any':
    case 'not all':
      return { ...link, quantifier: 'not any' }
    case 'not any':
      return { ...link, quantifier: 'any' }
    // `all` is: there are related rows and none matches. Its opposite: there are none, or one matches.
    case 'all':
      return {
        kind: 'or',
        filters: [
          { kind: 'link', quantifier: 'not any', table: link.table, from: link.from, to: link.to },
          { ...link, quantifier: 'any' },
        ],
      }
    default:
      return link.quantifier satisfies never
  }
}
