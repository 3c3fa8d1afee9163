import type { Column, LookupColumn } from '../../src/metadata/column.ts'
import type { NewTable, SchemaChange } from '../../src/schema/change.ts'
import type { Step } from '../../src/pipeline/step.ts'
import { emulator, type Emulator } from '../../src/testing/index.ts'

const base = (schemaName: string) => ({
  logicalName: schemaName.toLowerCase(),
  schemaName,
  requiredLevel: 'None' as const,
  validForRead: true,
  validForCreate: true,
  validForUpdate: true,
})

export const text = (schemaName: string, maxLength = 100): Column => ({
  ...base(schemaName),
  type: 'String',
  maxLength,
})
export const integer = (schemaName: string): Column => ({
  ...base(schemaName),
  type: 'Integer',
  min: 0,
  max: 1000,
})
export const money = (schemaName: string): Column => ({
  ...base(schemaName),
  type: 'Money',
  min: 0,
  max: 1_000_000,
  precision: 2,
  precisionSource: 2,
  isBaseCurrency: false,
})
export const choice = (schemaName: string, globalChoiceName?: string): Column => ({
  ...base(schemaName),
  type: 'Picklist',
  defaultValue: null,
  options: [
    { value: 1, label: 'Small' },
    { value: 2, label: 'Large' },
  ],
  ...(globalChoiceName !== undefined && { globalChoiceName }),
})
export const yesNo = (schemaName: string): Column => ({
  ...base(schemaName),
  type: 'Boolean',
  defaultValue: true,
})
export const lookup = (schemaName: string): LookupColumn => ({
  ...base(schemaName),
  type: 'Lookup',
  targets: [],
})

export const PARCEL: NewTable = {
  schemaName: 'new_Parcel',
  displayName: 'Parcel',
  displayCollectionName: 'Parcels',
  ownership: 'UserOwned',
  hasNotes: true,
  primaryName: 'new_name',
  columns: [text('new_Name'), integer('new_Weight'), choice('new_Size')],
}

/** `new_receiverid` of a parcel, pointing at accounts. */
export const RECEIVER: SchemaChange = {
  kind: 'create-lookup',
  lookup: lookup('new_ReceiverId'),
  relationships: [
    {
      schemaName: 'new_account_parcels',
      referencedTable: 'account',
      referencingTable: 'new_parcel',
    },
  ],
}

/** An organization with a table that was made while it ran. */
export async function withParcels(options: Parameters<typeof emulator>[0] = {}): Promise<Emulator> {
  const org = emulator(options)
  await org.schema.change({ kind: 'create-table', table: PARCEL })
  return org
}

/** A change that is refused leaves tables, rows and steps as they were. */
export async function refused(
  org: Emulator,
  change: SchemaChange,
  error: Readonly<Record<string, unknown>>,
): Promise<void> {
  const before = { catalog: org.catalog, contents: org.contents(), steps: org.steps }

  await expect(org.schema.change(change)).rejects.toMatchObject(error)

  expect(org.catalog).toBe(before.catalog)
  expect(org.contents()).toEqual(before.contents)
  expect(org.steps).toEqual(before.steps)
}

export type { Step }
