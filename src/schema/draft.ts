import { DataverseError } from '../errors/dataverse-error.ts'
import { Catalog } from '../metadata/catalog.ts'
import type { ChoiceOption, Column } from '../metadata/column.ts'
import { sharedChoiceName, type GlobalChoice } from '../metadata/global-choice.ts'
import type { ManyToManyDefinition, OneToManyDefinition } from '../metadata/relationship.ts'
import type { TableDefinition } from '../metadata/table-definition.ts'

/** The tables as they are to be. Nobody but the change that is planned sees it; a refused one leaves nothing. */
export class Draft {
  /** The tables as they are. */
  readonly before: Catalog
  readonly #tables: Map<string, TableDefinition>
  readonly #choices: Map<string, GlobalChoice>

  constructor(before: Catalog) {
    this.before = before
    this.#tables = new Map(before.definitions.map((table) => [table.logicalName, table]))
    this.#choices = new Map(before.choices.map((choice) => [choice.name, choice]))
  }

  /** What the changes have come to. */
  catalog(): Catalog {
    return new Catalog([...this.#tables.values()], [], [...this.#choices.values()])
  }

  get tables(): readonly TableDefinition[] {
    return [...this.#tables.values()]
  }

  find(name: string): TableDefinition | undefined {
    return this.#tables.get(name)
  }

  /** @throws TABLE_UNKNOWN */
  table(name: string): TableDefinition {
    return this.#tables.get(name) ?? this.before.table(name).definition
  }

  put(table: TableDefinition): void {
    this.#tables.set(table.logicalName, table)
  }

  remove(name: string): void {
    this.#tables.delete(name)
  }

  /** @throws COLUMN_UNKNOWN */
  column(table: string, name: string): Column {
    const column = this.table(table).columns.find(({ logicalName }) => logicalName === name)
    if (column !== undefined) return column
    throw new DataverseError(
      'COLUMN_UNKNOWN',
      `'${table}' entity doesn't contain attribute with Name = '${name}' and NameMapping = 'Logical'.`,
    )
  }

  addColumns(table: string, columns: readonly Column[]): void {
    const definition = this.table(table)
    this.put({ ...definition, columns: [...definition.columns, ...columns] })
  }

  putColumn(table: string, column: Column): void {
    const definition = this.table(table)
    this.put({
      ...definition,
      columns: definition.columns.map((known) =>
        known.logicalName === column.logicalName ? column : known,
      ),
    })
  }

  removeColumns(table: string, names: ReadonlySet<string>): void {
    const definition = this.table(table)
    this.put({
      ...definition,
      columns: definition.columns.filter(({ logicalName }) => !names.has(logicalName)),
    })
  }

  /** Both ends tell of it, as documents of an organization do. */
  putOneToMany(relationship: OneToManyDefinition): void {
    this.removeRelationship(relationship.schemaName)
    const child = this.table(relationship.referencingTable)
    this.put({ ...child, manyToOne: [...child.manyToOne, relationship] })
    // After the child, which may be the same table.
    const parent = this.table(relationship.referencedTable)
    this.put({ ...parent, oneToMany: [...parent.oneToMany, relationship] })
  }

  putManyToMany(relationship: ManyToManyDefinition): void {
    for (const name of new Set(relationship.sides.map((side) => side.table))) {
      if (name === undefined) continue
      const table = this.table(name)
      this.put({ ...table, manyToMany: [...table.manyToMany, relationship] })
    }
  }

  removeRelationship(schemaName: string): void {
    const others = <T extends { readonly schemaName: string }>(all: readonly T[]): readonly T[] =>
      all.some((each) => each.schemaName === schemaName)
        ? all.filter((each) => each.schemaName !== schemaName)
        : all
    for (const table of this.#tables.values()) {
      const manyToOne = others(table.manyToOne)
      const oneToMany = others(table.oneToMany)
      const manyToMany = others(table.manyToMany)
      const isSame =
        manyToOne === table.manyToOne &&
        oneToMany === table.oneToMany &&
        manyToMany === table.manyToMany
      if (!isSame) this.put({ ...table, manyToOne, oneToMany, manyToMany })
    }
  }

  /** One of its own, or one that columns name. */
  findChoice(name: string): GlobalChoice | undefined {
    const own = this.#choices.get(name)
    if (own !== undefined) return own
    const [, column] = this.columnsOf(name)[0] ?? []
    if (column === undefined || !('options' in column)) return undefined
    return {
      name,
      ...(column.displayName !== undefined && { displayName: column.displayName }),
      options: column.options.map(plainOption),
    }
  }

  putChoice(choice: GlobalChoice): void {
    this.#choices.set(choice.name, choice)
    for (const [table, column] of this.columnsOf(choice.name)) {
      if ('options' in column) this.putColumn(table, withOptions(column, choice.options))
    }
  }

  removeChoice(name: string): void {
    this.#choices.delete(name)
  }

  /** The columns that share a choice, each with its table. */
  columnsOf(choice: string): readonly (readonly [table: string, column: Column])[] {
    return this.tables.flatMap(({ logicalName, columns }) =>
      columns
        .filter((column) => sharedChoiceName(logicalName, column) === choice)
        .map((column) => [logicalName, column] as const),
    )
  }
}

type OfferingColumn = Extract<Column, { readonly options: readonly ChoiceOption[] }>

/** A default that is no option any more is none. */
export function withOptions(column: OfferingColumn, options: readonly ChoiceOption[]): Column {
  const { defaultValue } = column
  const isThere = options.some(({ value }) => value === defaultValue)
  // Options of a state or status keep what belongs to them: only their order and labels change here.
  return { ...column, options, defaultValue: isThere ? defaultValue : null } as Column
}

function plainOption({ value, label, description }: ChoiceOption): ChoiceOption {
  return {
    value,
    ...(label !== undefined && { label }),
    ...(description !== undefined && { description }),
  }
}
