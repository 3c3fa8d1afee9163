import { ACTIVE_INACTIVE, PARENTAL, states, to } from '../metadata/platform/columns.ts'
import type { Part } from '../metadata/platform/columns.ts'
import { table } from '../metadata/platform/define.ts'
import {
  MIGRATION,
  ofOrganization,
  ownership,
  stamps,
  TIME_ZONE,
} from '../metadata/platform/standard-columns.ts'
import type { OneToManyDefinition } from '../metadata/relationship.ts'
import type { TableDefinition } from '../metadata/table-definition.ts'
import type { NewTable } from './change.ts'
import { pluralOf } from './names.ts'

export interface TableNames {
  readonly logicalName: string
  readonly entitySetName: string
  readonly objectTypeCode: number
}

/**
 * A new table with the columns and many-to-one relationships that the platform gives every custom table.
 * https://learn.microsoft.com/power-apps/maker/data-platform/data-platform-create-entity
 */
export function standardTable(told: NewTable, names: TableNames): TableDefinition {
  const { logicalName, entitySetName, objectTypeCode } = names
  const { schemaName } = told
  const isOwned = told.ownership === 'UserOwned'
  const standard = table({
    schemaName,
    entitySetName,
    objectTypeCode,
    displayName: told.displayName ?? schemaName,
    displayCollectionName: told.displayCollectionName ?? told.displayName ?? schemaName,
    ownership: told.ownership,
    primaryName: told.primaryName,
    columns: [
      states(ACTIVE_INACTIVE),
      isOwned
        ? ownership({
            ownerid: `owner_${logicalName}`,
            owninguser: `user_${logicalName}`,
            owningteam: `team_${logicalName}`,
            owningbusinessunit: `business_unit_${logicalName}`,
          })
        : ofOrganization(`organization_${logicalName}`),
      stamps({
        createdby: `lk_${logicalName}_createdby`,
        createdonbehalfby: `lk_${logicalName}_createdonbehalfby`,
        modifiedby: `lk_${logicalName}_modifiedby`,
        modifiedonbehalfby: `lk_${logicalName}_modifiedonbehalfby`,
      }),
      MIGRATION,
      TIME_ZONE,
    ],
  })
  return {
    ...standard,
    ...(told.description !== undefined && { description: told.description }),
    ...(told.isAuditEnabled !== undefined && { isAuditEnabled: told.isAuditEnabled }),
    ...(told.changeTrackingEnabled !== undefined && {
      changeTrackingEnabled: told.changeTrackingEnabled,
    }),
    isCustom: true,
    logicalCollectionName: entitySetName,
    collectionSchemaName: pluralOf(schemaName),
  }
}

/** The relationships that columns of a table, written as parts, are the referencing end of. */
export function relationshipsOf(
  tableName: string,
  parts: readonly Part[],
): readonly OneToManyDefinition[] {
  return parts.flatMap(({ column, references }) =>
    references.map((reference) => ({
      schemaName: reference.schemaName,
      referencedTable: reference.table,
      referencedColumn: `${reference.table}id`,
      referencingTable: tableName,
      referencingColumn: column.logicalName,
      referencedNavigation: reference.schemaName,
      referencingNavigation: column.logicalName,
      isHierarchical: false,
      cascade: reference.cascade,
    })),
  )
}

interface SystemRelationship {
  readonly table: string
  readonly column: string
  /** What stands behind the table's name in the relationship's. */
  readonly suffix: string
  readonly cascade: NonNullable<OneToManyDefinition['cascade']>
}

const CASCADE_NOTHING = to('', '').cascade
const GO_ALONG = { ...CASCADE_NOTHING, delete: 'Cascade' } as const
const BELONG = { ...CASCADE_NOTHING, ...PARENTAL, merge: 'NoCascade' } as const

/** Tables of the platform that may refer to any row. */
const EVERY_TABLE: readonly SystemRelationship[] = [
  {
    table: 'asyncoperation',
    column: 'regardingobjectid',
    suffix: '_AsyncOperations',
    cascade: CASCADE_NOTHING,
  },
  {
    table: 'bulkdeletefailure',
    column: 'regardingobjectid',
    suffix: '_BulkDeleteFailures',
    cascade: GO_ALONG,
  },
  {
    table: 'mailboxtrackingfolder',
    column: 'regardingobjectid',
    suffix: '_MailboxTrackingFolders',
    cascade: GO_ALONG,
  },
  {
    table: 'principalobjectattributeaccess',
    column: 'objectid',
    suffix: '_PrincipalObjectAttributeAccesses',
    cascade: GO_ALONG,
  },
]

const NOTES: SystemRelationship = {
  table: 'annotation',
  column: 'objectid',
  suffix: '_Annotations',
  cascade: BELONG,
}

type Regarding = Pick<NewTable, 'hasNotes' | 'hasActivities'>
type MadeRelationship = OneToManyDefinition & { readonly referencingColumn: string }

/** Which of the organization's tables refer to a new one, as far as it has them. */
export function systemRelationships(
  table: TableDefinition,
  told: Regarding,
  tables: readonly TableDefinition[],
): readonly MadeRelationship[] {
  return [...made(table, EVERY_TABLE, tables), ...regardingRelationships(table, told, tables)]
}

/** How notes and activities refer to rows they are about. */
export function regardingRelationships(
  table: TableDefinition,
  { hasNotes, hasActivities }: Regarding,
  tables: readonly TableDefinition[],
): readonly MadeRelationship[] {
  const activities: readonly SystemRelationship[] = tables
    .filter(({ isActivity, logicalName }) => isActivity === true || logicalName === ACTIVITY)
    .map(({ logicalName, schemaName, collectionSchemaName }) => ({
      table: logicalName,
      column: 'regardingobjectid',
      suffix: `_${collectionSchemaName ?? pluralOf(schemaName)}`,
      cascade: BELONG,
    }))
  const wanted = [
    ...(hasNotes === true ? [NOTES] : []),
    ...(hasActivities === true ? activities : []),
  ]
  return made(table, wanted, tables)
}

const ACTIVITY = 'activitypointer'

function made(
  { logicalName, primaryId }: TableDefinition,
  wanted: readonly SystemRelationship[],
  tables: readonly TableDefinition[],
): readonly MadeRelationship[] {
  return wanted.flatMap(({ table, column, suffix, cascade }) => {
    const referencing = tables.find((each) => each.logicalName === table)
    if (referencing?.columns.some((each) => each.logicalName === column) !== true) return []
    const isActivity = referencing.isActivity === true
    return [
      {
        schemaName: `${logicalName}${suffix}`,
        referencedTable: logicalName,
        referencedColumn: primaryId,
        referencingTable: table,
        referencingColumn: column,
        referencedNavigation: `${logicalName}${suffix}`,
        referencingNavigation: `${column}_${logicalName}${isActivity ? `_${table}` : ''}`,
        isHierarchical: false,
        isCustomizable: false,
        cascade,
      },
    ]
  })
}
