import { DataverseError } from '../../errors/dataverse-error.ts'
import { unknownMember } from './filter-nodes.ts'
import { readCriteria, type MetadataCriteria } from './metadata-criteria.ts'
import type { MetadataNode } from './node.ts'
import { objectIn, type JsonObject } from './read-body.ts'

/** What is asked of tables, or of their columns, relationships or keys. */
export interface PartQuery {
  /** undefined: all of them. */
  readonly properties: ReadonlySet<string> | undefined
  /** undefined: every one. */
  readonly criteria: MetadataCriteria | undefined
}

export interface MetadataQuery {
  readonly tables: PartQuery
  readonly columns: PartQuery
  readonly relationships: PartQuery
  readonly keys: PartQuery
  /** LCIDs of the labels that are told; undefined: every one. */
  readonly languages: ReadonlySet<number> | undefined
}

/**
 * An EntityQueryExpression. No query at all asks for everything.
 * https://learn.microsoft.com/power-apps/developer/data-platform/query-schema-definitions
 * @throws PAYLOAD_INVALID, INVALID_ARGUMENT
 */
export function readMetadataQuery(json: unknown): MetadataQuery {
  const query = optional(json, 'Query') ?? {}
  return {
    tables: readPart(query, 'Query'),
    columns: subquery(query, 'AttributeQuery'),
    relationships: subquery(query, 'RelationshipQuery'),
    keys: subquery(query, 'KeyQuery'),
    languages: readLanguages(optional(query['LabelQuery'], 'LabelQuery') ?? {}),
  }
}

/** The nodes that are meant. */
export function chosenNodes(
  nodes: readonly MetadataNode[],
  { criteria }: PartQuery,
): readonly MetadataNode[] {
  return criteria === undefined ? nodes : nodes.filter(criteria.test)
}

/**
 * Every name a query has is that of a member or link. `elsewhere` is looked at only for names that `nodes` lack:
 * the columns of one table need not be of every type.
 * @throws QUERY_INVALID
 */
// Unverified: whether the platform refuses such names or does without them.
export function assertKnownNames(
  { properties, criteria }: PartQuery,
  nodes: readonly MetadataNode[],
  elsewhere: () => Iterable<MetadataNode>,
  type: string,
): void {
  const unknown = new Set([...(properties ?? []), ...(criteria?.names ?? [])])
  for (const found of [nodes, elsewhere]) {
    for (const node of typeof found === 'function' ? found() : found) {
      for (const name of unknown) {
        if (Object.hasOwn(node.members, name) || Object.hasOwn(node.links, name)) {
          unknown.delete(name)
        }
      }
      if (unknown.size === 0) return
    }
  }
  const [first] = unknown
  if (first !== undefined) throw unknownMember(first, type)
}

function optional(json: unknown, path: string): JsonObject | undefined {
  return json === undefined || json === null ? undefined : objectIn(json, path)
}

// Unverified: without a query of their own, columns, relationships and keys are told as a whole.
function subquery(query: JsonObject, name: string): PartQuery {
  return readPart(optional(query[name], name) ?? {}, name)
}

function readPart(query: JsonObject, path: string): PartQuery {
  const criteria = optional(query['Criteria'], `${path}.Criteria`)
  return {
    properties: readProperties(
      optional(query['Properties'], `${path}.Properties`),
      `${path}.Properties`,
    ),
    criteria: criteria === undefined ? undefined : readCriteria(criteria, `${path}.Criteria`),
  }
}

/** `AllProperties` may come as text, as clients of other languages print it. */
function readProperties(
  properties: JsonObject | undefined,
  path: string,
): ReadonlySet<string> | undefined {
  if (properties === undefined) return undefined
  const { AllProperties: all = null, PropertyNames: names = null } = properties
  const spelt = typeof all === 'string' ? all.toLowerCase() : all
  if (spelt === true || spelt === 'true') return undefined
  if (spelt !== null && spelt !== false && spelt !== 'false') {
    throw new DataverseError('INVALID_ARGUMENT', `${path}.AllProperties has to be true or false.`)
  }
  if (names === null) return new Set()
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return new Set(names)
  throw new DataverseError('INVALID_ARGUMENT', `${path}.PropertyNames has to be a list of names.`)
}

// An organization here has one language, so what stands for a label that is missing does not matter.
function readLanguages({
  FilterLanguages: languages = null,
}: JsonObject): ReadonlySet<number> | undefined {
  if (languages === null) return undefined
  if (Array.isArray(languages) && languages.every((each) => typeof each === 'number')) {
    return languages.length === 0 ? undefined : new Set(languages)
  }
  throw new DataverseError(
    'INVALID_ARGUMENT',
    'LabelQuery.FilterLanguages has to be a list of LCIDs.',
  )
}
