import { DataverseError } from '../errors/dataverse-error.ts'
import type { QueryLimits } from './context.ts'
import type { Filter, Link, Query } from './query.ts'

/**
 * Refuses what no organization would answer, whatever its rows: too many links or conditions, a page that
 * cannot be, `top` together with `page`.
 * @throws QUERY_LINKS_EXCEEDED, QUERY_CONDITIONS_EXCEEDED, QUERY_CONDITION_INVALID, QUERY_LINK_TYPE_INVALID,
 * QUERY_TOP_INVALID, QUERY_PAGING_INVALID
 */
export function checkQuery(query: Query, limits: QueryLimits): void {
  const { links, conditions, unions } = countParts(query.where, query.links)
  if (links > limits.links) {
    throw new DataverseError(
      'QUERY_LINKS_EXCEEDED',
      'Number of link entities in query exceeded maximum limit.',
    )
  }
  // Links count as conditions too.
  if (links + conditions > limits.conditions) {
    throw new DataverseError(
      'QUERY_CONDITIONS_EXCEEDED',
      'Number of conditions in query exceeded maximum limit.',
    )
  }
  // https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/optimize-performance#union-hint
  if (unions > 1) {
    throw new DataverseError(
      'QUERY_CONDITION_INVALID',
      `One filter of a query can have the hint 'union'; ${unions} have.`,
    )
  }
  checkPaging(query, limits)
  if (query.hints?.dataSource !== undefined) {
    throw new DataverseError(
      'NOT_SUPPORTED',
      `Rows of data source '${query.hints.dataSource}' are not emulated.`,
    )
  }
}

function checkPaging({ top, page }: Query, limits: QueryLimits): void {
  if (top !== undefined && !isWithin(top, 1, limits.rowsPerPage)) {
    throw new DataverseError(
      'QUERY_TOP_INVALID',
      `top is ${top}; it must be a whole number from 1 to ${limits.rowsPerPage}.`,
    )
  }
  if (page === undefined) return
  if (top !== undefined) {
    throw new DataverseError(
      'QUERY_PAGING_INVALID',
      'The top attribute and paging cannot be used together in one query.',
    )
  }
  if (!isWithin(page.size, 1, limits.rowsPerPage)) {
    throw new DataverseError(
      'QUERY_PAGING_INVALID',
      `The size of a page is ${page.size}; it must be a whole number from 1 to ${limits.rowsPerPage}.`,
    )
  }
  if (!isWithin(page.number, 1, Number.MAX_SAFE_INTEGER)) {
    throw new DataverseError(
      'QUERY_PAGING_INVALID',
      `The number of a page is ${page.number}; it must be a whole number from 1.`,
    )
  }
  if (page.cookie === undefined && (page.number - 1) * page.size >= limits.rowsWithoutCookie) {
    throw new DataverseError(
      'QUERY_PAGING_INVALID',
      `Page ${page.number} of ${page.size} rows begins after row ${limits.rowsWithoutCookie}; without a paging cookie only the rows before it can be read.`,
    )
  }
}

function isWithin(value: number, low: number, high: number): boolean {
  return Number.isSafeInteger(value) && value >= low && value <= high
}

interface Parts {
  links: number
  conditions: number
  unions: number
}

function countParts(where: Filter | undefined, links: readonly Link[] | undefined): Parts {
  const parts: Parts = { links: 0, conditions: 0, unions: 0 }
  if (where !== undefined) countFilter(where, parts)
  countLinks(links, parts)
  return parts
}

function countLinks(links: readonly Link[] | undefined, parts: Parts): void {
  for (const link of links ?? []) {
    parts.links++
    if (link.kind === 'matchfirst') refuseOrder(link)
    if (link.where !== undefined) countFilter(link.where, parts)
    countLinks(link.links, parts)
  }
}

/** Its rows can be sorted by the orders of the questioned table, which name the link. */
function refuseOrder({ table, order }: Link): void {
  if (order === undefined || order.length === 0) return
  throw new DataverseError(
    'QUERY_LINK_TYPE_INVALID',
    `MatchFirstRowUsingCrossApply doesn't support order clause inside linkentity expression; the link to ${table} has one.`,
  )
}

function countFilter(filter: Filter, parts: Parts): void {
  switch (filter.kind) {
    case 'condition':
      parts.conditions++
      return
    case 'link':
      parts.links++
      if (filter.where !== undefined) countFilter(filter.where, parts)
      countLinks(filter.links, parts)
      return
    case 'and':
    case 'or':
      if (filter.hint === 'union') parts.unions++
      for (const part of filter.filters) countFilter(part, parts)
      return
    default:
      filter satisfies never
  }
}
