import { DataverseError } from '../../errors/dataverse-error.ts'
import { columnOf } from '../../metadata/catalog.ts'
import type { SchemaChange } from '../../schema/change.ts'
import type { Segment } from '../address/address.ts'
import { metadataId, type MetadataNode } from '../definitions/node.ts'
import { objectIn, type JsonObject } from '../definitions/read-body.ts'
import {
  readChangedLabels,
  readChangedRelationship,
  readChangedSwitches,
  readChangedTableLabels,
  readNewChoice,
  readNewKey,
  readNewRelationship,
  readNewTable,
} from '../definitions/read-changes.ts'
import { readChangedColumn, readNewColumn } from '../definitions/read-column.ts'
import { noContent, type WebApiResponse } from '../http.ts'
import { methodNotAllowed } from '../method.ts'
import type { ServedSchema } from '../organization.ts'
import { readJson } from '../payload/read-json.ts'
import { segmentNotFound } from '../payload/reference.ts'
import type { Scope } from '../scope.ts'
import { nodeAt } from './definitions.ts'

/**
 * POST, PUT and DELETE of definitions; they are in effect when the answer comes.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-update-entity-definitions-using-web-api
 */
export async function changeDefinitions(
  scope: Scope,
  segments: readonly Segment[],
): Promise<WebApiResponse> {
  const schema = schemaOf(scope)
  const [set, ...rest] = segments.filter(({ name }) => !isCast(name))
  if (set === undefined) throw segmentNotFound('')
  const place = rest.at(-1) ?? set
  if (rest.length > 1) throw segmentNotFound(rest[1]?.name ?? '')
  const { method } = scope.request
  const kind = `${rest.length === 0 ? '' : 'EntityDefinitions/'}${place.name}`
  const of = Object.hasOwn(PLACES, kind) ? PLACES[kind] : undefined
  if (of === undefined) throw segmentNotFound(place.name)
  if (place.arguments === undefined) {
    if (method !== 'POST') throw methodNotAllowed(method, place.name, 'GET, POST')
    const table = rest.length === 0 ? undefined : tableAt(scope, set)
    const change = of.create(bodyOf(scope), { scope, table })
    const { made } = await schema.change(change)
    const [name = ''] = made
    const id = metadataId(of.idKind, table === undefined ? name : `${table}.${name}`)
    return answer(scope, `${rest.length === 0 ? '' : `${set.text}/`}${place.name}(${id})`)
  }
  const make = method === 'PUT' ? of.update : method === 'DELETE' ? of.remove : undefined
  if (make === undefined) throw methodNotAllowed(method, place.text, allowedOf(of))
  const node = nodeAt(scope.catalog, segments)
  const table = rest.length === 0 ? undefined : tableAt(scope, set)
  const body = method === 'PUT' ? bodyOf(scope) : {}
  await schema.change(make({ scope, node, table, body }))
  return method === 'PUT' ? answer(scope, segments.map(({ text }) => text).join('/')) : noContent()
}

/**
 * The tables of an organization that may change them, and not in the middle of a transaction.
 * @throws NOT_SUPPORTED
 */
export function schemaOf({ org, served }: Scope): ServedSchema {
  if (org !== served) {
    throw new DataverseError(
      'NOT_SUPPORTED',
      'Definitions are not changed in a change set: they are no part of its transaction. Send the request outside of it.',
    )
  }
  if (served.schema !== undefined) return served.schema
  throw new DataverseError(
    'NOT_SUPPORTED',
    'The definitions of this organization are read here, not changed.',
  )
}

interface Collection {
  readonly scope: Scope
  /** The table that columns and keys are of. */
  readonly table: string | undefined
}

interface Member extends Collection {
  /** What is changed or deleted, as it is now. */
  readonly node: MetadataNode
  readonly body: JsonObject
}

interface DefinitionPlace {
  /** What its ids are made of. */
  readonly idKind: string
  readonly create: (body: JsonObject, of: Collection) => SchemaChange
  /** Absent: it only comes and goes. */
  readonly update?: (member: Member) => SchemaChange
  readonly remove: (member: Member) => SchemaChange
}

