import 'reflect-metadata/lite'
import { DataverseError } from '../errors/dataverse-error.ts'
import {
  customMessage,
  type CustomMessage as CustomMessageAtRunTime,
  type CustomMessageDefinition,
  type CustomParameter,
} from '../messages/custom/custom-message.ts'
import type { ParameterType } from '../messages/custom/custom-parameters.ts'
import type { EntityParameter } from '../messages/parameters.ts'
import type {
  CustomMessageName,
  RequestFor,
  StepOrganization,
} from '../messages/organization-service.ts'
import type { StepRun } from '../pipeline/step-run.ts'
import type { StepEvent } from '../pipeline/step-event.ts'
import type { Awaitable } from '../rows/awaitable.ts'
import { idOfName } from '../rows/guid.ts'
import type { RowRef } from '../rows/value.ts'
import { resolve, type ServiceContainer } from './services.ts'
import type { HandlerClass } from './step-types.ts'

/** What a parameter of each type holds. */
interface ParameterValues {
  readonly Boolean: boolean
  /** ISO 8601. */
  readonly DateTime: string
  readonly Decimal: number
  readonly Entity: EntityParameter
  readonly EntityCollection: readonly EntityParameter[]
  readonly EntityReference: RowRef
  readonly Float: number
  readonly Guid: string
  readonly Integer: number
  readonly Money: number
  readonly Picklist: number
  readonly String: string
  readonly StringArray: readonly string[]
}

type ValueOf<P> = P extends ParameterType
  ? ParameterValues[P]
  : P extends { readonly type: infer T extends ParameterType }
    ? ParameterValues[T] | null
    : never

type OptionalNames<P> = { [K in keyof P]: P[K] extends string ? never : K }[keyof P]
type Parameters<P> = { readonly [K in Exclude<keyof P, OptionalNames<P>>]: ValueOf<P[K]> } & {
  readonly [K in OptionalNames<P>]?: ValueOf<P[K]>
}
type Target<D> = D extends { readonly binding: 'Entity' } ? { readonly Target: RowRef } : unknown

/** The types of a message by its definition, for `interface CustomMessages { sample_Close: CustomMessageTypes<typeof close> }`. */
export interface CustomMessageTypes<D extends CustomMessageDefinition> {
  readonly request: Parameters<D['parameters']> & Target<D>
  readonly response: {
    readonly [K in keyof D['response']]: ParameterValues[D['response'][K]] | null
  }
}

/** What the code of a custom message is given. */
export interface CustomMessageEvent<P = RequestFor<string>> extends Pick<
  StepEvent,
  'id' | 'table' | 'sharedVariables' | 'context' | 'reject' | 'trace'
> {
  /** As they were sent; rows as `{ table, id }`. */
  readonly parameters: P
  /** The organization, for calls that belong to this message: same transaction, one deeper. */
  readonly org: StepOrganization
}

/** The event of a message in `CustomMessages`. */
export type EventOfMessage<N extends CustomMessageName> = CustomMessageEvent<RequestFor<N>>

/** A class whose `run` is the main operation. Its constructor takes services, each with `@inject`. */
type CustomMessageClass<D extends CustomMessageDefinition> = new (...services: never[]) => {
  run(
    event: CustomMessageEvent<CustomMessageTypes<D>['request']>,
  ): Awaitable<
    keyof D['response'] extends never ? void | object : Partial<CustomMessageTypes<D>['response']>
  >
}

const DEFINITION = 'dataverse-handlers:custom-message'

/**
 * The class is a message of the organization's own: `org.execute('sample_Close', { … })` runs its `run`.
 * https://learn.microsoft.com/power-apps/developer/data-platform/custom-api
 */
export function CustomMessage<const D extends CustomMessageDefinition>(definition: D) {
  return <C extends CustomMessageClass<D>>(target: C): void => {
    Reflect.defineMetadata(DEFINITION, definition, target)
  }
}

/** What `CustomMessage` says of the class; undefined: it is none. */
export function customMessageOf(handler: HandlerClass): CustomMessageDefinition | undefined {
  if (typeof handler !== 'function') return undefined
  return Reflect.getOwnMetadata(DEFINITION, handler) as CustomMessageDefinition | undefined
}

/**
 * The custom messages among these classes. @throws STEP_INVALID, DEFINITION_INVALID
 */
export function customMessagesOf(
  classes: readonly HandlerClass[],
  container: ServiceContainer,
): readonly CustomMessageAtRunTime[] {
  const messages = classes.flatMap((handler) => {
    const definition = customMessageOf(handler)
    return definition === undefined ? [] : [messageOf(handler, definition, container)]
  })
  const names = new Set<string>()
  for (const { name } of messages) {
    if (names.has(name)) {
      throw new DataverseError('DEFINITION_INVALID', `Two classes are the message '${name}'.`)
    }
    names.add(name)
  }
  return messages
}

function messageOf(
  handler: HandlerClass,
  definition: CustomMessageDefinition,
  container: ServiceContainer,
): CustomMessageAtRunTime {
  const instance = resolve(container, handler)
  const { run } = instance as { readonly run?: unknown }
  if (typeof run !== 'function') {
    throw new DataverseError(
      'STEP_INVALID',
      `${handler.name} is a message and has no method 'run'.`,
    )
  }
  // The decorator saw to the type of the method.
  const code = run as Code
  return customMessage(definition, {
    id: idOfName(`custom message\n${definition.name}`),
    name: `${handler.name}.run`,
    isAsync: code[Symbol.toStringTag] === 'AsyncFunction',
    run: (parameters, stepRun) => code.call(instance, eventOf(parameters, stepRun)),
  })
}

interface Code {
  (event: CustomMessageEvent<unknown>): Awaitable<Readonly<Record<string, unknown>> | undefined>
  readonly [Symbol.toStringTag]?: string
}

/** Made of the event a step would be given. */
function eventOf(
  parameters: Readonly<Record<string, unknown>>,
  run: StepRun,
): CustomMessageEvent<unknown> {
  return {
    parameters,
    id: run.id,
    table: run.table,
    trace: run.trace,
    reject: run.reject,
    get sharedVariables() {
      return run.sharedVariables
    },
    get context() {
      return run.context
    },
    // The pipeline hands out what it was given to offer: a StepOrganization.
    get org() {
      return run.org as StepOrganization
    },
  }
}

export type { CustomMessageDefinition, CustomParameter, ParameterType }
