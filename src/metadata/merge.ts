import { DataverseError } from '../errors/dataverse-error.ts'
import type { Column } from './column.ts'
import { FILE_ATTACHMENTS, fileRelationship } from './content-companions.ts'
import { extended, extensionsByTable } from './extend.ts'
import { PARTY_TABLE, partyRelationship } from './party-relationship.ts'
import type { ManyToManyDefinition, ManyToManySide, OneToManyDefinition } from './relationship.ts'
import { assertCascadeTypes } from './relationship-rules.ts'
import type { ManyToMany, OneToMany } from './table.ts'
import type { TableDefinition, TableExtension } from './table-definition.ts'

export interface MergedTable {
  readonly definition: TableDefinition
  /** Schema names. */
  readonly manyToOne: readonly string[]
  readonly oneToMany: readonly string[]
  readonly manyToMany: readonly string[]
}

export interface Merged {
  readonly tables: ReadonlyMap<string, MergedTable>
  readonly oneToMany: ReadonlyMap<string, OneToMany>
  readonly manyToMany: ReadonlyMap<string, ManyToMany>
}

/**
 * Puts together what several documents tell: a later definition of a table replaces an earlier one,
 * extensions add to it, and both ends of a relationship become one. Cascade rules come from the
 * referencing table's document; what no document tells stays unknown.
 * @throws DEFINITION_INVALID, CASCADE_TYPE_INVALID
 */
export function mergeDefinitions(
  definitions: readonly TableDefinition[],
  extensions: readonly TableExtension[],
): Merged {
  const latest = new Map(definitions.map((definition) => [definition.logicalName, definition]))
  for (const [name, itsExtensions] of extensionsByTable(extensions)) {
    const base = latest.get(name)
    if (base === undefined) {
      throw new DataverseError(
        'DEFINITION_INVALID',
        `An extension adds to table '${name}', which has no definition; import the page of ${name} too.`,
      )
    }
    latest.set(name, extended(base, itsExtensions))
  }

  const toldOneToMany = new Map<string, OneToManyDefinition>()
  const toldManyToMany = new Map<string, ManyToManyDefinition>()
  for (const definition of latest.values()) {
    for (const told of definition.manyToOne) addOneToMany(toldOneToMany, told)
    for (const told of definition.oneToMany) {
      // Pages of other years may tell another cascade at this end.
      const { cascade } = toldOneToMany.get(told.schemaName) ?? {}
      addOneToMany(toldOneToMany, cascade === undefined ? told : { ...told, cascade })
    }
    for (const told of definition.manyToMany) addManyToMany(toldManyToMany, told)
  }
  for (const definition of latest.values()) {
    const files = latest.has(FILE_ATTACHMENTS) ? fileRelationship(definition) : undefined
    if (files !== undefined && !isTold(toldOneToMany.get(files.schemaName))) {
      toldOneToMany.set(files.schemaName, files)
    }
  }
  for (const definition of latest.values()) {
    const parties = latest.has(PARTY_TABLE) ? partyRelationship(definition) : undefined
    if (parties !== undefined && !isTold(toldOneToMany.get(parties.schemaName))) {
      toldOneToMany.set(parties.schemaName, parties)
    }
  }
  const oneToMany = new Map<string, OneToMany>()
  for (const told of toldOneToMany.values()) {
    // Without its lookup a relationship cannot be followed; old pages may leave that open.
    if (told.referencingColumn === undefined) continue
    assertCascadeTypes(told)
    const keyOfReferenced =
      latest.get(told.referencedTable)?.primaryId ?? `${told.referencedTable}id`
    oneToMany.set(told.schemaName, {
      kind: 'one-to-many',
      schemaName: told.schemaName,
      referencedTable: told.referencedTable,
      referencedColumn: told.referencedColumn ?? keyOfReferenced,
      referencingTable: told.referencingTable,
      referencingColumn: told.referencingColumn,
      referencedNavigation: told.referencedNavigation,
      referencingNavigation: told.referencingNavigation,
      isHierarchical: told.isHierarchical ?? false,
      isCustomizable: told.isCustomizable,
      cascade: told.cascade,
      ...(told.menu !== undefined && { menu: told.menu }),
    })
  }
  const manyToMany = new Map<string, ManyToMany>()
  for (const { schemaName, intersectTable, sides, isCustomizable } of toldManyToMany.values()) {
    if (intersectTable === undefined) continue
    manyToMany.set(schemaName, {
      kind: 'many-to-many',
      schemaName,
      intersectTable,
      sides,
      ...(isCustomizable !== undefined && { isCustomizable }),
    })
  }

  const byIntersect = new Map<string, ManyToMany[]>()
  for (const relationship of manyToMany.values()) {
    const others = byIntersect.get(relationship.intersectTable)
    if (others === undefined) byIntersect.set(relationship.intersectTable, [relationship])
    else others.push(relationship)
  }
  for (const [name, relationships] of byIntersect) {
    const intersect = latest.get(name)
    if (intersect === undefined) {
      latest.set(name, intersectDefinition(name, relationships))
      continue
    }
    if (!intersect.isIntersect) latest.set(name, { ...intersect, isIntersect: true })
    for (const relationship of relationships) {
      manyToMany.set(relationship.schemaName, withIntersectColumns(relationship, intersect))
    }
  }

  const tables = new Map<string, { definition: TableDefinition } & Record<Ends, string[]>>()
  for (const definition of latest.values()) {
    tables.set(definition.logicalName, { definition, manyToOne: [], oneToMany: [], manyToMany: [] })
  }
  for (const { schemaName, referencedTable, referencingTable } of oneToMany.values()) {
    tables.get(referencingTable)?.manyToOne.push(schemaName)
    tables.get(referencedTable)?.oneToMany.push(schemaName)
  }
  for (const { schemaName, sides } of manyToMany.values()) {
    for (const name of new Set(sides.map((side) => side.table))) {
      if (name !== undefined) tables.get(name)?.manyToMany.push(schemaName)
    }
  }
  return { tables, oneToMany, manyToMany }
}

