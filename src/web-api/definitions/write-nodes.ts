import { DataverseError } from '../../errors/dataverse-error.ts'
import { printLossless } from '../../rows/lossless-json.ts'
import { splitOutside } from '../address/literal.ts'
import { nodeTest, unknownMember } from './filter-nodes.ts'
import { isPlain, type MetadataNode } from './node.ts'

/** What an address, or the parentheses behind an expanded name, asks of the nodes. */
export interface NodeOptions {
  /** undefined: everything. */
  readonly select: readonly string[] | undefined
  readonly filter: string | undefined
  readonly expand: ReadonlyMap<string, NodeOptions>
  readonly aliases: Readonly<Record<string, string>>
}

interface RawOptions {
  readonly select: string | undefined
  readonly filter: string | undefined
  readonly expand: string | undefined
}

/** @throws QUERY_INVALID */
export function nodeOptions(
  { select, filter, expand }: RawOptions,
  aliases: Readonly<Record<string, string>>,
): NodeOptions {
  return {
    select: select === undefined || select.trim() === '' ? undefined : names(select),
    filter,
    expand: readExpand(expand ?? '', aliases),
    aliases,
  }
}

function names(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/** `Attributes($select=LogicalName;$filter=…),Keys` */
function readExpand(
  text: string,
  aliases: Readonly<Record<string, string>>,
): ReadonlyMap<string, NodeOptions> {
  const expand = new Map<string, NodeOptions>()
  for (const item of splitOutside(text, ',')) {
    const found = /^\s*(\w+)\s*(?:\(([^]*)\))?\s*$/.exec(item)
    if (found === null) {
      if (item.trim() === '') continue
      throw new DataverseError('QUERY_INVALID', `'${item}' can't be expanded.`)
    }
    const [, name = '', inner = ''] = found
    const options = new Map<string, string>()
    for (const option of splitOutside(inner, ';')) {
      if (option.trim() === '') continue
      const [key = '', value = ''] = option.split(/=([^]*)/)
      options.set(key.trim(), value.trim())
    }
    for (const key of options.keys()) {
      if (key !== '$select' && key !== '$filter' && key !== '$expand') {
        throw new DataverseError('QUERY_INVALID', `'${key}' is not supported inside $expand.`)
      }
    }
    expand.set(
      name,
      nodeOptions(
        {
          select: options.get('$select'),
          filter: options.get('$filter'),
          expand: options.get('$expand'),
        },
        aliases,
      ),
    )
  }
  return expand
}

/** The nodes a filter lets pass. */
export function filtered(
  nodes: readonly MetadataNode[],
  { filter, aliases }: NodeOptions,
): readonly MetadataNode[] {
  return filter === undefined || filter.trim() === ''
    ? nodes
    : nodes.filter(nodeTest(filter, aliases))
}

/**
 * A node as JSON text, without its opening brace: members chosen, links expanded. `declared` is the type the
 * place it stands in promises; another one is told.
 */
export function writeNode(
  node: MetadataNode,
  options: NodeOptions,
  declared: string,
  context: string,
): string {
  const parts: string[] = []
  if (node.type !== declared && node.type !== 'AttributeMetadata') {
    parts.push(`"@odata.type":"#Microsoft.Dynamics.CRM.${node.type}"`)
  }
  const chosen = options.select === undefined ? node.members : choose(node, options.select)
  for (const [name, value] of Object.entries(chosen))
    parts.push(`"${name}":${printLossless(value)}`)
  for (const [name, inner] of options.expand) {
    const link = linkOf(node, name)
    const place = `${context}/${name}`
    const target = link()
    const ending = target === null || isMany(target) ? '' : '/$entity'
    parts.push(`"${name}@odata.context":${JSON.stringify(`${place}${shapeOf(inner)}${ending}`)}`)
    if (target === null) parts.push(`"${name}":null`)
    else if (isMany(target)) {
      parts.push(
        `"${name}":${writeNodes(filtered(target, inner), inner, declaredType(target), place)}`,
      )
    } else parts.push(`"${name}":{${writeNode(target, inner, target.type, place)}}`)
  }
  return parts.join(',')
}

/** What of it a context names: `(LogicalName,OptionSet(Options))`; nothing where all is told. */
export function shapeOf({ select = [], expand }: NodeOptions): string {
  const parts = [
    ...select,
    ...[...expand].map(([name, inner]) => `${name}${shapeOf(inner) || '()'}`),
  ]
  return parts.length === 0 ? '' : `(${parts.join(',')})`
}

export function writeNodes(
  nodes: readonly MetadataNode[],
  options: NodeOptions,
  declared: string,
  context: string,
): string {
  return `[${nodes.map((node) => `{${writeNode(node, options, declared, context)}}`).join(',')}]`
}

export function isMany(
  target: readonly MetadataNode[] | MetadataNode,
): target is readonly MetadataNode[] {
  return Array.isArray(target)
}

export function declaredType(nodes: readonly MetadataNode[]): string {
  return nodes[0]?.baseType ?? ''
}

/** @throws QUERY_INVALID */
function linkOf(node: MetadataNode, name: string) {
  const link = Object.hasOwn(node.links, name) ? node.links[name] : undefined
  if (link === undefined) throw unknownMember(name, node.type)
  return link
}

/** MetadataId comes whatever is chosen, behind the plain members and before the others. */
function choose(node: MetadataNode, select: readonly string[]): Readonly<Record<string, unknown>> {
  const plain: Record<string, unknown> = {}
  const others: Record<string, unknown> = {}
  for (const name of select) {
    // Among several types one may lack what another has; where all lack it, `assertMembers` has refused.
    if (!Object.hasOwn(node.members, name)) continue
    const value = node.members[name]
    if (isPlain(value)) plain[name] = value
    else others[name] = value
  }
  if ('MetadataId' in node.members) plain['MetadataId'] = node.members['MetadataId']
  return { ...plain, ...others }
}

/** @throws QUERY_INVALID for a name no node of the collection has */
export function assertMembers(nodes: readonly MetadataNode[], { select }: NodeOptions): void {
  const [first] = nodes
  if (first === undefined) return
  for (const name of select ?? []) {
    if (!nodes.some((node) => Object.hasOwn(node.members, name))) {
      throw unknownMember(name, first.baseType)
    }
  }
}
