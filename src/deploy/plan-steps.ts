import { DataverseError } from '../errors/dataverse-error.ts'
import type { ManifestImage, ManifestStep, StepManifest } from '../hosts/host-preset.ts'
import type { OrganizationService } from '../messages/organization-service.ts'
import {
  ENDPOINT,
  IMAGE,
  idIn,
  isOneOf,
  readRegistered,
  referredIn,
  rowsOf,
  STEP,
  STEP_COLUMNS,
  textIn,
  type ReadRow,
  type Registered,
  type RegisteredStep,
} from './registered-steps.ts'

/** Where a bundle is to be called, and what callers show. */
export interface EndpointGiven {
  readonly name: string
  /** The address of the bundle, for an endpoint that is not there or has another one. */
  readonly url?: string
  /** The key of an endpoint that is made: authentication type WebhookKey. It cannot be read, so it is not compared. */
  readonly key?: string
}

type Columns = Parameters<OrganizationService['update']>[2]

/** One write. `told`: what it does, for whoever reads the plan. */
export type PlannedWrite = { readonly table: string; readonly told: string } & (
  | { readonly kind: 'create'; readonly values: Columns }
  | { readonly kind: 'update'; readonly id: string; readonly values: Columns }
  | { readonly kind: 'delete'; readonly id: string }
)

export interface Plan {
  /** In the order they are made: what others refer to first, what goes away last. */
  readonly writes: readonly PlannedWrite[]
  /** Steps that are registered as they are to be. */
  readonly unchanged: number
}

/**
 * What has to be written so that the endpoint has the steps and images of the manifest, and no others. Reads only.
 * https://learn.microsoft.com/power-apps/developer/data-platform/register-web-hook
 * @throws DEPLOY_REFUSED
 */
export async function planSteps(
  org: OrganizationService,
  { steps }: StepManifest,
  given: EndpointGiven,
  newId: () => string = () => crypto.randomUUID(),
): Promise<Plan> {
  const ids = steps.map((step) => step.sdkmessageprocessingstepid)
  const registered = await readRegistered(org, given.name, ids)
  const places = await placesOf(org, steps)
  const endpoint = endpointWrites(registered, given, newId)
  assertOwn(registered, endpoint.id)
  const handler = { table: ENDPOINT, id: endpoint.id }
  const planned = steps.map((step) => {
    const present = registered.steps.find(({ id }) => id === step.sdkmessageprocessingstepid)
    return stepWrites(step, { ...places(step), eventhandler: handler }, present)
  })
  const gone = registered.steps.filter(({ id }) => !ids.includes(id)).map(deletion)
  const writes = [...endpoint.writes, ...planned.flat(), ...gone]
  return { writes, unchanged: planned.filter((each) => each.length === 0).length }
}

function endpointWrites(
  { endpoint }: Registered,
  { name, url, key }: EndpointGiven,
  newId: () => string,
): { readonly id: string; readonly writes: readonly PlannedWrite[] } {
  if (endpoint !== undefined) {
    if (endpoint.contract !== WEBHOOK) {
      throw refused(`The service endpoint '${name}' is no webhook, whose contract is ${WEBHOOK}`)
    }
    const isElsewhere = url !== undefined && url !== endpoint.url
    const told = `endpoint ${name}: url ${endpoint.url} → ${String(url)}`
    const write = {
      kind: 'update',
      table: ENDPOINT,
      id: endpoint.id,
      values: { url },
      told,
    } as const
    return { id: endpoint.id, writes: isElsewhere ? [write] : [] }
  }
  if (url === undefined || key === undefined) {
    throw refused(
      `The organization has no service endpoint '${name}'; to make it, its address (--webhook) and its key (DATAVERSE_WEBHOOK_KEY) are needed`,
    )
  }
  const id = newId()
  const values = {
    [`${ENDPOINT}id`]: id,
    ...{ name, url, contract: WEBHOOK, authtype: WEBHOOK_KEY, authvalue: key },
    ...{ connectionmode: NORMAL, messageformat: JSON_FORMAT },
  }
  const told = `endpoint ${name}: ${url}`
  return { id, writes: [{ kind: 'create', table: ENDPOINT, values, told }] }
}

