import { DataverseError } from '../errors/dataverse-error.ts'
import type { Catalog } from '../metadata/catalog.ts'
import { perTable, type Table } from '../metadata/table.ts'
import { tablePrivileges, type PrivilegeType } from '../metadata/table-privileges.ts'
import { ACCESS_RIGHTS } from '../pipeline/access-rights.ts'
import type { Privilege } from '../pipeline/access.ts'
import { PRIVILEGE_DEPTHS, type PrivilegeDepth } from '../pipeline/privilege-depths.ts'
import { idOfName, parseGuid } from '../rows/guid.ts'
import type { Values } from '../rows/value.ts'

/** What can be done with rows, and the right on a row that goes with it. */
export const TABLE_RIGHTS = {
  Create: ACCESS_RIGHTS.CreateAccess,
  Read: ACCESS_RIGHTS.ReadAccess,
  Write: ACCESS_RIGHTS.WriteAccess,
  Delete: ACCESS_RIGHTS.DeleteAccess,
  Append: ACCESS_RIGHTS.AppendAccess,
  AppendTo: ACCESS_RIGHTS.AppendToAccess,
  Assign: ACCESS_RIGHTS.AssignAccess,
  Share: ACCESS_RIGHTS.ShareAccess,
} as const satisfies Readonly<Record<PrivilegeType, number>>
export type TableRight = PrivilegeType

/** The table whose privileges protect rows of this one; most often itself. */
// Unverified: that who may change a profile may change what it permits, and a duplicate rule its conditions.
const PROTECTED_BY: Readonly<Record<string, string>> = {
  fieldpermission: 'fieldsecurityprofile',
  duplicaterulecondition: 'duplicaterule',
}

const privileges = perTable(
  (table: Table): ReadonlyMap<TableRight, Privilege> =>
    new Map(
      tablePrivileges(table).map(({ type, name, id, depths }) => [
        type,
        made(name, TABLE_RIGHTS[type], depths, id),
      ]),
    ),
)

function made(
  name: string,
  right: number,
  depths: readonly PrivilegeDepth[],
  id = idOfName(`privilege ${name}`),
): Privilege {
  return { id, name, right, depths }
}

const capability = (name: string, id?: string) => made(name, 0, ['Global'], id)

/** Privileges that concern no table. The ids are the platform's where it tells them. */
export const ACT_FOR_OTHERS = capability('prvActOnBehalfOfAnotherUser')
/** https://learn.microsoft.com/power-apps/developer/data-platform/bypass-custom-business-logic */
export const BYPASS_LOGIC = capability(
  'prvBypassCustomBusinessLogic',
  '0ea552b0-a491-4470-9a1b-82068deccf66',
)
export const BYPASS_PLUGINS = capability(
  'prvBypassCustomPlugins',
  '148a9eaf-d0c4-4196-9852-c3a38e35f6a1',
)
export const OVERRIDE_CREATED_ON = capability('prvOverrideCreatedOnCreatedBy')
export const MERGE = capability('prvMerge')
export const BULK_DELETE = capability('prvBulkDelete')
/** https://learn.microsoft.com/power-apps/developer/data-platform/auditing/retrieve-audit-data#audit-table */
export const READ_AUDIT_SUMMARY = capability('prvReadAuditSummary')

/** What is done with rows of these needs a capability, whatever it is. */
// Unverified: that jobs of bulk deletion are protected by no more than the right to submit them.
const PROTECTED_BY_CAPABILITY: Readonly<Record<string, Privilege>> = {
  bulkdeleteoperation: BULK_DELETE,
  bulkdeletefailure: BULK_DELETE,
  audit: READ_AUDIT_SUMMARY,
}

const CAPABILITIES = [
  ACT_FOR_OTHERS,
  BYPASS_LOGIC,
  BYPASS_PLUGINS,
  OVERRIDE_CREATED_ON,
  MERGE,
  BULK_DELETE,
  READ_AUDIT_SUMMARY,
]

/** A privilege by its id, or by its name where no id is told. */
export interface PrivilegeName {
  readonly id?: string | undefined
  readonly name?: string | undefined
}

/** Everything that can be allowed in an organization of these tables; found out when somebody asks. */
export class Privileges {
  readonly catalog: Catalog
  #byName: ReadonlyMap<string, Privilege> | undefined
  #byId: ReadonlyMap<string, Privilege> | undefined

  constructor(catalog: Catalog) {
    this.catalog = catalog
  }

  /** undefined: the table's rows need no such privilege. */
  of(table: Table, right: TableRight): Privilege | undefined {
    const other = PROTECTED_BY[table.logicalName]
    if (other === undefined) {
      return PROTECTED_BY_CAPABILITY[table.logicalName] ?? privileges(table).get(right)
    }
    // What is done with a part changes the whole.
    const isRead = right === 'Read'
    return privileges(this.catalog.table(other)).get(isRead ? 'Read' : 'Write')
  }

  get all(): Iterable<Privilege> {
    return this.#named.values()
  }

  /** @throws INVALID_ARGUMENT */
  find({ id, name }: PrivilegeName): Privilege {
    const found =
      id === undefined
        ? this.#named.get(name ?? '')
        : (this.#byId ??= new Map([...this.all].map((one) => [one.id, one]))).get(
            typeof id === 'string' ? (parseGuid(id) ?? '') : '',
          )
    if (found !== undefined) return found
    throw new DataverseError('INVALID_ARGUMENT', `There is no privilege '${id ?? name ?? ''}'.`)
  }

  /** The rows of `privilege`. */
  *rows(): Iterable<Values> {
    for (const { id, name, right, depths } of this.all) {
      yield {
        privilegeid: id,
        name,
        accessright: right,
        ...Object.fromEntries(
          Object.keys(PRIVILEGE_DEPTHS).map((depth) => [
            `canbe${depth.toLowerCase()}`,
            depths.some((possible) => possible === depth),
          ]),
        ),
      }
    }
  }

  get #named(): ReadonlyMap<string, Privilege> {
    return (this.#byName ??= new Map(
      [
        ...CAPABILITIES,
        ...this.catalog.names.flatMap((name) => [...privileges(this.catalog.table(name)).values()]),
      ].map((privilege) => [privilege.name, privilege]),
    ))
  }
}
