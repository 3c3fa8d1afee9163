import { lookup, text, to, type Part } from '../../src/metadata/platform/columns.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import type { Step } from '../../src/pipeline/step.ts'
import type { RowRef } from '../../src/rows/value.ts'
import {
  emulator,
  giveRole,
  type Emulator,
  type EmulatorOptions,
  type PrivilegeDepth,
} from '../../src/testing/index.ts'
import { changed, madeUp, standardColumns } from '../support/tables.ts'

/** A column only those may see whom a profile lets. */
export const secured = (part: Part): Part => changed(part, { isSecured: true })

/** User-owned, with a secured column, a lookup to itself and links to another table. */
const CASEFILE: TableDefinition = madeUp(
  'CaseFile',
  [
    text('Name', 50),
    text('Remark', 50),
    secured(text('Diagnosis', 50)),
    lookup(
      'ParentFileId',
      to('casefile', 'casefile_parent', { assign: 'Cascade', delete: 'Cascade' }),
    ),
    lookup('DepotId', to('depot', 'casefile_depot', { delete: 'RemoveLink' })),
    ...standardColumns('casefile'),
  ],
  {
    manyToMany: [
      {
        schemaName: 'casefile_depots',
        intersectTable: 'casefiledepot',
        sides: [
          { table: 'casefile', intersectColumn: 'casefileid', navigation: 'casefile_depots' },
          { table: 'depot', intersectColumn: 'depotid', navigation: 'casefile_depots' },
        ],
      },
    ],
  },
)

const TRACKED: TableDefinition = { ...CASEFILE, changeTrackingEnabled: true }

/** Of the organization as a whole. */
const DEPOT: TableDefinition = madeUp('Depot', [text('Name', 50)], {
  ownership: 'OrganizationOwned',
  objectTypeCode: 10_001,
  manyToMany: CASEFILE.manyToMany,
})

/** One list, so that every organization of these tests shares its catalog. */
export const SECURITY_TABLES: readonly TableDefinition[] = [TRACKED, DEPOT]

const id = (number: number) => `5ec00000-0000-4000-8000-${number.toString().padStart(12, '0')}`
const user = (number: number): RowRef => ({ table: 'systemuser', id: id(number) })
const unit = (number: number): RowRef => ({ table: 'businessunit', id: id(number) })

/** Business units: the root one, SALES below it, WEST below that, and STORES beside SALES. */
export const [SALES, WEST, STORES] = [unit(1), unit(2), unit(3)] as const
/** ANA and ADA work in SALES, BEN in WEST, CAL in STORES. */
export const [ANA, ADA, BEN, CAL] = [user(11), user(12), user(13), user(14)] as const
/** Of SALES. */
export const TEAM: RowRef = { table: 'team', id: id(21) }

const ROOT_UNIT = '0e000000-0000-4000-8000-000000000002'

const unitRow = ({ table, id: businessunitid }: RowRef, name: string, parent: string) => ({
  table,
  values: { businessunitid, name, parentbusinessunitid: { table, id: parent } },
})

const userRow = (
  { table, id: systemuserid }: RowRef,
  lastname: string,
  businessunitid: RowRef,
) => ({
  table,
  values: {
    systemuserid,
    lastname,
    domainname: `${lastname}@emulated.example`,
    internalemailaddress: `${lastname}@emulated.example`,
    businessunitid,
    accessmode: 0,
  },
})

/** What an organization is made from that enforces access, with users who may do nothing yet. */
export const SECURED: EmulatorOptions = {
  access: 'enforced',
  tables: SECURITY_TABLES,
  rows: [
    unitRow(SALES, 'Sales', ROOT_UNIT),
    unitRow(WEST, 'West', SALES.id),
    unitRow(STORES, 'Stores', ROOT_UNIT),
    userRow(ANA, 'Ana', SALES),
    userRow(ADA, 'Ada', SALES),
    userRow(BEN, 'Ben', WEST),
    userRow(CAL, 'Cal', STORES),
    { table: 'team', values: { teamid: TEAM.id, name: 'Closers', businessunitid: SALES } },
  ],
}

export function securedOrganization(steps: readonly Step[] = []): Emulator {
  return emulator({ ...SECURED, steps })
}

/** Everything that can be done with case files, in one depth. */
export function caseFiles(depth: PrivilegeDepth): Record<string, PrivilegeDepth> {
  const rights = ['Create', 'Read', 'Write', 'Delete', 'Append', 'AppendTo', 'Assign', 'Share']
  return Object.fromEntries(rights.map((right) => [`prv${right}CaseFile`, depth]))
}

/** Users who may read case files, so that they can own some. */
export async function readers(org: Emulator, ...users: readonly RowRef[]): Promise<void> {
  for (const one of users) await giveRole(org, one, { prvReadCaseFile: 'Basic' })
}

/** A case file of somebody's, made by the administrator. */
export function fileOf(
  org: Emulator,
  ownerid: RowRef,
  values: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  return org.create('casefile', { name: 'File', ownerid, ...values })
}
