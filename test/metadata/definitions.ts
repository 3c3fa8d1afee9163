import type { Column, LookupColumn } from '../../src/metadata/column.ts'
import type { TableDefinition, TableExtension } from '../../src/metadata/table-definition.ts'

/** Definitions made up for tests. */

const FLAGS = { validForRead: true, validForCreate: true, validForUpdate: true } as const

export function id(logicalName: string): Column {
  return {
    type: 'Uniqueidentifier',
    logicalName,
    schemaName: logicalName,
    requiredLevel: 'SystemRequired',
    ...FLAGS,
  }
}

export function text(logicalName: string, more: Partial<Column> = {}): Column {
  const column = {
    type: 'String',
    logicalName,
    schemaName: logicalName,
    requiredLevel: 'None',
    maxLength: 100,
    ...FLAGS,
  } as const
  return { ...column, ...more } as Column
}

export function lookup(logicalName: string, ...targets: string[]): LookupColumn {
  return {
    type: 'Lookup',
    logicalName,
    schemaName: logicalName,
    requiredLevel: 'None',
    targets,
    ...FLAGS,
  }
}

export function table(logicalName: string, more: Partial<TableDefinition> = {}): TableDefinition {
  return {
    logicalName,
    schemaName: logicalName,
    entitySetName: `${logicalName}s`,
    primaryId: `${logicalName}id`,
    tableType: 'Standard',
    ownership: 'UserOwned',
    columns: [id(`${logicalName}id`)],
    keys: [],
    manyToOne: [],
    oneToMany: [],
    manyToMany: [],
    ...more,
  }
}

export function extension(of: string, more: Partial<TableExtension> = {}): TableExtension {
  return {
    extends: of,
    columns: [],
    changedColumns: [],
    manyToOne: [],
    oneToMany: [],
    manyToMany: [],
    ...more,
  }
}
