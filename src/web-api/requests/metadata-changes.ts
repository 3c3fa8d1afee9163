import { createHash } from 'node:crypto'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import { printLossless } from '../../rows/lossless-json.ts'
import type { Segment } from '../address/address.ts'
import { quote } from '../answer/quote.ts'
import {
  assertKnownNames,
  chosenNodes,
  readMetadataQuery,
  type MetadataQuery,
  type PartQuery,
} from '../definitions/metadata-query.ts'
import type { MetadataNode } from '../definitions/node.ts'
import { OPERATIONS } from '../definitions/operations.ts'
import { tableNode } from '../definitions/table-node.ts'
import { isMany } from '../definitions/write-nodes.ts'
import { json, type WebApiResponse } from '../http.ts'
import { methodNotAllowed } from '../method.ts'
import { checkParameters } from '../payload/check-parameters.ts'
import { segmentNotFound } from '../payload/reference.ts'
import type { Scope } from '../scope.ts'
import { functionArguments } from './operations.ts'

const NAME = 'RetrieveMetadataChanges'

export function isMetadataChanges(name: string): boolean {
  return name === NAME
}

/**
 * Definitions by one query: tables, and of each the columns, relationships and keys that are meant.
 * https://learn.microsoft.com/power-apps/developer/data-platform/query-schema-definitions
 */
export async function answerMetadataChanges(
  scope: Scope,
  [segment, ...rest]: readonly Segment[],
): Promise<WebApiResponse> {
  if (rest[0] !== undefined) throw segmentNotFound(rest[0].name)
  const { method } = scope.request
  if (method !== 'GET') throw methodNotAllowed(method, `the function '${NAME}'`, 'GET')
  const { catalog, address } = scope
  const sent = functionArguments(scope, NAME, segment)
  const operation = OPERATIONS[NAME]
  if (operation !== undefined) checkParameters(NAME, operation, sent)
  refuseApp(sent['AppModuleId'])
  const query = readMetadataQuery(sent['Query'])
  const stamp = stampOf(catalog)
  const tables = isPresent(sent['ClientVersionStamp'], stamp) ? [] : tablesOf(catalog, query)
  const members = [
    `"@odata.context":${quote(`${address.root}$metadata#Microsoft.Dynamics.CRM.${NAME}Response`)}`,
    `"ServerVersionStamp":${quote(stamp)}`,
    '"DeletedMetadata":{"Count":0,"IsReadOnly":false,"Keys":[],"Values":[]}',
    `"EntityMetadata":${writeAll(tables, query.tables, query)}`,
  ]
  return json(`{${members.join(',')}}`)
}

/** Which tables an app has is not known here. @throws NOT_SUPPORTED */
function refuseApp(app: unknown): void {
  if (app === undefined || app === null) return
  throw new DataverseError(
    'NOT_SUPPORTED',
    `${NAME}: the tables of one app (AppModuleId) are not told from others.`,
  )
}

const stamps = new WeakMap<Catalog, string>()

/** The same definitions have the same stamp, also after a restart; none of them is dated. */
function stampOf(catalog: Catalog): string {
  let stamp = stamps.get(catalog)
  if (stamp === undefined) {
    const text = printLossless([catalog.definitions, catalog.choices])
    const digest = createHash('sha1').update(text).digest('hex').slice(0, 8)
    stamp = `${parseInt(digest, 16)}!01/01/1900 00:00:00`
    stamps.set(catalog, stamp)
  }
  return stamp
}

/**
 * Whether a client has the definitions as they are now, so that nothing has changed for it.
 * @throws INVALID_ARGUMENT for what never was a stamp
 */
// Unverified: definitions have no history here. Whatever other stamp a client has, it is told all it asks for, and
// never what was deleted since.
function isPresent(sent: unknown, stamp: string): boolean {
  if (typeof sent !== 'string' || sent === '') return false
  if (/^\d+!\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/.test(sent)) return sent === stamp
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `'${sent}' is no ServerVersionStamp, which ClientVersionStamp has to be.`,
  )
}

