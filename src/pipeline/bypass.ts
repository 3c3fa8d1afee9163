import { DataverseError } from '../errors/dataverse-error.ts'
import { parseGuid } from '../rows/guid.ts'
import type { AnyOperation } from './operation.ts'
import type { OrganizationFacts } from './runtime.ts'
import type { Step } from './step.ts'

/**
 * Which custom steps a request leaves out.
 * https://learn.microsoft.com/power-apps/developer/data-platform/bypass-custom-business-logic
 */
export interface BypassOptions {
  /** The synchronous steps. */
  readonly sync?: boolean
  /** The asynchronous steps. */
  readonly async?: boolean
  /** The synchronous steps, asked for by the older option BypassCustomPluginExecution: only another privilege allows it. */
  readonly plugins?: boolean
  /** Up to three steps by id, or as many as the organization's settings say; those that would not run are ignored. */
  readonly stepIds?: readonly string[]
}

/** Whether a step is left out. */
export type Bypass = (step: Step) => boolean

/**
 * What the request asks to leave out; undefined: nothing. It holds for the addressed operation, not for those
 * that steps or cascades start; where the platform answers it with another message, for that one.
 * @throws INVALID_ARGUMENT
 */
export function bypassOf(operation: AnyOperation): Bypass | undefined {
  const asked = addressed(operation)
  if (isUnseen(asked)) return ({ isSystem }) => isSystem !== true
  const { bypass } = asked.request as { readonly bypass?: BypassOptions }
  if (bypass === undefined) return undefined
  const skipped = idsIn(bypass.stepIds, operation.runtime.organization)
  return ({ id, mode, isSystem }) =>
    isSystem !== true &&
    (skipped.has(id) ||
      (mode === 'async' ? bypass.async === true : bypass.sync === true || bypass.plugins === true))
}

/**
 * An Upsert is applied to elastic tables directly: it is neither a Create nor an Update of theirs.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-upsert-insert-update-record
 */
function isUnseen({ message, table }: AnyOperation): boolean {
  return message.standsForAnother === true && table?.definition.tableType === 'Elastic'
}

/** The operation the caller asked for, of which this one is made. */
function addressed(operation: AnyOperation): AnyOperation {
  const { leader, parent, sender } = operation
  if (leader !== undefined) return addressed(leader)
  if (parent === undefined || sender !== undefined) return operation
  const { standsForAnother, isOuterContext } = parent.message
  return standsForAnother === true || isOuterContext === true ? addressed(parent) : operation
}

function idsIn(ids: readonly string[] = [], organization: OrganizationFacts): ReadonlySet<string> {
  if (ids.length > 0 && ids.length > organization.bypassedStepLimit) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `BypassBusinessLogicExecutionStepIds names ${ids.length} steps; ${organization.bypassedStepLimit} are the most.`,
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
