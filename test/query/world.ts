import { Catalog } from '../../src/metadata/catalog.ts'
import type { Column } from '../../src/metadata/column.ts'
import type { OneToManyDefinition } from '../../src/metadata/relationship.ts'
import type { Table } from '../../src/metadata/table.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { foldText } from '../../src/query/collation.ts'
import { evaluate } from '../../src/query/evaluate.ts'
import type { QueryContext } from '../../src/query/context.ts'
import type { Page, Query } from '../../src/query/query.ts'
import type { RowSource } from '../../src/query/row-source.ts'
import type { Row, RowRef, Value, Values } from '../../src/rows/value.ts'

/** `base` of the column definitions below. */
const base = (logicalName: string) => ({
  logicalName,
  schemaName: logicalName,
  requiredLevel: 'None' as const,
  validForRead: true,
  validForCreate: true,
  validForUpdate: true,
})

export const text = (name: string): Column => ({ ...base(name), type: 'String', maxLength: 200 })
export const id = (name: string): Column => ({ ...base(name), type: 'Uniqueidentifier' })
const whole = (name: string): Column => ({ ...base(name), type: 'Integer', min: -1e9, max: 1e9 })
const decimal = (name: string): Column => ({
  ...base(name),
  type: 'Decimal',
  min: -1e9,
  max: 1e9,
  precision: 4,
})
const date = (
  name: string,
  behavior: 'UserLocal' | 'DateOnly' | 'TimeZoneIndependent',
): Column => ({ ...base(name), type: 'DateTime', behavior, format: 'DateAndTime' })
const lookup = (name: string, ...targets: string[]): Column => ({
  ...base(name),
  type: 'Lookup',
  targets,
})

interface Extra {
  readonly isIntersect?: boolean
  readonly oneToMany?: TableDefinition['oneToMany']
  readonly manyToOne?: TableDefinition['manyToOne']
  readonly manyToMany?: TableDefinition['manyToMany']
  readonly primaryId?: string
  readonly tableType?: TableDefinition['tableType']
}

export function definition(
  name: string,
  primaryName: string,
  columns: readonly Column[],
  extra: Extra = {},
): TableDefinition {
  const primaryId = extra.primaryId ?? `${name}id`
  return {
    logicalName: name,
    schemaName: name,
    entitySetName: `${name}s`,
    primaryName,
    tableType: 'Standard',
    ownership: 'UserOwned',
    keys: [],
    oneToMany: [],
    manyToOne: [],
    manyToMany: [],
    ...extra,
    primaryId,
    columns: [id(primaryId), ...columns],
  }
}

const one = (
  referencing: string,
  column: string,
  referenced: string,
  more: Partial<OneToManyDefinition> = {},
): OneToManyDefinition => ({
  schemaName: `${referenced}_${referencing}_${column}`,
  referencedTable: referenced,
  referencingTable: referencing,
  referencingColumn: column,
  referencingNavigation: column,
  ...more,
})

const CONTENT = { maxSizeInKB: 100 }

