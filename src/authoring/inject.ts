import 'reflect-metadata/lite'
import { inject as injectWithInversify, type ServiceIdentifier } from 'inversify'

/** What a constructor asks for: a class (abstract ones too), a symbol or a text. */
export type ServiceToken<T = unknown> = ServiceIdentifier<T>

/** A class the container makes. */
export type ServiceClass = new (...services: never[]) => object

/** Parameter index → token. */
export type Injections = ReadonlyMap<number, ServiceToken>

// Texts, as the metadata keys of `decorators.ts`.
const INJECTIONS = 'dataverse-handlers:injections'
const OWN_DEFAULT = 'dataverse-handlers:own-default'

/**
 * Names the service a constructor parameter is given. Every parameter needs one: the bundler emits no
 * types that a container could go by. inversify's own, and remembered, so that what is missing can be named.
 */
export function inject(token: ServiceToken): ParameterDecorator {
  const decorate = injectWithInversify(token)
  return (target, member, index) => {
    decorate(target, member, index)
    if (member !== undefined) return
    Reflect.defineMetadata(INJECTIONS, new Map(ownInjections(target)).set(index, token), target)
  }
}

/**
 * Marks a class that is its own default: it is given wherever it is asked for and `services` binds nothing
 * else to it.
 *
 *     @Service()
 *     export class CreditSettings {
 *       readonly automaticCeiling: number = 50_000
 *     }
 */
export function Service(): (service: ServiceClass) => void {
  return (service) => Reflect.defineMetadata(OWN_DEFAULT, true, service)
}

export function isOwnDefault(token: ServiceToken): token is ServiceClass {
  return typeof token === 'function' && Reflect.hasOwnMetadata(OWN_DEFAULT, token)
}

/** What the class's constructor asks for. A class without a constructor takes over what its base class asks for. */
export function injectionsOf(service: ServiceClass): Injections {
  const own = ownInjections(service)
  if (own !== undefined) return own
  const inherited = Reflect.getMetadata(INJECTIONS, service) as Injections | undefined
  if (inherited === undefined || service.length > 0) return new Map()
  for (const [index, token] of inherited) inject(token)(service, undefined, index)
  return inherited
}

function ownInjections(service: object): Injections | undefined {
  return Reflect.getOwnMetadata(INJECTIONS, service) as Injections | undefined
}

/** A token as a message names it. */
export function tokenName(token: ServiceToken): string {
  return typeof token === 'function' ? token.name : String(token)
}

/** The name of a constructor's parameter as the class is written; bundlers may have shortened it. */
export function parameterName(service: ServiceClass, index: number): string {
  const [, parameters = ''] = /\bconstructor\s*\(([^)]*)\)/.exec(String(service)) ?? []
  return parameters.split(',')[index]?.trim() ?? ''
}
