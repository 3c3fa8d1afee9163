import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import type { Value } from '../../rows/value.ts'
import type { OperatorName } from '../operators.ts'
import type { Condition } from '../query.ts'
import type { AliasSource, PathEnd, Paths } from './paths.ts'

/** Where a filter is being read: over which table, and how its text goes. */
export interface FilterSite {
  readonly text: string
  readonly table: Table
  readonly catalog: Catalog
  readonly aliases: AliasSource
  readonly paths: Paths
  /** Inside a lambda: the name its properties begin with. */
  readonly variable: string | undefined
}

export function condition(
  end: PathEnd,
  operator: OperatorName,
  values: readonly Value[],
): Condition {
  return {
    kind: 'condition',
    column: end.column.logicalName,
    operator,
    values,
    ...(end.link === undefined ? {} : { link: end.link }),
  }
}

/** The column a path leads to; inside a lambda the path begins with its variable. */
export function pathEnd(segments: readonly string[], site: FilterSite): PathEnd {
  if (site.variable === undefined) return site.paths.end(segments)
  if (segments[0] === site.variable && segments.length > 1) return site.paths.end(segments.slice(1))
  throw new DataverseError(
    'QUERY_INVALID',
    `'${segments.join('/')}' in '${site.text}' does not begin with '${site.variable}/'; only properties of the rows in question can be compared there.`,
  )
}
