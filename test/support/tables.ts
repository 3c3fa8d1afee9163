import type { Column } from '../../src/metadata/column.ts'
import type { CascadeType } from '../../src/metadata/relationship.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import {
  ACTIVE_INACTIVE,
  bigint,
  boolean,
  choice,
  dateOnly,
  dateTime,
  decimal,
  double,
  id,
  int32,
  integer,
  lookup,
  managedProperty,
  memo,
  money,
  states,
  text,
  to,
  type Part,
} from '../../src/metadata/platform/columns.ts'
import { table, type TableSpec } from '../../src/metadata/platform/define.ts'
import {
  currency,
  MIGRATION,
  ownership,
  stamps,
} from '../../src/metadata/platform/standard-columns.ts'

/** The columns of a user-owned table that the platform writes. */
export function standardColumns(logicalName: string): readonly Part[] {
  return [
    ...states(ACTIVE_INACTIVE),
    ...ownership({
      ownerid: `owner_${logicalName}`,
      owninguser: `user_${logicalName}`,
      owningteam: `team_${logicalName}`,
      owningbusinessunit: `business_unit_${logicalName}`,
    }),
    ...stamps(stampNames(logicalName)),
    ...MIGRATION,
  ]
}

export function stampNames(logicalName: string) {
  return {
    createdby: `lk_${logicalName}_createdby`,
    createdonbehalfby: `lk_${logicalName}_createdonbehalfby`,
    modifiedby: `lk_${logicalName}_modifiedby`,
    modifiedonbehalfby: `lk_${logicalName}_modifiedonbehalfby`,
  }
}

/** A table made up for a test; what is not said is as in a custom table. */
export function madeUp(
  schemaName: string,
  columns: TableSpec['columns'],
  more: Partial<TableSpec> = {},
): TableDefinition {
  return table({
    schemaName,
    entitySetName: `${schemaName.toLowerCase()}s`,
    displayName: schemaName,
    displayCollectionName: `${schemaName}s`,
    objectTypeCode: 10_000,
    ownership: 'UserOwned',
    primaryName: 'name',
    columns,
    ...more,
  })
}

/** The same part with other column properties. */
export function changed(part: Part, change: Partial<Column>): Part {
  return { ...part, column: { ...part.column, ...change } as Column }
}

/** The amount rounded as the table itself (0) or the organization (1) says, not the currency. */
function amount(schemaName: string, precisionSource: 0 | 1, precision: number): readonly Part[] {
  return money(schemaName, [-1_000_000, 1_000_000]).map((part, index) =>
    index === 0 ? changed(part, { precisionSource, precision }) : part,
  )
}

const key = (name: string, ...columns: readonly string[]) => ({
  logicalName: name,
  schemaName: name,
  displayName: name,
  columns,
})

/** A column of every kind, two alternate keys, a hierarchy, links to itself. */
export const PROJECT: TableDefinition = madeUp(
  'Project',
  [
    text('Name', 20),
    text('Code', 20),
    text('Region', 20),
    integer('Number', [0, 1000]),
    memo('Description', 100),
    int32('Count'),
    bigint('Serial'),
    decimal('Weight', [-1000, 1000], 2),
    double('Ratio', [-1000, 1000], 3),
    ...money('Budget', [-1_000_000, 1_000_000]),
    ...amount('Fee', 0, 1),
    ...amount('Price', 1, 4),
    boolean('IsUrgent', true),
    boolean('IsSealed', false, 'read-only'),
    choice('Phase', { 1: 'Draft', 2: 'Running', 3: 'Done' }, 1),
    choice('Colour', { 1: 'Red', 2: 'Green' }),
    {
      column: {
        ...choice('Tags', { 1: 'New', 2: 'Large', 3: 'Late' }).column,
        type: 'MultiSelectPicklist',
      } as Column,
      references: [],
    },
    dateTime('StartsOn'),
    dateOnly('DueDay'),
    changed(dateTime('MeetsAt'), { behavior: 'TimeZoneIndependent' }),
    id('Token'),
    managedProperty('IsCustomizable'),
    changed(text('Secret', 50), { validForRead: false }),
    text('Stamp', 50, 'read-only'),
    lookup('LeadId', to('contact', 'project_lead', { delete: 'RemoveLink' })),
    lookup(
      'ParentProjectId',
      to('project', 'project_parent', { delete: 'RemoveLink' }, { isHierarchical: true }),
    ),
    ...currency('transactioncurrency_project'),
    ...standardColumns('project').map((part) =>
      part.column.logicalName === 'statuscode'
        ? changed(part, {
            options: [
              { value: 1, label: 'Open', state: 0 },
              { value: 3, label: 'On hold', state: 0 },
              { value: 2, label: 'Closed', state: 1 },
              { value: 4, label: 'Cancelled', state: 1 },
            ],
          })
        : part,
    ),
  ],
  {
    keys: [key('code', 'code'), key('numbered', 'region', 'number')],
    manyToMany: [
      {
        schemaName: 'project_contacts',
        intersectTable: 'projectcontact',
        sides: [
          { table: 'project', intersectColumn: 'projectid', navigation: 'project_contacts' },
          { table: 'contact', intersectColumn: 'contactid', navigation: 'project_contacts' },
        ],
      },
      {
        schemaName: 'project_projects',
        intersectTable: 'projectproject',
        sides: [
          { table: 'project', intersectColumn: 'projectidone', navigation: 'follows' },
          { table: 'project', intersectColumn: 'projectidtwo', navigation: 'followed' },
        ],
      },
    ],
  },
)

/** One list, so that every organization of these tests shares its catalog. */
export const TABLES: readonly TableDefinition[] = [PROJECT]

/** A lookup of `table` in a table of the cascade tests, with what deleting the row it names does. */
export function pointer(
  schemaName: string,
  target: string,
  relationship: string,
  onDelete: CascadeType,
): Part {
  return lookup(schemaName, to(target, relationship, { delete: onDelete }))
}