/** A column of every type stands on account. */
const account = definition(
  'account',
  'name',
  [
    text('name'),
    text('accountnumber'),
    { ...base('description'), type: 'Memo', maxLength: 2000 },
    whole('numberofemployees'),
    { ...base('versionnumber'), type: 'BigInt', min: -(2n ** 63n), max: 2n ** 63n - 1n },
    decimal('discount'),
    { ...base('latitude'), type: 'Double', min: -90, max: 90, precision: 5 },
    {
      ...base('revenue'),
      type: 'Money',
      min: 0,
      max: 1e12,
      precision: 2,
      precisionSource: 2,
      isBaseCurrency: false,
    },
    {
      ...base('creditonhold'),
      type: 'Boolean',
      defaultValue: false,
      trueLabel: 'Held',
      falseLabel: 'Free',
    },
    {
      ...base('industrycode'),
      type: 'Picklist',
      defaultValue: null,
      options: [
        { value: 1, label: 'Mining' },
        { value: 2, label: 'Brewing' },
        { value: 3, label: 'Fishing' },
      ],
    },
    {
      ...base('statecode'),
      type: 'State',
      defaultValue: 0,
      options: [
        { value: 0, label: 'Active', defaultStatus: 1 },
        { value: 1, label: 'Inactive', defaultStatus: 2 },
      ],
    },
    {
      ...base('statuscode'),
      type: 'Status',
      defaultValue: 1,
      options: [
        {
          value: 1,
          label: 'Open',
          labels: { 1033: 'Open', 1031: 'Offen', 1040: 'Aperto' },
          state: 0,
        },
        { value: 2, label: 'Closed', labels: { 1033: 'Closed', 1031: 'Geschlossen' }, state: 1 },
        { value: 3, label: 'Paused', state: 0 },
      ],
    },
    {
      ...base('interests'),
      type: 'MultiSelectPicklist',
      defaultValue: null,
      options: [1, 2, 3, 9].map((value) => ({ value, label: `Interest ${value}` })),
    },
    { ...base('iscustomizable'), type: 'ManagedProperty' },
    date('createdon', 'UserLocal'),
    date('founded', 'DateOnly'),
    date('opening', 'TimeZoneIndependent'),
    lookup('parentaccountid', 'account'),
    { ...text('parentaccountidname'), attributeOf: 'parentaccountid' },
    lookup('primarycontactid', 'contact'),
    lookup('owningbusinessunit', 'businessunit'),
    { ...base('ownerid'), type: 'Owner', targets: ['systemuser', 'team'] },
    { ...base('owneridtype'), type: 'EntityName', attributeOf: 'ownerid' },
    { ...base('contract'), type: 'File', ...CONTENT },
    { ...base('logo'), type: 'Image', ...CONTENT },
    { ...base('parties'), type: 'PartyList', targets: ['contact'] },
    { ...base('statecodename'), type: 'Virtual', attributeOf: 'statecode' },
    { ...text('secret'), validForRead: false },
    id('address1_addressid'),
    { ...base('kind'), type: 'EntityName' },
  ],
  {
    manyToOne: [
      one('account', 'parentaccountid', 'account', {
        isHierarchical: true,
        referencedNavigation: 'Referencedaccount_parent_account',
      }),
      one('account', 'primarycontactid', 'contact', {
        referencedNavigation: 'account_primary_contact',
      }),
      one('account', 'owningbusinessunit', 'businessunit'),
    ],
    manyToMany: [
      {
        schemaName: 'accountleads_association',
        intersectTable: 'accountleads',
        sides: [
          {
            table: 'account',
            intersectColumn: 'accountid',
            navigation: 'accountleads_association',
          },
          { table: 'lead', intersectColumn: 'leadid', navigation: 'accountleads_association' },
        ],
      },
    ],
  },
)

const contact = definition(
  'contact',
  'fullname',
  [
    text('fullname'),
    text('firstname'),
    text('lastname'),
    decimal('annualincome'),
    { ...base('gendercode'), type: 'Picklist', defaultValue: null, options: [] },
    date('birthdate', 'DateOnly'),
    date('createdon', 'UserLocal'),
    { ...base('parentcustomerid'), type: 'Customer', targets: ['account', 'contact'] },
  ],
  {
    manyToOne: [
      one('contact', 'parentcustomerid', 'account', {
        schemaName: 'contact_customer_accounts',
        referencedNavigation: 'contact_customer_accounts',
        referencingNavigation: 'parentcustomerid_account',
      }),
      one('contact', 'parentcustomerid', 'contact', {
        schemaName: 'contact_customer_contacts',
        referencedNavigation: 'contact_customer_contacts',
        referencingNavigation: 'parentcustomerid_contact',
      }),
    ],
  },
)

const task = definition(
  'task',
  'subject',
  [text('subject'), whole('minutes'), lookup('regardingobjectid', 'account', 'contact')],
  {
    primaryId: 'activityid',
    manyToOne: [
      one('task', 'regardingobjectid', 'account', {
        schemaName: 'Account_Tasks',
        referencedNavigation: 'Account_Tasks',
        referencingNavigation: 'regardingobjectid_account_task',
      }),
    ],
  },
)

