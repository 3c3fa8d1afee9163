import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import { parseGuid } from '../../rows/guid.ts'
import { printLossless } from '../../rows/lossless-json.ts'
import type { Segment } from '../address/address.ts'
import type { Arguments, Literal } from '../address/literal.ts'
import { quote } from '../answer/quote.ts'
import { globalChoices } from '../definitions/choice-node.ts'
import type { MetadataNode } from '../definitions/node.ts'
import { allRelationships } from '../definitions/relationship-node.ts'
import { tableNode } from '../definitions/table-node.ts'
import {
  assertMembers,
  declaredType,
  filtered,
  isMany,
  nodeOptions,
  shapeOf,
  writeNode,
  writeNodes,
  type NodeOptions,
} from '../definitions/write-nodes.ts'
import { json, noContent, text, type WebApiResponse } from '../http.ts'
import { segmentNotFound } from '../payload/reference.ts'
import type { Scope } from '../scope.ts'
import { assertSupported } from './set-query.ts'

/** The sets of the metadata, and the key each may be addressed by beside its id. */
const SETS: Readonly<Record<string, (catalog: Catalog) => readonly MetadataNode[]>> = {
  EntityDefinitions: (catalog) => catalog.names.map((name) => tableNode(catalog.table(name))),
  RelationshipDefinitions: allRelationships,
  GlobalOptionSetDefinitions: globalChoices,
}

export function isDefinitions(name: string): boolean {
  return Object.hasOwn(SETS, name)
}

/** What an address has come to. */
type Place =
  | { readonly kind: 'many'; readonly nodes: readonly MetadataNode[]; readonly declared: string }
  | { readonly kind: 'one'; readonly node: MetadataNode; readonly declared: string }
  | { readonly kind: 'value'; readonly value: unknown }

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api */
export async function answerDefinitions(
  scope: Scope,
  segments: readonly Segment[],
): Promise<WebApiResponse> {
  const [first, ...rest] = segments
  if (first === undefined) throw segmentNotFound('')
  const last = rest.at(-1)?.name
  const ending = last === '$value' || last === '$count' ? last : undefined
  const place = walk(scope.catalog, first, ending === undefined ? rest : rest.slice(0, -1))
  const context = `${scope.address.root}$metadata#${segments.map(placeOf).join('/')}`
  if (ending === '$count') return answerCount(scope, place)
  if (ending === '$value') return answerRaw(place)
  return answerPlace(scope, place, context, first.name)
}

/** A name stands in a context without what it is the name of: `EntityDefinitions('account')`. */
function placeOf({ name, text, arguments: key }: Segment): string {
  const literal = key?.named.size === 1 ? [...key.named.values()][0] : undefined
  return literal?.kind === 'string' ? `${name}('${literal.value.replaceAll("'", "''")}')` : text
}

/** The one table, column, key, relationship or choice an address leads to. @throws ROW_NOT_FOUND, QUERY_INVALID */
export function nodeAt(catalog: Catalog, [first, ...rest]: readonly Segment[]): MetadataNode {
  if (first === undefined) throw segmentNotFound('')
  const place = walk(catalog, first, rest)
  if (place.kind === 'one') return place.node
  throw segmentNotFound(rest.at(-1)?.name ?? first.name)
}

function walk(catalog: Catalog, first: Segment, rest: readonly Segment[]): Place {
  let place: Place =
    first.name === 'EntityDefinitions' && first.arguments !== undefined
      ? { kind: 'one', node: tableByKey(catalog, first.arguments), declared: 'EntityMetadata' }
      : enter(first, SETS[first.name]?.(catalog) ?? [])
  for (const segment of rest) place = step(place, segment)
  return place
}

/** By logical name no other table is looked at. */
function tableByKey(catalog: Catalog, key: Arguments): MetadataNode {
  const name = textOf(key.named.get('LogicalName'))
  const table = name === undefined ? undefined : catalog.find(name)
  if (table !== undefined) return tableNode(table)
  return member(SETS['EntityDefinitions']?.(catalog) ?? [], key, 'EntityMetadata')
}

function step(place: Place, segment: Segment): Place {
  const cast = /^Microsoft\.Dynamics\.CRM\.(\w+)$/.exec(segment.name)?.[1]
  if (place.kind === 'many') {
    if (cast === undefined || ABSTRACT.has(cast)) throw segmentNotFound(segment.name)
    const nodes = place.nodes.filter((node) => node.type === cast)
    return segment.arguments === undefined
      ? { kind: 'many', nodes, declared: cast }
      : { kind: 'one', node: member(nodes, segment.arguments, cast), declared: cast }
  }
  if (place.kind === 'value')
    return { kind: 'value', value: memberValue(place.value, segment.name) }
  const { node } = place
  if (cast !== undefined) {
    if (node.type !== cast) throw notFound(cast)
    return { kind: 'one', node, declared: cast }
  }
  const link = Object.hasOwn(node.links, segment.name) ? node.links[segment.name] : undefined
  if (link === undefined) return { kind: 'value', value: memberValue(node.members, segment.name) }
  const target = link()
  if (target === null) return { kind: 'value', value: null }
  return isMany(target)
    ? enter(segment, target)
    : { kind: 'one', node: target, declared: target.type }
}

