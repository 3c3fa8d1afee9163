import { EMPTY_GUID } from '../rows/guid.ts'
import type { Values } from '../rows/value.ts'
import type {
  Entity,
  EntityCollection,
  ExecutionContext,
  ParameterBag,
} from './execution-context.ts'
import { ContextEntity } from './context-entity.ts'
import type { AnyOperation } from './operation.ts'
import { optionalParameters } from './optional-parameters.ts'
import type { UserFacts } from './runtime.ts'
import type { StepRun } from './step-run.ts'
import type { ImageSpec } from './step.ts'

/** What the platform's own step is called, which runs the inner context. */
const OBJECT_MODEL_IMPLEMENTATION = 'ObjectModel Implementation'

/** The execution context of a step, under the platform's names; its members are read when asked for. */
export function contextOf(run: StepRun): ExecutionContext {
  return Object.freeze(new StepContext(run))
}

/** What every context of one operation says. */
abstract class OperationContext {
  protected readonly operation: AnyOperation

  constructor(operation: AnyOperation) {
    this.operation = operation
  }

  get MessageName(): string {
    return this.operation.message.name
  }
  get PrimaryEntityName(): string {
    return this.operation.table?.logicalName ?? 'none'
  }
  get PrimaryEntityId(): string {
    return this.operation.id === '' ? EMPTY_GUID : this.operation.id
  }
  get SecondaryEntityName(): string {
    return 'none'
  }
  get Depth(): number {
    return this.operation.depth
  }
  get CorrelationId(): string {
    return this.operation.call.correlationId
  }
  get RequestId(): string {
    return this.operation.requestId
  }
  get UserId(): string {
    return this.operation.caller.userId
  }
  get InitiatingUserId(): string {
    return this.operation.caller.initiatingUserId ?? this.operation.caller.userId
  }
  get BusinessUnitId(): string {
    return this.operation.runtime.organization.businessUnitOf(this.InitiatingUserId)
  }
  get OrganizationId(): string {
    return this.operation.runtime.organization.id
  }
  get OrganizationName(): string {
    return this.operation.runtime.organization.name
  }
  get OperationCreatedOn(): Date {
    return this.operation.call.startedOn
  }
  get IsolationMode(): number {
    return 2
  }
  get UserAzureActiveDirectoryObjectId(): string {
    return this.#user(this.UserId)?.entraObjectId ?? EMPTY_GUID
  }
  get InitiatingUserAzureActiveDirectoryObjectId(): string {
    return this.#user(this.InitiatingUserId)?.entraObjectId ?? EMPTY_GUID
  }
  get InitiatingUserApplicationId(): string {
    return this.#user(this.InitiatingUserId)?.applicationId ?? EMPTY_GUID
  }
  get IsApplicationUser(): boolean {
    return this.InitiatingUserApplicationId !== EMPTY_GUID
  }
  /** Who signed in, whoever that user acts for. Unverified. */
  get AuthenticatedUserId(): string {
    return this.InitiatingUserId
  }
  get PortalsContactId(): string {
    return EMPTY_GUID
  }
  get IsPortalsClientCall(): boolean {
    return false
  }
  get InitiatingUserAgent(): string {
    return this.operation.call.client?.userAgent ?? ''
  }
  get EnvironmentId(): string {
    return this.operation.runtime.organization.environmentId
  }
  get TenantId(): string {
    return this.operation.runtime.organization.tenantId
  }
  #user(id: string): UserFacts | undefined {
    return this.operation.runtime.organization.user(id)
  }
  get IsExecutingOffline(): boolean {
    return false
  }
  get IsOfflinePlayback(): boolean {
    return false
  }
}

class StepContext extends OperationContext implements ExecutionContext {
  readonly #run: StepRun
  readonly Stage: number
  readonly IsInTransaction: boolean
  #input: ParameterBag | undefined
  #output: ParameterBag | undefined
  #parent: ExecutionContext | null | undefined

  constructor(run: StepRun) {
    super(run.operation)
    this.#run = run
    this.Stage = run.stage
    this.IsInTransaction = run.job === undefined && run.operation.unit !== undefined
  }