const systemuser = definition(
  'systemuser',
  'fullname',
  [
    text('fullname'),
    lookup('parentsystemuserid', 'systemuser'),
    lookup('positionid', 'position'),
    whole('localeid'),
  ],
  { manyToOne: [one('systemuser', 'parentsystemuserid', 'systemuser', { isHierarchical: true })] },
)
const position = definition(
  'position',
  'name',
  [text('name'), lookup('parentpositionid', 'position')],
  {
    manyToOne: [one('position', 'parentpositionid', 'position', { isHierarchical: true })],
  },
)
const team = definition('team', 'name', [text('name')], {
  manyToMany: [
    {
      schemaName: 'teammembership_association',
      intersectTable: 'teammembership',
      sides: [
        { table: 'team', intersectColumn: 'teamid', navigation: 'teammembership_association' },
        {
          table: 'systemuser',
          intersectColumn: 'systemuserid',
          navigation: 'teammembership_association',
        },
      ],
    },
  ],
})

const TABLES: readonly TableDefinition[] = [
  account,
  contact,
  task,
  systemuser,
  position,
  team,
  definition('businessunit', 'name', [text('name')]),
  definition('reading', 'name', [text('name')], { tableType: 'Elastic' }),
  definition('lead', 'subject', [text('subject'), decimal('amount')]),
]

export const catalog = new Catalog(TABLES)
export const tableNamed = (name: string): Table => catalog.table(name)

/** `00000000-0000-0000-0000-00000000000n`: rows in the order of their numbers, by SQL Server's rule too. */
export function guid(number: number): string {
  return `00000000-0000-0000-0000-${number.toString(16).padStart(12, '0')}`
}
export function ref(table: string, number: number): RowRef {
  return { table, id: guid(number) }
}

/** Rows by table; the primary id may be given as a number of `guid`. */
export type World = Readonly<Record<string, readonly Values[]>>

export interface TestSource extends RowSource {
  /** How often `scan` was asked, by table. */
  readonly scans: ReadonlyMap<string, number>
}

export interface SourceOptions {
  /** `table.column` of columns with an index of their own. */
  readonly indexes?: readonly string[]
  /** Without indexes: lookups are found by looking at every row. */
  readonly size?: boolean
}

export function sourceOf(
  world: World,
  { indexes = [], size = true }: SourceOptions = {},
): TestSource {
  const scans = new Map<string, number>()
  const stored = new Map(
    Object.entries(world).map(([name, rows]) => {
      const table = tableNamed(name)
      return [name, rows.map((values) => table.rowClass.from(values))] as const
    }),
  )
  const rowsOf = (table: Table): readonly Row[] => stored.get(table.logicalName) ?? []
  const source: TestSource = {
    scans,
    table: tableNamed,
    scan(table) {
      scans.set(table.logicalName, (scans.get(table.logicalName) ?? 0) + 1)
      return rowsOf(table)
    },
    get: (table, wanted) => rowsOf(table).find((row) => row[table.primaryId] === wanted),
    related: (table, column, wanted) => rowsOf(table).filter((row) => idOf(row[column]) === wanted),
    indexed: (table, column, value) => {
      if (!indexes.includes(`${table.logicalName}.${column}`)) return undefined
      return rowsOf(table).filter((row) => {
        const own = row[column]
        return (typeof own === 'string' ? foldText(own) : own) === value
      })
    },
  }
  return size ? { ...source, size: (table) => rowsOf(table).length } : source
}

function idOf(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
}

/** Ten past nine on a Monday, in UTC. */
export const NOW = new Date('2026-03-02T09:10:00Z')

export const CALLER: QueryContext = {
  now: NOW,
  userId: guid(1),
  businessUnitId: guid(100),
  teamIds: [guid(50)],
  languageCode: 1033,
  timeZoneCode: 92,
}

export function ask(query: Query, world: World, context: QueryContext = CALLER): Page {
  return evaluate(query, sourceOf(world), context)
}

/** The values of one column of the answer. */
export function column(page: Page, name: string): readonly (Value | undefined)[] {
  return page.rows.map((row) => row[name])
}

/** A value of an answer as text, references and lists too. */
export function asText(value: Value | undefined): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** The number of a `guid`. */
export function numberOf(id: Value | undefined): number {
  return Number.parseInt(asText(id).slice(-12), 16)
}
