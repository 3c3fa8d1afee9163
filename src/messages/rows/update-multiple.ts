import type { Message } from '../../pipeline/message.ts'
import { parseGuid } from '../../rows/guid.ts'
import { assertSeveral, besideSingle, targetsOf } from './several-rows.ts'
import type { UpdateMultipleRequest } from '../requests.ts'

/**
 * Updates rows of one table together: its steps run once, those of Update for every row; all or nothing. Of
 * several targets that are the same row only the first counts.
 * https://learn.microsoft.com/power-apps/developer/data-platform/bulk-operations
 */
export const updateMultiple: Message<'UpdateMultiple', UpdateMultipleRequest, undefined> = {
  name: 'UpdateMultiple',
  isBatch: true,
  images: { pre: true, post: true, properties: ['Targets'] },
  requestBeside: (update) => besideSingle('UpdateMultiple', update),
  rowRequests: ({ table, targets }) => ({
    message: 'Update',
    requests: firstOfEachRow(targets).map((target) => ({ table, ...target })),
  }),
  begin: (request, { catalog }) => ({
    table: assertSeveral(catalog.table(request.table), 'UpdateMultiple', request.targets),
    id: '',
  }),
  run: () => undefined,
  inputParameters: (operation) => ({ Targets: targetsOf(operation) }),
}

type Target = UpdateMultipleRequest['targets'][number]

function firstOfEachRow(targets: readonly Target[]): readonly Target[] {
  const first = new Map<unknown, Target>()
  for (const target of targets) {
    const { id }: { readonly id: unknown } = target
    // What is no id is refused with its row.
    const row = typeof id === 'string' ? (parseGuid(id) ?? id) : target
    if (!first.has(row)) first.set(row, target)
  }
  return first.size === targets.length ? targets : [...first.values()]
}
