import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Batch } from '../../pipeline/batch.ts'
import { assertBatch } from './execute-multiple.ts'
import type { ExecuteTransactionRequest, ExecuteTransactionResponse } from '../requests.ts'

/**
 * Sends requests one after the other in one transaction: all succeed or none. The error says which failed.
 * https://learn.microsoft.com/power-apps/developer/data-platform/org-service/use-executetransaction
 */
export const executeTransaction: Batch<
  'ExecuteTransaction',
  ExecuteTransactionRequest,
  ExecuteTransactionResponse
> = {
  name: 'ExecuteTransaction',

  run({ requests, returnResponses = false }, sender) {
    return sender.transaction(async (send) => {
      assertBatch('ExecuteTransaction', requests, ['ExecuteTransaction', 'ExecuteMultiple'])
      const responses: unknown[] = []
      for (const [requestIndex, item] of requests.entries()) {
        try {
          responses.push(await send(item))
        } catch (error) {
          throw withIndex(error, requestIndex)
        }
      }
      return { responses: returnResponses ? responses : [] }
    })
  },
}

function withIndex(error: unknown, requestIndex: number): unknown {
  if (!(error instanceof DataverseError)) return error
  return new DataverseError(error.code, error.message, {
    ...error.details,
    cause: error,
    requestIndex,
  })
}
