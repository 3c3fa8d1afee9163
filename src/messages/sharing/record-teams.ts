import { DataverseError } from '../../errors/dataverse-error.ts'
import { hasOwners } from '../../metadata/table.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { EMPTY_GUID, parseGuid } from '../../rows/guid.ts'
import { isRowRef, type Row, type RowRef } from '../../rows/value.ts'
import { addRecordTeam } from '../directory/directory.ts'
import { TEAM_MEMBERSHIP } from '../directory/members.ts'
import { idOf } from '../not-found.ts'
import { reference, rowOf, type RowParameter } from '../parameters.ts'
import type { RequestOptions } from '../requests.ts'
import { existing, setShare } from './sharing.ts'

/** AddUserToRecordTeam, RemoveUserFromRecordTeam. */
export interface RecordTeamRequest extends RequestOptions {
  readonly SystemUserId: string
  /** The row that the team works on. */
  readonly Record: RowParameter
  /** What members may do with it, named by its id or as the Web API names it. */
  readonly TeamTemplateId?: string
  readonly TeamTemplate?: RowParameter
}
export interface RecordTeamResponse {
  readonly AccessTeamId: string
}

type RecordTeamOperation = Operation<RecordTeamRequest, RecordTeamResponse>

/**
 * The team that the platform makes for one row when its first user is added: the row is shared with it as a
 * template says. https://learn.microsoft.com/power-apps/developer/data-platform/use-access-teams-owner-teams-collaborate-share-information
 */
// Not looked at: whether the table is enabled for such teams, and how many templates it has; no document of a
// table that is read here tells the one, and a deployment sets the other.
function recordTeam<Name extends 'AddUserToRecordTeam' | 'RemoveUserFromRecordTeam'>(
  name: Name,
  change: (operation: RecordTeamOperation, team: Row | undefined, template: Row) => Promise<string>,
): Message<Name, RecordTeamRequest, RecordTeamResponse> {
  return {
    name,
    isOuterContext: true,

    begin(request, { catalog }) {
      const record = rowOf(request.Record)
      const table = catalog.table(record.table)
      if (!hasOwners(table)) {
        throw new DataverseError(
          'MESSAGE_NOT_OFFERED',
          `The method being invoked does not support provided entity type: rows of ${table.logicalName} have no owner, and no teams of their own.`,
        )
      }
      idOf(catalog.table('systemuser'), request.SystemUserId, name)
      idOf(catalog.table(TEMPLATES), templateIn(request), name)
      return { table, id: idOf(table, record.id, name) }
    },

    async check(operation) {
      const { subject, id, request } = operation
      await existing(operation, { table: subject.logicalName, id })
      await existing(operation, { table: 'systemuser', id: userIn(request) })
      const template = await existing(operation, { table: TEMPLATES, id: templateIn(request) })
      if (template['objecttypecode'] === subject.definition.objectTypeCode) return
      throw new DataverseError(
        'INVALID_ARGUMENT',
        `The team template ${templateIn(request)} is for rows of another table than ${subject.logicalName}.`,
      )
    },

    async run(operation) {
      const templateId = templateIn(operation.request)
      const template = await existing(operation, { table: TEMPLATES, id: templateId })
      const team = await teamOf(operation, templateId)
      return { AccessTeamId: await change(operation, team, template) }
    },

    inputParameters: ({ request }) => ({
      Record: reference(rowOf(request.Record)),
      SystemUserId: request.SystemUserId,
      TeamTemplateId: templateIn(request),
    }),
    outputParameters: ({ response }) => ({ ...response }),
  }
}

const TEMPLATES = 'teamtemplate'

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/addusertorecordteam */
export const addUserToRecordTeam = recordTeam(
  'AddUserToRecordTeam',
  async (operation, present, template) => {
    const team = present ?? (await newTeam(operation, template))
    const id = idIn(operation, team)
    if (!(await isMember(operation, id))) await join(operation, 'Associate', id)
    return id
  },
)

/**
 * The team stays, without members too.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/removeuserfromrecordteam
 */
// Unverified: that it stays, and what is answered where there is none.
export const removeUserFromRecordTeam = recordTeam(
  'RemoveUserFromRecordTeam',
  async (operation, team) => {
    if (team === undefined) return EMPTY_GUID
    const id = idIn(operation, team)
    if (await isMember(operation, id)) await join(operation, 'Disassociate', id)
    return id
  },
)

/** By its id or as a row; as it is spelt in rows. What is neither is refused when the request is understood. */
function templateIn({ TeamTemplateId, TeamTemplate }: RecordTeamRequest): string {
  const id = TeamTemplateId ?? (TeamTemplate === undefined ? '' : rowOf(TeamTemplate).id)
  return typeof id === 'string' ? (parseGuid(id) ?? id) : ''
}

function userIn({ SystemUserId }: RecordTeamRequest): string {
  return parseGuid(SystemUserId) ?? SystemUserId
}

async function teamOf(
  { reader, runtime, id }: RecordTeamOperation,
  templateId: string,
): Promise<Row | undefined> {
  const teams = runtime.catalog.table('team')
  const ofRow = await reader.related(teams, 'regardingobjectid', id)
  return ofRow.find((team) => {
    const template = team['teamtemplateid']
    return team['systemmanaged'] === true && isRowRef(template) && template.id === templateId
  })
}

async function newTeam(operation: RecordTeamOperation, template: Row): Promise<Row> {
  const mask = template['defaultaccessrightsmask']
  const rights = typeof mask === 'number' ? mask : 0
  const team = await addRecordTeam(operation, templateIn(operation.request))
  const principal: RowRef = { table: 'team', id: idIn(operation, team) }
  await setShare(operation, { action: 'share', principal, own: rights, gained: rights })
  return team
}

async function isMember(
  { reader, runtime, request }: RecordTeamOperation,
  teamId: string,
): Promise<boolean> {
  const links = runtime.catalog.table('teammembership')
  const key = { teamid: teamId, systemuserid: userIn(request) }
  return (await reader.byKey(links, links.intersectColumns, key)) !== undefined
}

async function join(
  operation: RecordTeamOperation,
  message: 'Associate' | 'Disassociate',
  teamId: string,
): Promise<void> {
  await operation.execute(message, {
    target: { table: 'team', id: teamId },
    relationship: TEAM_MEMBERSHIP,
    related: [{ table: 'systemuser', id: userIn(operation.request) }],
  })
}

function idIn({ runtime }: RecordTeamOperation, team: Row): string {
  return team[runtime.catalog.table('team').primaryId] as string
}