const WEBHOOK = 8
const WEBHOOK_KEY = 4
const NORMAL = 1
const JSON_FORMAT = 2

/** A step's id tells what it is: somebody else's registration of it is not taken away from them. */
function assertOwn({ steps }: Registered, endpointId: string): void {
  const foreign = steps.find(({ row }) => referredIn(row, 'eventhandler') !== endpointId)
  if (foreign === undefined) return
  throw refused(
    `${foreign.name} is registered for another endpoint or plug-in already (${foreign.id}); delete that step first, or name its endpoint with --endpoint`,
  )
}

type Place = { readonly sdkmessageid: Ref; readonly sdkmessagefilterid?: Ref }
interface Ref {
  readonly table: string
  readonly id: string
}

/** The rows of messages, and of messages on tables, that steps point at. */
async function placesOf(
  org: OrganizationService,
  steps: readonly ManifestStep[],
): Promise<(step: ManifestStep) => Place> {
  const names = [...new Set(steps.map((step) => step.message))]
  const tables = [...new Set(steps.flatMap(({ table }) => (table === null ? [] : [table])))]
  const found = await rowsOf(org, 'sdkmessage', ['name'], isOneOf('name', names))
  const messages = new Map(found.map((row) => [textIn(row, 'name'), idIn(row, 'sdkmessage')]))
  const filters = await rowsOf(org, 'sdkmessagefilter', ['sdkmessageid', 'primaryobjecttypecode'], {
    kind: 'and',
    filters: [
      isOneOf('sdkmessageid', [...messages.values()]),
      isOneOf('primaryobjecttypecode', tables),
    ],
  })
  return ({ name, message, table }) => {
    const messageId = messages.get(message)
    if (messageId === undefined) {
      throw refused(`${name} is a step of ${message}, a message the organization does not have`)
    }
    const sdkmessageid = { table: 'sdkmessage', id: messageId }
    if (table === null) return { sdkmessageid }
    const filter = filters.find(
      (row) =>
        referredIn(row, 'sdkmessageid') === messageId &&
        textIn(row, 'primaryobjecttypecode') === table,
    )
    if (filter === undefined) {
      throw refused(
        `${name} is a step of ${message} of ${table}, an event the organization does not have; is the table there?`,
      )
    }
    return {
      sdkmessageid,
      sdkmessagefilterid: { table: 'sdkmessagefilter', id: idIn(filter, 'sdkmessagefilter') },
    }
  }
}

function stepWrites(
  step: ManifestStep,
  place: Place & { readonly eventhandler: Ref },
  present: RegisteredStep | undefined,
): readonly PlannedWrite[] {
  const { sdkmessageprocessingstepid: id, name, message, table, images } = step
  const wanted = wantedColumns(step)
  const imageCreations = images.map((image) => imageCreation(step, image))
  if (present === undefined) {
    const on = table ?? step.relationship ?? 'any table'
    const values = { [`${STEP}id`]: id, supporteddeployment: 0, ...withoutNulls(wanted), ...place }
    const told = `${name}: ${message} of ${on}, ${step.stage} ${step.mode === 1 ? 'async' : 'sync'}`
    return [{ kind: 'create', table: STEP, values, told }, ...imageCreations]
  }
  const isElsewhere =
    referredIn(present.row, 'sdkmessageid') !== place.sdkmessageid.id ||
    referredIn(present.row, 'sdkmessagefilterid') !== place.sdkmessagefilterid?.id
  if (isElsewhere) {
    // Its id says what it is a step of, so somebody has changed it since.
    return [deletion(present), ...stepWrites(step, place, undefined)]
  }
  const changed = STEP_COLUMNS.filter((column) => !isSame(wanted[column], present.row[column]))
  const values = Object.fromEntries(changed.map((column) => [column, wanted[column]]))
  const told = `${name}: ${changed.map((c) => `${c} ${shown(present.row[c])} → ${shown(wanted[c])}`).join('; ')}`
  return [
    ...(changed.length === 0 ? [] : [{ kind: 'update', table: STEP, id, values, told } as const]),
    ...imageWrites(step, present),
  ]
}

