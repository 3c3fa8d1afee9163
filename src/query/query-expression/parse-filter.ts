import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Value } from '../../rows/value.ts'
import { operatorOfCondition } from '../operators.ts'
import type { Condition, Filter, FilterGroup, LinkFilter, LinkQuantifier } from '../query.ts'
import { Members, memberFault } from './members.ts'
import { joinedBy, joinOf, linkMembers, parseLinks } from './parse-node.ts'
import { QUANTIFIER_WORDS } from './words.ts'

/**
 * A FilterExpression.
 * https://learn.microsoft.com/power-apps/developer/data-platform/org-service/queryexpression/filter-rows
 */
export function parseFilter(json: unknown, path: string): FilterGroup {
  const members = new Members(json, path, 'FilterExpression', [
    'FilterOperator',
    'Conditions',
    'Filters',
    'FilterHint',
    'IsQuickFindFilter',
    'AnyAllFilterLinkEntity',
  ])
  const asked = members.object('AnyAllFilterLinkEntity', parseLinkFilter)
  const filters: readonly Filter[] = [
    ...members.list('Conditions', parseCondition),
    ...members.list('Filters', parseFilter),
    ...(asked === undefined ? [] : [asked]),
  ]
  return {
    kind: members.word('FilterOperator', ['And', 'Or']) === 'Or' ? 'or' : 'and',
    filters,
    ...(members.word('FilterHint', ['union']) === undefined ? {} : { hint: 'union' }),
    ...(members.flag('IsQuickFindFilter') ? { quickFind: true } : {}),
  }
}

function parseLinkFilter(json: unknown, path: string): LinkFilter {
  const members = linkMembers(json, path)
  const where = members.object('LinkCriteria', parseFilter)
  const links = parseLinks(members)
  return {
    kind: 'link',
    quantifier: joinOf<LinkQuantifier>(members, QUANTIFIER_WORDS, undefined),
    ...joinedBy(members),
    ...(where === undefined ? {} : { where }),
    ...(links.length === 0 ? {} : { links: links.map(({ link }) => link) }),
  }
}

function parseCondition(json: unknown, path: string): Condition {
  const members = new Members(json, path, 'ConditionExpression', [
    'EntityName',
    'AttributeName',
    'Operator',
    'Values',
    'CompareColumns',
  ])
  const word = members.text('Operator') ?? 'Equal'
  const operator = operatorOfCondition(word)
  if (operator === undefined) {
    throw new DataverseError(
      'QUERY_OPERATOR_UNKNOWN',
      `${path}: '${word}' is not a condition operator.`,
    )
  }
  const link = members.text('EntityName')
  const values = members.list('Values', valueOf)
  const condition: Condition = {
    kind: 'condition',
    column: members.required('AttributeName'),
    operator,
    values: members.flag('CompareColumns') ? [] : values,
    ...(link === undefined ? {} : { link }),
  }
  return members.flag('CompareColumns')
    ? { ...condition, otherColumn: otherColumn(values, path) }
    : condition
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/org-service/queryexpression/filter-rows#column-comparison */
function otherColumn(values: readonly Value[], path: string): string {
  const [name] = values
  if (typeof name !== 'string' || values.length !== 1) {
    throw memberFault(`${path}.Values`, 'the name of one column was expected', values)
  }
  if (!name.includes('.')) return name
  throw new DataverseError(
    'QUERY_CONDITION_INVALID',
    `${path}: columns of two tables are compared in FetchXML only; '${name}' is one of a link.`,
  )
}

/** A value alone, or with its .NET type beside it: `{ "Value": …, "Type": "System.Guid" }`. */
export function valueOf(item: unknown, path: string): Value {
  if (typeof item === 'object' && item !== null && !Array.isArray(item)) {
    const members = new Members(item, path, 'Object', ['Value', 'Type'])
    members.text('Type')
    return plain(members.value('Value') ?? null, `${path}.Value`)
  }
  return plain(item, path)
}

function plain(value: unknown, path: string): Value {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'boolean' || typeof value === 'bigint') return value
  throw memberFault(path, 'a text, a number, true or false was expected', value)
}
