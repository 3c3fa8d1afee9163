import { DataverseError } from '../errors/dataverse-error.ts'
import type { Column } from './column.ts'
import { withContentCompanions } from './content-companions.ts'
import type { GlobalChoice } from './global-choice.ts'
import { mergeDefinitions, type MergedTable } from './merge.ts'
import { Table, type ManyToMany, type OneToMany, type Relationship } from './table.ts'
import type { TableDefinition, TableExtension } from './table-definition.ts'

/**
 * Every table of an organization, both ends of each relationship merged from all the documents that tell of it.
 * Preparing a table is put off until somebody asks for it: tables that are not touched cost their definition only.
 */
export class Catalog {
  /** Choices that are there by themselves; those that columns name are not repeated here. */
  readonly choices: readonly GlobalChoice[]
  readonly #merged: ReadonlyMap<string, MergedTable>
  readonly #oneToMany: ReadonlyMap<string, OneToMany>
  readonly #manyToMany: ReadonlyMap<string, ManyToMany>
  readonly #tables = new Map<string, Table>()
  #bySet: Map<string, string> | undefined
  #byIntersect: Map<string, ManyToMany> | undefined

  constructor(
    definitions: readonly TableDefinition[],
    extensions: readonly TableExtension[] = [],
    choices: readonly GlobalChoice[] = [],
  ) {
    const merged = mergeDefinitions(definitions, extensions)
    this.choices = choices
    this.#merged = merged.tables
    this.#oneToMany = merged.oneToMany
    this.#manyToMany = merged.manyToMany
  }

  /** Logical names, in the order the definitions came. */
  get names(): readonly string[] {
    return [...this.#merged.keys()]
  }

  /** What each table is made of, in the same order. */
  get definitions(): readonly TableDefinition[] {
    return [...this.#merged.values()].map(({ definition }) => definition)
  }

  find(logicalName: string): Table | undefined {
    const known = this.#tables.get(logicalName)
    if (known !== undefined) return known
    const merged = this.#merged.get(logicalName)
    if (merged === undefined) return undefined
    const { definition } = merged
    const table = new Table({
      definition,
      columns: new Map(
        withContentCompanions(definition.columns).map((column) => [column.logicalName, column]),
      ),
      manyToOne: merged.manyToOne.map((name) => this.#oneToMany.get(name)).filter(isDefined),
      oneToMany: merged.oneToMany.map((name) => this.#oneToMany.get(name)).filter(isDefined),
      manyToMany: merged.manyToMany.map((name) => this.#manyToMany.get(name)).filter(isDefined),
      messages:
        definition.messages === undefined
          ? undefined
          : new Map(definition.messages.map((message) => [message.name, message.isEvent])),
      intersectOf: definition.isIntersect ? this.#ofIntersect(logicalName) : undefined,
    })
    this.#tables.set(logicalName, table)
    return table
  }

  /** @throws TABLE_UNKNOWN */
  table(logicalName: string): Table {
    const table = this.find(logicalName)
    if (table !== undefined) return table
    throw new DataverseError(
      'TABLE_UNKNOWN',
      `The entity with a name = '${logicalName}' with namemapping = 'Logical' was not found in the MetadataCache.`,
    )
  }

  /** The table of an entity set (`accounts` → account). */
  findBySet(entitySetName: string): Table | undefined {
    this.#bySet ??= new Map(
      [...this.#merged.values()]
        .map(({ definition }) => definition)
        // Tables the Web API does not serve have no set, not one without a name.
        .filter(({ entitySetName }) => entitySetName !== '')
        .map(({ entitySetName, logicalName }) => [entitySetName, logicalName]),
    )
    const name = this.#bySet.get(entitySetName)
    return name === undefined ? undefined : this.find(name)
  }

  findRelationship(schemaName: string): Relationship | undefined {
    return this.#oneToMany.get(schemaName) ?? this.#manyToMany.get(schemaName)
  }

  /** @throws RELATIONSHIP_UNKNOWN */
  relationship(schemaName: string): Relationship {
    const relationship = this.findRelationship(schemaName)
    if (relationship !== undefined) return relationship
    throw new DataverseError(
      'RELATIONSHIP_UNKNOWN',
      `Could not find relationship with name ${schemaName}.`,
    )
  }

  #ofIntersect(intersectTable: string): ManyToMany | undefined {
    this.#byIntersect ??= new Map(
      [...this.#manyToMany.values()].map((relationship) => [
        relationship.intersectTable,
        relationship,
      ]),
    )
    return this.#byIntersect.get(intersectTable)
  }
}

/** @throws COLUMN_UNKNOWN, with the platform's text */
export function columnOf(table: Table, logicalName: string): Column {
  const column = table.columns.get(logicalName)
  if (column !== undefined) return column
  throw new DataverseError(
    'COLUMN_UNKNOWN',
    `'${table.logicalName}' entity doesn't contain attribute with Name = '${logicalName}' and NameMapping = 'Logical'.`,
  )
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined
}
