import { checkSteps } from '../../authoring/check-steps.ts'
import type { ErrorCode } from '../../errors/codes.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { CustomMessageDefinition } from '../../messages/custom/custom-message.ts'
import type { AnyMessage } from '../../pipeline/message.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import type { Step } from '../../pipeline/step.ts'
import { isRowRef, textOf, type Row } from '../../rows/value.ts'
import type { Reader } from '../../store/store.ts'
import { ready } from '../create-without-steps.ts'
import { systemStep } from '../system-step.ts'
import { imageRowsOf, listOf, readStep, type StepSource } from './read-step.ts'
import { POST_IMAGE, PRE_IMAGE } from './step-rows.ts'

const STEPS = 'sdkmessageprocessingstep'
const IMAGES = 'sdkmessageprocessingstepimage'
const SECURE = 'sdkmessageprocessingstepsecureconfig'

export interface RegistrationRulesParts {
  readonly source: StepSource
  readonly messages: readonly AnyMessage[]
  readonly customMessages: ReadonlyMap<string, CustomMessageDefinition>
  /** A step is to be read anew: its row, an image or its configuration was written and committed. */
  readonly changed: (stepId: string) => void
}

/**
 * The platform's own rules where steps and images are written: what cannot be registered is refused as a whole,
 * what can takes effect with the commit.
 * https://learn.microsoft.com/power-apps/developer/data-platform/register-plug-in
 */
export function registrationRules(parts: RegistrationRulesParts): readonly Step[] {
  const checked = (operation: AnyOperation, stepIds: readonly string[]): void => {
    for (const id of stepIds) {
      assertRegistrable(id, operation.tx, parts)
      operation.unit?.onceCommitted(() => parts.changed(id))
    }
  }
  const after = (table: string, of: (operation: AnyOperation) => readonly string[]) =>
    (['Create', 'Update', 'Delete'] as const).map((message) =>
      systemStep({ message, table, stage: 40 }, (operation) => checked(operation, of(operation))),
    )
  return [
    ...after(STEPS, ({ id }) => [id]),
    ...after(IMAGES, stepsOfImage),
    systemStep({ message: 'Update', table: SECURE, stage: 40 }, (operation) =>
      checked(operation, stepsOfConfiguration(operation)),
    ),
  ]
}

function stepsOfImage({ before, after }: AnyOperation): readonly string[] {
  const ids = [before, after].flatMap((image) => {
    const step = image?.['sdkmessageprocessingstepid']
    return isRowRef(step) ? [step.id] : []
  })
  return [...new Set(ids)]
}

function stepsOfConfiguration({ id, tx, runtime }: AnyOperation): readonly string[] {
  const steps = runtime.catalog.table(STEPS)
  const rows = ready(tx.related(steps, 'sdkmessageprocessingstepsecureconfigid', id))
  return rows.map((row) => textOf(row['sdkmessageprocessingstepid']))
}

/** A step that is gone needs no check. */
function assertRegistrable(id: string, reader: Reader, parts: RegistrationRulesParts): void {
  const { source, messages } = parts
  const row = ready(reader.get(source.catalog.table(STEPS), id))
  if (row === undefined) return
  const step = readStep(row, reader, source)
  const message = messages.find(({ name }) => name === step.message)
  if (message === undefined) {
    refuse('MESSAGE_UNKNOWN', `${step.name}: there is no message '${step.message}'.`)
  }
  assertFilter(row, step, reader, source)
  assertMode(step)
  for (const image of imageRowsOf(row, reader, source.catalog)) assertImage(image, step, message)
  assertColumns(row, step, source)
  checkSteps([step], source.catalog, parts.customMessages)
}

function assertFilter(row: Row, step: Step, reader: Reader, { catalog }: StepSource): void {
  const ref = row['sdkmessagefilterid']
  if (!isRowRef(ref)) return
  const filter = ready(reader.get(catalog.table('sdkmessagefilter'), ref.id))
  const of = filter?.['sdkmessageid']
  const message = row['sdkmessageid']
  const isOfMessage = isRowRef(of) && isRowRef(message) && of.id === message.id
  if (isOfMessage && filter?.['iscustomprocessingstepallowed'] === true) return
  refuse(
    'STEP_NOT_ALLOWED',
    isOfMessage
      ? `${step.name}: ${String(step.table)} takes no steps on ${step.message}.`
      : `${step.name}: the filter ${ref.id} is not one of ${step.message}.`,
  )
}

// Unverified: the platform's number for this one.
function assertMode({ name, mode, stage }: Step): void {
  if (mode === 'sync' || stage === 40) return
  refuse('STEP_INVALID', `${name}: only steps at stage 40 are asynchronous; this is at ${stage}.`)
}

function assertImage(image: Row, step: Step, { name, images }: AnyMessage): void {
  const alias = textOf(image['entityalias'])
  if (images === undefined) {
    refuse('IMAGE_NOT_SUPPORTED', `${step.name}: ${name} does not support images ('${alias}').`)
  }
  const type = image['imagetype']
  const hasPre = type !== POST_IMAGE
  const hasPost = type !== PRE_IMAGE
  if ((hasPre && !images.pre) || (hasPost && !images.post)) {
    const lacking = hasPre && !images.pre ? 'pre-image' : 'post-image'
    refuse('IMAGE_TYPE_INVALID', `${step.name}: ${name} has no ${lacking} ('${alias}').`)
  }
  if (hasPost && step.stage !== 40) {
    refuse(
      'POST_IMAGE_TOO_EARLY',
      `${step.name}: the post-image '${alias}' is there at stage 40 only; the step runs at ${step.stage}.`,
    )
  }
  const property = textOf(image['messagepropertyname'])
  // Deployed tools spell them in either case.
  if (!images.properties.some((known) => known.toLowerCase() === property.toLowerCase())) {
    refuse(
      'IMAGE_PROPERTY_INVALID',
      `${step.name}: the image '${alias}' is of '${property}'; ${name} has ${images.properties.join(', ')}.`,
    )
  }
}

/** Columns of a filter that has no effect are looked at, too. */
function assertColumns(row: Row, step: Step, { catalog }: StepSource): void {
  const columns = listOf(row['filteringattributes'])
  const table = step.table === null ? undefined : catalog.find(step.table)
  const unknown = columns?.find((column) => table !== undefined && !table.columns.has(column))
  if (unknown === undefined) return
  refuse(
    'STEP_COLUMN_UNKNOWN',
    `${step.name} filters on '${unknown}'; ${String(step.table)} has no such column.`,
  )
}

function refuse(code: ErrorCode, message: string): never {
  throw new DataverseError(code, message)
}