const PLACES: Readonly<Record<string, DefinitionPlace>> = {
  EntityDefinitions: {
    idKind: 'Entity',
    create: (body, { scope }) => ({
      kind: 'create-table',
      table: readNewTable(body, scope.catalog),
    }),
    update: ({ scope, node, body }) => {
      assertSame(node, body, FIXED_OF_TABLE)
      const labels = readChangedTableLabels(body, mergesLabels(scope))
      const table = textOf(node, 'LogicalName')
      return { kind: 'update-table', table, labels, switches: readChangedSwitches(body, table) }
    },
    remove: ({ node }) => ({ kind: 'delete-table', table: textOf(node, 'LogicalName') }),
  },
  'EntityDefinitions/Attributes': {
    idKind: 'Attribute',
    create: (body, { scope, table = '' }) => ({
      kind: 'create-column',
      table,
      column: readNewColumn(body, scope.catalog),
    }),
    update: ({ scope, node, table = '', body }) => {
      const former = columnOf(scope.catalog.table(table), textOf(node, 'LogicalName'))
      const change = { former, node, mergesLabels: mergesLabels(scope) }
      return { kind: 'update-column', table, column: readChangedColumn(body, change) }
    },
    remove: ({ node, table = '' }) => ({
      kind: 'delete-column',
      table,
      column: textOf(node, 'LogicalName'),
    }),
  },
  'EntityDefinitions/Keys': {
    idKind: 'Key',
    create: (body, { table = '' }) => ({ kind: 'create-key', table, key: readNewKey(body) }),
    remove: ({ node, table = '' }) => ({
      kind: 'delete-key',
      table,
      key: textOf(node, 'LogicalName'),
    }),
  },
  RelationshipDefinitions: {
    idKind: 'Relationship',
    create: (body, { scope }) => readNewRelationship(body, scope.catalog),
    update: ({ node, body }) => {
      assertSame(node, body, FIXED_OF_RELATIONSHIP)
      const relationship = readChangedRelationship(body, textOf(node, 'SchemaName'))
      return { kind: 'update-relationship', relationship }
    },
    remove: ({ node }) => ({
      kind: 'delete-relationship',
      relationship: textOf(node, 'SchemaName'),
    }),
  },
  GlobalOptionSetDefinitions: {
    idKind: 'OptionSet',
    create: (body) => ({ kind: 'create-choice', choice: readNewChoice(body) }),
    update: ({ scope, node, body }) => {
      assertSame(node, body, ['Name'])
      const labels = readChangedLabels(body, mergesLabels(scope))
      return { kind: 'update-choice', choice: textOf(node, 'Name'), labels }
    },
    remove: ({ node }) => ({ kind: 'delete-choice', choice: textOf(node, 'Name') }),
  },
}

const FIXED_OF_TABLE = [
  'LogicalName',
  'SchemaName',
  'OwnershipType',
  'EntitySetName',
  'PrimaryIdAttribute',
  'PrimaryNameAttribute',
  'ObjectTypeCode',
  'IsActivity',
]
const FIXED_OF_RELATIONSHIP = [
  'SchemaName',
  'ReferencedEntity',
  'ReferencingEntity',
  'ReferencingAttribute',
  'IntersectEntityName',
  'Entity1LogicalName',
  'Entity2LogicalName',
]

/**
 * A definition that is put back keeps what can not change. Settings of applications, which nothing here depends on,
 * are taken and not kept.
 */
function assertSame({ members }: MetadataNode, body: JsonObject, fixed: readonly string[]): void {
  for (const name of fixed) {
    const sent = body[name]
    if (sent === undefined || sent === null || sent === members[name]) continue
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `${name} is '${String(members[name])}' and can not become ${JSON.stringify(sent)}.`,
    )
  }
}

function mergesLabels({ request }: Scope): boolean {
  return request.headers['mscrm.mergelabels']?.toLowerCase() === 'true'
}

function allowedOf({ update }: DefinitionPlace): string {
  return update === undefined ? 'GET, DELETE' : 'GET, PUT, DELETE'
}

function isCast(name: string): boolean {
  return name.startsWith('Microsoft.Dynamics.CRM.')
}

function bodyOf({ request }: Scope): JsonObject {
  return objectIn(readJson(request), 'the body')
}

function tableAt({ catalog }: Scope, set: Segment): string {
  return textOf(nodeAt(catalog, [set]), 'LogicalName')
}

function textOf({ members }: MetadataNode, name: string): string {
  return String(members[name])
}

function answer({ address }: Scope, path: string): WebApiResponse {
  // The path was decoded: a key may hold what no header can carry.
  return noContent({ 'OData-EntityId': `${address.root}${encodeURI(path)}` })
}
