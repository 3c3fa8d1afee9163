import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import type { OptionChange, OptionPlace, SchemaChange, SchemaResult } from '../../schema/change.ts'
import type { Segment } from '../address/address.ts'
import { quote } from '../answer/quote.ts'
import { metadataId } from '../definitions/node.ts'
import {
  bodyMembers,
  changedLabel,
  newLabel,
  reading,
  type JsonObject,
} from '../definitions/read-body.ts'
import { readNewLookups } from '../definitions/read-changes.ts'
import { json, noContent, type WebApiResponse } from '../http.ts'
import { methodNotAllowed } from '../method.ts'
import { readObject } from '../payload/read-json.ts'
import { segmentNotFound } from '../payload/reference.ts'
import type { Scope } from '../scope.ts'
import { schemaOf } from './change-definitions.ts'

/** Whether an operation is about definitions and not a message. */
export function isSchemaOperation(name: string): boolean {
  return [ACTIONS, CHECKS, LISTS].some((all) => Object.hasOwn(all, name)) || PUBLISHING.has(name)
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/actions */
export async function callSchemaOperation(
  scope: Scope,
  [segment, ...rest]: readonly Segment[],
): Promise<WebApiResponse> {
  if (segment === undefined || rest[0] !== undefined) throw segmentNotFound(rest[0]?.name ?? '')
  const { name } = segment
  const { method } = scope.request
  const list = Object.hasOwn(LISTS, name) ? LISTS[name] : undefined
  if (list !== undefined) {
    if (method !== 'GET') throw methodNotAllowed(method, `the function '${name}'`, 'GET')
    return result(scope, name, { EntityNames: list(scope, segment) })
  }
  if (method !== 'POST') throw methodNotAllowed(method, `'${name}'`, 'POST')
  // What is changed here is published at once.
  if (PUBLISHING.has(name)) return noContent()
  const holds = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined
  if (holds !== undefined) {
    const table = scope.catalog.table(textIn(readObject(scope.request), 'EntityName'))
    return result(scope, name, { [name]: holds(table) })
  }
  const action = ACTIONS[name]
  if (action === undefined) throw segmentNotFound(name)
  const schema = schemaOf(scope)
  const change = action.read(readObject(scope.request), scope)
  const made = await schema.change(change)
  return action.answer === undefined
    ? noContent()
    : result(scope, name, action.answer(made, change))
}

const PUBLISHING: ReadonlySet<string> = new Set(['PublishXml', 'PublishAllXml'])

interface SchemaAction {
  read(body: JsonObject, scope: Scope): SchemaChange
  /** Absent: 204. */
  answer?(made: SchemaResult, change: SchemaChange): JsonObject
}

const newOption = ({ optionValue }: SchemaResult): JsonObject => ({ NewOptionValue: optionValue })

const lookupAction: SchemaAction = {
  read: (body, { catalog }) => readNewLookups(body, catalog),
  answer: ({ made }, change) => ({
    RelationshipIds: made.map((schemaName) => metadataId('Relationship', schemaName)),
    AttributeId:
      change.kind === 'create-lookup'
        ? metadataId(
            'Attribute',
            `${change.relationships[0]?.referencingTable ?? ''}.${change.lookup.logicalName}`,
          )
        : null,
  }),
}

const ACTIONS: Readonly<Record<string, SchemaAction>> = {
  InsertOptionValue: {
    read: (body) => ({ kind: 'insert-option', of: placeIn(body), option: optionIn(body) }),
    answer: newOption,
  },
  UpdateOptionValue: {
    read: (body) => ({ kind: 'update-option', of: placeIn(body), ...changeIn(body) }),
  },
  DeleteOptionValue: {
    read: (body) => ({ kind: 'delete-option', of: placeIn(body), value: valueIn(body) }),
  },
  OrderOption: {
    read: (body) => ({ kind: 'order-options', of: placeIn(body), values: valuesIn(body) }),
  },
  InsertStatusValue: {
    read: (body) => ({
      kind: 'insert-status',
      table: tableIn(body),
      state: reading(() => bodyMembers(body, 'InsertStatusValue').requiredNumber('StateCode')),
      option: optionIn(body),
    }),
    answer: newOption,
  },
  UpdateStateValue: {
    read: (body) => {
      const defaultStatus = reading(() =>
        bodyMembers(body, 'UpdateStateValue').number('DefaultStatusCode'),
      )
      return {
        kind: 'update-state',
        table: tableIn(body),
        ...changeIn(body),
        ...(defaultStatus !== undefined && { defaultStatus }),
      }
    },
  },
  CreateCustomerRelationships: {
    ...lookupAction,
    read: (body, { catalog }) => {
      const change = readNewLookups(body, catalog)
      return { ...change, lookup: { ...change.lookup, type: 'Customer' } }
    },
  },
  CreatePolymorphicLookupAttribute: lookupAction,
  ReactivateEntityKey: {
    read: (body) => ({
      kind: 'reactivate-key',
      table: tableIn(body),
      key: textIn(body, 'EntityKeyLogicalName'),
    }),
  },
}

/** The options of a column, or those that columns share. */
function placeIn(body: JsonObject): OptionPlace {
  const choice = body['OptionSetName']
  if (typeof choice === 'string' && choice !== '') return { choice: choice.toLowerCase() }
  return { table: tableIn(body), column: textIn(body, 'AttributeLogicalName') }
}

function tableIn(body: JsonObject): string {
  return textIn(body, 'EntityLogicalName')
}

function textIn(body: JsonObject, name: string): string {
  const text = body[name]
  if (typeof text === 'string' && text !== '') return text
  throw new DataverseError('INVALID_ARGUMENT', `The parameter ${name} is missing.`)
}

function valueIn(body: JsonObject): number {
  return reading(() => bodyMembers(body, 'the option').requiredNumber('Value'))
}

function valuesIn(body: JsonObject): readonly number[] {
  const values = body['Values']
  if (Array.isArray(values) && values.every((value) => typeof value === 'number')) return values
  throw new DataverseError('INVALID_ARGUMENT', 'The parameter Values has to be a list of numbers.')
}

function optionIn(body: JsonObject): (OptionChange & { readonly kind: 'insert-option' })['option'] {
  return reading(() => {
    const value = bodyMembers(body, 'the option').number('Value')
    const label = newLabel(body, 'Label')
    const description = newLabel(body, 'Description')
    return {
      ...(value !== undefined && { value }),
      ...(label !== undefined && { label }),
      ...(description !== undefined && { description }),
    }
  })
}

function changeIn(body: JsonObject) {
  const value = valueIn(body)
  return reading(() => {
    const merges = bodyMembers(body, 'the option').flag('MergeLabels') ?? false
    const label = changedLabel(body, 'Label', merges)
    const description = changedLabel(body, 'Description', merges)
    return {
      value,
      ...(label !== undefined && { label }),
      ...(description !== undefined && { description }),
    }
  })
}

/**
 * Whether a table may be part of a relationship: actions, although they change nothing.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-update-entity-relationships-using-web-api
 */
const CHECKS: Readonly<Record<string, (table: Table) => boolean>> = {
  CanBeReferenced: takesRelationships,
  CanBeReferencing: takesRelationships,
  CanManyToMany: takesManyToMany,
}

/** Which tables may be: functions. */
const LISTS: Readonly<Record<string, (scope: Scope, segment: Segment) => readonly string[]>> = {
  GetValidReferencedEntities: (scope, segment) => {
    assertTableAsked(scope, segment, 'ReferencingEntityName')
    return namesOf(scope.catalog, takesRelationships)
  },
  GetValidReferencingEntities: (scope, segment) => {
    assertTableAsked(scope, segment, 'ReferencedEntityName')
    return namesOf(scope.catalog, takesRelationships)
  },
  GetValidManyToMany: ({ catalog }) => namesOf(catalog, takesManyToMany),
}

function takesRelationships({ isIntersect, definition }: Table): boolean {
  return !isIntersect && definition.tableType === 'Standard'
}

function takesManyToMany(table: Table): boolean {
  return takesRelationships(table) && table.ownership !== 'None'
}

function namesOf(catalog: Catalog, holds: (table: Table) => boolean): readonly string[] {
  return catalog.names.filter((name) => holds(catalog.table(name)))
}

/** @throws INVALID_ARGUMENT, TABLE_UNKNOWN */
function assertTableAsked({ catalog, address }: Scope, segment: Segment, parameter: string): void {
  const given = segment.arguments?.named.get(parameter)
  const literal = given?.kind === 'alias' ? address.options.alias(given.name) : given
  if (literal?.kind === 'string') {
    catalog.table(literal.value)
    return
  }
  throw new DataverseError('INVALID_ARGUMENT', `The parameter ${parameter} is missing.`)
}

function result({ address }: Scope, name: string, members: JsonObject): WebApiResponse {
  const context = `${address.root}$metadata#Microsoft.Dynamics.CRM.${name}Response`
  const body = JSON.stringify(members).slice(1)
  return json(`{"@odata.context":${quote(context)},${body}`)
}