/** @throws QUERY_INVALID, INVALID_ARGUMENT */
function tablesOf(catalog: Catalog, query: MetadataQuery): readonly MetadataNode[] {
  const all = catalog.names.map((name) => tableNode(catalog.table(name)))
  assertKnownNames(query.tables, all, () => [], 'ComplexEntityMetadata')
  const tables = chosenNodes(all, query.tables)
  for (const [part, links] of [
    [query.columns, ['Attributes']],
    [query.relationships, RELATIONSHIPS],
    [query.keys, ['Keys']],
  ] as const) {
    const type = COMPLEX_TYPES[links[0]]
    assertKnownNames(part, linked(tables, links), () => linkedLazily(all, links), type)
  }
  return tables
}

const RELATIONSHIPS = [
  'OneToManyRelationships',
  'ManyToOneRelationships',
  'ManyToManyRelationships',
] as const

/** What each collection of a table is declared to hold; others are told of each. */
const COMPLEX_TYPES = {
  Attributes: 'ComplexAttributeMetadata',
  OneToManyRelationships: 'ComplexOneToManyRelationshipMetadata',
  ManyToOneRelationships: 'ComplexOneToManyRelationshipMetadata',
  ManyToManyRelationships: 'ComplexManyToManyRelationshipMetadata',
  Keys: 'ComplexEntityKeyMetadata',
} as const satisfies Readonly<Record<string, string>>

function linked(tables: readonly MetadataNode[], links: readonly string[]): MetadataNode[] {
  return [...linkedLazily(tables, links)]
}

function* linkedLazily(
  tables: readonly MetadataNode[],
  links: readonly string[],
): Iterable<MetadataNode> {
  for (const table of tables) {
    for (const link of links) {
      const target = table.links[link]?.()
      if (target !== undefined && target !== null && isMany(target)) yield* target
    }
  }
}

function writeAll(
  nodes: readonly MetadataNode[],
  part: PartQuery,
  query: MetadataQuery,
  declared?: string,
): string {
  return `[${nodes.map((node) => write(node, part, query, declared)).join(',')}]`
}

/** These come whatever is asked for. */
const ALWAYS: ReadonlySet<string> = new Set(['MetadataId', 'LogicalName', 'HasChanged'])

/** Every member is there; those not asked for are null, and collections, which can't be, empty. */
function write(
  node: MetadataNode,
  { properties }: PartQuery,
  query: MetadataQuery,
  declared = `Complex${node.type}`,
): string {
  const isAsked = (name: string) => properties?.has(name) ?? true
  const parts: string[] = []
  if (declared !== `Complex${node.type}`) {
    parts.push(`"@odata.type":"#Microsoft.Dynamics.CRM.Complex${node.type}"`)
  }
  for (const [name, value] of Object.entries(node.members)) {
    const told = isAsked(name) || ALWAYS.has(name) ? value : Array.isArray(value) ? [] : null
    parts.push(`"${name}":${printLossless(inLanguages(told, query.languages))}`)
  }
  for (const [name, link] of Object.entries(node.links)) {
    const type = COMPLEX_TYPES[name as keyof typeof COMPLEX_TYPES] as string | undefined
    if (!isAsked(name)) {
      parts.push(`"${name}":${type === undefined ? 'null' : '[]'}`)
      continue
    }
    const target = link()
    if (target === null) parts.push(`"${name}":null`)
    else if (isMany(target)) {
      const part = partOf(name, query)
      parts.push(`"${name}":${writeAll(chosenNodes(target, part), part, query, type)}`)
    } else parts.push(`"${name}":${write(target, WHOLE, query)}`)
  }
  return `{${parts.join(',')}}`
}

/** The options of a column have no query of their own. */
const WHOLE: PartQuery = { properties: undefined, criteria: undefined }

function partOf(name: string, { columns, keys, relationships }: MetadataQuery): PartQuery {
  if (name === 'Attributes') return columns
  return name === 'Keys' ? keys : relationships
}

/** A value, its labels, however deep, in these languages only. */
function inLanguages(value: unknown, languages: ReadonlySet<number> | undefined): unknown {
  if (languages === undefined || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((each: unknown) => inLanguages(each, languages))
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === 'LocalizedLabels' && Array.isArray(inner)
        ? inner.filter((each: { readonly LanguageCode: number }) =>
            languages.has(each.LanguageCode),
          )
        : inLanguages(inner, languages),
    ]),
  )
}
