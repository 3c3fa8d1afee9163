import { perTable, type Table } from '../metadata/table.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import { isRowRef, type Row, type RowRef, type Values } from '../rows/value.ts'
import { onRef, right, type Demand, type Facts } from './demand.ts'
import { OVERRIDE_CREATED_ON } from './privileges.ts'
import type { World } from './world.ts'

export function ofCreate(operation: AnyOperation, { world }: Facts): readonly Demand[] {
  const { subject: table, id, values, caller } = operation
  const owner = ownerIn(values) ?? { table: 'systemuser', id: caller.userId }
  const row = asCreated(table, id, values, owner, world)
  const demands: Demand[] = [
    { kind: 'right', right: 'Create', table, id, row },
    ...ofLookups(operation, row, world),
    { kind: 'columns', permission: 'cancreate', table, columns: sentColumns(operation) },
  ]
  if (isDefined(values['overriddencreatedon'])) {
    demands.push({ kind: 'privilege', privilege: OVERRIDE_CREATED_ON })
  }
  if (!isOwned(table)) return demands
  // Unverified: that whoever makes a row for somebody else needs to be able to assign it, too.
  if (owner.id !== caller.userId) demands.push({ kind: 'right', right: 'Assign', table, id, row })
  return [...demands, { kind: 'owner', owner, table }]
}

/** The row as its depth will be measured. */
function asCreated(table: Table, id: string, values: Values, owner: RowRef, world: World): Row {
  const sent: Record<string, Row[string]> = { [table.primaryId]: id }
  for (const [name, value] of Object.entries(values)) sent[name] = value ?? null
  if (isOwned(table)) {
    const unit = world.unitOf(owner)
    sent['ownerid'] = owner
    sent['owningbusinessunit'] ??= unit === undefined ? null : { table: 'businessunit', id: unit }
  } else if (table.logicalName === 'businessunit') {
    // It is made in the one above it.
    sent['businessunitid'] = sent['parentbusinessunitid'] ?? null
  }
  return sent
}

export function ofUpdate(operation: AnyOperation, { world }: Facts): readonly Demand[] {
  const { subject: table, id, values, before: row } = operation
  const changesPlace = isOwned(table) && PLACE.some((column) => isMoved(values, row, column))
  const others = Object.keys(values).some((name) => name !== table.primaryId && !isPlace(name))
  return [
    // Unverified: that to change nothing but whose the row is one need not be able to write.
    ...(changesPlace && !others ? [] : [right('Write', table, id, row)]),
    ...(changesPlace ? assigned(table, id, row, ownerIn(values)) : []),
    ...ofLookups(operation, row, world),
    {
      kind: 'columns',
      permission: 'canupdate',
      table,
      columns: [...sentColumns(operation), ...filesIn(operation)],
    },
  ]
}

/** Files do not come with the request itself: messages of their own write them, and this is their Update. */
function filesIn({ subject, values }: AnyOperation): readonly string[] {
  return fileColumns(subject).filter((name) => values[name] !== undefined)
}

const fileColumns = perTable((table: Table): readonly string[] =>
  [...table.columns.values()]
    .filter(({ type }) => type === 'File')
    .map(({ logicalName }) => logicalName),
)

export function ofAssign(operation: AnyOperation): readonly Demand[] {
  const { subject: table, id, before, request } = operation
  const { assignee } = request as { readonly assignee: RowRef }
  return assigned(table, id, before, assignee)
}

export function assigned(
  table: Table,
  id: string,
  row: Row | undefined,
  owner: RowRef | undefined,
): readonly Demand[] {
  const demand = right('Assign', table, id, row)
  return owner === undefined ? [demand] : [demand, { kind: 'owner', owner, table }]
}

/** Whose a row is, and where: to change either is to assign it. */
const PLACE = ['ownerid', 'owningbusinessunit'] as const

export function isPlace(column: string): boolean {
  return PLACE.some((name) => name === column)
}

function isMoved(values: Values, row: Row | undefined, column: string): boolean {
  const [to, from] = [values[column], row?.[column]]
  return isRowRef(to) && !(isRowRef(from) && from.id === to.id)
}

/** To point at a row one appends the row that points, to the one that is pointed at. */
function ofLookups(
  { subject: table, id, values }: AnyOperation,
  row: Row | undefined,
  world: World,
): readonly Demand[] {
  const refs = clientLookups(table).flatMap((column) => {
    const ref = values[column]
    return isRowRef(ref) ? [ref] : []
  })
  if (refs.length === 0) return []
  return [right('Append', table, id, row), ...refs.map((ref) => onRef('AppendTo', ref, world))]
}

/** The lookups that requests set. Whose row it is is another question. */
const clientLookups = perTable((table: Table): readonly string[] =>
  table.lookupColumns.filter((name) => {
    const column = table.columns.get(name)
    return !isPlace(name) && (column?.validForCreate === true || column?.validForUpdate === true)
  }),
)

function ownerIn(values: Values): RowRef | undefined {
  const owner = values['ownerid']
  return isRowRef(owner) ? owner : undefined
}

function isOwned({ ownership }: Table): boolean {
  return ownership === 'UserOwned' || ownership === 'TeamOwned'
}

/** Of what the request itself says: defaults are nobody's writing. */
function sentColumns({ request }: AnyOperation): readonly string[] {
  const { values = {} } = request as { readonly values?: Values }
  return Object.keys(values).filter((name) => values[name] !== undefined)
}

function isDefined(value: unknown): boolean {
  return value !== undefined && value !== null
}
