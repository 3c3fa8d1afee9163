import { Catalog } from '../../src/metadata/catalog.ts'
import type { Column } from '../../src/metadata/column.ts'
import type { AlternateKey, TableDefinition } from '../../src/metadata/table-definition.ts'

const EVERYWHERE = {
  requiredLevel: 'None',
  validForRead: true,
  validForCreate: true,
  validForUpdate: true,
} as const

const id = (logicalName: string): Column => ({
  ...EVERYWHERE,
  type: 'Uniqueidentifier',
  logicalName,
  schemaName: logicalName,
})
const text = (logicalName: string): Column => ({
  ...EVERYWHERE,
  type: 'String',
  logicalName,
  schemaName: logicalName,
  maxLength: 100,
})
const number = (logicalName: string): Column => ({
  ...EVERYWHERE,
  type: 'Integer',
  logicalName,
  schemaName: logicalName,
  min: 0,
  max: 1_000_000,
})
const lookup = (logicalName: string, ...targets: string[]): Column => ({
  ...EVERYWHERE,
  type: 'Lookup',
  logicalName,
  schemaName: logicalName,
  targets,
})
const version: Column = {
  ...EVERYWHERE,
  type: 'BigInt',
  logicalName: 'versionnumber',
  schemaName: 'VersionNumber',
  min: -9223372036854775808n,
  max: 9223372036854775807n,
}

function table(
  logicalName: string,
  columns: readonly Column[],
  keys: readonly AlternateKey[] = [],
): TableDefinition {
  return {
    logicalName,
    schemaName: logicalName,
    entitySetName: `${logicalName}s`,
    primaryId: `${logicalName}id`,
    tableType: 'Standard',
    ownership: 'OrganizationOwned',
    columns: [id(`${logicalName}id`), ...columns],
    keys,
    manyToOne: [],
    oneToMany: [],
    manyToMany: [],
  }
}

const key = (logicalName: string, ...columns: string[]): AlternateKey => ({
  logicalName,
  schemaName: logicalName,
  columns,
})

/**
 * Two tables with row versions and keys, one without, and the links of a table to itself. Made small, so
 * that random writes meet each other.
 */
export const catalog = new Catalog([
  table(
    'account',
    [
      text('name'),
      { ...text('accountnumber'), displayName: 'Account Number' },
      number('branch'),
      lookup('parentaccountid', 'account'),
      version,
    ],
    [
      { ...key('number', 'accountnumber'), displayName: 'Number Key' },
      key('branch', 'branch', 'name'),
    ],
  ),
  table(
    'contact',
    [text('lastname'), lookup('parentcustomerid', 'account', 'contact'), version],
    [key('ofaccount', 'parentcustomerid', 'lastname')],
  ),
  table('note', [text('text'), lookup('objectid', 'account')]),
  {
    ...table('accountlink', [id('accountidone'), id('accountidtwo'), version]),
    isIntersect: true,
    manyToMany: [
      {
        schemaName: 'account_accounts',
        intersectTable: 'accountlink',
        sides: [
          { table: 'account', intersectColumn: 'accountidone' },
          { table: 'account', intersectColumn: 'accountidtwo' },
        ],
      },
    ],
  },
])

export const account = catalog.table('account')
export const contact = catalog.table('contact')
export const note = catalog.table('note')
export const accountLink = catalog.table('accountlink')

/** The id of a test row: the same number, the same id. */
export function guid(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`
}
