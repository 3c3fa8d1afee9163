import type { Catalog } from '../metadata/catalog.ts'
import type { Table } from '../metadata/table.ts'
import type { Row } from '../rows/value.ts'

/** What a change is judged by. */
export interface SchemaFacts {
  readonly catalog: Catalog
  /** The present rows of a table. */
  rows(table: Table): Iterable<Row>
  /** The registered steps. */
  readonly steps: readonly StepUse[]
}

/** What a step needs of the tables. */
export interface StepUse {
  readonly name: string
  readonly table: string | null
  readonly relationship?: string
  readonly columns?: readonly string[]
  readonly preImages: readonly ImageUse[]
  readonly postImages: readonly ImageUse[]
}

interface ImageUse {
  readonly columns: readonly string[] | 'all'
}
