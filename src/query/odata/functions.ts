import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Value } from '../../rows/value.ts'
import { operatorOf, operatorOfFunction, type OperatorName } from '../operators.ts'
import type { Filter } from '../query.ts'
import type { Expression } from './expression.ts'
import { syntaxFault } from './fault.ts'
import { condition, pathEnd, type FilterSite } from './site.ts'

const NAMESPACE = 'Microsoft.Dynamics.CRM.'

/**
 * A query function such as `Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['a','b'])`: an operator
 * of FetchXML under another name, its values as text.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/queryfunctions
 */
export function queryFunction(
  call: Expression & { readonly kind: 'call' },
  site: FilterSite,
): Filter {
  const name = call.name.slice(NAMESPACE.length)
  const operator = operatorOfFunction(name)
  if (operator === undefined || COMPARISONS.has(operator)) {
    throw new DataverseError('NOT_SUPPORTED', `Query function '${call.name}' is not evaluated.`)
  }
  const given = new Map(call.arguments.map((argument) => [argument.name, argument.value]))
  const property = valuesOf(given.get('PropertyName'))
  const [column] = property ?? []
  if (typeof column !== 'string' || property?.length !== 1) {
    throw syntaxFault(`Function '${name}' needs PropertyName='…';`, call.at, site.text)
  }
  const expected = parametersOf(operator)
  const isComplete =
    given.size === expected.length + 1 &&
    given.size === call.arguments.length &&
    expected.every((parameter) => given.has(parameter))
  const values = expected.flatMap((parameter) => valuesOf(given.get(parameter)) ?? [])
  if (!isComplete || values.length < expected.length) {
    throw syntaxFault(
      `Function '${name}' takes ${['PropertyName', ...expected].join(', ')}, each with a value;`,
      call.at,
      site.text,
    )
  }
  return condition(functionEnd(column, site), operator, values)
}

/** They are operators in OData, not functions. */
const COMPARISONS: ReadonlySet<OperatorName> = new Set([
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
] as const)

function parametersOf(operator: OperatorName): readonly string[] {
  const { kind, values } = operatorOf(operator)
  if (values === 0) return []
  if (values === 1) return ['PropertyValue']
  if (values === 2 && kind === 'fiscal') return ['PropertyValue1', 'PropertyValue2']
  return ['PropertyValues']
}

/** PropertyName is the column's logical name, for lookups too; `_x_value` is taken as well. */
function functionEnd(name: string, site: FilterSite) {
  const { table } = site
  const column = table.columns.get(name)
  if (column !== undefined) return { table, column, link: undefined }
  const segments = name.split('/')
  const isWhole = site.variable === undefined || segments[0] === site.variable
  return pathEnd(isWhole ? segments : [site.variable, ...segments], site)
}

/** One value, or those of a list; a property's bare name stands for its text. */
function valuesOf(expression: Expression | undefined): readonly Value[] | undefined {
  if (expression?.kind === 'literal')
    return expression.value.type === 'null' ? undefined : [expression.value.value]
  if (expression?.kind === 'list') return expression.items.map(({ value }) => value)
  if (expression?.kind === 'path') return [expression.segments.join('/')]
  return undefined
}
