import { DataverseError } from '../errors/dataverse-error.ts'
import { parseGuid } from '../rows/guid.ts'
import type { AnyOperation } from './operation.ts'
import type { Step } from './step.ts'

/**
 * What a request may say about the steps that are not to run for it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/bypass-custom-business-logic
 */
export interface BypassOptions {
  /** Skips the synchronous steps, the asynchronous ones, or both. */
  readonly bypassBusinessLogicExecution?: 'CustomSync' | 'CustomAsync' | 'CustomSync,CustomAsync'
  /** Ids of up to three steps to skip; ids of steps that would not run are ignored. */
  readonly bypassBusinessLogicExecutionStepIds?: readonly string[]
  /** Skips the synchronous steps. */
  readonly bypassCustomPluginExecution?: boolean
}

/** Whether a step is left out. */
export type Bypass = (step: Step) => boolean

/** The organization's setting BypassBusinessLogicExecutionStepIdsLimit, where nobody changed it. */
const STEP_ID_LIMIT = 3

/**
 * What the request asks to leave out; undefined: nothing. It holds for the addressed operation, not for those
 * that steps or cascades start; where the platform answers it with another message, for that one.
 * @throws INVALID_ARGUMENT
 */
export function bypassOf(operation: AnyOperation): Bypass | undefined {
  const {
    bypassBusinessLogicExecution: modes,
    bypassBusinessLogicExecutionStepIds: ids,
    bypassCustomPluginExecution: skipsSync,
  } = addressed(operation).request as BypassOptions
  if (modes === undefined && ids === undefined && skipsSync !== true) return undefined
  const { sync, async } = modesIn(modes)
  const skipped = idsIn(ids)
  return ({ id, mode, isSystem }) => {
    if (isSystem === true) return false
    if (skipped.has(id)) return true
    return mode === 'async' ? async : sync || skipsSync === true
  }
}

/** The operation the caller asked for, of which this one is made. */
function addressed(operation: AnyOperation): AnyOperation {
  const { leader, parent, sender } = operation
  if (leader !== undefined) return addressed(leader)
  if (parent === undefined || sender !== undefined) return operation
  const { standsForAnother, isOuterContext } = parent.message
  return standsForAnother === true || isOuterContext === true ? addressed(parent) : operation
}

function modesIn(modes: string | undefined): { readonly sync: boolean; readonly async: boolean } {
  const named = modes === undefined ? [] : modes.split(',').map((mode) => mode.trim())
  const unknown = named.find((mode) => mode !== 'CustomSync' && mode !== 'CustomAsync')
  if (unknown !== undefined) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `BypassBusinessLogicExecution is CustomSync, CustomAsync or both, joined by a comma; not '${unknown}'.`,
    )
  }
  return { sync: named.includes('CustomSync'), async: named.includes('CustomAsync') }
}

function idsIn(ids: readonly string[] = []): ReadonlySet<string> {
  if (ids.length > STEP_ID_LIMIT) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `BypassBusinessLogicExecutionStepIds names ${ids.length} steps; ${STEP_ID_LIMIT} are the most.`,
    )
  }
  return new Set(
    ids.map((text) => {
      const id = parseGuid(text)
      if (id !== undefined) return id
      throw new DataverseError(
        'INVALID_ARGUMENT',
        `BypassBusinessLogicExecutionStepIds names '${text}', which is not a GUID.`,
      )
    }),
  )
}
