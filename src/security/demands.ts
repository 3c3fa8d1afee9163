import type { AnyOperation } from '../pipeline/operation.ts'
import { accessMask } from '../pipeline/access-rights.ts'
import type { Query } from '../query/query.ts'
import type { RowRef } from '../rows/value.ts'
import { onRef, onRow, right, toRead, type Demand, type Facts, type MakeDemands } from './demand.ts'
import { ofLink } from './link-demands.ts'
import { BULK_DELETE, MERGE, TABLE_RIGHTS, type TableRight } from './privileges.ts'
import { tablesIn } from './query-tables.ts'
import { ofRolePrivileges, unlessAdministrators } from './role-demands.ts'
import type { Permission } from './secured-columns.ts'
import { ofAssign, ofCreate, ofUpdate } from './write-demands.ts'

/** What an operation demands; a message that is not here demands nothing by itself. */
export function demandsOf(operation: AnyOperation, facts: Facts): readonly Demand[] {
  const make = DEMANDS[operation.message.name]
  return make === undefined ? [] : make(operation, facts)
}

/** Whether requests of a message are allowed or refused by themselves. */
export function isDemanding(message: string): boolean {
  return DEMANDS[message] !== undefined
}

const DEMANDS: Readonly<Record<string, MakeDemands | undefined>> = {
  Create: ofCreate,
  Update: unlessAdministrators(ofUpdate),
  Delete: unlessAdministrators(onRow('Delete')),
  Retrieve: onRow('Read'),
  RetrieveMultiple: ofQuery,
  Assign: ofAssign,
  SetState: onRow('Write'),
  Associate: ofLink,
  Disassociate: ofLink,
  Merge: ofMerge,
  GrantAccess: ofShare,
  ModifyAccess: ofShare,
  RevokeAccess: onRow('Share'),
  AddUserToRecordTeam: ofRecordTeam,
  RemoveUserFromRecordTeam: ofRecordTeam,
  RetrievePrincipalAccess: onRow('Read'),
  RetrieveSharedPrincipalsAndAccess: onRow('Read'),
  IsValidStateTransition: onRow('Read'),
  AddPrivilegesRole: unlessAdministrators(ofRolePrivileges),
  ReplacePrivilegesRole: unlessAdministrators(ofRolePrivileges),
  RemovePrivilegeRole: unlessAdministrators(onRow('Write')),
  RetrieveRolePrivilegesRole: onRow('Read'),
  RetrieveUserPrivileges: onRow('Read'),
  RetrieveUserPrivilegeByPrivilegeName: onRow('Read'),
  RetrieveEntityChanges: ofChanges,
  RetrieveTotalRecordCount: ofCounts,
  PublishDuplicateRule: onRow('Write'),
  UnpublishDuplicateRule: onRow('Write'),
  InitializeFrom: onTarget('Read', 'EntityMoniker'),
  BulkDelete: () => [{ kind: 'privilege', privilege: BULK_DELETE }],
  CalculateRollupField: onTarget('Read'),
  RetrieveExchangeRate: onRow('Read'),
  InitializeFileBlocksUpload: onFile('Write', 'canupdate'),
  InitializeFileBlocksDownload: onFile('Read', 'canread'),
  InitializeAnnotationBlocksDownload: onTarget('Read'),
  InitializeAttachmentBlocksDownload: onTarget('Read'),
}

function ofMerge(operation: AnyOperation, { world }: Facts): readonly Demand[] {
  const { subject, id, before, request } = operation
  const { Subordinate } = request as { readonly Subordinate: NamedRow }
  return [
    { kind: 'privilege', privilege: MERGE },
    right('Write', subject, id, before),
    onRef('Write', { table: subject.logicalName, id: idOf(Subordinate) }, world),
  ]
}