/** Whether the document of its referencing table told the relationship, with what is cascaded. */
function isTold(relationship: OneToManyDefinition | undefined): boolean {
  return relationship?.cascade !== undefined && relationship.referencingColumn !== undefined
}

type Ends = 'manyToOne' | 'oneToMany' | 'manyToMany'

/** What the later document tells wins; what it leaves open stays as the earlier one told it. */
function addOneToMany(all: Map<string, OneToManyDefinition>, told: OneToManyDefinition): void {
  const known = all.get(told.schemaName)
  if (known === undefined) {
    all.set(told.schemaName, told)
    return
  }
  const isHierarchical = (told.isHierarchical ?? false) || (known.isHierarchical ?? false)
  all.set(told.schemaName, { ...known, ...told, isHierarchical })
}

function addManyToMany(all: Map<string, ManyToManyDefinition>, told: ManyToManyDefinition): void {
  const known = all.get(told.schemaName)
  all.set(
    told.schemaName,
    known === undefined ? told : { ...known, ...told, sides: mergedSides(known.sides, told.sides) },
  )
}

type Sides = readonly [ManyToManySide, ManyToManySide]

/** The document that tells more decides the order of the sides; the other fills what it left open. */
function mergedSides(a: Sides, b: Sides): Sides {
  const [base, other] = knowledge(b) > knowledge(a) ? [b, a] : [a, b]
  const taken = new Set<ManyToManySide>()
  const fill = (side: ManyToManySide): ManyToManySide => {
    const match = other.find((candidate) => !taken.has(candidate) && sameSide(side, candidate))
    if (match === undefined) return side
    taken.add(match)
    return { ...match, ...side }
  }
  // A side without a table takes whatever is left, so named sides choose first.
  const filled = new Map<ManyToManySide, ManyToManySide>()
  for (const side of [...base].sort(
    (x, y) => Number(x.table === undefined) - Number(y.table === undefined),
  )) {
    filled.set(side, fill(side))
  }
  return [filled.get(base[0]) ?? base[0], filled.get(base[1]) ?? base[1]]
}

function sameSide(a: ManyToManySide, b: ManyToManySide): boolean {
  if (a.table !== undefined && b.table !== undefined && a.table !== b.table) return false
  return (
    a.intersectColumn === undefined ||
    b.intersectColumn === undefined ||
    a.intersectColumn === b.intersectColumn
  )
}

function knowledge(sides: Sides): number {
  return sides.reduce(
    (sum, side) => sum + Object.values(side).filter((v) => v !== undefined).length,
    0,
  )
}

/** Where one side's column is told and the intersect table has one other id column, that is the other side's. */
function withIntersectColumns(relationship: ManyToMany, intersect: TableDefinition): ManyToMany {
  const idColumns = intersect.columns
    .filter((c) => c.type === 'Uniqueidentifier' && c.logicalName !== intersect.primaryId)
    .map((c) => c.logicalName)
  const [first, second] = relationship.sides
  const remaining = idColumns.filter(
    (c) => c !== first.intersectColumn && c !== second.intersectColumn,
  )
  const [only] = remaining
  if (remaining.length !== 1 || only === undefined) return relationship
  if (first.intersectColumn === undefined && second.intersectColumn !== undefined) {
    return { ...relationship, sides: [{ ...first, intersectColumn: only }, second] }
  }
  if (second.intersectColumn === undefined && first.intersectColumn !== undefined) {
    return { ...relationship, sides: [first, { ...second, intersectColumn: only }] }
  }
  return relationship
}

/** An intersect table that only its relationships tell of: its own key and their ids, as such tables have. */
function intersectDefinition(name: string, relationships: readonly ManyToMany[]): TableDefinition {
  const idColumn = (logicalName: string): Column => ({
    type: 'Uniqueidentifier',
    logicalName,
    schemaName: logicalName,
    requiredLevel: 'SystemRequired',
    validForRead: true,
    validForCreate: false,
    validForUpdate: false,
  })
  const sides = relationships
    .flatMap((relationship) => relationship.sides.map((side) => side.intersectColumn))
    .filter((column): column is string => column !== undefined)
  return {
    logicalName: name,
    schemaName: name,
    entitySetName: `${name}collection`,
    primaryId: `${name}id`,
    tableType: 'Standard',
    ownership: 'None',
    isIntersect: true,
    messages: ['Associate', 'Disassociate', 'RetrieveMultiple'].map((message) => ({
      name: message,
      isEvent: true,
    })),
    columns: [
      idColumn(`${name}id`),
      ...[...new Set(sides)].map(idColumn),
      {
        type: 'BigInt',
        logicalName: 'versionnumber',
        schemaName: 'VersionNumber',
        requiredLevel: 'None',
        validForRead: true,
        validForCreate: false,
        validForUpdate: false,
        min: -9223372036854775808n,
        max: 9223372036854775807n,
      },
    ],
    keys: [],
    manyToOne: [],
    oneToMany: [],
    manyToMany: [],
  }
}
