import { buildContainer, Metadata } from '../authoring/services.ts'
import { stepsOf } from '../authoring/steps.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import { WEBHOOK_MAX_BYTES } from '../remote-execution/encode.ts'
import {
  receiveExecution,
  refusal,
  type Answer,
  type ReceivedRequest,
  type Receiver,
} from '../remote-execution/receive.ts'
import type { HostParts } from './host-preset.ts'
import { RemoteMetadata, remoteOrganization, type Environment } from './remote-organization.ts'
import { WebhookKeys } from './webhook-keys.ts'

/** What a host knows of a request before it reads its body. */
export interface RequestHead {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: ReceivedRequest['headers']
}

/**
 * The receiving end of webhooks, the same on every host. A host asks `refuse` first, then reads at most
 * `maxBytes`, then asks `receive`.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-webhooks
 */
export class Webhook {
  /** Dataverse sends no longer body. */
  readonly maxBytes = WEBHOOK_MAX_BYTES
  readonly stepCount: number
  readonly #keys: WebhookKeys
  readonly #receiver: Receiver

  constructor(parts: HostParts, environment: Environment, log: (line: string) => void) {
    this.#keys = new WebhookKeys(environment)
    const organization = remoteOrganization(environment)
    const container = buildContainer([
      [Metadata, new RemoteMetadata(organization)],
      ...(parts.services ?? []),
    ])
    const steps = stepsOf(parts.handlers, container).filter(
      (step) => parts.leftOut?.includes(step.name) !== true,
    )
    this.stepCount = steps.length
    this.#receiver = {
      steps,
      serviceFor: () => organization,
      kindOf: (table, column) => parts.columnKinds?.[table]?.[column],
      trace: log,
    }
  }

  /** Whether callers must show a key. */
  get isGuarded(): boolean {
    return this.#keys.areDemanded
  }

  /** The answer to a request whose body is not worth reading; undefined: it is. */
  refuse({ method, url, headers }: RequestHead): Answer | undefined {
    const [path, query = ''] = url.split('?')
    if (path === '/health' && method === 'GET') return { status: 200, headers: {}, body: 'ok' }
    if (path !== '/') return refused(404, 'RESOURCE_NOT_FOUND', `There is nothing at ${path}.`)
    if (method !== 'POST') {
      const answer = refused(
        405,
        'METHOD_NOT_ALLOWED',
        `A webhook is called with POST, not ${method}.`,
      )
      return { ...answer, headers: { ...answer.headers, allow: 'POST' } }
    }
    const missing = this.#keys.missing({ query: new URLSearchParams(query), headers })
    if (missing !== undefined) {
      return refused(401, 'UNAUTHORIZED', `The key in the ${missing} is missing or wrong.`)
    }
    if (Number(headers['content-length']) > this.maxBytes) return this.tooLong()
    return undefined
  }

  /** For a body that turned out longer than `maxBytes`. */
  tooLong(): Answer {
    return refused(413, 'PAYLOAD_TOO_LARGE', `A context is at most ${this.maxBytes} bytes long.`)
  }

  receive(request: ReceivedRequest): Promise<Answer> {
    return receiveExecution(request, this.#receiver)
  }
}

function refused(status: number, code: DataverseError['code'], message: string): Answer {
  return refusal(new DataverseError(code, message), status)
}
