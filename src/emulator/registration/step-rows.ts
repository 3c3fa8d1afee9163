import type { ImageSpec, Step } from '../../pipeline/step.ts'
import { idOfName } from '../../rows/guid.ts'
import type { RowRef, Values } from '../../rows/value.ts'
import { filterRef, messageRef, stamps, type Birth } from './message-rows.ts'

/** The rows of the steps an organization begins with. */

/** Where the code of these steps is: what the platform calls an assembly. */
const ASSEMBLY = Object.freeze({ table: 'pluginassembly', id: idOfName('pluginassembly') })
const ASSEMBLY_NAME = 'handlers'
const VERSION = '1.0.0.0'
const CULTURE = 'neutral'
const SANDBOX = 2

export const PRE_IMAGE = 0
export const POST_IMAGE = 1

/** A step with the plug-in type that holds its code: the same for steps of one method. */
export interface TypedStep {
  readonly step: Step
  readonly type: RowRef
}

/** The type of a handler's method. */
export function methodType({ name }: Step): RowRef {
  return Object.freeze({ table: 'plugintype', id: idOfName(`plugintype\n${name}`) })
}

/** The type of a step that is no handler's: others may have its name. */
export function ownType({ id }: Step): RowRef {
  return Object.freeze({ table: 'plugintype', id: idOfName(`plugintype\n${id}`) })
}

export function* assemblyRows(birth: Birth): Generator<Values> {
  yield {
    ...stamps(birth),
    pluginassemblyid: ASSEMBLY.id,
    name: ASSEMBLY_NAME,
    version: VERSION,
    major: 1,
    minor: 0,
    culture: CULTURE,
    publickeytoken: 'null',
    sourcetype: 0,
    isolationmode: SANDBOX,
    iscustomizable: CUSTOMIZABLE,
    ishidden: HIDDEN,
    customizationlevel: 1,
  }
}

export function* typeRows(steps: readonly TypedStep[], birth: Birth): Generator<Values> {
  const seen = new Set<string>()
  for (const { step, type } of steps) {
    if (seen.has(type.id)) continue
    seen.add(type.id)
    yield {
      ...stamps(birth),
      plugintypeid: type.id,
      name: step.name,
      typename: step.name,
      friendlyname: step.name,
      pluginassemblyid: ASSEMBLY,
      assemblyname: ASSEMBLY_NAME,
      version: VERSION,
      major: 1,
      minor: 0,
      culture: CULTURE,
      publickeytoken: 'null',
      isworkflowactivity: false,
      customizationlevel: 1,
    }
  }
}

export function* stepRows(steps: readonly TypedStep[], birth: Birth): Generator<Values> {
  for (const { step, type } of steps) {
    yield {
      ...stamps(birth),
      sdkmessageprocessingstepid: step.id,
      name: step.name,
      sdkmessageid: messageRef(step.message),
      sdkmessagefilterid: step.table === null ? null : filterRef(step.message, step.table),
      eventhandler: type,
      plugintypeid: type,
      stage: step.stage,
      mode: step.mode === 'async' ? 1 : 0,
      rank: step.rank,
      filteringattributes: step.columns?.join(',') ?? null,
      asyncautodelete: step.asyncAutoDelete === true,
      supporteddeployment: 0,
      invocationsource: 0,
      impersonatinguserid:
        step.runAs === undefined ? null : Object.freeze({ table: 'systemuser', id: step.runAs }),
      configuration: step.configuration ?? null,
      sdkmessageprocessingstepsecureconfigid:
        step.secureConfiguration === undefined ? null : secureRef(step),
      canbebypassed: false,
      canusereadonlyconnection: step.isReadOnly === true,
      enablepluginprofiler: false,
      iscustomizable: CUSTOMIZABLE,
      ishidden: HIDDEN,
      customizationlevel: 1,
      statecode: 0,
      statuscode: 1,
    }
  }
}

export function* secureRows(steps: readonly TypedStep[], birth: Birth): Generator<Values> {
  for (const { step } of steps) {
    if (step.secureConfiguration === undefined) continue
    yield {
      ...stamps(birth),
      sdkmessageprocessingstepsecureconfigid: secureRef(step).id,
      secureconfig: step.secureConfiguration,
      customizationlevel: 1,
    }
  }
}

export function* imageRows(steps: readonly TypedStep[], birth: Birth): Generator<Values> {
  for (const { step } of steps) {
    for (const image of step.preImages) yield imageRow(step, image, PRE_IMAGE, birth)
    for (const image of step.postImages) yield imageRow(step, image, POST_IMAGE, birth)
  }
}

function imageRow(step: Step, image: ImageSpec, type: number, birth: Birth): Values {
  const { alias, columns, property } = image
  const message = birth.messages.find(({ name }) => name === step.message)
  return {
    ...stamps(birth),
    sdkmessageprocessingstepimageid: idOfName(`image\n${step.id}\n${type}\n${alias}`),
    sdkmessageprocessingstepid: Object.freeze({ table: 'sdkmessageprocessingstep', id: step.id }),
    name: alias,
    entityalias: alias,
    imagetype: type,
    messagepropertyname: property ?? message?.images?.properties[0] ?? 'Target',
    attributes: columns === 'all' ? null : columns.join(','),
    iscustomizable: CUSTOMIZABLE,
    customizationlevel: 1,
  }
}

function secureRef({ id }: Step): RowRef {
  return Object.freeze({
    table: 'sdkmessageprocessingstepsecureconfig',
    id: idOfName(`secureconfig\n${id}`),
  })
}

const CUSTOMIZABLE = Object.freeze({ Value: true, CanBeChanged: true })
const HIDDEN = Object.freeze({ Value: false, CanBeChanged: true })
