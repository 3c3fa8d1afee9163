import { DataverseError } from '../../errors/dataverse-error.ts'
import type { ManyToManySide } from '../../metadata/relationship.ts'
import type { ManyToMany, OneToMany, Relationship, Table } from '../../metadata/table.ts'
import type { Subject } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import type { Runtime } from '../../pipeline/runtime.ts'
import { isRowRef, type Row, type RowRef } from '../../rows/value.ts'
import { idOf, rowNotFound } from '../not-found.ts'
import { assertObjects, assertRef } from '../parameters.ts'
import { TEAM_MEMBERSHIP } from '../directory/members.ts'
import type { AssociateRequest } from '../requests.ts'
import { assertMembersMayChange, assertTakeRoles } from '../directory/team-rules.ts'
import { assertAdministratorLeft } from '../directory/user-rules.ts'

export type AssociationOperation = Operation<AssociateRequest, undefined>

/** What Associate and Disassociate read from their request. */
export function beginAssociation(
  request: AssociateRequest,
  { catalog }: Runtime,
  message: string,
): Subject {
  assertRef(request.target, 'target', message)
  assertObjects(request.related, 'related', message)
  const relationship = catalog.relationship(request.relationship)
  const table = catalog.table(request.target.table)
  const id = idOf(table, request.target.id, message)
  if (request.related.length === 0) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `${message} over ${relationship.schemaName} names no related rows.`,
    )
  }
  const related = request.related.map((ref) => {
    assertRef(ref, 'related', message)
    const other = catalog.table(ref.table)
    return Object.freeze({ table: ref.table, id: idOf(other, ref.id, message) })
  })
  endsOf(relationship, request, related)
  return { table, id, relationship: relationship.schemaName, related }
}

export type Ends =
  /** The rows of `children` hold the lookup, to `parent`. */
  | {
      readonly kind: 'one-to-many'
      readonly relationship: OneToMany
      readonly parent: RowRef
      readonly children: readonly RowRef[]
    }
  | {
      readonly kind: 'many-to-many'
      readonly relationship: ManyToMany
      readonly targetColumn: string
      readonly relatedColumn: string
      /** Both columns as the relationship lists its sides: the key that keeps links unique. */
      readonly linkKey: readonly string[]
    }

/** `endsOf` a request that was understood: its target as the operation names it. */
export function endsIn(operation: AssociationOperation): Ends {
  const { request, related = [], runtime } = operation
  const target = targetOf(operation)
  return endsOf(runtime.catalog.relationship(request.relationship), { ...request, target }, related)
}

function targetOf({ subject, id }: AssociationOperation): RowRef {
  return Object.freeze({ table: subject.logicalName, id })
}

/** Which end the target is. @throws INVALID_ARGUMENT where the tables do not fit the relationship. */
function endsOf(
  relationship: Relationship,
  { target, role }: AssociateRequest,
  related: readonly RowRef[],
): Ends {
  return relationship.kind === 'one-to-many'
    ? oneToManyEnds(relationship, target, related, role)
    : manyToManyEnds(relationship, target, related, role)
}

type Role = AssociateRequest['role']

function oneToManyEnds(
  relationship: OneToMany,
  target: RowRef,
  related: readonly RowRef[],
  role: Role,
): Ends {
  const { referencedTable, referencingTable } = relationship
  const isSelf = referencedTable === referencingTable
  if (isSelf && role === undefined) throw roleMissing(relationship.schemaName)
  const isParent = isSelf ? role === 'Referenced' : fits(target, referencedTable)
  const others = isParent ? referencingTable : referencedTable
  if (!isParent && !fits(target, referencingTable)) throw misfit(relationship, target)
  for (const ref of related) if (!fits(ref, others)) throw misfit(relationship, ref)
  if (isParent) return { kind: 'one-to-many', relationship, parent: target, children: related }
  const [parent, ...more] = related
  if (parent === undefined || more.length > 0) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `${relationship.schemaName}: from its referencing side a row is associated with one row only.`,
    )
  }
  return { kind: 'one-to-many', relationship, parent, children: [target] }
}

function manyToManyEnds(
  relationship: ManyToMany,
  target: RowRef,
  related: readonly RowRef[],
  role: Role,
): Ends {
  const [first, second] = relationship.sides
  const known = [first, second].map((side) => knownSide(relationship, side))
  const [one, two] = known
  if (one === undefined || two === undefined) throw misfit(relationship, target)
  const isSelf = one.table === two.table
  if (isSelf && role === undefined) throw roleMissing(relationship.schemaName)
  // Referencing: the target stands in the first column of the intersect table.
  const isFirst = isSelf ? role === 'Referencing' : fits(target, one.table)
  const [mine, theirs] = isFirst ? [one, two] : [two, one]
  if (!fits(target, mine.table)) throw misfit(relationship, target)
  for (const ref of related) if (!fits(ref, theirs.table)) throw misfit(relationship, ref)
  return {
    kind: 'many-to-many',
    relationship,
    targetColumn: mine.column,
    relatedColumn: theirs.column,
    linkKey: [one.column, two.column],
  }
}

