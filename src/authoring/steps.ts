import { DataverseError } from '../errors/dataverse-error.ts'
import type { StepEvent } from '../pipeline/step-event.ts'
import type { ImageSpec, Step } from '../pipeline/step.ts'
import type { Awaitable } from '../rows/awaitable.ts'
import { idOfName } from '../rows/guid.ts'
import {
  declarationsOf,
  registrationOf,
  type Registration,
  type StepDeclaration,
} from './decorators.ts'
import { resolve, type ServiceContainer } from './services.ts'
import { assertDeclarable } from './step-checks.ts'
import { POST_IMAGE_ALIAS, PRE_IMAGE_ALIAS, STEP_STAGES, type ImageColumns } from './step-rules.ts'
import type { HandlerClass } from './step-types.ts'

/**
 * The steps of these handlers. Each handler is made here, once, as the platform keeps its plug-ins: it has no
 * state of its own, and a service it lacks is found now rather than at its first event.
 * @throws STEP_INVALID, STEP_NOT_ALLOWED, IMAGE_NOT_SUPPORTED, IMAGE_TYPE_INVALID, POST_IMAGE_TOO_EARLY
 */
export function stepsOf(
  handlers: readonly HandlerClass[],
  container: ServiceContainer,
): readonly Step[] {
  const steps = handlers.flatMap((handler) => stepsOfHandler(handler, container))
  assertDistinct(steps)
  return steps
}

function stepsOfHandler(handler: HandlerClass, container: ServiceContainer): readonly Step[] {
  if (typeof handler !== 'function' || handler.name === '') {
    throw new DataverseError(
      'STEP_INVALID',
      `A handler is a class with a name, by which its steps are called; handlers hold ${shown(handler)}.`,
    )
  }
  const registration = registrationOf(handler)
  if (registration === undefined) {
    throw new DataverseError(
      'STEP_INVALID',
      `${handler.name} is not registered on anything: write @Handler('<table>') above the class.`,
    )
  }
  const declarations = declarationsOf(handler)
  if (declarations.length === 0) {
    throw new DataverseError(
      'STEP_INVALID',
      `${handler.name} has no step: write @PreValidation, @PreOperation or @PostOperation above a method.`,
    )
  }
  for (const declaration of declarations) {
    assertDeclarable(`${handler.name}.${declaration.method}`, registration, declaration)
  }
  const instance = resolve(container, handler)
  return declarations.map((declaration) =>
    stepOf(handler.name, registration, declaration, instance),
  )
}

function stepOf(
  handler: string,
  registration: Registration,
  { method, message, stage, options }: StepDeclaration,
  instance: object,
): Step {
  const name = `${handler}.${method}`
  const run = methodOf(instance, method)
  return {
    id: stepId(name, message, stage, registration),
    name,
    message,
    table: registration.kind === 'table' ? registration.table : null,
    ...(registration.kind === 'relationship' && { relationship: registration.relationship }),
    stage: STEP_STAGES[stage],
    mode: options.mode ?? 'sync',
    ...(options.asyncAutoDelete === true && { asyncAutoDelete: true }),
    rank: options.rank ?? 1,
    ...(options.columns !== undefined && { columns: options.columns }),
    preImages: imageSpecs(PRE_IMAGE_ALIAS, options.preImage, options.preImages),
    postImages: imageSpecs(POST_IMAGE_ALIAS, options.postImage, options.postImages),
    writes: options.writes ?? [],
    ...(options.runAs !== undefined && { runAs: options.runAs }),
    ...(options.configuration !== undefined && { configuration: options.configuration }),
    ...(options.secureConfiguration !== undefined && {
      secureConfiguration: options.secureConfiguration,
    }),
    isAsync: run[Symbol.toStringTag] === 'AsyncFunction',
    run: (event) => run.call(instance, event),
  }
}

function shown(handler: unknown): string {
  if (typeof handler === 'function') return 'one without'
  if (handler === undefined) return 'undefined: is it exported by the name it is imported by?'
  return handler === null ? 'null' : `a value of type ${typeof handler}`
}

/** The image without a name of its own comes first: `event.preImage` is the first. */
function imageSpecs(
  alias: string,
  own: ImageColumns | undefined,
  named: Readonly<Record<string, ImageColumns>> = {},
): readonly ImageSpec[] {
  const specs = Object.entries(named).map(([alias, columns]) => ({ alias, columns }))
  return own === undefined ? specs : [{ alias, columns: own }, ...specs]
}

/** What the instance has under that name: an override in a subclass counts. The decorators saw to its type. */
function methodOf(instance: object, method: string): Method {
  const found = (instance as Readonly<Record<string, Method | undefined>>)[method]
  if (typeof found === 'function') return found
  throw new DataverseError('STEP_INVALID', `${instance.constructor.name}.${method} is no method.`)
}

interface Method {
  (event: StepEvent): Awaitable<void>
  readonly [Symbol.toStringTag]?: string
}

/**
 * The same step has the same id everywhere and always, so that a deployment finds what an earlier one
 * registered and a test can name a step.
 */
function stepId(name: string, message: string, stage: string, registration: Registration): string {
  const on =
    registration.kind === 'table'
      ? registration.table
      : registration.kind === 'relationship'
        ? registration.relationship
        : '*'
  return idOfName([name, message, on, stage].join('\n'))
}

function assertDistinct(steps: readonly Step[]): void {
  const ids = new Set<string>()
  for (const { id, name, message } of steps) {
    if (ids.has(id)) {
      throw new DataverseError(
        'STEP_INVALID',
        `${name} is registered twice on ${message} at one stage, or two handlers have its name.`,
      )
    }
    ids.add(id)
  }
}
