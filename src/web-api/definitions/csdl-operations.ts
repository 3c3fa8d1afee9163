import type { Catalog } from '../../metadata/catalog.ts'
import type { CustomMessageDefinition } from '../../messages/custom/custom-message.ts'
import type { ParameterType } from '../../messages/custom/custom-parameters.ts'
import {
  COMPLEX_TYPES,
  ENUM_TYPES,
  OPEN_TYPES,
  OPERATIONS,
  type DeclaredOperation,
} from './operations.ts'
import { LABEL_TYPES, LOOKUP_TYPES, SCHEMA_OPERATIONS } from './schema-operations.ts'

/** Functions and actions as CSDL. */
export interface OperationsText {
  /** Of the schema: the operations and the types only they have. */
  readonly declarations: string
  /** Of the container: those that are bound to nothing. */
  readonly imports: string
}

/**
 * What can be called by name, custom messages included. Where the catalog lacks a table, operations over its rows
 * are left out: a type that is named has to be there.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-types-operations
 */
export function csdlOperations(
  catalog: Catalog,
  custom: Iterable<CustomMessageDefinition>,
): OperationsText {
  const operations = new Map(Object.entries({ ...OPERATIONS, ...SCHEMA_OPERATIONS }))
  for (const definition of custom) operations.set(definition.name, declared(definition))
  const known = [...operations].filter(([, operation]) => namesKnownTables(operation, catalog))
  const types = [
    ...ENUM_ENTRIES.map(enumType),
    ...OPEN_NAMES.map((name) => `<ComplexType Name="${name}" OpenType="true" />`),
    ...Object.entries(COMPLEX).map(([name, members]) => complexType(name, members)),
  ]
  return {
    declarations: [...types, ...known.map(operationText)].join('\n'),
    imports: known
      .filter(([, { boundTo }]) => boundTo === undefined)
      .map(([name, { kind }]) =>
        kind === 'function'
          ? `<FunctionImport Name="${name}" Function="mscrm.${name}" />`
          : `<ActionImport Name="${name}" Action="mscrm.${name}" />`,
      )
      .join('\n'),
  }
}

const ENUM_ENTRIES = Object.entries(ENUM_TYPES)
const COMPLEX = { ...COMPLEX_TYPES, ...LABEL_TYPES }
const OPEN_NAMES = [...OPEN_TYPES, ...LOOKUP_TYPES]

/** A custom message as an operation. */
export function declared(definition: CustomMessageDefinition): DeclaredOperation {
  const { binding, table = '', isFunction = false, parameters, response } = definition
  const boundTo = {
    Global: undefined,
    Entity: `mscrm.${table}`,
    EntityCollection: `Collection(mscrm.${table})`,
  }[binding]
  const answer = Object.entries(response).map(([name, type]) => [name, EDM_TYPES[type]] as const)
  return {
    kind: isFunction ? 'function' : 'action',
    ...(boundTo !== undefined && { boundTo }),
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, parameter]) => [
        name,
        typeof parameter === 'string' ? EDM_TYPES[parameter] : `${EDM_TYPES[parameter.type]}?`,
      ]),
    ),
    ...(answer.length > 0 && { answer: Object.fromEntries(answer) }),
  }
}

const EDM_TYPES = {
  Boolean: 'Edm.Boolean',
  DateTime: 'Edm.DateTimeOffset',
  Decimal: 'Edm.Decimal',
  Entity: 'mscrm.crmbaseentity',
  EntityCollection: 'Collection(mscrm.crmbaseentity)',
  EntityReference: 'mscrm.crmbaseentity',
  Float: 'Edm.Double',
  Integer: 'Edm.Int32',
  Money: 'Edm.Decimal',
  Picklist: 'Edm.Int32',
  String: 'Edm.String',
  StringArray: 'Collection(Edm.String)',
  Guid: 'Edm.Guid',
} as const satisfies Readonly<Record<ParameterType, string>>

function namesKnownTables({ boundTo, parameters, answer }: DeclaredOperation, catalog: Catalog) {
  const answered = typeof answer === 'string' ? [answer] : Object.values(answer ?? {})
  return [boundTo ?? '', ...Object.values(parameters), ...answered].every((type) => {
    const name = /mscrm\.(\w+)/.exec(type)?.[1]
    return name === undefined || isOwnType(name) || catalog.find(name) !== undefined
  })
}

const BASES: ReadonlySet<string> = new Set(['crmbaseentity', 'principal', 'AccessRights'])

function isOwnType(name: string): boolean {
  return (
    BASES.has(name) ||
    OPEN_NAMES.includes(name) ||
    Object.hasOwn(COMPLEX, name) ||
    Object.hasOwn(ENUM_TYPES, name)
  )
}

function operationText([name, operation]: readonly [string, DeclaredOperation]): string {
  const { kind, boundTo, parameters, answer } = operation
  const element = kind === 'function' ? 'Function' : 'Action'
  const start = `<${element} Name="${name}"${boundTo === undefined ? '' : ' IsBound="true"'}>`
  const bound =
    boundTo === undefined
      ? ''
      : parameter(boundTo.startsWith('Collection') ? 'entityset' : 'entity', boundTo)
  const inner = Object.entries(parameters).map(([each, type]) => parameter(each, type))
  if (answer === undefined) return `${start}${bound}${inner.join('')}</${element}>`
  const type = typeof answer === 'string' ? answer : `mscrm.${name}Response`
  const response = typeof answer === 'string' ? '' : `${complexType(`${name}Response`, answer)}\n`
  return `${response}${start}${bound}${inner.join('')}<ReturnType Type="${type}" Nullable="false" /></${element}>`
}

function parameter(name: string, type: string): string {
  const isOptional = type.endsWith('?')
  const unicode = type.includes('Edm.String') ? ' Unicode="false"' : ''
  return `<Parameter Name="${name}" Type="${type.replace('?', '')}"${isOptional ? '' : ' Nullable="false"'}${unicode} />`
}

function complexType(name: string, members: Readonly<Record<string, string>>): string {
  const inner = Object.entries(members).map(([member, type]) => {
    const isRow = /mscrm\.(?:crmbaseentity|principal)\b/.test(type)
    const unicode = type.includes('Edm.String') ? ' Unicode="false"' : ''
    return isRow
      ? `<NavigationProperty Name="${member}" Type="${type}" />`
      : `<Property Name="${member}" Type="${type}"${unicode} />`
  })
  return `<ComplexType Name="${name}">${inner.join('')}</ComplexType>`
}

function enumType([name, members]: (typeof ENUM_ENTRIES)[number]): string {
  const isFlags = !isList(members)
  const numbered = isList(members)
    ? members.map((member, value) => [member, value] as const)
    : Object.entries(members)
  const inner = numbered.map(([member, value]) => `<Member Name="${member}" Value="${value}" />`)
  return `<EnumType Name="${name}"${isFlags ? ' IsFlags="true"' : ''}>${inner.join('')}</EnumType>`
}

function isList(members: (typeof ENUM_ENTRIES)[number][1]): members is readonly string[] {
  return Array.isArray(members)
}
