import type { Message } from '../../pipeline/message.ts'
import { assertSeveral, besideSingle, targetsOf } from './several-rows.ts'
import type { UpdateMultipleRequest } from '../requests.ts'

/**
 * Updates rows of one table together: its steps run once, those of Update for every row; all or nothing.
 * https://learn.microsoft.com/power-apps/developer/data-platform/bulk-operations
 */
export const updateMultiple: Message<'UpdateMultiple', UpdateMultipleRequest, undefined> = {
  name: 'UpdateMultiple',
  isBatch: true,
  images: { pre: true, post: true, properties: ['Targets'] },
  requestBeside: (update) => besideSingle('UpdateMultiple', update),
  rowRequests: ({ table, targets }) => ({
    message: 'Update',
    requests: targets.map((target) => ({ table, ...target })),
  }),
  begin: (request, { catalog }) => ({
    table: assertSeveral(catalog.table(request.table), 'UpdateMultiple', request.targets.length),
    id: '',
  }),
  run: () => undefined,
  inputParameters: (operation) => ({ Targets: targetsOf(operation) }),
}