/** No definition is of one of these types, but of one below it. https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api */
const ABSTRACT: ReadonlySet<string> = new Set([
  'EnumAttributeMetadata',
  'RelationshipMetadataBase',
  'OptionSetMetadataBase',
  'MetadataBase',
])

function enter(segment: Segment, nodes: readonly MetadataNode[]): Place {
  const declared = declaredType(nodes)
  return segment.arguments === undefined
    ? { kind: 'many', nodes, declared }
    : { kind: 'one', node: member(nodes, segment.arguments, declared), declared }
}

function memberValue(value: unknown, name: string): unknown {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, name)) {
    return (value as Readonly<Record<string, unknown>>)[name]
  }
  throw segmentNotFound(name)
}

/** By `MetadataId`, or by name: `LogicalName='x'`, `SchemaName='x'`, `Name='x'`. */
function member(nodes: readonly MetadataNode[], key: Arguments, type: string): MetadataNode {
  const [single] = key.positional
  const [name, literal] = [...key.named][0] ?? ['MetadataId', single]
  if (key.positional.length + key.named.size !== 1 || literal === undefined) throw badKey(type)
  if (!KEYS.has(name)) throw badKey(type)
  const wanted =
    name === 'MetadataId'
      ? literal.kind === 'bare'
        ? parseGuid(literal.text)
        : undefined
      : textOf(literal)
  if (wanted === undefined) throw badKey(type)
  const found = nodes.find((node) => node.members[name] === wanted)
  if (found === undefined) throw notFound(wanted)
  return found
}

const KEYS: ReadonlySet<string> = new Set(['MetadataId', 'LogicalName', 'SchemaName', 'Name'])

function textOf(literal: Literal | undefined): string | undefined {
  return literal?.kind === 'string' ? literal.value : undefined
}

function badKey(type: string): DataverseError {
  return new DataverseError(
    'QUERY_INVALID',
    `The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.${type}'. Use the MetadataId, or LogicalName, SchemaName or Name in single quotes.`,
  )
}

function notFound(name: string): DataverseError {
  return new DataverseError('ROW_NOT_FOUND', `Could not find '${name}' in the metadata.`)
}

function answerPlace(scope: Scope, place: Place, context: string, set: string): WebApiResponse {
  if (place.kind === 'value') {
    if (place.value === null || place.value === undefined) return noContent()
    return json(`{"@odata.context":${quote(context)},"value":${printLossless(place.value)}}`)
  }
  const options = optionsOf(scope, set)
  const chosen = shapeOf(options)
  if (place.kind === 'one') {
    assertMembers([place.node], options)
    const members = writeNode(place.node, options, place.declared, context)
    return json(`{"@odata.context":${quote(`${setOf(context)}${chosen}/$entity`)},${members}}`)
  }
  assertMembers(place.nodes, options)
  const nodes = filtered(place.nodes, options)
  const count =
    scope.address.options.get('$count') === 'true' ? `,"@odata.count":${nodes.length}` : ''
  const value = writeNodes(nodes, options, place.declared, context)
  return json(`{"@odata.context":${quote(context + chosen)}${count},"value":${value}}`)
}

/** The context of one definition is that of its set, cast as it is: its own key is left out. */
function setOf(context: string): string {
  return context.replace(/\([^()]*\)(\/Microsoft\.Dynamics\.CRM\.\w+)?$/, '$1')
}

/** Neither paged nor sorted. @throws QUERY_INVALID */
function optionsOf({ address: { options } }: Scope, set: string): NodeOptions {
  assertSupported(options.names)
  // Unverified: LabelLanguages is refused by what a published client met.
  for (const name of ['$top', '$orderby', '$apply', '$skiptoken', 'LabelLanguages'] as const) {
    if (options.get(name) !== undefined) throw refusedOption(name, set)
  }
  const filter = options.get('$filter')
  if (filter !== undefined && set === 'GlobalOptionSetDefinitions')
    throw refusedOption('$filter', set)
  return nodeOptions(
    { select: options.get('$select'), filter, expand: options.get('$expand') },
    options.aliases,
  )
}

function refusedOption(name: string, set: string): DataverseError {
  return new DataverseError(
    'QUERY_INVALID',
    `The query parameter ${name} is not supported on ${set}.`,
  )
}

function answerCount(scope: Scope, place: Place): WebApiResponse {
  if (place.kind !== 'many') throw segmentNotFound('$count')
  return text(String(filtered(place.nodes, optionsOf(scope, '')).length))
}

function answerRaw(place: Place): WebApiResponse {
  if (place.kind !== 'value') throw segmentNotFound('$value')
  const { value } = place
  if (value === null || value === undefined) return noContent()
  return text(typeof value === 'string' ? value : printLossless(value))
}
