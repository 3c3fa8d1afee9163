import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import { negation } from '../negate.ts'
import type { OperatorName } from '../operators.ts'
import type { Filter, Link, LinkFilter } from '../query.ts'
import {
  parseExpression,
  type Comparison,
  type Expression,
  type Literal,
  type ParameterAliases,
} from './expression.ts'
import { propertyFault, syntaxFault } from './fault.ts'
import { queryFunction } from './functions.ts'
import { checkLiteral } from './literals.ts'
import { navigationOf } from './names.ts'
import { AliasSource, Paths, type PathEnd } from './paths.ts'
import { condition, pathEnd, type FilterSite } from './site.ts'

export interface ParsedFilter {
  readonly where: Filter
  /** The tables its paths lead through. */
  readonly links: readonly Link[]
}

/** $filter. @throws QUERY_INVALID */
export function parseFilter(
  text: string,
  table: Table,
  catalog: Catalog,
  parameters: ParameterAliases = {},
  aliases = new AliasSource(),
): ParsedFilter {
  const paths = new Paths(table, catalog, aliases)
  const site: FilterSite = { text, table, catalog, aliases, paths, variable: undefined }
  const where = filterOf(parseExpression(text, parameters), site)
  return { where, links: paths.links() }
}

export function filterOf(expression: Expression, site: FilterSite): Filter {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return {
        kind: expression.kind,
        filters: operandsOf(expression).map((operand) => filterOf(operand, site)),
      }
    case 'not':
      refuseNegatedFunction(expression.operand)
      return negation(filterOf(expression.operand, site))
    case 'compare':
      return compared(expression, site)
    case 'call':
      return called(expression, site)
    case 'lambda':
      return lambda(expression, site)
    case 'path': {
      const end = pathEnd(expression.segments, site)
      if (end.column.type === 'Boolean' || end.column.type === 'ManagedProperty') {
        return condition(end, 'eq', [true])
      }
      throw syntaxFault(
        `A condition was expected, but '${expression.segments.join('/')}' is not a yes/no property`,
        expression.at,
        site.text,
      )
    }
    case 'literal':
    case 'list':
      throw syntaxFault('A condition was expected, not a value', expression.at, site.text)
    default:
      return expression satisfies never
  }
}

/** What `a and b and c` joins. In a loop: a chain may be longer than the engine's stack is deep. */
function operandsOf(chain: Expression & { readonly kind: 'and' | 'or' }): readonly Expression[] {
  const operands: Expression[] = []
  let left: Expression = chain
  while (left.kind === chain.kind) {
    operands.push(left.right)
    left = left.left
  }
  return [left, ...operands.reverse()]
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-functions */
function refuseNegatedFunction(expression: Expression): void {
  switch (expression.kind) {
    case 'call':
      if (!expression.name.includes('.')) return
      throw new DataverseError(
        'QUERY_INVALID',
        'Not operator along with the Custom Named Condition operators is not allowed',
      )
    case 'and':
    case 'or':
      operandsOf(expression).forEach(refuseNegatedFunction)
      return
    case 'not':
      refuseNegatedFunction(expression.operand)
      return
    case 'lambda':
      if (expression.body !== undefined) refuseNegatedFunction(expression.body)
      return
    case 'compare':
    case 'path':
    case 'literal':
    case 'list':
      return
    default:
      expression satisfies never
  }
}

const MIRRORED = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
} as const satisfies Readonly<Record<Comparison, Comparison>>

function compared(expression: Expression & { readonly kind: 'compare' }, site: FilterSite): Filter {
  const { operator, left, right, at } = expression
  if (left.kind === 'path' && right.kind === 'literal') {
    return comparedWithLiteral(pathEnd(left.segments, site), operator, right.value, right.at, site)
  }
  if (left.kind === 'literal' && right.kind === 'path') {
    return comparedWithLiteral(
      pathEnd(right.segments, site),
      MIRRORED[operator],
      left.value,
      left.at,
      site,
    )
  }
  if (left.kind === 'path' && right.kind === 'path') {
    return comparedColumns(
      pathEnd(left.segments, site),
      operator,
      pathEnd(right.segments, site),
      site,
    )
  }
  if (right.kind === 'literal' && right.value.type === 'boolean' && isCondition(left)) {
    const holds = (operator === 'eq') === right.value.value
    if (operator === 'eq' || operator === 'ne') {
      return filterOf(holds ? left : { kind: 'not', operand: left, at }, site)
    }
  }
  throw syntaxFault(
    `A property on one side of '${operator}' and a value or property on the other was expected`,
    at,
    site.text,
  )
}

function isCondition({ kind }: Expression): boolean {
  return (
    kind === 'call' ||
    kind === 'lambda' ||
    kind === 'compare' ||
    kind === 'and' ||
    kind === 'or' ||
    kind === 'not'
  )
}

