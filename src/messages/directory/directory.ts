import type { Table } from '../../metadata/table.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { andThen, inTurn, type Awaitable } from '../../rows/awaitable.ts'
import { idOfName } from '../../rows/guid.ts'
import { isRowRef, type Row, type RowRef, type Value, type Values } from '../../rows/value.ts'
import { mirrorOwner, ownerValues, userRef } from '../ownership/ownership.ts'
import { followUnit } from './follow-unit.ts'
import { ACCESS_TEAM } from './team-rules.ts'

/** Users, teams and business units: the platform keeps rows of its own beside theirs. */
export function isDirectory({ logicalName }: Table): boolean {
  return logicalName === 'systemuser' || logicalName === 'team' || logicalName === 'businessunit'
}

/**
 * What comes with a new one: an owner row, a user's settings and place in the default team of the business unit,
 * a business unit's default team. None of it is an event.
 * https://learn.microsoft.com/power-apps/developer/data-platform/businessunit-entity
 */
export function enterDirectory(operation: AnyOperation, row: Row): Awaitable<unknown> {
  switch (operation.subject.logicalName) {
    case 'businessunit':
      return addDefaultTeam(operation, row)
    case 'systemuser':
      return andThen(mirrorOwner(operation, row), () =>
        andThen(addSettings(operation, row), () => joinDefaultTeam(operation, row)),
      )
    default:
      return mirrorOwner(operation, row)
  }
}

/** What changes with one: names, the default team a user is in, roles, and where what is owned lies. */
export function followDirectory(
  operation: AnyOperation,
  row: Row,
  before: Row | undefined,
): Awaitable<unknown> {
  switch (operation.subject.logicalName) {
    case 'businessunit':
      return row['name'] === before?.['name'] ? undefined : renameDefaultTeam(operation, row)
    case 'systemuser':
      return andThen(mirrorOwner(operation, row), () =>
        before === undefined || unitOf(row) === unitOf(before)
          ? undefined
          : andThen(leaveDefaultTeam(operation, before), () =>
              andThen(joinDefaultTeam(operation, row), () => followUnit(operation, row)),
            ),
      )
    default:
      return andThen(mirrorOwner(operation, row), () =>
        before === undefined || unitOf(row) === unitOf(before)
          ? undefined
          : followUnit(operation, row),
      )
  }
}

/** A user leaves all teams and gives up all roles. */
export function leaveDirectory(operation: AnyOperation): Awaitable<unknown> {
  const { runtime, tx, id } = operation
  return inTurn(['teammembership', 'systemuserroles'], (name) => {
    const links = runtime.catalog.find(name)
    return links === undefined
      ? undefined
      : andThen(tx.related(links, 'systemuserid', id), (rows) =>
          inTurn(rows, (row) => tx.remove(links, row)),
        )
  })
}

/** A user's settings go with the user. */
export function removeSettings({ runtime, tx, id }: AnyOperation): Awaitable<unknown> {
  const settings = runtime.catalog.find('usersettings')
  if (settings === undefined) return undefined
  return andThen(tx.get(settings, id), (row) =>
    row === undefined ? undefined : tx.remove(settings, row),
  )
}

/** The default team of a business unit that is deleted, with its owner row and its memberships. */
export function removeDefaultTeam(operation: AnyOperation): Awaitable<unknown> {
  const { runtime, tx, id } = operation
  const { catalog } = runtime
  return andThen(defaultTeamOf(operation, id), (team) => {
    if (team === undefined) return undefined
    const teams = catalog.table('team')
    const teamId = team[teams.primaryId] as string
    const parts = [
      ['teammembership', 'teamid'],
      ['teamroles', 'teamid'],
      ['teamprofiles', 'teamid'],
      ['principalobjectaccess', 'principalid'],
    ] as const
    const removed = inTurn(parts, ([name, column]) => {
      const links = catalog.find(name)
      return links === undefined
        ? undefined
        : andThen(tx.related(links, column, teamId), (rows) =>
            inTurn(rows, (row) => tx.remove(links, row)),
          )
    })
    return andThen(removed, () =>
      andThen(tx.remove(teams, team), () => {
        const owners = catalog.find('owner')
        return owners === undefined
          ? undefined
          : andThen(tx.get(owners, teamId), (owner) =>
              owner === undefined ? undefined : tx.remove(owners, owner),
            )
      }),
    )
  })
}

/** The team of a business unit that all its users are in. */
export function defaultTeamOf(
  { runtime, reader }: AnyOperation,
  businessUnitId: string,
): Awaitable<Row | undefined> {
  const teams = runtime.catalog.find('team')
  if (teams === undefined) return undefined
  return andThen(reader.related(teams, 'businessunitid', businessUnitId), (rows) =>
    rows.find((row) => row['isdefault'] === true),
  )
}

function addDefaultTeam(operation: AnyOperation, unit: Row): Awaitable<unknown> {
  const { runtime, id } = operation
  const teams = runtime.catalog.find('team')
  if (teams === undefined) return undefined
  const team: Record<string, Value> = {
    ...stampsOf(operation),
    teamid: idOfName(`team ${id}`),
    name: unit['name'] ?? null,
    businessunitid: Object.freeze({ table: 'businessunit', id }),
    organizationid: runtime.organization.id,
    ...DEFAULT_TEAM,
    administratorid: userRef(operation.caller.userId),
  }
  return insertTeam(operation, teams, team)
}

