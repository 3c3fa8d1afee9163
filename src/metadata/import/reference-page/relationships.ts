import { isLookup, type Column } from '../../column.ts'
import {
  CASCADE_ACTIONS,
  CASCADE_TYPES,
  type CascadeConfiguration,
  type ManyToManyDefinition,
  type ManyToManySide,
  type OneToManyDefinition,
} from '../../relationship.ts'
import type { RelationshipChange } from '../../table-definition.ts'
import { present } from '../present.ts'
import { unreadable } from '../unreadable.ts'
import { plainText, type Facts } from './facts.ts'
import type { Entry } from './section.ts'

type Menu = NonNullable<OneToManyDefinition['menu']>

/** The page stands on the table that holds the lookup. */
export function readManyToOne(entry: Entry, table: string, fileName: string): OneToManyDefinition {
  const { facts } = entry
  const referencedTable = facts.text('ReferencedEntity') ?? linkedTable(entry, table)
  if (referencedTable === undefined) {
    throw unreadable({ fileName, line: entry.line }, `the table ${entry.name} refers to`, 'none')
  }
  return {
    schemaName: entry.name,
    referencedTable,
    referencingTable: table,
    ...present({
      referencedColumn: facts.text('ReferencedAttribute'),
      referencingColumn: facts.text('ReferencingAttribute'),
      referencingNavigation: facts.text('ReferencingEntityNavigationPropertyName'),
      referencedNavigation: facts.text('ReferencedEntityNavigationPropertyName'),
    }),
    ...common(facts, fileName, entry),
  }
}

/** The page stands on the table that is referred to. */
export function readOneToMany(entry: Entry, table: string, fileName: string): OneToManyDefinition {
  const { facts } = entry
  const referencingTable = facts.text('ReferencingEntity') ?? linkedTable(entry, table)
  if (referencingTable === undefined) {
    throw unreadable(
      { fileName, line: entry.line },
      `the table that refers by ${entry.name}`,
      'none',
    )
  }
  return {
    schemaName: entry.name,
    referencedTable: table,
    referencingTable,
    ...present({
      referencingColumn: facts.text('ReferencingAttribute'),
      referencedNavigation: facts.text('ReferencedEntityNavigationPropertyName'),
      menu: menuOf(facts, 'AssociatedMenuConfiguration'),
    }),
    ...common(facts, fileName, entry),
  }
}

/** A relationship another product changes: only what changes is printed. */
export function readRelationshipChange(
  { name, facts, line }: Entry,
  fileName: string,
): RelationshipChange {
  return {
    schemaName: name,
    ...present({
      referencedNavigation: facts.text('ReferencedEntityNavigationPropertyName'),
      referencingNavigation: facts.text('ReferencingEntityNavigationPropertyName'),
      menu: menuOf(facts, 'AssociatedMenuConfiguration'),
    }),
    ...common(facts, fileName, { name, line }),
  }
}

function common(facts: Facts, fileName: string, entry: Pick<Entry, 'name' | 'line'>) {
  return present({
    isHierarchical: facts.flag('IsHierarchical'),
    isCustomizable: facts.flag('IsCustomizable'),
    cascade: cascadeOf(facts, fileName, entry),
  })
}

function cascadeOf(
  facts: Facts,
  fileName: string,
  entry: Pick<Entry, 'name' | 'line'>,
): CascadeConfiguration | undefined {
  const members = facts.members('CascadeConfiguration')
  if (members === undefined) return undefined
  const cascade: { -readonly [A in keyof CascadeConfiguration]: CascadeConfiguration[A] } = {}
  for (const [name, text] of members) {
    const action = CASCADE_ACTIONS.find((a) => a.toLowerCase() === name.toLowerCase())
    if (action === undefined || text === null) continue
    const type = CASCADE_TYPES.find((t) => t === text)
    if (type === undefined) {
      throw unreadable(
        { fileName, line: entry.line },
        `${name} of ${entry.name} to be one of ${CASCADE_TYPES.join(', ')}`,
        `'${text}'`,
      )
    }
    cascade[action] = type
  }
  return cascade
}

function menuOf(facts: Facts, name: string): Menu | undefined {
  const members = facts.members(name)
  if (members === undefined) return undefined
  return Object.fromEntries(
    [...members].map(([member, text]) => [member, member === 'Label' ? text : menuValue(text)]),
  )
}

function menuValue(text: string | null): string | number | boolean | null {
  if (text === null || text === 'null') return null
  if (text === 'True' || text === 'False') return text === 'True'
  return /^-?\d+$/.test(text) ? Number(text) : text
}

/** The page's own side comes first, wherever the page says which one that is. */
export function readManyToMany(entry: Entry, table: string): ManyToManyDefinition {
  const { facts } = entry
  return {
    schemaName: facts.text('SchemaName') ?? entry.name,
    sides: sidesOf(entry, table),
    ...present({
      intersectTable: facts.text('IntersectEntityName'),
      isCustomizable: facts.flag('IsCustomizable') ?? entry.sides[0]?.flag('IsCustomizable'),
    }),
  }
}

