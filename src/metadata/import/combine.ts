import type { Column } from '../column.ts'
import type { ManyToManyDefinition, OneToManyDefinition } from '../relationship.ts'
import type { TableDefinition } from '../table-definition.ts'

/**
 * One table that two documents tell of. `better` wins where both tell; what only `other` tells (a page's
 * messages beside EntityDefinitions, a column only one of them has) is kept.
 */
export function combineDefinitions(
  better: TableDefinition,
  other: TableDefinition,
): TableDefinition {
  return {
    ...other,
    ...better,
    columns: combined(better.columns, other.columns, (c) => c.logicalName, combineColumns),
    keys: combined(
      better.keys,
      other.keys,
      (key) => key.logicalName,
      (key) => key,
    ),
    manyToOne: combined(better.manyToOne, other.manyToOne, schemaName, combineOneToMany),
    oneToMany: combined(better.oneToMany, other.oneToMany, schemaName, combineOneToMany),
    manyToMany: combined(better.manyToMany, other.manyToMany, schemaName, combineManyToMany),
  }
}

function combined<T>(
  better: readonly T[],
  other: readonly T[],
  nameOf: (item: T) => string,
  combine: (better: T, other: T) => T,
): readonly T[] {
  const others = new Map(other.map((item) => [nameOf(item), item]))
  const both = better.map((item) => {
    const match = others.get(nameOf(item))
    others.delete(nameOf(item))
    return match === undefined ? item : combine(item, match)
  })
  return [...both, ...others.values()]
}

/** Of two types only one can be right; then nothing of the other one's properties fits. */
function combineColumns(better: Column, other: Column): Column {
  if (better.type !== other.type) return better
  const column = { ...other, ...better }
  // A live service leaves options out of EntityDefinitions unless it is asked for them by type.
  if ('options' in column && 'options' in other && column.options.length === 0) {
    return { ...column, options: other.options } as Column
  }
  return column
}

function combineOneToMany(
  better: OneToManyDefinition,
  other: OneToManyDefinition,
): OneToManyDefinition {
  return { ...other, ...better }
}

/** The sides of the better document keep their order; a page does not say which of them is Entity1. */
function combineManyToMany(
  better: ManyToManyDefinition,
  other: ManyToManyDefinition,
): ManyToManyDefinition {
  const tells = better.sides.some((side) => side.table !== undefined)
  return { ...other, ...better, sides: tells ? better.sides : other.sides }
}

function schemaName(told: { readonly schemaName: string }): string {
  return told.schemaName
}
