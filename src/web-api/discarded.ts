import type { IncomingMessage } from 'node:http'

/** How long a caller that was refused may go on sending, ms. */
const PATIENCE_MS = 2_000

/**
 * Lets a caller that is still sending get as far as reading the answer, but not send for ever: ending the
 * connection under its hands would cost it the answer. Resolves when it has sent all, or more than `mostBytes`,
 * or for too long.
 */
export function discarded(request: IncomingMessage, mostBytes: number): Promise<void> {
  return new Promise((settle) => {
    let bytes = 0
    const patience = setTimeout(settle, PATIENCE_MS)
    const ended = () => {
      clearTimeout(patience)
      settle()
    }
    request.on('end', ended).on('close', ended)
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > mostBytes) ended()
    })
  })
}
