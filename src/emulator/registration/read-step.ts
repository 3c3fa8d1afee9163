import { PRE_IMAGE_ALIAS, POST_IMAGE_ALIAS } from '../../authoring/step-rules.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { ImageSpec, Step, StepStage } from '../../pipeline/step.ts'
import type { StepEvent } from '../../pipeline/step-event.ts'
import type { Awaitable } from '../../rows/awaitable.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { isRowRef, textOf, type Row } from '../../rows/value.ts'
import type { Reader } from '../../store/store.ts'
import { wireKind, type ColumnKind } from '../context-text.ts'
import { ready } from '../create-without-steps.ts'
import { POST_IMAGE, PRE_IMAGE } from './step-rows.ts'

/** What a plug-in type does: of a step, what no row tells. */
export type StepCode = Pick<Step, 'run' | 'writes' | 'relationship' | 'isAsync' | 'postsTo'>

/** Sends the event to a service endpoint, as the platform posts to a webhook. */
export type PostToEndpoint = (
  endpoint: Row,
  event: StepEvent,
  kindOf: (table: string, column: string) => ColumnKind | undefined,
) => Awaitable<void>

export interface StepSource {
  readonly catalog: Catalog
  /** By the id of the plug-in type. */
  readonly code: ReadonlyMap<string, StepCode>
  readonly post: PostToEndpoint | undefined
}

const DISABLED = 1
const BOTH_IMAGES = 2
const WEBHOOK = 8
const STAGES: ReadonlySet<unknown> = new Set<StepStage>([10, 20, 40])

/** The images of a step, in the order they were made. */
export function imageRowsOf(step: Row, reader: Reader, catalog: Catalog): readonly Row[] {
  const images = catalog.table('sdkmessageprocessingstepimage')
  return ready(
    reader.related(
      images,
      'sdkmessageprocessingstepid',
      textOf(step['sdkmessageprocessingstepid']),
    ),
  )
}

export function isEnabled(step: Row): boolean {
  return step['statecode'] !== DISABLED
}

/** The step a row of sdkmessageprocessingstep registers. @throws STEP_NOT_ALLOWED, NOT_SUPPORTED */
export function readStep(row: Row, reader: Reader, source: StepSource): Step {
  const { catalog } = source
  const rowOf = (table: string, column: string): Row | undefined => {
    const ref = row[column]
    return isRowRef(ref) ? ready(reader.get(catalog.table(table), ref.id)) : undefined
  }
  const name = textOf(row['name'])
  const filter = rowOf('sdkmessagefilter', 'sdkmessagefilterid')
  const message = textOf(rowOf('sdkmessage', 'sdkmessageid')?.['name'])
  const table = filter === undefined ? null : textOf(filter['primaryobjecttypecode'])
  const code = codeOf(row, reader, source)
  const columns = listOf(row['filteringattributes'])
  const secure = rowOf(
    'sdkmessageprocessingstepsecureconfig',
    'sdkmessageprocessingstepsecureconfigid',
  )?.['secureconfig']
  const runAs = row['impersonatinguserid']
  const images = imageRowsOf(row, reader, catalog)
  const known = table === null ? undefined : catalog.find(table)
  return {
    id: textOf(row['sdkmessageprocessingstepid']),
    name,
    message,
    table,
    ...(code.relationship !== undefined && { relationship: code.relationship }),
    stage: stageOf(row, name),
    mode: row['mode'] === 1 ? 'async' : 'sync',
    rank: Number(row['rank']),
    // Filtering columns mean something on updates of a table only.
    ...(columns !== undefined && table !== null && /^Update/.test(message) && { columns }),
    preImages: specsOf(images, PRE_IMAGE, PRE_IMAGE_ALIAS),
    postImages: specsOf(images, POST_IMAGE, POST_IMAGE_ALIAS),
    writes: code.writes.filter((column) => known === undefined || known.columns.has(column)),
    ...(isRowRef(runAs) && runAs.id !== EMPTY_GUID && { runAs: runAs.id }),
    ...(typeof row['configuration'] === 'string' && { configuration: row['configuration'] }),
    ...(typeof secure === 'string' && { secureConfiguration: secure }),
    ...(row['canusereadonlyconnection'] === true && { isReadOnly: true }),
    ...(row['asyncautodelete'] === true && { asyncAutoDelete: true }),
    ...(code.isAsync !== undefined && { isAsync: code.isAsync }),
    ...(code.postsTo !== undefined && { postsTo: code.postsTo }),
    run: code.run,
  }
}

function stageOf(row: Row, name: string): StepStage {
  const stage = row['stage']
  if (isStepStage(stage)) return stage
  throw new DataverseError(
    'STEP_NOT_ALLOWED',
    `${name} is registered at stage ${Number(stage)}; custom steps run at 10, 20 and 40.`,
  )
}

function isStepStage(stage: unknown): stage is StepStage {
  return STAGES.has(stage)
}

function codeOf(row: Row, reader: Reader, source: StepSource): StepCode {
  const { catalog, code, post } = source
  const handler = row['eventhandler']
  if (!isRowRef(handler)) {
    throw new DataverseError('STEP_INVALID', `${textOf(row['name'])} has no event handler.`)
  }
  if (handler.table !== 'serviceendpoint') {
    const known = code.get(handler.id)
    if (known !== undefined) return known
    throw new DataverseError(
      'NOT_SUPPORTED',
      `${textOf(row['name'])} names the plug-in type ${handler.id}, whose code is not in this organization; its plug-in types are its handlers' methods.`,
    )
  }
  const registered = ready(reader.get(catalog.table('serviceendpoint'), handler.id))
  return {
    writes: [],
    postsTo: registered?.['contract'] === WEBHOOK ? 'webhook' : 'service-bus',
    run(event) {
      // The tables of the event's time, not of the step's.
      const present = source.catalog
      const endpoint = ready(reader.get(present.table('serviceendpoint'), handler.id))
      if (endpoint !== undefined && post !== undefined) {
        return post(endpoint, event, (table, column) => wireKind(present, table, column))
      }
      throw new DataverseError(
        'NOT_SUPPORTED',
        `${textOf(row['name'])} posts to the service endpoint ${handler.id}; this organization posts nowhere.`,
      )
    },
  }
}

/** The image a handler reads without naming it comes first. */
function specsOf(images: readonly Row[], type: number, own: string): readonly ImageSpec[] {
  const specs = images
    .filter(({ imagetype }) => imagetype === type || imagetype === BOTH_IMAGES)
    .map((image) => ({
      alias: textOf(image['entityalias']),
      columns: listOf(image['attributes']) ?? ('all' as const),
      ...(/^SubordinateId$/i.test(textOf(image['messagepropertyname'])) && {
        property: 'SubordinateId',
      }),
    }))
  return [
    ...specs.filter(({ alias }) => alias === own),
    ...specs.filter(({ alias }) => alias !== own),
  ]
}

/** The names in a list joined by commas; undefined: there is no list. */
export function listOf(text: unknown): readonly string[] | undefined {
  if (typeof text !== 'string') return undefined
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return names.length === 0 ? undefined : names
}
