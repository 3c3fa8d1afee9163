import type { ChoiceOption, Column, StatusOption } from './column.ts'
import type { OneToManyDefinition } from './relationship.ts'
import type {
  ColumnChange,
  MessageDefinition,
  RelationshipChange,
  TableDefinition,
  TableExtension,
} from './table-definition.ts'

/**
 * `base` with what extensions add and change. One product may change what another one adds, whichever is
 * read first: additions come before changes. A base that has an addition already (EntityDefinitions of an
 * organization with the product installed) keeps its own word.
 */
export function extended(
  base: TableDefinition,
  extensions: readonly TableExtension[],
): TableDefinition {
  return extensions.reduce(withChanges, extensions.reduce(withAdditions, base))
}

/** In the order in which tables and extensions come. */
export function extensionsByTable(
  extensions: readonly TableExtension[],
): ReadonlyMap<string, readonly TableExtension[]> {
  const byTable = new Map<string, TableExtension[]>()
  for (const extension of extensions) {
    const known = byTable.get(extension.extends)
    if (known === undefined) byTable.set(extension.extends, [extension])
    else known.push(extension)
  }
  return byTable
}

function withAdditions(base: TableDefinition, extension: TableExtension): TableDefinition {
  return {
    ...base,
    ...withMessages(base.messages, extension.messages),
    columns: added(base.columns, extension.columns, (column) => column.logicalName),
    manyToOne: added(base.manyToOne, extension.manyToOne, schemaNameOf),
    oneToMany: added(base.oneToMany, extension.oneToMany, schemaNameOf),
    manyToMany: added(base.manyToMany, extension.manyToMany, schemaNameOf),
  }
}

function withChanges(base: TableDefinition, extension: TableExtension): TableDefinition {
  const { changedColumns, changedRelationships = [] } = extension
  const changed = (told: OneToManyDefinition) => changedRelationship(told, changedRelationships)
  return {
    ...base,
    columns: base.columns.map((column) => changedColumn(column, changedColumns)),
    manyToOne: base.manyToOne.map(changed),
    oneToMany: base.oneToMany.map(changed),
  }
}

/** A base that tells no messages offers every one: there is nothing to add to. */
function withMessages(
  known: readonly MessageDefinition[] | undefined,
  more: readonly MessageDefinition[] | undefined,
): { readonly messages?: readonly MessageDefinition[] } {
  if (known === undefined || more === undefined) return {}
  return { messages: added(known, more, (message) => message.name) }
}

function changedColumn(column: Column, all: readonly ColumnChange[]): Column {
  const change = all.find((c) =>
    c.logicalName === undefined
      ? c.schemaName.toLowerCase() === column.schemaName.toLowerCase()
      : c.logicalName === column.logicalName,
  )
  if (change === undefined) return column
  const { options, min, max, ...changes } = change.changes
  // The page's reader gave each property the type it has in `Column`.
  const changed = { ...column, ...changes, ...changedBounds(column, { min, max }) }
  if ('targets' in changed && change.addedTargets !== undefined) {
    // A lookup whose targets nobody told names no limit, and must not get one.
    if (changed.targets.length === 0) return changed
    return { ...changed, targets: [...new Set([...changed.targets, ...change.addedTargets])] }
  }
  if ('options' in changed && Array.isArray(options)) {
    return {
      ...changed,
      options: withOptions(changed, options as readonly ChangedOption[]),
    } as Column
  }
  return changed
}

/** Bounds of 64 bits are bigints, all others numbers. */
function changedBounds(column: Column, bounds: Readonly<Record<'min' | 'max', unknown>>) {
  const changed: Record<string, unknown> = {}
  for (const [name, bound] of Object.entries(bounds)) {
    if (typeof bound !== 'number' && typeof bound !== 'bigint') continue
    if (column.type !== 'BigInt') changed[name] = Number(bound)
    else changed[name] = typeof bound === 'bigint' ? bound : BigInt(Math.trunc(bound))
  }
  return changed
}

/** An option as an extension page prints it: of a state or a status often its label only. */
type ChangedOption = ChoiceOption & Partial<Pick<StatusOption, 'state'>>

/** Pages print the options that are new or have another label; those of the base stay. */
function withOptions(
  { type, options: known }: { readonly type: string; readonly options: readonly ChoiceOption[] },
  printed: readonly ChangedOption[],
): readonly ChoiceOption[] {
  const byValue = new Map(known.map((option) => [option.value, option]))
  for (const option of printed) {
    const before = byValue.get(option.value)
    // A new status without the state it belongs to can be given to no row.
    if (type === 'Status' && before === undefined && option.state === undefined) continue
    byValue.set(option.value, {
      ...(type === 'State' && { defaultStatus: null }),
      ...before,
      ...option,
    })
  }
  return [...byValue.values()]
}

function changedRelationship(
  told: OneToManyDefinition,
  all: readonly RelationshipChange[],
): OneToManyDefinition {
  const change = all.find(({ schemaName }) => schemaName === told.schemaName)
  if (change === undefined) return told
  const { cascade, menu, ...changes } = change
  return {
    ...told,
    ...changes,
    ...(cascade !== undefined && { cascade: { ...told.cascade, ...cascade } }),
    ...(menu !== undefined && { menu: { ...told.menu, ...menu } }),
  }
}

function added<T>(
  known: readonly T[],
  more: readonly T[],
  nameOf: (item: T) => string,
): readonly T[] {
  const names = new Set(known.map(nameOf))
  return [...known, ...more.filter((item) => !names.has(nameOf(item)))]
}

function schemaNameOf({ schemaName }: { readonly schemaName: string }): string {
  return schemaName
}
