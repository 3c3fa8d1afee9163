import { DataverseError } from '../errors/dataverse-error.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import { StepRun } from '../pipeline/step-run.ts'
import type { Step, StepStage } from '../pipeline/step.ts'
import type { Awaitable } from '../rows/awaitable.ts'
import { idOfName } from '../rows/guid.ts'

interface SystemStepSpec {
  readonly message: string
  readonly table: string
  readonly stage: StepStage
}

/**
 * What the platform itself does where one of its own tables is written. It hangs on that table and message like
 * any step, so that other tables know nothing of it; it sees the operation whole, and is no event of anybody's.
 */
export function systemStep(
  { message, table, stage }: SystemStepSpec,
  run: (operation: AnyOperation) => Awaitable<void>,
): Step {
  const name = `${message} of ${table} (${stage})`
  return {
    id: idOfName(`system step\n${name}`),
    name,
    message,
    table,
    stage,
    mode: 'sync',
    rank: AFTER_ALL_OTHERS,
    preImages: [],
    postImages: [],
    writes: [],
    isSystem: true,
    run(event) {
      if (event instanceof StepRun) return run(event.operation)
      throw new DataverseError('UNEXPECTED', `${name} runs in the pipeline only.`)
    },
  }
}

/** What other steps make of the target is looked at, too. */
const AFTER_ALL_OTHERS = 2_147_483_647
