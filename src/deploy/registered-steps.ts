import type { OrganizationService } from '../messages/organization-service.ts'

type Query = Parameters<OrganizationService['retrieveMultiple']>[0]
type Condition = Extract<Query['where'], { readonly kind: 'condition' }>

/** A row as it was read: columns of any value. */
export type ReadRow = Readonly<Record<string, unknown>>

/** A step that is registered, with its images. */
export interface RegisteredStep {
  readonly id: string
  readonly name: string
  readonly row: ReadRow
  readonly images: readonly ReadRow[]
}

/** The service endpoint of a bundle, and what is registered for it. */
export interface Registered {
  /** undefined: there is none of the name. */
  readonly endpoint:
    { readonly id: string; readonly url: string; readonly contract: unknown } | undefined
  readonly steps: readonly RegisteredStep[]
}

/** Texts, so that the types of a project's tables say nothing here. */
export const STEP: string = 'sdkmessageprocessingstep'
export const IMAGE: string = 'sdkmessageprocessingstepimage'
export const ENDPOINT: string = 'serviceendpoint'

/** The columns of a step that a manifest tells. */
export const STEP_COLUMNS = [
  'name',
  'stage',
  'mode',
  'rank',
  'filteringattributes',
  'asyncautodelete',
  'impersonatinguserid',
] as const

/** What is registered for the endpoint of this name, and the steps with these ids wherever they are registered. */
export async function readRegistered(
  org: OrganizationService,
  endpointName: string,
  stepIds: readonly string[],
): Promise<Registered> {
  const [found] = await rowsOf(org, ENDPOINT, ['url', 'contract'], isOneOf('name', [endpointName]))
  const endpoint =
    found === undefined
      ? undefined
      : { id: idIn(found, ENDPOINT), url: textIn(found, 'url'), contract: found['contract'] }
  const filters = [
    ...(endpoint === undefined ? [] : [isOneOf('eventhandler', [endpoint.id])]),
    isOneOf(`${STEP}id`, stepIds),
  ]
  const columns = [...STEP_COLUMNS, 'sdkmessageid', 'sdkmessagefilterid', 'eventhandler']
  const steps = await rowsOf(org, STEP, columns, { kind: 'or', filters })
  const images = await rowsOf(
    org,
    IMAGE,
    ['name', 'entityalias', 'imagetype', 'messagepropertyname', 'attributes', `${STEP}id`],
    isOneOf(
      `${STEP}id`,
      steps.map((step) => idIn(step, STEP)),
    ),
  )
  return {
    endpoint,
    steps: steps.map((row) => {
      const id = idIn(row, STEP)
      const own = images.filter((image) => referredIn(image, `${STEP}id`) === id)
      return { id, name: textIn(row, 'name'), row, images: own }
    }),
  }
}

export async function rowsOf(
  org: OrganizationService,
  table: string,
  columns: readonly string[],
  where: NonNullable<Query['where']>,
): Promise<readonly ReadRow[]> {
  const query: Query = { table, columns: [`${table}id`, ...columns], where }
  return (await org.retrieveMultiple(query)).rows
}

/** No row is one of none; the operator itself takes one value at least. */
export function isOneOf(column: string, values: readonly string[]): Condition {
  return {
    kind: 'condition',
    column,
    operator: 'in',
    values: values.length > 0 ? values : [NOBODY],
  }
}

/** The id of no row, the name of none. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

export function idIn(row: ReadRow, table: string): string {
  return textIn(row, `${table}id`)
}

export function textIn(row: ReadRow, column: string): string {
  const value = row[column]
  return typeof value === 'string' ? value : ''
}

/** The id of the row that a lookup names. */
export function referredIn(row: ReadRow, column: string): string | undefined {
  const value = row[column]
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined
  return typeof value.id === 'string' ? value.id : undefined
}
