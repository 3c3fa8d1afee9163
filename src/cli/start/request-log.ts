import { AsyncLocalStorage } from 'node:async_hooks'
import type { TraceNode } from '../../pipeline/trace.ts'
import type { WebApi, WebApiResponse } from '../../web-api/http.ts'
import { describeTrace, milliseconds } from './describe.ts'
import type { Paint } from './paint.ts'

/** What one HTTP request set off so far. */
interface Exchange {
  readonly traces: TraceNode[]
  isAnswered: boolean
}

export interface RequestLog {
  /** The Web API, each of whose requests is told once it is answered. */
  readonly api: WebApi
  /** To be told every trace. */
  readonly ended: (node: TraceNode) => void
}

/**
 * Tells each HTTP request in one piece, also where several are under way: the request, its status, and
 * below them the messages it sent. What runs after the answer, an asynchronous step, is told by itself.
 */
export function requestLog(
  api: WebApi,
  { write, paint }: { readonly write: (text: string) => void; readonly paint: Paint },
): RequestLog {
  const current = new AsyncLocalStorage<Exchange>()
  return {
    api: (request) => {
      const exchange: Exchange = { traces: [], isAnswered: false }
      return current.run(exchange, async () => {
        const start = performance.now()
        const response = await api(request)
        exchange.isAnswered = true
        const { status } = response
        const shown = status < 400 ? String(status) : paint.failure(`✗ ${status}`)
        const duration = paint.aside(milliseconds(performance.now() - start))
        const lines = [
          `${request.method} ${request.url} → ${shown}  ${duration}`,
          ...exchange.traces.map((node) => describeTrace(node, '  ', paint)),
        ]
        const isTold = exchange.traces.some((node) => node.error !== undefined)
        const refusal = status < 400 || isTold ? undefined : refusalIn(response)
        if (refusal !== undefined) lines.push(`  ${paint.failure(refusal)}`)
        write(lines.join('\n'))
        return response
      })
    },
    ended: (node) => {
      const exchange = current.getStore()
      // A job is begun by a request and inherits its context, but is no part of its answer.
      const isBeside = node.kind === 'step' && node.mode === 'async'
      if (exchange === undefined || exchange.isAnswered || isBeside) {
        write(describeTrace(node, '', paint))
      } else {
        exchange.traces.push(node)
      }
    },
  }
}

/** What was wrong with a request that became no message. */
function refusalIn({ body }: WebApiResponse): string | undefined {
  try {
    const { error } = JSON.parse(String(body)) as { readonly error?: Record<string, unknown> }
    return typeof error?.['message'] === 'string' ? error['message'] : undefined
  } catch {
    // An answer without an error's body, as that to HEAD.
    return undefined
  }
}
