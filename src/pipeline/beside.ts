import type { AnyMessage } from './message.ts'
import type { AnyOperation } from './operation.ts'

/**
 * The operations whose steps run at the present stage of `operation` besides its own: the rows of a message
 * over several, and the messages that its request is one of, too. They see what it has become by now.
 */
export function operationsBeside(operation: AnyOperation): readonly AnyOperation[] {
  const { rows, leader, plan } = operation
  if (rows !== undefined && leader === undefined) {
    for (const row of rows) follow(row, operation)
    return rows
  }
  if (plan === undefined || plan.beside.length === 0) return NOBODY
  return plan.beside.flatMap(({ message, plan: ownPlan }) => {
    if (isPartOf(operation, message)) return []
    const request = message.requestBeside?.(operation)
    if (request === undefined) return []
    const other = besideFor(operation, message, request)
    other.plan = ownPlan
    follow(other, operation)
    return [other]
  })
}

/** Whether no other operation can have steps at its stages. */
export function isAlone({ rows, leader, plan }: AnyOperation): boolean {
  return (
    (plan === undefined || plan.beside.length === 0) && (rows === undefined || leader !== undefined)
  )
}

/** Whether the request came as one of `message` in the first place: its steps run there already. */
function isPartOf({ leader, parent, sender }: AnyOperation, message: AnyMessage): boolean {
  return leader?.message === message || (sender === undefined && parent?.message === message)
}

/** One operation for all stages, so that its shared variables last. */
function besideFor(operation: AnyOperation, message: AnyMessage, request: unknown): AnyOperation {
  const known = operation.beside?.find((other) => other.message === message)
  if (known !== undefined) {
    known.request = request
    return known
  }
  const other = operation.alongside(message, request)
  other.table = operation.table
  other.bypass = operation.bypass
  if (message.rowRequests === undefined) other.id = operation.id
  else other.rows = [operation]
  ;(operation.beside ??= []).push(other)
  return other
}

function follow(other: AnyOperation, operation: AnyOperation): void {
  other.stage = operation.stage
  other.unit = operation.unit
  other.trace = operation.trace
  if (other.message.rowRequests !== undefined || operation.rows !== undefined) return
  other.before = operation.before
  other.after = operation.after
}

const NOBODY: readonly AnyOperation[] = []
