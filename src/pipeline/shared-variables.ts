import { DataverseError } from '../errors/dataverse-error.ts'
import type { ParameterBag } from './execution-context.ts'
import type { AnyMessage } from './message.ts'
import type { ClientFacts } from './runtime.ts'

/**
 * What a bag of shared variables holds before any step has put something there: the platform's own, and the
 * tag of the request, which no step changes.
 * https://learn.microsoft.com/power-apps/developer/data-platform/optional-parameters
 */
// Unverified: that the inner context of a Create has the platform's own, too.
// Unverified: that the names of language and app are there only where the client tells them.
export function sharedOf(
  { name, onlyReads }: AnyMessage,
  client?: ClientFacts,
  tag?: string,
): ParameterBag {
  const bag: ParameterBag = { IsAutoTransact: onlyReads !== true }
  if (client?.acceptLanguage !== undefined) bag['AcceptLang'] = client.acceptLanguage
  if (client?.appName !== undefined) bag['x-ms-app-name'] = client.appName
  if (name === 'Create') bag['DefaultsAddedFlag'] = true
  return tag === undefined
    ? bag
    : Object.defineProperty(bag, 'tag', { value: tag, enumerable: true })
}

/** Shared variables as they travel: by value. @throws HANDLER_FAILED for one that cannot */
export function serialized(bag: ParameterBag): ParameterBag {
  const copy: ParameterBag = {}
  for (const name in bag) copy[name] = valueOf(bag, name)
  return copy
}

/**
 * What a step has put into the bag travels with the context, whether or not there is a step it travels to.
 * https://learn.microsoft.com/power-apps/developer/data-platform/understand-the-data-context#shared-variables
 * @throws HANDLER_FAILED
 */
export function assertSerializable(bag: ParameterBag): void {
  for (const name in bag) valueOf(bag, name)
}

function valueOf(bag: ParameterBag, name: string): unknown {
  const value = bag[name]
  if (isPrimitive(value)) return value
  try {
    return structuredClone(value)
  } catch (error) {
    throw new DataverseError(
      'HANDLER_FAILED',
      `The shared variable '${name}' cannot be serialized.`,
      { cause: error },
    )
  }
}

function isPrimitive(value: unknown): boolean {
  return value === null || !NEEDS_COPY.has(typeof value)
}

const NEEDS_COPY: ReadonlySet<string> = new Set(['object', 'function', 'symbol'])