function comparedWithLiteral(
  end: PathEnd,
  operator: Comparison,
  literal: Literal,
  at: number,
  site: FilterSite,
): Filter {
  if (literal.type === 'null') {
    if (operator === 'eq') return condition(end, 'null', [])
    if (operator === 'ne') return condition(end, 'not-null', [])
    throw syntaxFault(`null can be compared by eq and ne only, not by ${operator};`, at, site.text)
  }
  return condition(end, operator, [checkLiteral(literal, operator, end.column)])
}

function comparedColumns(
  left: PathEnd,
  operator: Comparison,
  right: PathEnd,
  site: FilterSite,
): Filter {
  const name = right.column.logicalName
  if (left.link === right.link) return { ...condition(left, operator, []), otherColumn: name }
  if (left.link === undefined && right.link !== undefined) {
    return { ...condition(left, operator, []), otherColumn: `${right.link}.${name}` }
  }
  if (right.link === undefined && left.link !== undefined) {
    return comparedColumns(right, MIRRORED[operator], left, site)
  }
  throw new DataverseError(
    'QUERY_INVALID',
    `'${left.column.logicalName}' and '${name}' in '${site.text}' are on two related tables; only columns of one row, or of a row and a related one, can be compared.`,
  )
}

const TEXT_FUNCTIONS: Readonly<
  Record<string, { readonly operator: OperatorName; readonly pattern: (text: string) => string }>
> = {
  contains: { operator: 'like', pattern: (text) => `%${text}%` },
  startswith: { operator: 'begins-with', pattern: (text) => text },
  endswith: { operator: 'ends-with', pattern: (text) => text },
}

function called(expression: Expression & { readonly kind: 'call' }, site: FilterSite): Filter {
  const { name, at } = expression
  if (name.startsWith('Microsoft.Dynamics.CRM.')) return queryFunction(expression, site)
  const known = Object.hasOwn(TEXT_FUNCTIONS, name) ? TEXT_FUNCTIONS[name] : undefined
  if (known === undefined) {
    throw syntaxFault(
      `Function '${name}' is not supported; contains, startswith, endswith and the functions of Microsoft.Dynamics.CRM are,`,
      at,
      site.text,
    )
  }
  const [property, text, ...more] = expression.arguments
  if (
    property?.value.kind !== 'path' ||
    text?.value.kind !== 'literal' ||
    text.value.value.type !== 'string' ||
    more.length > 0
  ) {
    throw syntaxFault(`Function '${name}' takes a text property and a text;`, at, site.text)
  }
  const end = pathEnd(property.value.segments, site)
  checkLiteral(text.value.value, 'eq', end.column)
  return condition(end, known.operator, [known.pattern(text.value.value.value)])
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/filter-rows */
function lambda(expression: Expression & { readonly kind: 'lambda' }, site: FilterSite): Filter {
  const { quantifier, variable, body } = expression
  const segments =
    site.variable !== undefined && expression.segments[0] === site.variable
      ? expression.segments.slice(1)
      : expression.segments
  const [name, ...rest] = segments
  if (name === undefined || rest.length > 0) {
    throw new DataverseError(
      'QUERY_INVALID',
      `'${expression.segments.join('/')}' in '${site.text}': ${quantifier} can only ask about a collection of the row itself, not about one below another property.`,
    )
  }
  const navigation = navigationOf(site.table, name, site.catalog)
  if (navigation === undefined || navigation.kind === 'one') {
    throw propertyFault(name, site.table.logicalName)
  }
  const { target } = navigation
  const paths = new Paths(target, site.catalog, site.aliases)
  const inner: FilterSite = { ...site, table: target, paths, variable }
  const asked = body === undefined ? undefined : filterOf(body, inner)
  const isAny = quantifier === 'any'
  // `all` holds where no row is to be found of which the condition does not hold; so it does where there are no rows.
  const where = asked === undefined || isAny ? asked : negation(asked)
  const links = paths.links()
  const selection = {
    ...(where === undefined ? {} : { where }),
    ...(links.length === 0 ? {} : { links }),
  }
  const filter = { kind: 'link', quantifier: isAny ? 'any' : 'not any' } as const
  if (navigation.kind === 'many') {
    return {
      ...filter,
      table: target.logicalName,
      from: navigation.column,
      to: navigation.relationship.referencedColumn,
      ...selection,
    } satisfies LinkFilter
  }
  return {
    ...filter,
    table: navigation.intersect.logicalName,
    from: navigation.ownColumn,
    to: site.table.primaryId,
    intersect: true,
    links: [
      {
        kind: 'exists',
        table: target.logicalName,
        from: target.primaryId,
        to: navigation.otherColumn,
        columns: [],
        ...selection,
      },
    ],
  } satisfies LinkFilter
}
