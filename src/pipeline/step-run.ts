import { EMPTY_GUID } from '../rows/guid.ts'
import type { Row, RowRef, Value, Values } from '../rows/value.ts'
import { contextOf } from './context.ts'
import type { ExecutionContext, ParameterBag } from './execution-context.ts'
import { imageOf, imagesOf } from './images.ts'
import type { AnyOperation, Call } from './operation.ts'
import { reject } from './reject.ts'
import type { RunLog } from './step-log.ts'
import { nowMs, type Time } from './runtime.ts'
import type { Step } from './step.ts'
import type { Reject, StepEvent } from './step-event.ts'
import type { StepTrace } from './trace.ts'
import { takeWrites } from './writes.ts'

/** Makes the organization a step calls: its requests belong to the operation. */
export type ServiceFor = (run: StepRun) => unknown

/** What a step that runs as a job knows of it. */
export interface JobFacts {
  readonly id: string
  readonly createdOn: Date
  /** When this attempt began. */
  readonly startedOn: Date
}

/** One step running for one operation: the event its handler is given. */
export class StepRun implements StepEvent {
  readonly operation: AnyOperation
  readonly step: Step
  /** Of the operation while the step runs; afterwards it goes on. */
  readonly stage: number
  /** Set when the step runs as an asynchronous job. */
  readonly job: JobFacts | undefined
  /** Its calls are refused once it has ended. */
  hasEnded = false
  /** The target handed out to be written; the pipeline looks at what became of it. */
  written: Record<string, Value | undefined> | undefined
  /** The shared variables, once the step has asked for them: what it puts there must be able to travel. */
  shared: ParameterBag | undefined
  /** The answer handed out to be changed; the pipeline looks at what became of it. */
  answer: ParameterBag | undefined
  readonly traceNode: StepTrace | undefined
  /** Its lines and its end are kept there, too. */
  log: RunLog | undefined
  /** What it has traced. */
  lines: string[] | undefined
  readonly #serviceFor: ServiceFor
  #target: Record<string, Value | undefined> | undefined
  #preImages: Readonly<Record<string, Values>> | undefined
  #postImages: Readonly<Record<string, Values>> | undefined
  #trace: ((line: string) => void) | undefined
  #org: unknown
  #context: ExecutionContext | undefined
  #call: Call | undefined
  #rows: readonly StepRun[] | undefined

  constructor(
    operation: AnyOperation,
    step: Step,
    serviceFor: ServiceFor,
    traceNode?: StepTrace,
    job?: JobFacts,
  ) {
    this.operation = operation
    this.step = step
    this.stage = operation.stage
    this.job = job
    this.written = undefined
    this.shared = undefined
    this.answer = undefined
    this.traceNode = traceNode
    this.log = undefined
    this.lines = undefined
    this.#trace = undefined
    this.#serviceFor = serviceFor
    this.#target = undefined
    this.#preImages = undefined
    this.#postImages = undefined
    this.#org = undefined
    this.#context = undefined
    this.#call = undefined
    this.#rows = undefined
  }

  get id(): string {
    return this.operation.id === '' ? EMPTY_GUID : this.operation.id
  }

  get table(): string {
    return this.operation.table?.logicalName ?? 'none'
  }