  get Mode(): 0 | 1 {
    return this.#run.job === undefined ? 0 : 1
  }
  /** The user its calls are sent as. */
  override get UserId(): string {
    return this.#run.step.runAs ?? super.UserId
  }
  get OperationId(): string {
    return this.#run.job?.id ?? this.RequestId
  }
  override get OperationCreatedOn(): Date {
    return this.#run.job?.createdOn ?? this.operation.call.startedOn
  }
  /** Create's and Update's Target is the step's own: writable where it declared `writes`. */
  get InputParameters(): ParameterBag {
    return (this.#input ??= inputOf(
      this.operation,
      this.#run.target,
      this.Stage === 10 || this.operation.message.hasInnerContext !== true,
      this.#run.rows.map((row) => row.target),
    ))
  }
  get OutputParameters(): ParameterBag {
    return (this.#output ??= this.#outputOf(this.operation))
  }
  /** A synchronous step at PostOperation may change what is in the answer; what is no part of it has no way out. */
  #outputOf({ message }: AnyOperation): ParameterBag {
    const output = this.Stage < 40 ? undefined : message.outputParameters?.(this.operation)
    if (output === undefined) return NO_PARAMETERS
    if (message.answered === undefined || this.#run.job !== undefined) return Object.freeze(output)
    return (this.#run.answer = Object.seal(output))
  }
  get SharedVariables(): ParameterBag {
    return this.#run.sharedVariables
  }
  get PreEntityImages(): Readonly<Record<string, Entity>> {
    return entities(this.#run.preImages, this.#run, this.#run.step.preImages)
  }
  get PreEntityImagesCollection(): readonly Readonly<Record<string, Entity>>[] {
    return this.#run.rows.map((row) => entities(row.preImages, row))
  }
  get PostEntityImagesCollection(): readonly Readonly<Record<string, Entity>>[] {
    return this.#run.rows.map((row) => entities(row.postImages, row))
  }
  get PostEntityImages(): Readonly<Record<string, Entity>> {
    const images = entities(this.#run.postImages, this.#run, this.#run.step.postImages)
    return this.#run.job === undefined ? images : { ...images, ...primaryNameImage(this.#run) }
  }
  /** The outer context of the same operation from PreOperation on; above it the operation that started this one. */
  get ParentContext(): ExecutionContext | null {
    if (this.#parent === undefined) {
      this.#parent =
        hasOwnOuter(this.operation) && this.Stage > 10
          ? outerContext(this.operation)
          : callingContext(this.operation)
    }
    return this.#parent
  }
  get OwningExtension() {
    const { step, job } = this.#run
    return {
      LogicalName: 'sdkmessageprocessingstep',
      Id: step.id,
      Name: job === undefined ? step.name : null,
    }
  }
}

/** The outer context as inner stages see it: at the stage where the inner one runs, with what the caller sent. */
class OuterContext extends OperationContext implements ExecutionContext {
  readonly Stage: number = 30
  readonly Mode = 0
  readonly IsInTransaction: boolean = true
  readonly OutputParameters: ParameterBag = NO_PARAMETERS
  readonly PreEntityImages = {}
  readonly PostEntityImages = {}
  #input: ParameterBag | undefined

  get OperationId(): string {
    return this.RequestId
  }
  get InputParameters(): ParameterBag {
    return (this.#input ??= inputOf(this.operation, this.inputValues(), true))
  }
  /**
   * What the caller sent, with the defaults of columns. Of a new row also its key, seen from the inner stages:
   * at PreValidation itself the key is not among the columns yet, though the context tells it.
   */
  // Unverified: one record of the platform has the key at PreValidation, others do not.
  protected inputValues(): Attributes {
    const { operation } = this
    const values = { ...(operation.outerValues ?? operation.values) }
    const { message, table, id } = operation
    if (message.hasInnerContext === true && table !== undefined) values[table.primaryId] = id
    return Object.freeze(values)
  }
  get SharedVariables(): ParameterBag {
    const { message, outerShared, table } = this.operation
    if (message.hasInnerContext === true && table !== undefined) {
      // Unverified: that it lists the one table, and when it begins to be there.
      outerShared['ChangedEntityTypes'] ??= [{ key: table.logicalName, value: message.name }]
    }
    return outerShared
  }
  get ParentContext(): ExecutionContext | null {
    return callingContext(this.operation)
  }
  get OwningExtension() {
    return {
      LogicalName: 'sdkmessageprocessingstep',
      Id: EMPTY_GUID,
      Name: OBJECT_MODEL_IMPLEMENTATION,
    }
  }
}

/** The operation whose step started this one, at the stage of that step. */
class CallingContext extends OuterContext {
  override readonly Stage: number
  override readonly IsInTransaction: boolean

  constructor(operation: AnyOperation, stage: number) {
    super(operation)
    this.Stage = stage
    this.IsInTransaction = stage > 10 || operation.unit !== undefined
  }

  protected override inputValues(): Attributes {
    return Object.freeze({ ...this.operation.values })
  }
  override get SharedVariables(): ParameterBag {
    return this.Stage === 10 ? this.operation.outerShared : this.operation.innerShared
  }
  override get ParentContext(): ExecutionContext | null {
    return hasOwnOuter(this.operation) && this.Stage > 10
      ? outerContext(this.operation)
      : callingContext(this.operation)
  }
}

/** Above an operation that a step started stands that step; above the platform's own, the outer context they run in. */
function callingContext({ parent, sender }: AnyOperation): ExecutionContext | null {
  if (parent === undefined) return null
  return sender === undefined
    ? outerContext(parent)
    : Object.freeze(new CallingContext(parent, sender.stage))
}

/** Frozen, as every context is: what a step put in place of a member would otherwise be overlooked. */
function outerContext(operation: AnyOperation): ExecutionContext {
  return Object.freeze(new OuterContext(operation))
}

/** Whether the outer context of the operation is one of its own, or the request it was made of. */
function hasOwnOuter({ message, parent, sender }: AnyOperation): boolean {
  if (message.hasInnerContext !== true) return false
  return sender !== undefined || parent?.message.isOuterContext !== true
}

type Attributes = Entity['Attributes']

/** The bag itself is sealed, so that a parameter replaced in it is refused and not overlooked. */
function inputOf(
  operation: AnyOperation,
  attributes: Attributes,
  isOuter: boolean,
  ofRows: readonly Attributes[] = [],
): ParameterBag {
  const input = operation.message.inputParameters(operation)
  if (isOuter) Object.assign(input, optionalParameters(operation.request))
  const { Target: target, Targets: targets } = input
  if (isEntity(target)) input['Target'] = targetEntity(operation, target, attributes, isOuter)
  if (isEntityCollection(targets)) {
    const entities = targets.Entities.map((entity, index) => {
      const own = ofRows[index]
      return Object.freeze(own === undefined ? entity : { ...entity, Attributes: own })
    })
    input['Targets'] = Object.freeze({ ...targets, Entities: Object.freeze(entities) })
  }
  return Object.freeze(input)
}

/** Of a new row, seen from the inner stages, choices and dates are told as people read them, too. */
function targetEntity(
  operation: AnyOperation,
  target: Entity,
  attributes: Attributes,
  isOuter: boolean,
): Entity {
  const { message, table, runtime } = operation
  const entity = { ...target, Attributes: attributes }
  const { formats } = runtime
  if (isOuter || message.name !== 'Create' || table === undefined || formats === undefined) {
    return Object.freeze(entity)
  }
  return Object.freeze(
    new ContextEntity(entity, () => formats.ofTarget(operation, table, attributes)),
  )
}

const NO_PARAMETERS: ParameterBag = Object.freeze({})

function isEntity(value: unknown): value is Entity {
  return typeof value === 'object' && value !== null && 'Attributes' in value
}

function isEntityCollection(value: unknown): value is EntityCollection {
  return typeof value === 'object' && value !== null && 'Entities' in value
}

/**
 * Every asynchronous step has an image that nobody registered: the row's id and name after the operation.
 * Unverified: that it is absent where there is no row after it.
 */
function primaryNameImage(run: StepRun): Readonly<Record<string, Entity>> {
  const { table, after } = run.operation
  if (table === undefined || after === undefined) return {}
  const name = table.primaryName
  const values = {
    [table.primaryId]: after[table.primaryId],
    ...(name !== undefined && table.columns.has(name) && { [name]: after[name] }),
  }
  return entities({ AsynchronousStepPrimaryName: values }, run)
}

function entities(
  images: Readonly<Record<string, Values>>,
  { table, id, operation }: StepRun,
  specs: readonly ImageSpec[] = [],
): Readonly<Record<string, Entity>> {
  const { other, table: kind } = operation
  const otherId =
    other === undefined || kind === undefined ? id : (other.before[kind.primaryId] as string)
  const idOf = (alias: string) =>
    specs.find((spec) => spec.alias === alias)?.property === undefined ? id : otherId
  return Object.fromEntries(
    Object.entries(images).map(([alias, values]) => [
      alias,
      imageEntity(operation, {
        LogicalName: table,
        Id: idOf(alias),
        // Columns that are empty are left out, as the platform does (Unverified).
        Attributes: Object.fromEntries(
          Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
        ),
      }),
    ]),
  )
}

/** With what people read in place of its values, the names of rows that lookups hold among it. */
function imageEntity(operation: AnyOperation, image: Entity): Entity {
  const { formats, catalog } = operation.runtime
  const table = catalog.find(image.LogicalName)
  if (formats === undefined || table === undefined) return image
  // Whose amounts they are is told by the row, also where the image has neither its id nor its currency.
  const values = () => ({ [table.primaryId]: image.Id, ...image.Attributes })
  return new ContextEntity(image, () => formats.ofImage(operation, table, values()))
}
