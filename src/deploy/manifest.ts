import type { ManifestImage, ManifestStep, StepManifest } from '../hosts/host-preset.ts'
import type { ImageSpec, Step } from '../pipeline/step.ts'

/** A step as its decorators tell it, without the code that runs and without what must stay secret. */
export type DeclaredStep = Omit<Step, 'run' | 'configuration' | 'secureConfiguration'>

/**
 * What to register for these steps. Configuration is not part of it: endpoints have none, and the bundle
 * holds what the handlers were written with.
 * https://learn.microsoft.com/power-apps/developer/data-platform/register-web-hook
 */
export function manifestOf(steps: readonly DeclaredStep[]): StepManifest {
  return { steps: steps.map(stepRow) }
}

function stepRow(step: DeclaredStep): ManifestStep {
  const { columns, mode, runAs, relationship } = step
  return {
    sdkmessageprocessingstepid: step.id,
    name: step.name,
    message: step.message,
    table: step.table,
    ...(relationship !== undefined && { relationship }),
    stage: step.stage,
    mode: mode === 'async' ? 1 : 0,
    rank: step.rank,
    supporteddeployment: 0,
    ...(columns !== undefined && { filteringattributes: columns.join(',') }),
    ...(step.asyncAutoDelete === true && { asyncautodelete: true as const }),
    ...(runAs !== undefined && { impersonatinguserid: runAs }),
    images: [
      ...step.preImages.map((image) => imageRow(image, 0, step.message)),
      ...step.postImages.map((image) => imageRow(image, 1, step.message)),
    ],
  }
}

/** The column is left out for all columns: an empty text is refused. */
function imageRow({ alias, columns }: ImageSpec, imagetype: 0 | 1, message: string): ManifestImage {
  return {
    name: alias,
    entityalias: alias,
    imagetype,
    messagepropertyname: PROPERTY_NAMES[message] ?? 'Target',
    ...(columns !== 'all' && { attributes: columns.join(',') }),
  }
}

/** The parameter of the message an image is taken of; `Target` unless it is named here. */
const PROPERTY_NAMES: Readonly<Record<string, string>> = {
  Create: 'Id',
  CreateMultiple: 'Ids',
  UpdateMultiple: 'Targets',
  SetState: 'EntityMoniker',
  SetStateDynamicEntity: 'EntityMoniker',
  DeliverIncoming: 'EmailId',
  DeliverPromote: 'EmailId',
}