/** The access team of one row, with the rights of a template. Nobody asked for it by itself: it is no event. */
// Unverified: its name and business unit.
export function addRecordTeam(operation: AnyOperation, templateId: string): Awaitable<Row> {
  const { runtime, subject, id, before, caller } = operation
  const teams = runtime.catalog.table('team')
  const unit = before?.['owningbusinessunit']
  return insertTeam(operation, teams, {
    ...stampsOf(operation),
    teamid: runtime.ids.next(),
    name: `${id}+${templateId}`,
    businessunitid: isRowRef(unit)
      ? unit
      : Object.freeze({ table: 'businessunit', id: runtime.organization.rootBusinessUnitId }),
    organizationid: runtime.organization.id,
    isdefault: false,
    systemmanaged: true,
    teamtype: ACCESS_TEAM,
    membershiptype: 0,
    administratorid: userRef(caller.userId),
    regardingobjectid: Object.freeze({ table: subject.logicalName, id }),
    teamtemplateid: Object.freeze({ table: 'teamtemplate', id: templateId }),
  })
}

function insertTeam(
  { tx, runtime }: AnyOperation,
  teams: Table,
  team: Readonly<Record<string, Value>>,
): Awaitable<Row> {
  const owners = runtime.catalog.find('owner')
  return andThen(tx.insert(teams, knownTo(teams, team)), (row) => {
    const values = ownerValues(teams, row)
    if (owners === undefined || values === undefined) return row
    return andThen(tx.insert(owners, values), () => row)
  })
}

/** What every default team is: an owner team, described by the platform. */
export const DEFAULT_TEAM: Values = {
  description:
    'Default team for the parent business unit. The name and membership for default team are inherited from their parent business unit.',
  isdefault: true,
  systemmanaged: false,
  teamtype: 0,
  membershiptype: 0,
}

function renameDefaultTeam(operation: AnyOperation, unit: Row): Awaitable<unknown> {
  const { runtime, tx, id } = operation
  const { catalog } = runtime
  return andThen(defaultTeamOf(operation, id), (team) => {
    if (team === undefined) return undefined
    const name = unit['name'] ?? null
    const teams = catalog.table('team')
    return andThen(tx.patch(teams, team, { name }), () => {
      const owners = catalog.find('owner')
      return owners === undefined
        ? undefined
        : andThen(tx.get(owners, team[teams.primaryId] as string), (owner) =>
            owner === undefined ? undefined : tx.patch(owners, owner, { name }),
          )
    })
  })
}

const UTC_ZONE = 92

/** As the platform fills them in. Unverified: the time zone, which an administrator may have set for new users. */
function addSettings(operation: AnyOperation, user: Row): Awaitable<unknown> {
  const { runtime, reader, tx, id } = operation
  const { catalog, organization } = runtime
  const settings = catalog.find('usersettings')
  if (settings === undefined) return undefined
  return andThen(tx.get(settings, id), (known) => {
    if (known !== undefined) return undefined
    const organizations = catalog.table('organization')
    return andThen(reader.get(organizations, organization.id), (row) => {
      const language = row?.['languagecode'] ?? null
      const values = {
        ...stampsOf(operation),
        systemuserid: id,
        businessunitid: user['businessunitid'] ?? null,
        timezonecode: UTC_ZONE,
        uilanguageid: language,
        localeid: row?.['localeid'] ?? language,
      }
      return tx.insert(settings, knownTo(settings, values))
    })
  })
}

function joinDefaultTeam(operation: AnyOperation, user: Row): Awaitable<unknown> {
  const { runtime, tx, id } = operation
  const memberships = runtime.catalog.find('teammembership')
  const unit = unitOf(user)
  if (memberships === undefined || unit === undefined) return undefined
  return andThen(defaultTeamOf(operation, unit), (team) => {
    if (team === undefined) return undefined
    const teamid = team['teamid'] as string
    const values = {
      [memberships.primaryId]: idOfName(`teammembership ${teamid} ${id}`),
      teamid,
      systemuserid: id,
    }
    return tx.insert(memberships, values)
  })
}

function leaveDefaultTeam(operation: AnyOperation, before: Row): Awaitable<unknown> {
  const { runtime, tx, id } = operation
  const memberships = runtime.catalog.find('teammembership')
  const unit = unitOf(before)
  if (memberships === undefined || unit === undefined) return undefined
  return andThen(defaultTeamOf(operation, unit), (team) => {
    if (team === undefined) return undefined
    const key = { teamid: team['teamid'] ?? null, systemuserid: id }
    return andThen(tx.byKey(memberships, memberships.intersectColumns, key), (row) =>
      row === undefined ? undefined : tx.remove(memberships, row),
    )
  })
}

function unitOf(row: Row): string | undefined {
  const unit = row['businessunitid']
  return isRowRef(unit) ? unit.id : undefined
}

function stampsOf({ runtime, caller }: AnyOperation): Record<string, Value> {
  const now = runtime.nowText()
  const user: RowRef = userRef(caller.userId)
  return { createdon: now, modifiedon: now, createdby: user, modifiedby: user }
}

/** An imported definition may lack a column. */
function knownTo({ columns }: Table, values: Readonly<Record<string, Value>>) {
  return Object.fromEntries(Object.entries(values).filter(([name]) => columns.has(name)))
}
