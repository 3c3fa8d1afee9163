import { DataverseError } from '../errors/dataverse-error.ts'
import type { EntityReference } from '../pipeline/execution-context.ts'
import { isRowRef, type RowRef, type Values } from '../rows/value.ts'

/** A row as parameter bags name it. */
export function reference({ table, id }: RowRef): EntityReference {
  return { LogicalName: table, Id: id, Name: null }
}

/** A row with columns, as parameter bags and the Web API carry it. */
export interface EntityParameter {
  readonly LogicalName: string
  readonly Id?: string
  readonly Attributes: Values
}

/** A row in a request that holds the platform's own parameters: named, or with columns of it. */
export type RowParameter = RowRef | EntityParameter

/** Which row a parameter names. @throws INVALID_ARGUMENT for what names none */
export function rowOf(parameter: RowParameter): RowRef {
  if (isRowRef(parameter)) return parameter
  const { LogicalName: table, Id: id } = (parameter ?? {}) as Partial<EntityParameter>
  if (typeof table === 'string') return { table, id: id ?? '' }
  throw new DataverseError(
    'INVALID_ARGUMENT',
    'A parameter of the request names no row: { table, id } is expected.',
  )
}

/** Whether a value in a bag has members of its own. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The columns a parameter carries. */
export function columnsOf(parameter: Values | EntityParameter): Values {
  const { Attributes } = parameter as Partial<EntityParameter>
  return typeof Attributes === 'object' && Attributes !== null ? Attributes : (parameter as Values)
}

/**
 * Callers without types may send anything: what follows tells them by name what a message takes.
 * @throws INVALID_ARGUMENT for what names no row
 */
export function assertRef(value: unknown, name: string, message: string): asserts value is RowRef {
  if (isRowRef(value)) return
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `${message} needs a row as ${name}: { table, id } is expected.`,
  )
}

/** @throws INVALID_ARGUMENT for what is no array of objects */
export function assertObjects(
  value: unknown,
  name: string,
  message: string,
): asserts value is readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value) && value.every(isObject)) return
  throw new DataverseError('INVALID_ARGUMENT', `${message} needs an array of objects as ${name}.`)
}
