import type { Column, ColumnBase } from '../../src/metadata/column.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { primaryIdColumn } from './arbitraries.ts'

export const INT64_MIN = -9223372036854775808n
export const INT64_MAX = 9223372036854775807n

/** What a test says nothing about: readable, writable, optional. */
export function base(logicalName: string, rest: Partial<ColumnBase> = {}): ColumnBase {
  return {
    logicalName,
    schemaName: logicalName,
    requiredLevel: 'None',
    validForRead: true,
    validForCreate: true,
    validForUpdate: true,
    ...rest,
  }
}

export const READ_ONLY = { validForCreate: false, validForUpdate: false } as const

/** A table of one column of nearly every kind, made up for these tests. */
export const vessel: TableDefinition = {
  logicalName: 'new_vessel',
  schemaName: 'new_Vessel',
  displayName: 'Vessel',
  description: 'What somebody wrote about vessels.',
  entitySetName: 'new_vessels',
  primaryId: 'new_vesselid',
  primaryName: 'new_name',
  tableType: 'Standard',
  ownership: 'UserOwned',
  messages: [
    { name: 'Create', isEvent: true },
    { name: 'Upsert', isEvent: false },
  ],
  columns: vesselColumns(),
  keys: [],
  manyToOne: [
    {
      schemaName: 'new_vessel_harbour',
      referencedTable: 'new_harbour',
      referencingTable: 'new_vessel',
      referencingColumn: 'new_harbourid',
      referencingNavigation: 'new_HarbourId',
      cascade: { delete: 'Restrict', assign: 'NoCascade' },
    },
    {
      schemaName: 'new_vessel_account',
      referencedTable: 'account',
      referencingTable: 'new_vessel',
      referencingColumn: 'new_customerid',
      referencingNavigation: 'new_customerid_account',
    },
    {
      schemaName: 'new_vessel_contact',
      referencedTable: 'contact',
      referencingTable: 'new_vessel',
      referencingColumn: 'new_customerid',
      referencingNavigation: 'new_customerid_contact',
    },
  ],
  oneToMany: [],
  manyToMany: [],
}

function vesselColumns(): readonly Column[] {
  return [
    primaryIdColumn('new_vesselid'),
    {
      ...base('new_name', { displayName: 'Name', requiredLevel: 'ApplicationRequired' }),
      description: 'What somebody wrote about names.',
      type: 'String',
      maxLength: 10,
      format: 'Email',
    },
    { ...base('new_callsign', { requiredLevel: 'SystemRequired' }), type: 'String', maxLength: 6 },
    { ...base('new_log'), type: 'Memo', maxLength: 2000 },
    { ...base('new_decks'), type: 'Integer', min: 1, max: 20 },
    { ...base('new_counter'), type: 'BigInt', min: INT64_MIN, max: INT64_MAX },
    { ...base('new_draught'), type: 'Decimal', min: 0, max: 30.5, precision: 2 },
    { ...base('new_ratio'), type: 'Double', min: -1, max: 1, precision: 5 },
    {
      ...base('new_price'),
      type: 'Money',
      min: 0,
      max: 922337203685477,
      precision: 4,
      precisionSource: 2,
      isBaseCurrency: false,
    },
    {
      ...base('new_sail', { requiredLevel: 'SystemRequired' }),
      type: 'Boolean',
      defaultValue: false,
      trueLabel: 'Yes',
      falseLabel: 'No',
    },
    { ...base('new_launched'), type: 'DateTime', behavior: 'DateOnly', format: 'DateOnly' },
    { ...base('new_docked'), type: 'DateTime', behavior: 'UserLocal', format: 'DateAndTime' },
    {
      ...base('new_kind', { displayName: 'Kind' }),
      type: 'Picklist',
      options: [
        { value: 1, label: 'Barge', description: 'What somebody wrote about barges.' },
        { value: 2, label: 'Sloop */ or' },
      ],
      defaultValue: null,
    },
    {
      ...base('new_flags'),
      type: 'MultiSelectPicklist',
      options: [{ value: 1 }, { value: 9 }],
      defaultValue: null,
    },
    {
      ...base('statecode', { requiredLevel: 'SystemRequired' }),
      type: 'State',
      options: [
        { value: 0, defaultStatus: 1, invariantName: 'Active' },
        { value: 1, defaultStatus: 2, invariantName: 'Inactive' },
      ],
      defaultValue: 0,
    },
    {
      ...base('statuscode'),
      type: 'Status',
      options: [
        { value: 1, state: 0 },
        { value: 2, state: 1 },
      ],
      defaultValue: null,
    },
    { ...base('new_harbourid'), type: 'Lookup', targets: ['new_harbour'] },
    { ...base('new_customerid'), type: 'Customer', targets: ['account', 'contact'] },
    { ...base('new_anything'), type: 'Lookup', targets: [] },
    { ...base('ownerid', { requiredLevel: 'SystemRequired' }), type: 'Owner', targets: [] },
    { ...base('new_crew'), type: 'PartyList', targets: ['contact'] },
    { ...base('new_token'), type: 'Uniqueidentifier' },
    { ...base('new_ofkind'), type: 'EntityName' },
    { ...base('new_custom'), type: 'ManagedProperty' },
    { ...base('new_photo'), type: 'Image', maxSizeInKB: 1, isPrimaryImage: true },
    { ...base('new_plan'), type: 'File', maxSizeInKB: 32768 },
    {
      ...base('createdon', READ_ONLY),
      type: 'DateTime',
      behavior: 'UserLocal',
      format: 'DateAndTime',
    },
    { ...base('versionnumber', READ_ONLY), type: 'BigInt', min: INT64_MIN, max: INT64_MAX },
    { ...base('new_kindname', READ_ONLY), type: 'Virtual', attributeOf: 'new_kind' },
  ]
}