/** Who shares needs every right that is given away. */
function ofShare(operation: AnyOperation, { world }: Facts): readonly Demand[] {
  const { subject: table, id, request } = operation
  const { PrincipalAccess } = request as {
    readonly PrincipalAccess: { readonly AccessMask: string }
  }
  const row = world.get(table, id)
  const given = rightsIn(accessMask(PrincipalAccess.AccessMask))
  return [right('Share', table, id, row), ...given.map((name) => right(name, table, id, row))]
}

/**
 * Who adds a user to the team of a row, or removes one, needs to share and every right of the team; who is added
 * the privileges for these, and to read in any case.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-access-teams-owner-teams-collaborate-share-information
 */
function ofRecordTeam(operation: AnyOperation, { world }: Facts): readonly Demand[] {
  const { subject: table, id, request, message } = operation
  const { SystemUserId, TeamTemplateId, TeamTemplate } = request as {
    readonly SystemUserId: string
    readonly TeamTemplateId?: string
    readonly TeamTemplate?: NamedRow
  }
  const templateId =
    TeamTemplateId?.toLowerCase() ?? (TeamTemplate === undefined ? '' : idOf(TeamTemplate))
  const template = world.row({ table: 'teamtemplate', id: templateId })
  const mask = template?.['defaultaccessrightsmask']
  const given = typeof mask === 'number' ? rightsIn(mask) : []
  const row = world.get(table, id)
  const demands: readonly Demand[] = ['Share' as const, ...given].map((name) =>
    right(name, table, id, row),
  )
  if (message.name !== 'AddUserToRecordTeam') return demands
  const user = { table: 'systemuser', id: SystemUserId.toLowerCase() }
  return [...demands, { kind: 'member', user, table, rights: ['Read', ...given] }]
}

function rightsIn(mask: number): readonly TableRight[] {
  const given = Object.entries(TABLE_RIGHTS).filter(([, bit]) => (mask & bit) !== 0)
  return given.map(([name]) => name as TableRight)
}

/** A query reads what it joins, and tells by what it looks at. */
// Unverified: by which privileges the rows of intersect tables are read; by none here.
function ofQuery({ request }: AnyOperation, { world, privileges }: Facts): readonly Demand[] {
  const { query } = request as { readonly query: Query }
  return tablesIn(query).flatMap(({ table: name, columns }): Demand[] => {
    const table = world.catalog.table(name)
    return [
      ...toRead(table, privileges),
      { kind: 'columns', permission: 'canread', table, columns },
    ]
  })
}

/** Which rows are told of is seen when they are read. */
function ofChanges({ subject }: AnyOperation, { privileges }: Facts): readonly Demand[] {
  return toRead(subject, privileges)
}

function ofCounts({ request }: AnyOperation, { world, privileges }: Facts): readonly Demand[] {
  const { EntityNames } = request as { readonly EntityNames: readonly string[] }
  return EntityNames.flatMap((name) => toRead(world.catalog.table(name), privileges))
}

/** On the row that a parameter of the request names. */
function onTarget(name: TableRight, parameter = 'Target'): MakeDemands {
  return ({ request }, { world }) => {
    const row = (request as Readonly<Record<string, NamedRow>>)[parameter]
    return row === undefined ? [] : [onRef(name, { table: tableOf(row), id: idOf(row) }, world)]
  }
}

function onFile(name: TableRight, permission: Permission): MakeDemands {
  const ofRow = onTarget(name)
  return (operation, facts) => {
    const { Target, FileAttributeName } = operation.request as FileRequest
    const table = facts.world.catalog.table(tableOf(Target))
    return [
      ...ofRow(operation, facts),
      { kind: 'columns', permission, table, columns: [FileAttributeName] },
    ]
  }
}

interface FileRequest {
  readonly Target: NamedRow
  readonly FileAttributeName: string
}

/** A row as parameters name it, in one of two ways. */
type NamedRow = RowRef | { readonly LogicalName: string; readonly Id?: string }

function idOf(row: NamedRow): string {
  return ('id' in row ? row.id : (row.Id ?? '')).toLowerCase()
}

function tableOf(row: NamedRow): string {
  return 'table' in row ? row.table : row.LogicalName
}
