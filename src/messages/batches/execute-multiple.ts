import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Batch, BatchItem } from '../../pipeline/batch.ts'
import { assertObjects } from '../parameters.ts'
import type { ExecuteMultipleRequest, ExecuteMultipleResponse } from '../requests.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/org-service/execute-multiple-requests#limitations */
export const MAX_BATCH_SIZE = 1000

/**
 * Sends requests one after the other, each with a transaction of its own. The first that fails ends it, unless
 * it is to continue on error; what was done before stays.
 * https://learn.microsoft.com/power-apps/developer/data-platform/org-service/execute-multiple-requests
 */
export const executeMultiple: Batch<
  'ExecuteMultiple',
  ExecuteMultipleRequest,
  ExecuteMultipleResponse
> = {
  name: 'ExecuteMultiple',

  async run({ requests, continueOnError = false, returnResponses = false }, sender) {
    assertBatch('ExecuteMultiple', requests, ['ExecuteMultiple'])
    const responses: ExecuteMultipleResponse['responses'][number][] = []
    let isFaulted = false
    for (const [requestIndex, item] of requests.entries()) {
      try {
        const response = await sender.execute(item)
        if (returnResponses) responses.push({ requestIndex, response })
      } catch (error) {
        isFaulted = true
        responses.push({ requestIndex, fault: faultOf(error) })
        if (!continueOnError) break
      }
    }
    return { responses, isFaulted }
  },
}

/** @throws INVALID_ARGUMENT for too many requests, and for batches inside that the platform refuses. */
// Unverified: the codes.
export function assertBatch(
  name: string,
  requests: readonly BatchItem[],
  refused: readonly string[],
): void {
  assertObjects(requests, 'requests', name)
  if (requests.length > MAX_BATCH_SIZE) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `${name} has ${requests.length} requests; the maximum batch size is ${MAX_BATCH_SIZE}.`,
    )
  }
  const inner = requests.find(({ message }) => refused.includes(message))
  if (inner !== undefined) {
    throw new DataverseError('INVALID_ARGUMENT', `${name} cannot contain ${inner.message}.`)
  }
}

function faultOf(error: unknown): DataverseError {
  return error instanceof DataverseError
    ? error
    : new DataverseError('UNEXPECTED', String(error), { cause: error })
}
