import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Message } from '../../pipeline/message.ts'
import type { StepRun } from '../../pipeline/step-run.ts'
import type { Step } from '../../pipeline/step.ts'
import { isPromise, type Awaitable } from '../../rows/awaitable.ts'
import { idOf } from '../not-found.ts'
import { assertParameters, bagOf, fromBag, type ParameterType } from './custom-parameters.ts'
import { rowOf, type RowParameter } from '../parameters.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/customapi-tables#custom-api-tablecolumns */
export interface CustomMessageDefinition {
  /** With the publisher's prefix: `sample_CloseAccount`. */
  readonly name: string
  /** What a request concerns: nothing in particular, one row (`Target`), or the rows of a table. */
  readonly binding: 'Global' | 'Entity' | 'EntityCollection'
  /** Of a bound message. */
  readonly table?: string
  /** A function changes nothing and answers something; GET in the Web API. Default: an action. */
  readonly isFunction?: boolean
  readonly parameters: Readonly<Record<string, CustomParameter>>
  readonly response: Readonly<Record<string, ParameterType>>
  /** Which steps others may register on it: AllowedCustomProcessingStepType. */
  readonly steps: keyof typeof ALLOWED_STEP_TYPES
}

/** Required unless it says otherwise. */
export type CustomParameter =
  ParameterType | { readonly type: ParameterType; readonly optional: true }

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/customapi#BKMK_AllowedCustomProcessingStepType */
export const ALLOWED_STEP_TYPES = { None: 0, AsyncOnly: 1, SyncAndAsync: 2 } as const

type Bag = Readonly<Record<string, unknown>>

/** What runs as the main operation: given the parameters as they were sent, it answers the response. */
export type Implementation = (parameters: Bag, run: StepRun) => Awaitable<Bag | undefined | void>

/** A custom message at run time. */
export interface CustomMessage extends Message<string, Bag, Bag> {
  readonly definition: CustomMessageDefinition
}

/**
 * A message of the organization's own. Its code is its main operation, inside the transaction; steps of others
 * run before and after it, as far as it allows them.
 * https://learn.microsoft.com/power-apps/developer/data-platform/custom-api
 */
export function customMessage(
  definition: CustomMessageDefinition,
  code: {
    readonly id: string
    readonly name: string
    readonly isAsync: boolean
    readonly run: Implementation
  },
): CustomMessage {
  const { name, binding } = definition
  assertDefinition(definition)
  const declared: CustomMessageDefinition['parameters'] =
    binding === 'Entity'
      ? { Target: 'EntityReference', ...definition.parameters }
      : definition.parameters
  return {
    name,
    definition,
    implementation: mainStep(definition, code),

    begin(request, { catalog }) {
      assertParameters(name, declared, request)
      if (binding === 'Global' || definition.table === undefined)
        return { table: undefined, id: '' }
      const table = catalog.table(definition.table)
      if (binding === 'EntityCollection') return { table, id: '' }
      // Unverified: that nobody looks whether the target exists.
      const target = rowOf(request['Target'] as RowParameter)
      if (target.table === table.logicalName) return { table, id: idOf(table, target.id, name) }
      throw new DataverseError(
        'INVALID_ARGUMENT',
        `${name} is bound to ${table.logicalName}; its target is of ${target.table}.`,
      )
    },

    run: ({ response }) => response ?? {},
    inputParameters: ({ request }) => bagOf(declared, request),
    outputParameters: ({ response }) => bagOf(definition.response, response ?? {}),
    answered: (_, output) => answered(definition, fromBag(definition.response, output)),
  }
}

function mainStep(
  definition: CustomMessageDefinition,
  { id, name, isAsync, run }: Parameters<typeof customMessage>[1],
): Step {
  return {
    id,
    name,
    message: definition.name,
    table: definition.binding === 'Global' ? null : (definition.table ?? null),
    stage: 30,
    mode: 'sync',
    rank: 0,
    preImages: [],
    postImages: [],
    writes: [],
    isAsync,
    run(event) {
      // Only the pipeline runs it.
      const stepRun = event as StepRun
      const { operation } = stepRun
      const answer = run(operation.request as Bag, stepRun)
      if (isPromise(answer)) {
        return answer.then((response) => {
          operation.response = answered(definition, response)
        })
      }
      operation.response = answered(definition, answer)
      return undefined
    },
  }
}

/** What the code did not answer is null; what was not declared has no way out. */
function answered(
  { name, response: declared }: CustomMessageDefinition,
  given: Bag | undefined | void,
): Bag {
  const response: Record<string, unknown> = {}
  for (const property in declared) response[property] = given?.[property] ?? null
  const optional = Object.fromEntries(
    Object.entries(declared).map(([property, type]) => [
      property,
      { type, optional: true as const },
    ]),
  )
  try {
    assertParameters(name, optional, given ?? {})
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataverseError('HANDLER_FAILED', `The response of ${name}: ${reason}`, { cause })
  }
  return response
}

/** @throws DEFINITION_INVALID */
function assertDefinition({ name, binding, table, isFunction, response }: CustomMessageDefinition) {
  if (!/^[A-Za-z][A-Za-z0-9]+_\w+$/.test(name)) {
    throw new DataverseError(
      'DEFINITION_INVALID',
      `A custom message is named with its publisher's prefix, as sample_${name}.`,
    )
  }
  if ((binding === 'Global') !== (table === undefined)) {
    throw new DataverseError(
      'DEFINITION_INVALID',
      `${name}: a message bound to ${binding} ${binding === 'Global' ? 'has no table' : 'names its table'}.`,
    )
  }
  if (isFunction === true && Object.keys(response).length === 0) {
    throw new DataverseError(
      'DEFINITION_INVALID',
      `${name}: a function has one response property or more.`,
    )
  }
}
