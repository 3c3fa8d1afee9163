import type { Message } from '../../pipeline/message.ts'
import { assertSeveral, besideSingle, targetsOf } from './several-rows.ts'
import type { CreateMultipleRequest, CreateMultipleResponse } from '../requests.ts'

/**
 * Creates rows of one table together: its steps run once, those of Create for every row; all or nothing.
 * https://learn.microsoft.com/power-apps/developer/data-platform/bulk-operations
 */
export const createMultiple: Message<
  'CreateMultiple',
  CreateMultipleRequest,
  CreateMultipleResponse
> = {
  name: 'CreateMultiple',
  isBatch: true,
  images: { pre: false, post: true, properties: ['Ids'] },
  requestBeside: (create) => besideSingle('CreateMultiple', create),
  rowRequests: ({ table, targets }) => ({
    message: 'Create',
    requests: targets.map(({ id, values }) =>
      id === undefined ? { table, values } : { table, id, values },
    ),
  }),
  begin: (request, { catalog }) => ({
    table: assertSeveral(catalog.table(request.table), 'CreateMultiple', request.targets),
    id: '',
  }),
  run: ({ rows = [] }) => ({ ids: rows.map((row) => row.id) }),
  inputParameters: (operation) => ({ Targets: targetsOf(operation) }),
  outputParameters: ({ rows = [] }) => ({ Ids: rows.map((row) => row.id) }),
}
