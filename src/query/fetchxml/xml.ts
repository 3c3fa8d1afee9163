import { SaxesParser } from 'saxes'
import { DataverseError } from '../../errors/dataverse-error.ts'

/** An element of a document. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** The text directly inside, put together. */
  readonly text: string
  /** The whole document and where in it the element begins. */
  readonly document: string
  readonly at: number
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[]
  text: string
}

/** Elements inside one another; more are refused before the engine's stack would run out. */
const MAX_DEPTH = 200

/**
 * Reads a document into a tree. Document type declarations are refused, and with them every entity a document
 * could declare. @throws FETCHXML_INVALID with line and column
 */
export function readXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: false, position: true })
  const open: OpenElement[] = []
  let root: XmlElement | undefined
  let at = 0
  parser.on('error', (error) => {
    // saxes begins its messages with the place.
    throw xmlFault(text, parser.position, error.message.replace(/^\d+:\d+: /, ''))
  })
  parser.on('doctype', () => {
    throw xmlFault(text, parser.position, 'a document type declaration is not allowed.')
  })
  parser.on('opentagstart', () => {
    // The reader is past the name.
    at = text.lastIndexOf('<', parser.position - 1)
    if (open.length >= MAX_DEPTH) {
      throw xmlFault(text, at, `elements are nested more than ${MAX_DEPTH} levels deep.`)
    }
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element: OpenElement = {
      name,
      attributes: withoutPrefixes(attributes),
      children: [],
      text: '',
      document: text,
      at,
    }
    open.at(-1)?.children.push(element)
    open.push(element)
    root ??= element
  })
  parser.on('text', (part) => {
    const element = open.at(-1)
    if (element !== undefined) element.text += part
  })
  parser.on('cdata', (part) => {
    const element = open.at(-1)
    if (element !== undefined) element.text += part
  })
  parser.on('closetag', () => {
    open.pop()
  })
  parser.write(text).close()
  if (root !== undefined) return root
  throw xmlFault(text, 0, 'the document is empty; <fetch> was expected.')
}

/** Declaring a prefix for names is no attribute: serializers do, and clients leave their mark so. */
function withoutPrefixes(attributes: Readonly<Record<string, string>>) {
  const names = Object.keys(attributes)
  if (!names.some(declaresPrefix)) return attributes
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !declaresPrefix(name)))
}

function declaresPrefix(name: string): boolean {
  return name.startsWith('xmlns:')
}

function xmlFault(document: string, at: number, problem: string): DataverseError {
  return new DataverseError('FETCHXML_INVALID', `${placeOf(document, at)}: ${problem}`)
}

export function elementFault(element: XmlElement, problem: string): DataverseError {
  return new DataverseError('FETCHXML_INVALID', `${placeOfElement(element)}: ${problem}`)
}

export function placeOfElement({ document, at }: XmlElement): string {
  return placeOf(document, at)
}

/** Line and column, both from 1. */
function placeOf(document: string, at: number): string {
  const before = document.slice(0, at)
  const lastBreak = before.lastIndexOf('\n')
  return `FetchXML line ${before.split('\n').length}, column ${at - lastBreak}`
}
