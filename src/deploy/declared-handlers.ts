import { customMessageOf } from '../authoring/custom-message.ts'
import { registrationOf } from '../authoring/decorators.ts'
import type { ServiceContainer } from '../authoring/services.ts'
import type { HandlerClass } from '../authoring/step-types.ts'
import { stepsOf } from '../authoring/steps.ts'
import type { DeclaredStep } from './manifest.ts'

/** A handler class, by where it is exported from. */
export interface DeclaredHandler {
  /** Index of its module among those that were looked at. */
  readonly module: number
  readonly exportName: string
  readonly steps: readonly DeclaredStep[]
}

/** What the files of a folder export for a host. */
export interface Declared {
  readonly handlers: readonly DeclaredHandler[]
  /** Indexes of the modules that export `services`. */
  readonly services: readonly number[]
  /** The code of custom messages, `CloseAccount.run`. */
  readonly messages: readonly string[]
}

/**
 * The handlers these modules export, as their decorators tell them. Nothing is constructed: at build time
 * there are no services.
 */
export function declaredIn(modules: readonly Readonly<Record<string, unknown>>[]): Declared {
  const seen = new Set<unknown>()
  const handlers = modules.flatMap((exports, module) =>
    Object.entries(exports).flatMap(([exportName, value]) => {
      // A class that is exported twice is one handler.
      if (!isHandler(value) || seen.has(value)) return []
      seen.add(value)
      return [{ module, exportName, steps: stepsOf([value], WITHOUT_SERVICES).map(declared) }]
    }),
  )
  const services = modules.flatMap((exports, module) =>
    Array.isArray(exports['services']) ? [module] : [],
  )
  const messages = new Set(
    modules.flatMap((exports) => Object.values(exports).filter(isCustomMessage)),
  )
  return { handlers, services, messages: [...messages].map(({ name }) => `${name}.run`) }
}

export function isHandler(value: unknown): value is HandlerClass {
  return typeof value === 'function' && registrationOf(value as HandlerClass) !== undefined
}

export function isCustomMessage(value: unknown): value is HandlerClass {
  return typeof value === 'function' && customMessageOf(value as HandlerClass) !== undefined
}

function declared(step: DeclaredStep): DeclaredStep {
  const { id, name, message, table, relationship, stage, mode, rank } = step
  const { columns, preImages, postImages, writes, runAs, asyncAutoDelete } = step
  return {
    ...{ id, name, message, table, stage, mode, rank, preImages, postImages, writes },
    ...(relationship !== undefined && { relationship }),
    ...(columns !== undefined && { columns }),
    ...(runAs !== undefined && { runAs }),
    ...(asyncAutoDelete !== undefined && { asyncAutoDelete }),
  }
}

/** Gives an instance no constructor has seen: enough to find a method on. */
const WITHOUT_SERVICES = {
  isBound: () => true,
  get: (handler: HandlerClass) => Object.create(handler.prototype as object) as object,
} as unknown as ServiceContainer
