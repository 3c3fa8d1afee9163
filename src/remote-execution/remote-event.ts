import { DataverseError } from '../errors/dataverse-error.ts'
import type {
  Entity,
  EntityReference,
  ExecutionContext,
  ParameterBag,
  RelationshipReference,
} from '../pipeline/execution-context.ts'
import { reject } from '../pipeline/reject.ts'
import type { ImageSpec, Step } from '../pipeline/step.ts'
import type { EventRow, Reject, StepEvent } from '../pipeline/step-event.ts'
import type { Row, RowRef, Value, Values } from '../rows/value.ts'
import type { EntityCollection } from './wire.ts'

/** What was read back from the organization because a shortened body lacked it. */
export interface ReadBack {
  readonly target?: Values
  readonly postImages?: Readonly<Record<string, Values>>
}

export interface RemoteEventParts {
  readonly context: ExecutionContext
  readonly step: Step
  /** Whether the platform has taken InputParameters, images and ParentContext out of the body. */
  readonly isReduced: boolean
  readonly readBack: ReadBack
  /** Asked once, when the step first calls the organization. */
  readonly org: () => unknown
  readonly trace: (line: string) => void
}

/**
 * The event of a step that runs behind a webhook. It reads the context that was sent; nothing it changes
 * goes back, because Dataverse looks at the status of the answer only.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-webhooks
 */
export class RemoteEvent implements StepEvent {
  readonly context: ExecutionContext
  readonly trace: (line: string) => void
  readonly #parts: RemoteEventParts
  #target: Record<string, Value | undefined> | undefined
  #org: unknown

  constructor(parts: RemoteEventParts) {
    this.#parts = parts
    this.context = parts.context
    this.trace = parts.trace
  }

  /** Associate and Disassociate tell their row in Target only. */
  get id(): string {
    return this.#targetReference?.Id ?? this.context.PrimaryEntityId
  }

  get table(): string {
    return this.#targetReference?.LogicalName ?? this.context.PrimaryEntityName
  }

  /** Frozen: a step with `writes` does not run here, and a write that was not declared must not pass unseen. */
  get target(): Record<string, Value | undefined> {
    if (this.#target === undefined) {
      const { MessageName, InputParameters } = this.context
      const sent = InputParameters['Target'] as Entity | undefined
      const values = this.#parts.readBack.target ?? sent?.Attributes
      if (values === undefined && (MessageName === 'Create' || MessageName === 'Update')) {
        throw this.#missing('target', 'InputParameters')
      }
      this.#target = Object.freeze({ ...values })
    }
    return this.#target
  }

  get preImage(): Values {
    const [first] = this.#parts.step.preImages
    return first === undefined ? NO_VALUES : this.#preImageOf(first)
  }

  get postImage(): Values {
    const [first] = this.#parts.step.postImages
    return first === undefined ? NO_VALUES : this.#postImageOf(first)
  }

  get preImages(): Readonly<Record<string, Values>> {
    const { preImages } = this.#parts.step
    return Object.fromEntries(preImages.map((spec) => [spec.alias, this.#preImageOf(spec)]))
  }

  get postImages(): Readonly<Record<string, Values>> {
    const { postImages } = this.#parts.step
    return Object.fromEntries(postImages.map((spec) => [spec.alias, this.#postImageOf(spec)]))
  }

  // Unverified: how Targets and the lists of images of a message over several rows look in a body.
  get rows(): readonly EventRow[] {
    if (this.context.InputParameters['Targets'] === undefined) return []
    throw new DataverseError(
      'NOT_SUPPORTED',
      `${this.#parts.step.name} reads event.rows behind a webhook, where ${this.context.MessageName} is not turned into rows; event.context.InputParameters has its Targets as sent.`,
    )
  }

  get relationship(): string {
    const sent = this.parameters['Relationship'] as RelationshipReference | undefined
    return sent?.SchemaName ?? ''
  }

  get related(): readonly RowRef[] {
    const sent = this.parameters['RelatedEntities'] as readonly EntityReference[] | undefined
    return (sent ?? []).map(({ LogicalName, Id }) => ({ table: LogicalName, id: Id }))
  }

  get query(): unknown {
    throw new DataverseError(
      'NOT_SUPPORTED',
      `${this.#parts.step.name} reads event.query behind a webhook, where the platform's own query classes are not turned into a Query; event.context.InputParameters has them as sent.`,
    )
  }

  set query(_: unknown) {
    throw this.#unchangeable('query')
  }

  get result(): Row | readonly Row[] | undefined {
    const { BusinessEntity: one, BusinessEntityCollection: many } = this.context.OutputParameters
    if (one !== undefined) return (one as Entity).Attributes as Row
    if (many === undefined) return undefined
    return (many as EntityCollection<Entity>).Entities.map((each) => each.Attributes as Row)
  }

  set result(_: Row | readonly Row[] | undefined) {
    throw this.#unchangeable('result')
  }

  get parameters(): ParameterBag {
    if (this.#parts.isReduced) throw this.#missing('parameters', 'InputParameters')
    return this.context.InputParameters
  }

  get sharedVariables(): ParameterBag {
    return this.context.SharedVariables
  }

  get org(): unknown {
    return (this.#org ??= this.#parts.org())
  }

  get reject(): Reject {
    return reject
  }

  get configuration(): string | undefined {
    return this.#parts.step.configuration
  }

  get secureConfiguration(): string | undefined {
    return this.#parts.step.secureConfiguration
  }

  get #targetReference(): EntityReference | undefined {
    return this.context.InputParameters['Target'] as EntityReference | undefined
  }

  #preImageOf(spec: ImageSpec): Values {
    const image = this.context.PreEntityImages[spec.alias]
    if (image === undefined) throw this.#missing(`pre-image '${spec.alias}'`, 'PreEntityImages')
    return filled(image.Attributes, spec)
  }

  #postImageOf(spec: ImageSpec): Values {
    const values =
      this.context.PostEntityImages[spec.alias]?.Attributes ??
      this.#parts.readBack.postImages?.[spec.alias]
    if (values === undefined) throw this.#missing(`post-image '${spec.alias}'`, 'PostEntityImages')
    return filled(values, spec)
  }

  #missing(what: string, member: string): DataverseError {
    const { step, isReduced } = this.#parts
    const { MessageName, PrimaryEntityName } = this.context
    const event = `${MessageName} of ${PrimaryEntityName}`
    return isReduced
      ? new DataverseError(
          'CONTEXT_REDUCED',
          `${step.name} reads ${what}, but the context of ${event} was too long and Dataverse sent it without ${member}. Read what the step needs with event.org.retrieve.`,
        )
      : new DataverseError(
          'CONTEXT_INVALID',
          `${step.name} reads ${what}, which the context of ${event} does not hold. Is the step registered in Dataverse as the handler declares it?`,
        )
  }

  #unchangeable(what: string): DataverseError {
    return new DataverseError(
      'NOT_SUPPORTED',
      `${this.#parts.step.name} sets event.${what} behind a webhook, whose answer cannot change the operation.`,
    )
  }
}

const NO_VALUES: Values = Object.freeze({})

/** The platform leaves empty columns out of an image; a step that named them finds null, as in the emulator. */
function filled(values: Values, { columns }: ImageSpec): Values {
  if (columns === 'all') return values
  return Object.fromEntries(columns.map((column) => [column, values[column] ?? null]))
}
