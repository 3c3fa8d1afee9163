import { hexCode } from '../errors/codes.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { StepOrganization } from '../messages/organization-service.ts'
import type { Entity, ExecutionContext } from '../pipeline/execution-context.ts'
import type { Step } from '../pipeline/step.ts'
import type { Row, Values } from '../rows/value.ts'
import { decodeContext } from './decode.ts'
import { RemoteEvent, type ReadBack } from './remote-event.ts'
import { SIZE_EXCEEDED_HEADER, type KindOf } from './wire.ts'

export interface ReceivedRequest {
  readonly body: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

export interface Receiver {
  readonly steps: readonly Step[]
  /** The organization a step calls: asked when the step first needs it, and may refuse then. */
  readonly serviceFor: (context: ExecutionContext) => StepOrganization
  readonly kindOf?: KindOf
  /** Where steps' trace lines go; nowhere by default. */
  readonly trace?: (line: string) => void
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** For whoever reads logs: Dataverse looks at the status only. */
  readonly body: string
}

/**
 * Runs the steps a webhook call is meant for. 204 when all have run; the refusal of a step is 400 with
 * its message. A refusal that asks to be tried again is 503, which Dataverse does once.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-webhooks
 */
export async function receiveExecution(
  request: ReceivedRequest,
  receiver: Receiver,
): Promise<Answer> {
  try {
    const context = decodeContext(request.body, receiver.kindOf)
    const isReduced = isReducedContext(context, request)
    for (const step of stepsMeant(context, receiver.steps, isReduced)) {
      await runStep({ context, step, isReduced }, receiver)
    }
    return { status: 204, headers: {}, body: '' }
  } catch (thrown) {
    return refusal(thrown)
  }
}

/** The answer that tells Dataverse to fail the operation, and a reader why. `status`: other than the error's own. */
export function refusal(thrown: unknown, status?: number): Answer {
  const error =
    thrown instanceof DataverseError
      ? thrown
      : new DataverseError('HANDLER_FAILED', thrown instanceof Error ? thrown.message : 'unknown', {
          cause: thrown,
        })
  const { code, message } = error
  return {
    status: status ?? statusOf(error),
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ error: { code: hexCode(code) ?? code, message } }),
  }
}

/** OperationStatus.Retry. */
const RETRY = 2

function statusOf({ code, details }: DataverseError): number {
  const { httpStatus, operationStatus } = details
  if (operationStatus === RETRY) return 503
  if (httpStatus !== undefined && httpStatus >= 400 && httpStatus < 600) return httpStatus
  return STATUS[code] ?? 500
}

const STATUS: Readonly<Partial<Record<DataverseError['code'], number>>> = {
  HANDLER_REJECTED: 400,
  CONTEXT_INVALID: 400,
  CONTEXT_REDUCED: 400,
  NOT_SUPPORTED: 501,
}

/** The header tells; on other carriers a message that cannot be without a target and is tells as well. */
function isReducedContext(context: ExecutionContext, { headers }: ReceivedRequest): boolean {
  if (headers[SIZE_EXCEEDED_HEADER] !== undefined) return true
  return NEED_TARGET.has(context.MessageName) && context.InputParameters['Target'] === undefined
}

const NEED_TARGET: ReadonlySet<string> = new Set([
  'Create',
  'Update',
  'Delete',
  'Associate',
  'Disassociate',
])

/**
 * The steps this call is meant for, in order of rank. A step registered from our manifest has our id, and
 * a synchronous call carries its name; a step registered by hand is found by what it was registered for.
 */
function stepsMeant(
  context: ExecutionContext,
  steps: readonly Step[],
  isReduced: boolean,
): readonly Step[] {
  const { Id, Name } = context.OwningExtension
  const registered = steps.filter((step) => isRegisteredFor(step, context))
  if (registered.length === 0) throw noStep(context)
  const one = registered.find((step) => step.id === Id) ?? registered.find((s) => s.name === Name)
  if (one !== undefined) return [one]
  return registered
    .filter((step) => isReduced || concerns(step, context))
    .sort((a, b) => a.rank - b.rank)
}

function isRegisteredFor(step: Step, context: ExecutionContext): boolean {
  return (
    step.message === context.MessageName &&
    step.stage === context.Stage &&
    (step.mode === 'async') === (context.Mode === 1) &&
    (step.table === null || step.table === context.PrimaryEntityName)
  )
}

/** Present in the target, whatever its value. */
function concerns({ columns, relationship }: Step, { InputParameters }: ExecutionContext): boolean {
  if (relationship !== undefined) {
    const sent = InputParameters['Relationship'] as { readonly SchemaName?: string } | undefined
    if (sent?.SchemaName !== relationship) return false
  }
  if (columns === undefined) return true
  const target = InputParameters['Target'] as Entity | undefined
  return columns.some((column) => target?.Attributes[column] !== undefined)
}

function noStep({ MessageName, PrimaryEntityName, Stage, Mode }: ExecutionContext): DataverseError {
  const mode = Mode === 1 ? 'asynchronous' : 'synchronous'
  return new DataverseError(
    'CONTEXT_INVALID',
    `No step here is for ${MessageName} of ${PrimaryEntityName} at stage ${Stage}, ${mode}.`,
  )
}

interface Run {
  readonly context: ExecutionContext
  readonly step: Step
  readonly isReduced: boolean
}

async function runStep({ context, step, isReduced }: Run, receiver: Receiver): Promise<void> {
  if (step.writes.length > 0) {
    throw new DataverseError(
      'CONTEXT_INVALID',
      `${step.name} sets ${step.writes.join(', ')} on its target; a webhook's answer cannot change the operation, so the step does not run here.`,
    )
  }
  const trace = (line: string) => receiver.trace?.(`${step.name}: ${line}`)
  const org = () => receiver.serviceFor(context)
  const readBack = isReduced ? await readBackFor(context, step, org) : {}
  const event = new RemoteEvent({ context, step, isReduced, readBack, org, trace })
  try {
    await step.run(event)
  } catch (thrown) {
    if (thrown instanceof DataverseError) throw thrown
    // The answer says what it was, the trace where.
    trace(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
    throw new DataverseError('HANDLER_FAILED', `${step.name}: ${String(thrown)}`, { cause: thrown })
  }
}

/**
 * What a shortened body lacks and the organization can still tell: after an asynchronous Create its
 * columns, and what the row looks like now in place of the post-image. A synchronous step runs inside a
 * transaction whose rows nobody outside sees; how the row was before is gone.
 */
async function readBackFor(
  context: ExecutionContext,
  step: Step,
  org: () => StepOrganization,
): Promise<ReadBack> {
  if (context.Mode !== 1) return {}
  const { MessageName, PrimaryEntityName: table, PrimaryEntityId: id } = context
  const postImages: Record<string, Values> = {}
  for (const { alias, columns } of step.postImages) {
    const row =
      columns === 'all'
        ? await org().retrieve(table, id)
        : await org().retrieve(table, id, [...columns])
    postImages[alias] = row as Row
  }
  if (MessageName !== 'Create') return { postImages }
  const row = (await org().retrieve(table, id)) as Row
  const held = Object.entries(row).filter(([, value]) => value !== null)
  return { postImages, target: Object.fromEntries(held) }
}
