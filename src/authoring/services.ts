import 'reflect-metadata/lite'
import { Container, type ContainerModule } from 'inversify'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { Awaitable } from '../rows/awaitable.ts'
import {
  injectionsOf,
  isOwnDefault,
  parameterName,
  tokenName,
  type ServiceClass,
  type ServiceToken,
} from './inject.ts'

/** The present moment. Tests bind another: `services: [[Clock, clockAt('2026-03-02T10:00:00Z')]]`. */
export abstract class Clock {
  abstract now(): Date

  /** The same in milliseconds since 1970, for clocks that can tell without making a Date. */
  nowMs?(): number

  /**
   * Calls back once this time has come; what it returns ends the waiting. A clock without it stops no handler
   * that never returns.
   */
  onceAt?(timeMs: number, call: () => void): () => void
}

/** A timer that is set for longer rings at once. */
const LONGEST_TIMER_MS = 2_147_483_647

/** What handlers are given for `Clock` unless something else is bound to it. */
export class SystemClock extends Clock {
  now(): Date {
    return new Date()
  }

  override nowMs(): number {
    return Date.now()
  }

  override onceAt(timeMs: number, call: () => void): () => void {
    const timer = setTimeout(call, Math.min(Math.max(0, timeMs - Date.now()), LONGEST_TIMER_MS))
    timer.unref()
    return () => clearTimeout(timer)
  }
}

/** What is told of a table. */
export interface TableFacts {
  readonly logicalName: string
  readonly entitySetName: string
  readonly primaryId: string
  readonly primaryName?: string
  /** The table's number in columns such as `objecttypecode`; absent where no document told it. */
  readonly objectTypeCode?: number
}

/**
 * The organization's tables, for handlers that learn only at run time which table they deal with. The
 * emulator answers from its catalog, a webhook asks the organization that called it; there is no default.
 */
export abstract class Metadata {
  /** undefined: the organization has no such table. */
  abstract table(logicalName: string): Awaitable<TableFacts | undefined>
}

/**
 * What a token stands for: a value as it is, or a class made once when first asked for. One of inversify's
 * modules may stand for many; it binds all that its classes ask for.
 */
export type ServiceBinding = readonly [token: ServiceToken, service: unknown] | ContainerModule

/** Makes handlers and their services, each once. */
export type ServiceContainer = Container

/** Of two bindings for one token the later counts, so that a test overrides what it is given. */
export function buildContainer(services: readonly ServiceBinding[] = []): ServiceContainer {
  const container = new Container({ defaultScope: 'Singleton' })
  const classes: ServiceClass[] = []
  const bindings: readonly ServiceBinding[] = [[Clock, SystemClock], ...services]
  for (const binding of bindings) {
    if (isModule(binding)) {
      container.loadSync(binding)
      continue
    }
    assertBinding(binding)
    const [token, service] = binding
    if (container.isBound(token)) container.unbindSync(token)
    if (!isClass(service)) container.bind(token).toConstantValue(service)
    else {
      classes.push(service)
      container.bind(token).to(service)
    }
  }
  // Last, so that a class may ask for what is bound after it.
  for (const service of classes) completeServices(container, service)
  return container
}

/**
 * The one instance of a class.
 * @throws STEP_INVALID naming class and parameter where a parameter has no `@inject` or nothing is bound to what it names.
 */
export function resolve<T extends object>(
  container: ServiceContainer,
  service: new (...services: never[]) => T,
): T {
  if (!container.isBound(service)) {
    completeServices(container, service)
    container.bind(service).toSelf()
  }
  try {
    return container.get<T>(service)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataverseError('STEP_INVALID', `${service.name} cannot be made: ${reason}`, { cause })
  }
}

/** Binds what the class asks for, at any remove, and is its own default. */
function completeServices(container: ServiceContainer, service: ServiceClass): void {
  const injections = injectionsOf(service)
  for (let index = 0; index < service.length; index++) {
    if (!injections.has(index)) {
      throw new DataverseError(
        'STEP_INVALID',
        `${service.name}: ${described(service, index)} has no @inject.`,
      )
    }
  }
  for (const [place, token] of injections) {
    if (container.isBound(token)) continue
    if (!isOwnDefault(token)) {
      const name = tokenName(token)
      throw new DataverseError(
        'STEP_INVALID',
        `${service.name}: nothing is bound to ${name}, which ${described(service, place)} asks for. Add [${name}, …] to services.`,
      )
    }
    container.bind(token).toSelf()
    completeServices(container, token)
  }
}

/** It may be of another copy of inversify than ours: the built package has one of its own. */
function isModule(binding: ServiceBinding): binding is ContainerModule {
  const { load } = Object(binding) as Partial<ContainerModule>
  return typeof load === 'function'
}

/** Plain JavaScript gives anything, and what modules that import each other export may not be there yet. */
function assertBinding(binding: unknown): void {
  const [token, service] = Array.isArray(binding) ? (binding as readonly unknown[]) : []
  if (!['function', 'symbol', 'string'].includes(typeof token)) {
    throw new DataverseError(
      'STEP_INVALID',
      `services: ${shown(binding)} is no binding; give [token, value or class], or a module of inversify.`,
    )
  }
  if (service !== undefined) return
  throw new DataverseError(
    'STEP_INVALID',
    `services: ${tokenName(token as ServiceToken)} is bound to nothing; give [${tokenName(token as ServiceToken)}, value or class].`,
  )
}

function shown(binding: unknown): string {
  if (typeof binding === 'function') return binding.name
  return Array.isArray(binding) ? `[${binding.map(String).join(', ')}]` : String(binding)
}

function described(service: ServiceClass, place: number | string | symbol): string {
  if (typeof place !== 'number') return `property '${String(place)}'`
  const name = parameterName(service, place)
  return `constructor parameter ${name === '' ? String(place + 1) : `'${name}'`}`
}

/** A class rather than a function or an object: what is given is then made, not used as it is. */
function isClass(service: unknown): service is ServiceClass {
  return typeof service === 'function' && /^class\b/.test(String(service))
}