type Wanted = Readonly<
  Record<(typeof STEP_COLUMNS)[number], string | number | boolean | Ref | null>
>

function wantedColumns(step: ManifestStep): Wanted {
  const { name, stage, mode, rank, filteringattributes = null, asyncautodelete = false } = step
  const { impersonatinguserid: userId } = step
  const impersonatinguserid = userId === undefined ? null : { table: 'systemuser', id: userId }
  return { name, stage, mode, rank, filteringattributes, asyncautodelete, impersonatinguserid }
}

/** An image is told by what it is an image of and what it is called there. */
function imageWrites(step: ManifestStep, { images }: RegisteredStep): readonly PlannedWrite[] {
  const isOf = (image: ManifestImage) => (row: ReadRow) =>
    row['imagetype'] === image.imagetype && row['entityalias'] === image.entityalias
  const kept = step.images.flatMap((image) => {
    const present = images.find(isOf(image))
    if (present === undefined) return [imageCreation(step, image)]
    const { name, messagepropertyname, attributes = null } = image
    const wanted = { name, messagepropertyname, attributes }
    const changed = IMAGE_COLUMNS.filter((column) => !isSame(wanted[column], present[column]))
    if (changed.length === 0) return []
    const values = Object.fromEntries(changed.map((column) => [column, wanted[column]]))
    const told = `${imageName(step, image)}: ${changed.map((c) => `${c} ${shown(present[c])} → ${shown(wanted[c])}`).join('; ')}`
    return [{ kind: 'update', table: IMAGE, id: idIn(present, IMAGE), values, told } as const]
  })
  const gone = images
    .filter((row) => !step.images.some((image) => isOf(image)(row)))
    .map((row) => {
      const told = `${step.name}: image ${textIn(row, 'entityalias')}`
      return { kind: 'delete', table: IMAGE, id: idIn(row, IMAGE), told } as const
    })
  return [...kept, ...gone]
}

const IMAGE_COLUMNS = ['name', 'messagepropertyname', 'attributes'] as const

function imageCreation(step: ManifestStep, image: ManifestImage): PlannedWrite {
  const id = step.sdkmessageprocessingstepid
  const values = { ...image, [`${STEP}id`]: { table: STEP, id } }
  const told = `${imageName(step, image)}: ${image.attributes ?? 'all columns'}`
  return { kind: 'create', table: IMAGE, values, told }
}

function imageName(step: ManifestStep, { entityalias, imagetype }: ManifestImage): string {
  return `${step.name}: ${imagetype === 0 ? 'pre' : 'post'}-image ${entityalias}`
}

/** Its images go with it. */
function deletion({ id, name }: RegisteredStep): PlannedWrite {
  return { kind: 'delete', table: STEP, id, told: name }
}

/** Lists of columns are the same in any order; what is empty, or off, is the same as what is absent. */
function isSame(wanted: unknown, present: unknown): boolean {
  return shown(wanted, true) === shown(present, true)
}

function shown(value: unknown, isSorted = false): string {
  if (value === null || value === undefined || value === '' || value === false) return 'none'
  if (typeof value === 'object') return 'id' in value ? String(value.id) : JSON.stringify(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return isSorted ? text.split(',').sort().join(',') : text
}

function withoutNulls(values: Wanted): Columns {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== false),
  )
}

function refused(why: string): DataverseError {
  return new DataverseError('DEPLOY_REFUSED', `Not planned: ${why}.`)
}
