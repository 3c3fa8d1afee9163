import type { ChoiceOption, Column, LookupColumn } from '../metadata/column.ts'
import type { GlobalChoice } from '../metadata/global-choice.ts'
import type {
  ManyToManyDefinition,
  ManyToManySide,
  OneToManyDefinition,
} from '../metadata/relationship.ts'
import type { AlternateKey } from '../metadata/table-definition.ts'

/** One change of an organization's tables. Whoever sends several sends them one after the other. */
export type SchemaChange =
  | { readonly kind: 'create-table'; readonly table: NewTable }
  | {
      readonly kind: 'update-table'
      readonly table: string
      readonly labels: TableLabels
      readonly switches?: TableSwitches
    }
  | { readonly kind: 'delete-table'; readonly table: string }
  | { readonly kind: 'create-column'; readonly table: string; readonly column: Column }
  | { readonly kind: 'update-column'; readonly table: string; readonly column: Column }
  | { readonly kind: 'delete-column'; readonly table: string; readonly column: string }
  | { readonly kind: 'create-key'; readonly table: string; readonly key: NewKey }
  | { readonly kind: 'reactivate-key'; readonly table: string; readonly key: string }
  | { readonly kind: 'delete-key'; readonly table: string; readonly key: string }
  | {
      /** One relationship for each table the lookup may point at. */
      readonly kind: 'create-lookup'
      readonly lookup: LookupColumn
      readonly relationships: readonly NewOneToMany[]
    }
  | { readonly kind: 'create-many-to-many'; readonly relationship: NewManyToMany }
  | { readonly kind: 'update-relationship'; readonly relationship: RelationshipUpdate }
  | { readonly kind: 'delete-relationship'; readonly relationship: string }
  | { readonly kind: 'create-choice'; readonly choice: GlobalChoice }
  | { readonly kind: 'update-choice'; readonly choice: string; readonly labels: Labels }
  | { readonly kind: 'delete-choice'; readonly choice: string }
  | OptionChange

/** A label that is undefined is left as it is, one that is null is taken away. */
export interface Labels {
  readonly displayName?: string | null
  readonly description?: string | null
}

export interface TableLabels extends Labels {
  readonly displayCollectionName?: string | null
}

/** What of a table may be switched; absent: as it is. */
export interface TableSwitches {
  readonly isAuditEnabled?: boolean
  /** Switched on only, as notes about its rows and activities are. */
  readonly changeTrackingEnabled?: boolean
  readonly hasNotes?: boolean
  readonly hasActivities?: boolean
}

export interface NewTable {
  /** With the publisher's prefix; the logical name is this in lower case. */
  readonly schemaName: string
  readonly displayName?: string
  readonly displayCollectionName?: string
  readonly description?: string
  readonly ownership: 'UserOwned' | 'OrganizationOwned'
  /** Absent: the plural of the logical name. */
  readonly entitySetName?: string
  readonly hasNotes?: boolean
  readonly hasActivities?: boolean
  readonly isAuditEnabled?: boolean
  readonly changeTrackingEnabled?: boolean
  /** Logical name of the text column, one of `columns`, that names the rows. */
  readonly primaryName: string
  /** The platform's own columns come by themselves. */
  readonly columns: readonly Column[]
}

export type NewKey = Omit<AlternateKey, 'logicalName' | 'indexStatus'>

/** What is absent is as the platform makes it: a relationship that refers and no more, named as its lookup. */
export type NewOneToMany = Omit<OneToManyDefinition, 'referencingColumn' | 'referencedColumn'>

export type NewManyToMany = Pick<ManyToManyDefinition, 'schemaName'> & {
  readonly intersectTable?: string
  readonly sides: readonly [NewSide, NewSide]
}

export type NewSide = Pick<ManyToManySide, 'navigation' | 'menu'> & {
  readonly table: string
}

export type RelationshipUpdate = Pick<OneToManyDefinition, 'schemaName'> &
  Partial<Pick<OneToManyDefinition, 'cascade' | 'isHierarchical' | 'menu'>>

/** The options of one column, or those that columns share. */
export type OptionPlace =
  { readonly table: string; readonly column: string } | { readonly choice: string }

export type OptionChange =
  | {
      readonly kind: 'insert-option'
      readonly of: OptionPlace
      /** Without a value it takes the next of its publisher. */
      readonly option: Omit<ChoiceOption, 'value'> & { readonly value?: number }
    }
  | {
      readonly kind: 'update-option'
      readonly of: OptionPlace
      readonly value: number
      readonly label?: string | null
      readonly description?: string | null
    }
  | { readonly kind: 'delete-option'; readonly of: OptionPlace; readonly value: number }
  | { readonly kind: 'order-options'; readonly of: OptionPlace; readonly values: readonly number[] }
  | {
      readonly kind: 'insert-status'
      readonly table: string
      readonly state: number
      readonly option: Omit<ChoiceOption, 'value'> & { readonly value?: number }
    }
  | {
      readonly kind: 'update-state'
      readonly table: string
      readonly value: number
      readonly label?: string | null
      readonly description?: string | null
      readonly defaultStatus?: number
    }

/** What came of a change. */
export interface SchemaResult {
  /** The names of what was made: logical ones of tables, columns and keys, schema names of relationships. */
  readonly made: readonly string[]
  /** Of an option that was inserted. */
  readonly optionValue?: number
}
