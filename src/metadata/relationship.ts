/**
 * What an action on the referenced row does to the rows that refer to it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/configure-entity-relationship-cascading-behavior
 */
export const CASCADE_TYPES = [
  'NoCascade',
  'Cascade',
  'Active',
  'UserOwned',
  'RemoveLink',
  'Restrict',
] as const
export type CascadeType = (typeof CASCADE_TYPES)[number]

export const CASCADE_ACTIONS = [
  'assign',
  'delete',
  'merge',
  'reparent',
  'share',
  'unshare',
  'rollupView',
  'archive',
] as const
export type CascadeAction = (typeof CASCADE_ACTIONS)[number]

/** Older documents print six of the eight; an action that is absent here was not told. */
export type CascadeConfiguration = { readonly [A in CascadeAction]?: CascadeType }

/**
 * A one-to-many relationship, told by either end. What a document does not tell is absent: the page of
 * the referencing table tells the cascade, the page of the referenced table does not.
 */
export interface OneToManyDefinition {
  readonly schemaName: string
  readonly referencedTable: string
  readonly referencedColumn?: string
  readonly referencingTable: string
  /** Absent on old pages of the referencing table, which name relationship and table only. */
  readonly referencingColumn?: string
  /** Collection-valued navigation property on the referenced table. */
  readonly referencedNavigation?: string
  /** Single-valued navigation property on the referencing table. */
  readonly referencingNavigation?: string
  readonly isHierarchical?: boolean
  readonly isCustomizable?: boolean
  /** Absent: unknown. */
  readonly cascade?: CascadeConfiguration
  /** AssociatedMenuConfiguration, by the names it was printed with; user interface only. */
  readonly menu?: Readonly<Record<string, string | number | boolean | null>>
}

/** One end of a many-to-many relationship; each member is absent where no document told it. */
export interface ManyToManySide {
  readonly table?: string
  /** The column of the intersect table that holds this side's id. */
  readonly intersectColumn?: string
  readonly navigation?: string
  readonly menu?: Readonly<Record<string, string | number | boolean | null>>
}

export interface ManyToManyDefinition {
  readonly schemaName: string
  /** Absent on old pages that only point at the other table's page. */
  readonly intersectTable?: string
  /** Entity1 and Entity2. Where only a page told it, the side it stands on comes first. */
  readonly sides: readonly [ManyToManySide, ManyToManySide]
  readonly isCustomizable?: boolean
}
