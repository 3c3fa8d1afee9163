import type { BypassOptions } from './bypass.ts'
import type { ParameterBag } from './execution-context.ts'
import type { ClientFacts } from './runtime.ts'

/**
 * Request options that execution contexts show as parameters, under the platform's names.
 * https://learn.microsoft.com/power-apps/developer/data-platform/optional-parameters
 */
const PARAMETERS: readonly (readonly [option: string, parameter: string])[] = [
  ['suppressDuplicateDetection', 'SuppressDuplicateDetection'],
  ['suppressCallbackRegistrationExpanderJob', 'SuppressCallbackRegistrationExpanderJob'],
  ['solutionUniqueName', 'SolutionUniqueName'],
]

/** https://learn.microsoft.com/dotnet/api/microsoft.xrm.sdk.concurrencybehavior */
const IF_ROW_VERSION_MATCHES = 1

/** The optional parameters of a request; seen in the outer context, or the only one. */
export function optionalParameters(request: unknown): ParameterBag {
  const options = request as Readonly<Record<string, unknown>> & {
    readonly bypass?: BypassOptions
    readonly client?: ClientFacts
  }
  const bag = bypassParameters(options.bypass)
  if (options['ifVersion'] !== undefined) bag['ConcurrencyBehavior'] = IF_ROW_VERSION_MATCHES
  const appName = options.client?.appName
  if (appName !== undefined) bag['x-ms-app-name'] = appName
  for (const [option, parameter] of PARAMETERS) {
    const value = options[option]
    if (value !== undefined) bag[parameter] = value
  }
  return bag
}

function bypassParameters({ sync, async, stepIds = [] }: BypassOptions = {}): ParameterBag {
  const modes = [
    ...(sync === true ? ['CustomSync'] : []),
    ...(async === true ? ['CustomAsync'] : []),
  ]
  return {
    ...(modes.length > 0 && { BypassBusinessLogicExecution: modes.join(',') }),
    ...(stepIds.length > 0 && { BypassBusinessLogicExecutionStepIds: stepIds.join(',') }),
  }
}
