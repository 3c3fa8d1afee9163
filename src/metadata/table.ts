import type { RowClass } from '../rows/row-class.ts'
import { rowClass } from '../rows/row-class.ts'
import { isLookup, type Column } from './column.ts'
import type { CascadeConfiguration, ManyToManySide, OneToManyDefinition } from './relationship.ts'
import type { AlternateKey, Ownership, TableDefinition } from './table-definition.ts'

/** A one-to-many relationship as every document of it tells, both ends known to the catalog by name. */
export interface OneToMany {
  readonly kind: 'one-to-many'
  readonly schemaName: string
  readonly referencedTable: string
  readonly referencedColumn: string
  readonly referencingTable: string
  readonly referencingColumn: string
  readonly referencedNavigation: string | undefined
  readonly referencingNavigation: string | undefined
  readonly isHierarchical: boolean
  readonly isCustomizable: boolean | undefined
  /** undefined: no document told it. The emulator's default is then in `cascade/`, in one place. */
  readonly cascade: CascadeConfiguration | undefined
  readonly menu?: OneToManyDefinition['menu']
}

/** A many-to-many relationship; a side whose table no document told has no `table`. */
export interface ManyToMany {
  readonly kind: 'many-to-many'
  readonly schemaName: string
  readonly intersectTable: string
  readonly sides: readonly [ManyToManySide, ManyToManySide]
  readonly isCustomizable?: boolean
}

export type Relationship = OneToMany | ManyToMany

/** What `Table` is made of: its definition and its place among the others. */
export interface TableParts {
  readonly definition: TableDefinition
  readonly columns: ReadonlyMap<string, Column>
  readonly manyToOne: readonly OneToMany[]
  readonly oneToMany: readonly OneToMany[]
  readonly manyToMany: readonly ManyToMany[]
  readonly messages: ReadonlyMap<string, boolean> | undefined
  /** Of an intersect table: the relationship whose links it holds. */
  readonly intersectOf?: ManyToMany | undefined
}

/** One table at run time: its definition with what operations look up, prepared once. */
export class Table {
  readonly definition: TableDefinition
  readonly logicalName: string
  readonly entitySetName: string
  readonly primaryId: string
  readonly primaryName: string | undefined
  readonly ownership: Ownership
  readonly isIntersect: boolean
  /** Those that are active; the definition has the others, too. */
  readonly keys: readonly AlternateKey[]
  /** Every column by logical name. */
  readonly columns: ReadonlyMap<string, Column>
  /** Relationships in which this table holds the lookup. */
  readonly manyToOne: readonly OneToMany[]
  /**
   * Relationships in which this table is referred to. Those of `owner` stand on `owner` only;
   * a user or team is deleted together with its owner row.
   */
  readonly oneToMany: readonly OneToMany[]
  readonly manyToMany: readonly ManyToMany[]
  /** Of an intersect table: the relationship whose links it holds, where a document tells it. */
  readonly intersectOf: ManyToMany | undefined
  /** See `perTable`. */
  readonly prepared: unknown[] = []
  readonly #messages: ReadonlyMap<string, boolean> | undefined
  #rowClass: RowClass | undefined
  #storedColumns: readonly string[] | undefined
  #lookupColumns: readonly string[] | undefined
  #intersectColumns: readonly string[] | undefined

  constructor(parts: TableParts) {
    const { definition } = parts
    this.definition = definition
    this.logicalName = definition.logicalName
    this.entitySetName = definition.entitySetName
    this.primaryId = definition.primaryId
    this.primaryName = definition.primaryName
    this.ownership = definition.ownership
    this.isIntersect = definition.isIntersect ?? false
    this.keys = definition.keys.filter((key) => key.indexStatus !== 'Failed')
    this.columns = parts.columns
    this.manyToOne = parts.manyToOne
    this.oneToMany = parts.oneToMany
    this.manyToMany = parts.manyToMany
    this.#messages = parts.messages
    this.intersectOf = parts.intersectOf
  }

