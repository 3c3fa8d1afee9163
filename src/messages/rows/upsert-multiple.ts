import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import type { Values } from '../../rows/value.ts'
import { idOf, storedId } from '../not-found.ts'
import type {
  CreateMultipleResponse,
  UpsertMultipleRequest,
  UpsertMultipleResponse,
  UpsertResponse,
} from '../requests.ts'
import { assertSeveral } from './several-rows.ts'
import { foundRow, keyColumns, columnsOfFound } from './upsert.ts'

type UpsertMultipleOperation = Operation<UpsertMultipleRequest, UpsertMultipleResponse>

/**
 * Finds each row by id or key, then is an UpdateMultiple of those that exist and a CreateMultiple of the
 * others; its events are theirs, itself it has none. No row may be meant by two targets.
 * https://learn.microsoft.com/power-apps/developer/data-platform/bulk-operations
 */
export const upsertMultiple: Message<
  'UpsertMultiple',
  UpsertMultipleRequest,
  UpsertMultipleResponse
> = {
  name: 'UpsertMultiple',
  standsForAnother: true,
  isBatch: true,

  begin(request, { catalog }) {
    const table = assertSeveral(catalog.table(request.table), 'UpsertMultiple', request.targets)
    for (const { id, key } of request.targets) {
      if (key === undefined) idOf(table, id, 'UpsertMultiple')
      else keyColumns(table, key)
    }
    return { table, id: '' }
  },

  run: resolve,

  inputParameters: ({ request: { table, targets } }) => ({
    Targets: {
      EntityName: table,
      Entities: targets.map(({ id = '', values }) => ({
        LogicalName: table,
        Id: id,
        Attributes: values,
      })),
    },
  }),
  outputParameters: ({ response }) => ({ Results: response?.results ?? [] }),
}

async function resolve(operation: UpsertMultipleOperation): Promise<UpsertMultipleResponse> {
  const { subject, request } = operation
  const table = subject.logicalName
  const results: UpsertResponse[] = []
  const updates: { readonly id: string; readonly values: Values }[] = []
  const creates: { readonly id?: string; readonly values: Values; readonly place: number }[] = []
  const meant = new Set<string>()
  for (const [place, target] of request.targets.entries()) {
    const { id, key, values } = target
    const row = await foundRow(operation, target)
    if (row !== undefined) {
      const found = storedId(subject, row)
      if (meant.has(found)) throw meantTwice(table, found)
      meant.add(found)
      updates.push({ id: found, values: columnsOfFound(subject, values, key) })
      results[place] = { id: found, created: false }
    } else if (key !== undefined) {
      creates.push({ values: { ...key, ...values }, place })
    } else if (id !== undefined) {
      creates.push({ id, values, place })
    }
  }
  // Unverified: which of the two comes first.
  if (creates.length > 0) {
    const targets = creates.map(({ id, values }) =>
      id === undefined ? { values } : { id, values },
    )
    const { ids } = (await operation.execute('CreateMultiple', {
      table,
      targets,
    })) as CreateMultipleResponse
    for (const [index, { place }] of creates.entries()) {
      results[place] = { id: createdId(ids, index), created: true }
    }
  }
  if (updates.length > 0) await operation.execute('UpdateMultiple', { table, targets: updates })
  return { results }
}

function createdId(ids: readonly string[], index: number): string {
  const id = ids[index]
  if (id !== undefined) return id
  throw new DataverseError('UNEXPECTED', `CreateMultiple answered ${ids.length} ids.`)
}

// Rows to be created that would be the same one are refused by CreateMultiple. Unverified: code and text.
function meantTwice(table: string, id: string): DataverseError {
  return new DataverseError(
    'INVALID_ARGUMENT',
    `Several Targets of UpsertMultiple are the ${table} with id ${id}; each row may be among them once.`,
  )
}