function sidesOf(entry: Entry, table: string): readonly [ManyToManySide, ManyToManySide] {
  const { facts } = entry
  const [first, second] = entry.sides
  if (first !== undefined && second !== undefined) {
    return [sideOf(first, '', table), sideOf(second, '', undefined)]
  }
  if (facts.has('Entity1IntersectAttribute')) {
    // Without tables beside them the two sides are the same one: the page's own.
    return [sideOf(facts, 'Entity1', table), sideOf(facts, 'Entity2', table)]
  }
  const other = linkedTable(entry, table)
  // On the page of an intersect table nothing says which tables it joins.
  if (other === undefined && !facts.has('IntersectAttribute')) return [{}, {}]
  return [sideOf(facts, '', table), present({ table: other })]
}

function sideOf(facts: Facts, prefix: string, table: string | undefined): ManyToManySide {
  return present({
    table: facts.text(`${prefix}LogicalName`) ?? table,
    intersectColumn: facts.text(`${prefix}IntersectAttribute`),
    navigation: facts.text(`${prefix}NavigationPropertyName`),
    menu: menuOf(facts, `${prefix}AssociatedMenuConfiguration`),
  })
}

const LINK = /\[([^\]]*)\]\(([^)]*)\)/

/**
 * The other table a sentence points to. `[systemuser teammembership_association …](systemuser.md#…)` names
 * it in the text; `[teammembership_association](systemuser.md#…)` of older pages by the file only.
 */
export function linkedTable(entry: Entry, table: string): string | undefined {
  for (const { text } of entry.sentences) {
    const [, words = '', address = ''] = LINK.exec(text) ?? []
    if (address === '') continue
    if (address.startsWith('#')) return table
    const [named, ...more] = plainText(words).split(' ')
    return more.length > 0 && named !== undefined ? named : tableOfAddress(address)
  }
  return undefined
}

/** `/power-apps/…/entities/elasticfileattachment` and `systemuser.md#BKMK_x` end in a table's name. */
export function tableOfAddress(address: string): string | undefined {
  return /([^/#?]+?)(?:\.md)?(?:[#?].*)?$/.exec(address)?.[1]
}

/**
 * Pages before 2024 print a many-to-one relationship as a sentence: its name and the other table. The
 * lookup is then the column that alone can point there, or the one the relationship is named after
 * (`lk_account_createdby`), or the only one left. Where several remain it stays untold, until the
 * other table's page tells it.
 */
export function withReferencingColumns(
  manyToOne: readonly OneToManyDefinition[],
  columns: readonly Column[],
): readonly OneToManyDefinition[] {
  const open = manyToOne.filter((r) => r.referencingColumn === undefined)
  if (open.length === 0) return manyToOne
  const free = new Map<string, Set<string>>()
  for (const table of new Set(open.map((r) => r.referencedTable))) {
    const taken = new Set(
      manyToOne.filter((r) => r.referencedTable === table).map((r) => r.referencingColumn),
    )
    const lookups = columns.filter((c) => pointsAt(c, table) && !taken.has(c.logicalName))
    free.set(table, new Set(lookups.map((c) => c.logicalName)))
  }
  // Some pages print a lookup without its targets: only a name can tell that it is meant.
  const limitless = columns.filter((c) => isLookup(c) && c.targets.length === 0)
  const found = new Map<OneToManyDefinition, string>()
  const settle = (relationship: OneToManyDefinition, column: string | undefined) => {
    if (column === undefined) return
    found.set(relationship, column)
    free.get(relationship.referencedTable)?.delete(column)
  }
  for (const relationship of open) {
    const pointing = free.get(relationship.referencedTable) ?? []
    const columnsThere = [...pointing, ...limitless.map((c) => c.logicalName)]
    settle(relationship, namedAfter(relationship, columnsThere))
  }
  for (const [table, columnsLeft] of free) {
    const relationshipsLeft = open.filter((r) => r.referencedTable === table && !found.has(r))
    const [relationship] = relationshipsLeft
    if (relationshipsLeft.length === 1 && columnsLeft.size === 1 && relationship !== undefined) {
      settle(relationship, [...columnsLeft][0])
    }
  }
  return manyToOne.map((relationship) => {
    const referencingColumn = found.get(relationship)
    return referencingColumn === undefined ? relationship : { ...relationship, referencingColumn }
  })
}

/** An Owner column refers to table `owner`, though its targets are the kinds of owner. */
function pointsAt(column: Column, table: string): boolean {
  if (column.type === 'Owner') return table === 'owner'
  return 'targets' in column && column.type !== 'PartyList' && column.targets.includes(table)
}

function namedAfter(
  { schemaName }: OneToManyDefinition,
  columns: readonly string[],
): string | undefined {
  const name = schemaName.toLowerCase()
  return columns
    .filter((column) => name.endsWith(`_${column}`))
    .sort((a, b) => b.length - a.length)[0]
}