  /** Whether the table answers this message; a table whose documents list none answers all. */
  offers(message: string): boolean {
    return this.#messages === undefined || this.#messages.has(message)
  }

  /** Whether steps can be registered on this message of the table. */
  isEvent(message: string): boolean {
    return this.#messages === undefined || this.#messages.get(message) === true
  }

  /**
   * Whether clients may ask what has changed. Reference pages do not tell, but list the message that asks.
   * https://learn.microsoft.com/power-apps/developer/data-platform/use-change-tracking-synchronize-data-external-systems
   */
  get tracksChanges(): boolean {
    return (
      this.definition.changeTrackingEnabled ?? this.#messages?.has('RetrieveEntityChanges') ?? false
    )
  }

  /** Logical names of the columns a row holds; derived ones (companion names, virtual columns) are left out. */
  get storedColumns(): readonly string[] {
    return (this.#storedColumns ??= [...this.columns.values()]
      .filter(isStored)
      .map((c) => c.logicalName))
  }

  /** Logical names of Lookup, Customer and Owner columns: the store keeps an index on each. */
  get lookupColumns(): readonly string[] {
    return (this.#lookupColumns ??= [...this.columns.values()]
      .filter(isLookup)
      .map((c) => c.logicalName))
  }

  /**
   * Of an intersect table: the two columns that hold the ids of a link, as the relationship tells them, or
   * the only two id columns beside its own. The same of the table of shares, each of which joins a row and
   * a user or team. Empty for other tables, and where no document tells.
   */
  get intersectColumns(): readonly string[] {
    return (this.#intersectColumns ??=
      this.isIntersect || this.logicalName === 'principalobjectaccess'
        ? this.#findIntersectColumns()
        : [])
  }

  get rowClass(): RowClass {
    return (this.#rowClass ??= rowClass(this.storedColumns))
  }

  #findIntersectColumns(): readonly string[] {
    const told = this.intersectOf?.sides.map((side) => side.intersectColumn) ?? []
    const [first, second] = told
    if (first !== undefined && second !== undefined) return [first, second]
    const ids = [...this.columns.values()]
      .filter((c) => c.type === 'Uniqueidentifier' && c.logicalName !== this.primaryId)
      .map((c) => c.logicalName)
    return ids.length === 2 ? ids : []
  }
}

/** Whether rows hold this column; others are computed when they are read, or hold nothing. */
export function isStored(column: Column): boolean {
  return (
    column.type !== 'Virtual' &&
    column.type !== 'CalendarRules' &&
    column.type !== 'PartyList' &&
    !isNameCompanion(column)
  )
}

/**
 * Whether the column shows the name of the row that a lookup points at: `owneridname`, `createdbyyominame`.
 * It is never stored: renaming that row shows in every later read.
 */
export function isNameCompanion(column: Column): boolean {
  return (
    column.type === 'String' &&
    column.attributeOf !== undefined &&
    !column.validForCreate &&
    !column.validForUpdate &&
    column.logicalName.endsWith('name') &&
    // The name of a file (`new_paper_name` of `new_paper`) is nobody else's and is stored.
    column.logicalName !== `${column.attributeOf}_name`
  )
}

/** Whether rows of the table belong to users and teams. */
export function hasOwners({ ownership }: Pick<Table, 'ownership'>): boolean {
  return ownership === 'UserOwned' || ownership === 'TeamOwned'
}

let slots = 0

/**
 * What a room above prepares once a table and then finds at the cost of an array access: the plans of messages
 * and cascades. `make` may be given more than the table, as long as that is the same for one table.
 */
export function perTable<T, A extends readonly unknown[] = []>(
  make: (table: Table, ...given: A) => T,
): (table: Table, ...given: A) => T {
  const slot = slots++
  return (table, ...given) => {
    const known = table.prepared[slot]
    // The slot holds only what this very function put there.
    if (known !== undefined) return known as T
    const made = make(table, ...given)
    table.prepared[slot] = made
    return made
  }
}
