import 'reflect-metadata/lite'
import { inject as injectWithInversify, type ServiceIdentifier } from 'inversify'
import { DataverseError } from '../errors/dataverse-error.ts'

/** What a constructor asks for: a class (abstract ones too), a symbol or a text. */
export type ServiceToken<T = unknown> = ServiceIdentifier<T>

/** A class the container makes. */
export type ServiceClass = new (...services: never[]) => object

/** Where a service goes, a constructor's parameter or a property → its token. */
export type Injections = ReadonlyMap<number | string | symbol, ServiceToken>

/** What a class stands for; of a symbol or a text nobody knows. */
type ServiceOf<K> = K extends abstract new (...args: never[]) => infer S ? S : unknown

/** Nothing where one of them may be the other: what is bound may be more than its token tells. */
type Fitting<S, Declared> = unknown extends S
  ? unknown
  : [S] extends [Declared]
    ? unknown
    : [Declared] extends [S]
      ? unknown
      : { readonly 'declared as something else than what is injected': S }

/** `inject(…)` above a constructor's parameter or a property. */
export interface InjectDecorator<S> {
  <C extends abstract new (...services: never[]) => object, const I extends number>(
    target: C & Fitting<S, ConstructorParameters<C>[I]>,
    member: undefined,
    index: I,
  ): void
  /** The types of private properties are not to be seen. */
  <C extends object, const N extends string | symbol>(
    target: C & (N extends keyof C ? Fitting<S, C[N]> : unknown),
    member: N,
  ): void
}

// Texts, as the metadata keys of `decorators.ts`.
const INJECTIONS = 'dataverse-handlers:injections'
const OWN_DEFAULT = 'dataverse-handlers:own-default'

/**
 * Names the service a constructor's parameter, or a property, is given; a property has it once the constructor
 * has ended. Every parameter needs one: the bundler emits no types that a container could go by. inversify's
 * own, and remembered, so that what is missing can be named.
 */
export function inject<const K extends ServiceToken>(token: K): InjectDecorator<ServiceOf<K>> {
  const decorate = injectWithInversify(token)
  // Compilers give a property nothing more, or the descriptor of a field.
  return (target: object, member: string | symbol | undefined, index?: unknown) => {
    if (member === undefined && typeof index === 'number') {
      decorate(target, undefined, index)
      remember(target, index, token)
    } else if (member !== undefined && isOfField(index)) {
      decorate(target, member)
      remember(target.constructor, member, token)
    } else {
      throw new DataverseError(
        'STEP_INVALID',
        `@inject(${tokenName(token)}) stands at ${String(member)}; it belongs above a constructor's parameter or a property.`,
      )
    }
  }
}

function isOfField(descriptor: unknown): boolean {
  return (
    descriptor === undefined ||
    (typeof descriptor === 'object' && descriptor !== null && 'initializer' in descriptor)
  )
}

function remember(service: object, place: number | string | symbol, token: ServiceToken): void {
  Reflect.defineMetadata(INJECTIONS, new Map(ownInjections(service)).set(place, token), service)
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

/**
 * What the class asks for: its constructor, and its properties with those of its base classes. A class without a
 * constructor takes over what its base class's asks for.
 */
export function injectionsOf(service: ServiceClass): Injections {
  const own: Injections = ownInjections(service) ?? new Map()
  const base: unknown = Object.getPrototypeOf(service)
  if (typeof base !== 'function' || base.prototype === undefined) return own
  const hasConstructor =
    service.length > 0 || [...own.keys()].some((place) => typeof place === 'number')
  const taken = [...injectionsOf(base as ServiceClass)].filter(
    ([place]) => !own.has(place) && !(hasConstructor && typeof place === 'number'),
  )
  for (const [place, token] of taken) {
    const decorate: (target: object, member?: string | symbol, index?: number) => void =
      inject(token)
    if (typeof place === 'number') decorate(service, undefined, place)
    else decorate(service.prototype as object, place)
  }
  return new Map([...own, ...taken])
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
