import type { Catalog } from '../metadata/catalog.ts'
import type { Column } from '../metadata/column.ts'
import type { ExecutionContext } from '../pipeline/execution-context.ts'

/** What a column holds that its value does not tell: see `KindOf` of remote execution. */
export type ColumnKind = 'OptionSetValue' | 'Money' | 'DateTime' | 'DateOnly' | 'BigInt'

/** An execution context as text, as the platform serializes it; undefined for one it has no text for. */
export type PrintContext = (
  context: ExecutionContext,
  kindOf: (table: string, column: string) => ColumnKind | undefined,
) => string | undefined

export function wireKind(catalog: Catalog, table: string, name: string): ColumnKind | undefined {
  const column = catalog.find(table)?.columns.get(name)
  if (column === undefined) return undefined
  if (column.type === 'DateTime' && column.behavior === 'DateOnly') return 'DateOnly'
  return KINDS[column.type]
}

const KINDS: Readonly<Partial<Record<Column['type'], ColumnKind>>> = {
  Picklist: 'OptionSetValue',
  State: 'OptionSetValue',
  Status: 'OptionSetValue',
  Money: 'Money',
  DateTime: 'DateTime',
  BigInt: 'BigInt',
}
