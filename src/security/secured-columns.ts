import { DataverseError } from '../errors/dataverse-error.ts'
import type { Column } from '../metadata/column.ts'
import { perTable, type Table } from '../metadata/table.ts'
import type { Row, Value } from '../rows/value.ts'
import type { Principal } from './principal.ts'
import { idIn, type World } from './world.ts'

/**
 * The columns of a table that are secured, each with the one whose permission counts: the names of lookups and
 * files, and what is kept beside an image, go with their column. Most tables have none.
 */
export const securedColumns = perTable(
  ({ columns }: Table): ReadonlyMap<string, string> =>
    new Map(
      [...columns.values()].flatMap((column) => {
        const by = securing(column, columns)
        return by === undefined ? [] : [[column.logicalName, by] as const]
      }),
    ),
)

/** Definitions may lead from one column to the other and back. */
function securing(column: Column, columns: ReadonlyMap<string, Column>): string | undefined {
  const seen = new Set<Column>()
  let next: Column | undefined = column
  while (next !== undefined && !seen.has(next)) {
    if (next.isSecured === true) return next.logicalName
    seen.add(next)
    next = next.attributeOf === undefined ? undefined : columns.get(next.attributeOf)
  }
  return undefined
}

export type Permission = 'canread' | 'cancreate' | 'canupdate'

/** `fieldpermission` tells yes by this. */
const ALLOWED = 4

/**
 * The secured columns of a table which a user has no permission for by a profile, the user's own or a team's.
 * Rights to one column of one row (`principalobjectattributeaccess`) are not emulated.
 * https://learn.microsoft.com/power-platform/admin/field-level-security
 */
export function deniedColumns(
  world: World,
  principal: Principal,
  table: Table,
  permission: Permission,
): ReadonlySet<string> {
  const secured = securedColumns(table)
  if (secured.size === 0 || principal.isAdministrator) return NONE
  const allowed = new Set<Value | undefined>()
  for (const profile of profilesOf(world, principal)) {
    for (const row of world.related('fieldpermission', 'fieldsecurityprofileid', profile)) {
      if (row['entityname'] !== table.logicalName || row[permission] !== ALLOWED) continue
      allowed.add(row['attributelogicalname'])
    }
  }
  const denied = [...secured].filter(([, by]) => !allowed.has(by))
  return new Set(denied.map(([column]) => column))
}

const NONE: ReadonlySet<string> = new Set()

function profilesOf(world: World, { ref, teams }: Principal): readonly string[] {
  const held = [
    ...world.related('systemuserprofiles', 'systemuserid', ref.id),
    ...[...teams].flatMap((team) => world.related('teamprofiles', 'teamid', team)),
  ]
  return held.flatMap((row) => idIn(row, 'fieldsecurityprofileid') ?? [])
}

/** The row with nothing in these columns, where it has them. */
export function without(row: Row, columns: ReadonlySet<string>): Row {
  const shown: Record<string, Value> = { ...row }
  for (const column of columns) if (column in shown) shown[column] = null
  return shown
}

const TEXTS = {
  cancreate: [
    'COLUMN_CREATE_DENIED',
    'The user does not have create permissions to a secured field. The requested operation could not be completed.',
  ],
  canread: [
    'COLUMN_READ_DENIED',
    'The user does not have read permissions to a secured field. The requested operation could not be completed.',
  ],
  canupdate: [
    'COLUMN_UPDATE_DENIED',
    "The user doesn't have AttributePrivilegeUpdate and not granted shared access for a secured attribute during update operation",
  ],
} as const

export function columnDenied(permission: Permission, table: Table, column: string): DataverseError {
  const [code, text] = TEXTS[permission]
  return new DataverseError(code, `${text} (${table.logicalName}.${column})`)
}