function knownSide(
  relationship: ManyToMany,
  side: ManyToManySide,
): { readonly table: string; readonly column: string } {
  if (side.table !== undefined && side.intersectColumn !== undefined) {
    return { table: side.table, column: side.intersectColumn }
  }
  throw new DataverseError(
    'NOT_SUPPORTED',
    `${relationship.schemaName}: no imported document tells the tables and columns at both its ends; import the pages of both tables.`,
  )
}

/** `owner` relationships are met by users and teams. */
function fits(ref: RowRef, table: string): boolean {
  return (
    ref.table === table ||
    (table === 'owner' && (ref.table === 'systemuser' || ref.table === 'team'))
  )
}

function roleMissing(relationship: string): DataverseError {
  return new DataverseError(
    'INVALID_ARGUMENT',
    `PrimaryEntityRole must be specified for reflexive relationships: ${relationship} joins a table to itself.`,
  )
}

function misfit(relationship: Relationship, ref: RowRef): DataverseError {
  const ends =
    relationship.kind === 'one-to-many'
      ? [relationship.referencedTable, relationship.referencingTable]
      : relationship.sides.map((side) => side.table ?? 'an unknown table')
  return new DataverseError(
    'INVALID_ARGUMENT',
    `${relationship.schemaName} joins ${ends.join(' and ')}; ${ref.table} is not one of them.`,
  )
}

/**
 * @throws ROW_NOT_FOUND, DEFAULT_TEAM_MEMBERS_FIXED, DEFAULT_TEAM_MEMBERS_KEPT, ACCESS_TEAM_WITHOUT_ROLES,
 * LAST_ADMINISTRATOR_KEPT
 */
export async function assertMayLink(
  operation: AssociationOperation,
  message: 'Associate' | 'Disassociate',
): Promise<void> {
  await assertRowsExist(operation)
  const rows = [targetOf(operation), ...(operation.related ?? [])]
  const idsOf = (name: string) => rows.filter(({ table }) => table === name).map(({ id }) => id)
  switch (operation.request.relationship) {
    case TEAM_MEMBERSHIP:
      return assertMembersMayChange(operation, idsOf('team'), message)
    case 'teamroles_association':
    case 'teamprofiles_association':
      return message === 'Associate' ? assertTakeRoles(operation, idsOf('team')) : undefined
    case 'systemuserroles_association':
      return message === 'Disassociate'
        ? assertAdministratorLeft(operation, idsOf('role'), idsOf('systemuser'))
        : undefined
    default:
      return undefined
  }
}

/** @throws ROW_NOT_FOUND for the first row that does not exist. */
async function assertRowsExist(operation: AssociationOperation): Promise<void> {
  const { related, runtime, tx } = operation
  for (const ref of [targetOf(operation), ...(related ?? [])]) {
    if ((await tx.get(runtime.catalog.table(ref.table), ref.id)) === undefined) {
      throw rowNotFound(ref.table, ref.id)
    }
  }
}

/** The row of the intersect table that joins the two, if they are joined. */
export async function linkBetween(
  operation: AssociationOperation,
  intersect: Table,
  ends: Extract<Ends, { kind: 'many-to-many' }>,
  ref: RowRef,
): Promise<Row | undefined> {
  return operation.tx.byKey(intersect, ends.linkKey, {
    [ends.targetColumn]: operation.id,
    [ends.relatedColumn]: ref.id,
  })
}

/** Whether the lookup of `row` points at `parent`. */
export function pointsAt(row: Row, column: string, parent: RowRef): boolean {
  const ref = row[column]
  return isRowRef(ref) && ref.table === parent.table && ref.id === parent.id
}

export function associationParameters({ request, id, related }: AssociationOperation): {
  [name: string]: unknown
} {
  return {
    Target: { LogicalName: request.target.table, Id: id, Name: null },
    Relationship: {
      SchemaName: request.relationship,
      PrimaryEntityRole: request.role === undefined ? null : request.role === 'Referencing' ? 0 : 1,
    },
    RelatedEntities: (related ?? []).map((ref) => ({
      LogicalName: ref.table,
      Id: ref.id,
      Name: null,
    })),
  }
}