  /** Bound, so that a handler may take it out of its event. */
  get trace(): (line: string) => void {
    return (this.#trace ??= (line) => {
      ;(this.lines ??= []).push(line)
      this.traceNode?.lines.push(line)
      this.log?.line(line)
    })
  }

  /**
   * What the requests of a job have in common. Those of the platform's own jobs are operations of their own, each
   * with its own time.
   */
  callOfJob(clock: Time): Call {
    if (this.step.isSystem === true) return this.operation.call.forJob(nowMs(clock))
    return (this.#call ??= this.operation.call.forJob(nowMs(clock)))
  }

  /** Whether the step was given a target it may not write to. */
  get hasFrozenTarget(): boolean {
    return this.#target !== undefined && this.written === undefined
  }

  /** Writable where the step declared `writes`, frozen elsewhere: a write that was not declared must not pass unseen. */
  get target(): Record<string, Value | undefined> {
    if (this.#target === undefined) {
      this.#target = copyOf(this.operation.values)
      if (this.step.writes.length > 0 && this.stage < 30) this.written = this.#target
      else Object.freeze(this.#target)
    }
    return this.#target
  }

  get preImage(): Values {
    const { before } = this.operation
    const [first] = this.step.preImages
    return before === undefined || first === undefined
      ? NO_VALUES
      : this.step.preImages.length === 1 && first.property === undefined
        ? imageOf(before, first)
        : (this.preImages[first.alias] ?? NO_VALUES)
  }

  get postImage(): Values {
    const { after } = this.operation
    const [first] = this.step.postImages
    return after === undefined || first === undefined
      ? NO_VALUES
      : this.step.postImages.length === 1 && first.property === undefined
        ? imageOf(after, first)
        : (this.postImages[first.alias] ?? NO_VALUES)
  }

  get preImages(): Readonly<Record<string, Values>> {
    return (this.#preImages ??= imagesOf(this.operation, 'before', this.step.preImages))
  }

  get postImages(): Readonly<Record<string, Values>> {
    return (this.#postImages ??= imagesOf(this.operation, 'after', this.step.postImages))
  }

  get rows(): readonly StepRun[] {
    const { rows } = this.operation
    if (rows === undefined) return NO_ROWS
    return (this.#rows ??= rows.map(
      (row) => new StepRun(row, this.step, this.#serviceFor, this.traceNode, this.job),
    ))
  }

  /** Takes over what the step made of the targets of `rows`. */
  takeRowWrites(): void {
    if (this.#rows === undefined) return
    for (const row of this.#rows) if (row.written !== undefined) takeWrites(row, row.written)
  }

  get relationship(): string {
    return this.operation.relationship ?? ''
  }

  get related(): readonly RowRef[] {
    return this.operation.related ?? NO_REFS
  }

  get query(): unknown {
    const request = this.operation.request as { readonly query?: unknown }
    return request.query ?? request
  }

  set query(query: unknown) {
    const { operation } = this
    operation.request =
      'query' in (operation.request as object) ? { ...(operation.request as object), query } : query
  }

  get result(): Row | readonly Row[] | undefined {
    const response = this.operation.response as
      { readonly row?: Row; readonly rows?: readonly Row[] } | undefined
    return response?.row ?? response?.rows
  }

  /** The answer as parameters was that of another result: from here on it takes no change. */
  set result(result: Row | readonly Row[] | undefined) {
    const { operation } = this
    Object.freeze(this.answer)
    this.answer = undefined
    operation.response = {
      ...(operation.response as object),
      ...(Array.isArray(result) ? { rows: result } : { row: result }),
    }
  }

  get parameters(): ParameterBag {
    return this.context.InputParameters
  }

  get sharedVariables(): ParameterBag {
    return (this.shared =
      this.stage === 10 ? this.operation.outerShared : this.operation.innerShared)
  }

  get org(): unknown {
    return (this.#org ??= this.#serviceFor(this))
  }

  get context(): ExecutionContext {
    return (this.#context ??= contextOf(this))
  }

  get reject(): Reject {
    return reject
  }

  get configuration(): string | undefined {
    return this.step.configuration
  }

  get secureConfiguration(): string | undefined {
    return this.step.secureConfiguration
  }
}

function copyOf(values: Values): Record<string, Value | undefined> {
  const copy: Record<string, Value | undefined> = {}
  for (const name in values) copy[name] = values[name]
  return copy
}

const NO_VALUES: Values = Object.freeze({})
const NO_ROWS: readonly StepRun[] = Object.freeze([])
const NO_REFS: readonly RowRef[] = Object.freeze([])
