import type { Catalog } from '../metadata/catalog.ts'
import type { CascadeType } from '../metadata/relationship.ts'
import { perTable, type OneToMany, type Table } from '../metadata/table.ts'

/** What deleting a row of a table does to the rows of `table` that point at it through `column`. */
export interface DeleteRule {
  readonly table: Table
  readonly column: string
  readonly type: 'Cascade' | 'RemoveLink' | 'Restrict'
  /** The lookup's value must name this table; `owner` stands for users and teams. */
  readonly referencedTable: string
  readonly relationship: string
}

/**
 * What happens to the referencing rows when no document told the relationship's cascade rules: the
 * lookup is cleared, as in a relationship made with the platform's own defaults. One that always has a value
 * (SystemRequired, as an owner) stays as it is: the platform has no RemoveLink for those.
 */
export const UNKNOWN_DELETE_CASCADE: CascadeType = 'RemoveLink'

/** An intersect table that holds links of a table, with the column of that table's ids. */
export interface LinkRule {
  readonly table: Table
  readonly column: string
}

/** All that deleting a row of a table touches. */
export interface DeleteRules {
  readonly rules: readonly DeleteRule[]
  readonly links: readonly LinkRule[]
}

/**
 * The rules that deleting a row of `table` follows, made once. A user or team takes its owner row along,
 * so the relationships of `owner` count as its own. `NoCascade` does nothing and is left out.
 */
export const deleteRules = perTable((table: Table, catalog: Catalog): DeleteRules => ({
  rules: relationshipsInto(table, catalog).flatMap((r) => ruleOf(r, catalog)),
  links: linksOf(table, catalog),
}))

function linksOf(table: Table, catalog: Catalog): readonly LinkRule[] {
  return table.manyToMany.flatMap(({ intersectTable, sides }) => {
    const intersect = catalog.find(intersectTable)
    if (intersect === undefined) return []
    return sides.flatMap((side) =>
      side.table === table.logicalName && side.intersectColumn !== undefined
        ? [{ table: intersect, column: side.intersectColumn }]
        : [],
    )
  })
}

function relationshipsInto(table: Table, catalog: Catalog): readonly OneToMany[] {
  const isOwner = table.logicalName === 'systemuser' || table.logicalName === 'team'
  const owner = isOwner ? catalog.find('owner') : undefined
  return owner === undefined ? table.oneToMany : [...table.oneToMany, ...owner.oneToMany]
}

function ruleOf(relationship: OneToMany, catalog: Catalog): readonly DeleteRule[] {
  const { cascade, referencingTable, referencingColumn, referencedTable, schemaName } = relationship
  const table = catalog.find(referencingTable)
  const isRequired = table?.columns.get(referencingColumn)?.requiredLevel === 'SystemRequired'
  const type = cascade?.delete ?? (isRequired ? 'NoCascade' : UNKNOWN_DELETE_CASCADE)
  // The catalog lets no other type pass.
  if (type !== 'Cascade' && type !== 'RemoveLink' && type !== 'Restrict') return []
  if (table === undefined) return []
  // Its rows go with the activities they are of, by the activities' own relationships.
  if (table.logicalName === 'activitypointer') return []
  // Only columns that hold references can be followed; a page may name a key or a missing column.
  if (!table.lookupColumns.includes(referencingColumn)) return []
  return [{ table, column: referencingColumn, type, referencedTable, relationship: schemaName }]
}
