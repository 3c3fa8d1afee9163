import { DataverseError } from '../errors/dataverse-error.ts'
import { create } from '../messages/rows/create.ts'
import type { CreateRequest, CreateResponse } from '../messages/requests.ts'
import { Call, Operation } from '../pipeline/operation.ts'
import { nowMs, type Caller, type Runtime } from '../pipeline/runtime.ts'
import { UnitOfWork } from '../pipeline/unit-of-work.ts'
import { isPromise, type Awaitable } from '../rows/awaitable.ts'
import type { OpenTransaction, Reader } from '../store/store.ts'

export interface Within {
  readonly runtime: Runtime
  readonly caller: Caller
  readonly tx: OpenTransaction
  readonly committed: Reader
}

/** Creates a row at once, with all that Create does itself: defaults, checks, owner, state. @returns its id. */
export function createWithoutSteps(request: CreateRequest, within: Within): string {
  const { runtime, caller, tx, committed } = within
  const operation = new Operation<CreateRequest, CreateResponse>({
    message: create,
    request,
    origin: { call: new Call(nowMs(runtime.clock)), caller, unit: new UnitOfWork(tx) },
    runtime,
    committed,
    executeNested: (message) => {
      throw new DataverseError(
        'NOT_SUPPORTED',
        `${message} is not run while an organization begins.`,
      )
    },
  })
  const subject = create.begin(request, runtime)
  operation.table = subject.table
  operation.id = subject.id
  if (subject.values !== undefined) operation.values = subject.values
  ready(create.check?.(operation))
  return ready(create.run(operation)).id
}

/** The memory store answers at once; nothing that only reads and writes its rows takes a promise. */
export function ready<T>(value: Awaitable<T>): T {
  if (isPromise(value)) throw new DataverseError('STORE_BUSY', 'The store is not ready.')
  return value
}
