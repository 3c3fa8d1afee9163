import { columnOf, type Catalog } from '../metadata/catalog.ts'
import type { SchemaChange, SchemaResult } from './change.ts'
import { createChoice, deleteChoice, updateChoice } from './choice-changes.ts'
import { deleteColumn, updateColumn } from './column-changes.ts'
import { Draft } from './draft.ts'
import type { SchemaFacts } from './facts.ts'
import { createKey, deleteKey, reactivateKey } from './key-changes.ts'
import { addColumn } from './new-column.ts'
import { changeOptions } from './option-changes.ts'
import {
  createLookup,
  createManyToMany,
  deleteRelationship,
  updateRelationship,
} from './relationship-changes.ts'
import { leftFiles, leftRows, type LeftRow } from './left-rows.ts'
import { createTable, deleteTable, updateTable } from './table-changes.ts'

/** A change that may be made: what the organization then is. */
export interface SchemaPlan {
  readonly catalog: Catalog
  /** Rows that refer to a table that goes, and the contents of its files. */
  readonly left: readonly LeftRow[]
  readonly result: SchemaResult
}

/** Decides and writes nothing: what is refused leaves everything as it is. @throws as the changes say */
export function planChange(change: SchemaChange, facts: SchemaFacts): SchemaPlan {
  const draft = new Draft(facts.catalog)
  const result = draw(draft, change, facts)
  return {
    catalog: draft.catalog(),
    left: leftBy(change, facts),
    result,
  }
}

function leftBy(change: SchemaChange, facts: SchemaFacts): readonly LeftRow[] {
  if (change.kind === 'delete-table') return leftRows(change.table, facts)
  if (change.kind !== 'delete-column') return []
  const table = facts.catalog.table(change.table)
  return leftFiles(table, [columnOf(table, change.column)], facts)
}

function draw(draft: Draft, change: SchemaChange, facts: SchemaFacts): SchemaResult {
  switch (change.kind) {
    case 'create-table':
      return createTable(draft, change.table)
    case 'update-table':
      return updateTable(draft, change)
    case 'delete-table':
      return deleteTable(draft, change.table, facts)
    case 'create-column':
      addColumn(draft, change.table, change.column)
      return { made: [change.column.logicalName] }
    case 'update-column':
      return updateColumn(draft, change.table, change.column)
    case 'delete-column':
      return deleteColumn(draft, change.table, change.column, facts)
    case 'create-key':
      return createKey(draft, change.table, change.key, facts)
    case 'reactivate-key':
      return reactivateKey(draft, change.table, change.key, facts)
    case 'delete-key':
      return deleteKey(draft, change.table, change.key)
    case 'create-lookup':
      return createLookup(draft, change.lookup, change.relationships)
    case 'create-many-to-many':
      return createManyToMany(draft, change.relationship)
    case 'update-relationship':
      return updateRelationship(draft, change.relationship)
    case 'delete-relationship':
      return deleteRelationship(draft, change.relationship, facts)
    case 'create-choice':
      return createChoice(draft, change.choice)
    case 'update-choice':
      return updateChoice(draft, change.choice, change.labels)
    case 'delete-choice':
      return deleteChoice(draft, change.choice)
    case 'insert-option':
    case 'update-option':
    case 'delete-option':
    case 'order-options':
    case 'insert-status':
    case 'update-state':
      return changeOptions(draft, change)
    default:
      return change satisfies never
  }
}
