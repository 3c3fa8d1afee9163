import { DataverseError } from '../../errors/dataverse-error.ts'
import { parseGuid } from '../../rows/guid.ts'
import { isRowRef } from '../../rows/value.ts'
import type { CustomParameter } from './custom-message.ts'
import { isObject, reference, type EntityParameter } from '../parameters.ts'
import type { RequestOptions } from '../requests.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/customapirequestparameter#BKMK_Type */
export const PARAMETER_TYPES = {
  Boolean: 0,
  DateTime: 1,
  Decimal: 2,
  Entity: 3,
  EntityCollection: 4,
  EntityReference: 5,
  Float: 6,
  Integer: 7,
  Money: 8,
  Picklist: 9,
  String: 10,
  StringArray: 11,
  Guid: 12,
} as const
export type ParameterType = keyof typeof PARAMETER_TYPES

/** What every request may carry beside its parameters. */
const OPTIONS: ReadonlySet<string> = new Set(
  Object.keys({
    tag: true,
    bypass: true,
    client: true,
    suppressDuplicateDetection: true,
    suppressCallbackRegistrationExpanderJob: true,
    solutionUniqueName: true,
  } satisfies Record<keyof RequestOptions, true>),
)

type Bag = Readonly<Record<string, unknown>>
type Declared = Readonly<Record<string, CustomParameter>>

/**
 * Holds what was sent against what was declared.
 * @throws PAYLOAD_INVALID for parameters that do not exist or are of another type, INVALID_ARGUMENT for missing ones
 */
// Unverified: the codes.
export function assertParameters(message: string, declared: Declared, sent: Bag): void {
  for (const name in sent) {
    const value = sent[name]
    const parameter = Object.hasOwn(declared, name) ? declared[name] : undefined
    if (parameter === undefined) {
      if (OPTIONS.has(name)) continue
      throw new DataverseError(
        'PAYLOAD_INVALID',
        `${message} has no parameter '${name}'; it has ${namesIn(declared)}.`,
      )
    }
    if (value === undefined || value === null) continue
    const type = typeOf(parameter)
    if (!FITS[type](value)) {
      throw new DataverseError(
        'PAYLOAD_INVALID',
        `The parameter '${name}' of ${message} is of type ${type}; ${described(value)} is not.`,
      )
    }
  }
  for (const [name, parameter] of Object.entries(declared)) {
    const isMissing = sent[name] === undefined || sent[name] === null
    if (isMissing && typeof parameter === 'string') {
      throw new DataverseError('INVALID_ARGUMENT', `${message} needs the parameter '${name}'.`)
    }
  }
}

/** The bag as execution contexts hold it, with the platform's shapes. */
export function bagOf(declared: Declared, values: Bag): Record<string, unknown> {
  const bag: Record<string, unknown> = {}
  for (const [name, parameter] of Object.entries(declared)) {
    const value = values[name]
    if (value === undefined) continue
    bag[name] = value === null ? null : inBag(typeOf(parameter), value)
  }
  return bag
}

function inBag(type: ParameterType, value: unknown): unknown {
  switch (type) {
    case 'EntityReference':
      return isRowRef(value) ? reference(value) : value
    case 'Money':
    case 'Picklist':
      return { Value: value }
    case 'EntityCollection': {
      const entities = value as readonly EntityParameter[]
      return { EntityName: entities[0]?.LogicalName ?? 'none', Entities: entities }
    }
    case 'Boolean':
    case 'DateTime':
    case 'Decimal':
    case 'Entity':
    case 'Float':
    case 'Integer':
    case 'String':
    case 'StringArray':
    case 'Guid':
      return value
    default:
      return type satisfies never
  }
}

/** `bagOf` the other way round. Values of another shape are left as they are, to be refused by their type. */
export function fromBag(declared: Declared, bag: Bag): Bag {
  const values: Record<string, unknown> = {}
  for (const [name, parameter] of Object.entries(declared)) {
    values[name] = outOfBag(typeOf(parameter), bag[name])
  }
  return values
}

function outOfBag(type: ParameterType, value: unknown): unknown {
  if (!isObject(value)) return value
  switch (type) {
    case 'EntityReference':
      return 'LogicalName' in value && !isEntity(value)
        ? { table: value['LogicalName'], id: value['Id'] }
        : value
    case 'Money':
    case 'Picklist':
      return value['Value']
    case 'EntityCollection':
      return value['Entities']
    case 'Boolean':
    case 'DateTime':
    case 'Decimal':
    case 'Entity':
    case 'Float':
    case 'Integer':
    case 'String':
    case 'StringArray':
    case 'Guid':
      return value
    default:
      return type satisfies never
  }
}

const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)
const isInteger = (value: unknown): boolean =>
  Number.isInteger(value) && Math.abs(Number(value)) <= 2_147_483_648
const isText = (value: unknown): value is string => typeof value === 'string'
const isEntity = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'LogicalName' in value && 'Attributes' in value

const FITS: Readonly<Record<ParameterType, (value: unknown) => boolean>> = {
  Boolean: (value) => typeof value === 'boolean',
  DateTime: (value) => isText(value) && !Number.isNaN(Date.parse(value)),
  Decimal: isNumber,
  Entity: isEntity,
  EntityCollection: (value) => Array.isArray(value) && value.every(isEntity),
  EntityReference: (value) => isRowRef(value) || isEntity(value),
  Float: isNumber,
  Integer: isInteger,
  Money: isNumber,
  Picklist: isInteger,
  String: isText,
  StringArray: (value) => Array.isArray(value) && value.every(isText),
  Guid: (value) => isText(value) && parseGuid(value) !== undefined,
}

function typeOf(parameter: CustomParameter): ParameterType {
  return typeof parameter === 'string' ? parameter : parameter.type
}

function namesIn(declared: Declared): string {
  const names = Object.keys(declared)
  return names.length === 0 ? 'none' : names.map((name) => `'${name}'`).join(', ')
}

function described(value: unknown): string {
  return typeof value === 'string'
    ? `'${value}'`
    : Array.isArray(value)
      ? 'a list'
      : `a ${typeof value}`
}
