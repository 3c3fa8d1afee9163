import { DataverseError } from '../../errors/dataverse-error.ts'
import type { OneToMany, Table } from '../../metadata/table.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { inSequence, settled, type Sequence } from '../../rows/sequence.ts'
import { idOf, rowNotFound } from '../not-found.ts'
import { reference, rowOf, type EntityParameter } from '../parameters.ts'
import type { RequestOptions } from '../requests.ts'
import type { RowParameter } from '../parameters.ts'

const NAME = 'InitializeFrom'

export interface InitializeFromRequest extends RequestOptions {
  readonly EntityMoniker: RowParameter
  readonly TargetEntityName: string
  /** All, ValidForCreate, ValidForUpdate or ValidForRead. */
  readonly TargetFieldType?: string
}
export interface InitializeFromResponse {
  /** A row to be created, which nobody has stored. */
  readonly Entity: EntityParameter
}

type InitializeOperation = Operation<InitializeFromRequest, InitializeFromResponse>

/**
 * What a new row that belongs to this one would begin with. No document tells which columns are mapped, so that it
 * is what the platform gives where none are: the lookup that leads back.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-entity-web-api#create-a-new-record-from-another-record
 */
export const initializeFrom: Message<typeof NAME, InitializeFromRequest, InitializeFromResponse> = {
  name: NAME,
  onlyReads: true,

  begin({ EntityMoniker, TargetEntityName }, { catalog }) {
    const source = catalog.table(rowOf(EntityMoniker).table)
    idOf(source, rowOf(EntityMoniker).id, NAME)
    wayBack(catalog.table(TargetEntityName), source)
    return { table: undefined, id: EMPTY_GUID }
  },

  run: (operation) => inSequence(template(operation)),

  inputParameters: ({ request }) => ({
    EntityMoniker: reference(rowOf(request.EntityMoniker)),
    TargetEntityName: request.TargetEntityName,
    TargetFieldType: request.TargetFieldType ?? 'All',
  }),
  outputParameters: ({ response }) => ({ ...response }),
}

function* template({
  request,
  runtime,
  reader,
}: InitializeOperation): Sequence<InitializeFromResponse> {
  const { catalog } = runtime
  const source = catalog.table(rowOf(request.EntityMoniker).table)
  const id = idOf(source, rowOf(request.EntityMoniker).id, NAME)
  if ((yield* settled(reader.get(source, id))) === undefined) {
    throw rowNotFound(source.logicalName, id)
  }
  const target = catalog.table(request.TargetEntityName)
  const { referencingColumn } = wayBack(target, source)
  return {
    Entity: {
      LogicalName: target.logicalName,
      Attributes: {
        [referencingColumn]: Object.freeze({ table: source.logicalName, id }),
      },
    },
  }
}

// Unverified: which of several relationships is meant; a hierarchical one first, then one that cascades, and what
// is answered where there is none.
function wayBack(target: Table, source: Table): OneToMany {
  const ways = target.manyToOne.filter(
    ({ referencedTable, referencingColumn }) =>
      referencedTable === source.logicalName &&
      target.columns.get(referencingColumn)?.validForCreate === true,
  )
  const way =
    ways.find(({ isHierarchical }) => isHierarchical) ??
    ways.find(({ cascade }) => cascade?.delete === 'Cascade') ??
    ways[0]
  if (way !== undefined) return way
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `No lookup of ${target.logicalName} leads to ${source.logicalName}: ${NAME} has nothing to begin with.`,
  )
}
