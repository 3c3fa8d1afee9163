import type { ParameterBag } from './execution-context.ts'

/**
 * Request options that execution contexts show as parameters, under the platform's names.
 * https://learn.microsoft.com/power-apps/developer/data-platform/optional-parameters
 */
const PARAMETERS: readonly (readonly [option: string, parameter: string])[] = [
  ['bypassBusinessLogicExecution', 'BypassBusinessLogicExecution'],
  ['bypassBusinessLogicExecutionStepIds', 'BypassBusinessLogicExecutionStepIds'],
  ['bypassCustomPluginExecution', 'BypassCustomPluginExecution'],
  ['suppressDuplicateDetection', 'SuppressDuplicateDetection'],
  ['suppressCallbackRegistrationExpanderJob', 'SuppressCallbackRegistrationExpanderJob'],
  ['solutionUniqueName', 'SolutionUniqueName'],
]

/** The optional parameters of a request; seen in the outer context, or the only one. */
export function optionalParameters(request: unknown): ParameterBag {
  const options = request as Readonly<Record<string, unknown>>
  const bag: ParameterBag = {}
  for (const [option, parameter] of PARAMETERS) {
    const value = options[option]
    if (value !== undefined) bag[parameter] = Array.isArray(value) ? value.join(',') : value
  }
  return bag
}
