import type { Catalog } from '../metadata/catalog.ts'
import type { CascadeAction, CascadeConfiguration, CascadeType } from '../metadata/relationship.ts'
import { hasOwners, perTable, type Table } from '../metadata/table.ts'
import { isRowRef, type Row, type RowRef } from '../rows/value.ts'
import { isActive } from './active.ts'

/** The actions that carry rights on a row down to the rows that refer to it. */
export const RIGHTS_ACTIONS = ['share', 'unshare', 'reparent'] as const
export type RightsAction = Extract<CascadeAction, (typeof RIGHTS_ACTIONS)[number]>

/** A type that goes on to referencing rows. */
export type Following = 'Cascade' | 'Active' | 'UserOwned'

/** A relationship between tables whose rows have owners, one of whose actions carries rights down. */
export interface InheritanceRule {
  readonly parent: Table
  readonly child: Table
  /** The lookup of the child. */
  readonly column: string
  /** Absent: that action ends here. */
  readonly types: { readonly [A in RightsAction]?: Following }
  /** By what rows the child gets rights from: what sharing says, and else a new parent. */
  readonly gives: Following | undefined
}

/** The rules through which rows of `table` have rights from the rows they refer to. */
export const rulesAbove = perTable((table: Table, catalog: Catalog): readonly InheritanceRule[] =>
  table.manyToOne.flatMap(({ referencedTable, referencingColumn, cascade }) => {
    const parent = catalog.find(referencedTable)
    return parent === undefined ? [] : ruleOf(parent, table, referencingColumn, cascade)
  }),
)

/** The rules through which rights on a row of `table` come to the rows that refer to it. */
export const rulesBelow = perTable((table: Table, catalog: Catalog): readonly InheritanceRule[] =>
  table.oneToMany.flatMap(({ referencingTable, referencingColumn, cascade }) => {
    const child = catalog.find(referencingTable)
    return child === undefined ? [] : ruleOf(table, child, referencingColumn, cascade)
  }),
)

function ruleOf(
  parent: Table,
  child: Table,
  column: string,
  cascade: CascadeConfiguration | undefined,
): readonly InheritanceRule[] {
  if (cascade === undefined || !hasOwners(parent) || !hasOwners(child)) return []
  if (!child.lookupColumns.includes(column)) return []
  const followed = RIGHTS_ACTIONS.flatMap((action) => {
    const type = cascade[action]
    return isFollowing(type) ? [[action, type] as const] : []
  })
  if (followed.length === 0) return []
  const types: InheritanceRule['types'] = Object.fromEntries(followed)
  return [{ parent, child, column, types, gives: types.share ?? types.reparent }]
}

function isFollowing(type: CascadeType | undefined): type is Following {
  return type === 'Cascade' || type === 'Active' || type === 'UserOwned'
}

/** The row the rule leads to from `row`, if its lookup names one of that table. */
export function parentRef({ parent, column }: InheritanceRule, row: Row): RowRef | undefined {
  const ref = row[column]
  return isRowRef(ref) && ref.table === parent.logicalName ? ref : undefined
}

/** Whether a type takes the child along. */
export function takes(type: Following, table: Table, child: Row, parent: Row): boolean {
  switch (type) {
    case 'Cascade':
      return true
    case 'Active':
      return isActive(table, child)
    case 'UserOwned':
      return ownerOf(child)?.id === ownerOf(parent)?.id
    default:
      return type satisfies never
  }
}

export function ownerOf(row: Row): RowRef | undefined {
  const owner = row['ownerid']
  return isRowRef(owner) ? owner : undefined
}
