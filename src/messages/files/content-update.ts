import type { AnyOperation } from '../../pipeline/operation.ts'
import type { Values } from '../../rows/value.ts'
import type { UpdateRequest } from '../requests.ts'

/** What an Update of a file message carries beside what clients can send. */
export interface Content {
  /** Columns that no client may write: the id and the name of a file. */
  readonly values: Values
  /** Of an image: what the file it came in is called. */
  readonly fileName?: string
}

const contents = new WeakMap<object, Content>()

/**
 * Uploading and deleting a file is an Update of its column.
 * Unverified: that steps on Update see the column in their target, with the name of the file beside it.
 */
export async function updateContent(
  operation: AnyOperation,
  request: UpdateRequest,
  content: Content,
): Promise<void> {
  contents.set(request, content)
  await operation.execute('Update', request)
}

/** undefined for an Update that is a client's. */
export function contentOf(request: UpdateRequest): Content | undefined {
  return contents.get(request)
}
