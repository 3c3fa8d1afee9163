import type { DataverseError } from '../../errors/dataverse-error.ts'
import { elementFault, type XmlElement } from './xml.ts'

/** What an element may have. */
export interface ElementRule {
  readonly attributes: readonly string[]
  /** Attributes that older documents have and that mean nothing any more. */
  readonly legacy: readonly string[]
  readonly children: readonly string[]
}

const NODE_CHILDREN = ['all-attributes', 'no-attrs', 'attribute', 'order', 'filter', 'link-entity']

/**
 * The elements of FetchXML.
 * https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference
 */
export const ELEMENTS = {
  fetch: {
    attributes: [
      'top',
      'count',
      'page',
      'paging-cookie',
      'returntotalrecordcount',
      'distinct',
      'aggregate',
      'aggregatelimit',
      'useraworderby',
      'no-lock',
      'latematerialize',
      'options',
      'datasource',
    ],
    legacy: ['version', 'mapping', 'output-format', 'utc-offset', 'min-active-row-version'],
    children: ['entity', 'order'],
  },
  entity: {
    attributes: ['name'],
    legacy: ['enableprefiltering', 'prefilterparametername'],
    children: NODE_CHILDREN,
  },
  'link-entity': {
    attributes: ['name', 'from', 'to', 'alias', 'link-type', 'intersect'],
    legacy: ['visible', 'enableprefiltering', 'prefilterparametername'],
    children: NODE_CHILDREN,
  },
  'all-attributes': { attributes: [], legacy: [], children: [] },
  'no-attrs': { attributes: [], legacy: [], children: [] },
  attribute: {
    attributes: [
      'name',
      'alias',
      'aggregate',
      'groupby',
      'dategrouping',
      'usertimezone',
      'distinct',
      'rowaggregate',
    ],
    legacy: ['build', 'addedby'],
    children: [],
  },
  order: {
    attributes: ['attribute', 'alias', 'descending', 'entityname'],
    legacy: [],
    children: [],
  },
  filter: {
    attributes: [
      'type',
      'hint',
      'isquickfindfields',
      'overridequickfindrecordlimitenabled',
      'overridequickfindrecordlimitdisabled',
    ],
    legacy: [],
    children: ['condition', 'filter', 'link-entity'],
  },
  condition: {
    attributes: ['attribute', 'operator', 'value', 'valueof', 'entityname'],
    legacy: ['column', 'aggregate', 'rowaggregate', 'alias', 'uiname', 'uitype', 'uihidden'],
    children: ['value'],
  },
  value: { attributes: [], legacy: ['uiname', 'uitype'], children: [] },
} as const satisfies Readonly<Record<string, ElementRule>>

/** What each element may have, to be asked by name: every element of every document is. */
const ALLOWED = new Map(
  Object.entries<ElementRule>(ELEMENTS).map(([name, { attributes, legacy, children }]) => [
    name,
    { attributes: new Set([...attributes, ...legacy]), children: new Set(children) },
  ]),
)

/** Refuses attributes and children the element does not have. @throws FETCHXML_INVALID */
export function checkElement(element: XmlElement): void {
  const allowed = ALLOWED.get(element.name)
  for (const name in element.attributes) {
    if (allowed?.attributes.has(name) !== true) throw attributeFault(element, name)
  }
  for (const child of element.children) {
    if (allowed?.children.has(child.name) !== true) throw childFault(element, child)
  }
}

function attributeFault(element: XmlElement, name: string): DataverseError {
  const { attributes }: ElementRule = ELEMENTS[element.name as keyof typeof ELEMENTS]
  const expected = attributes.length === 0 ? 'it takes none' : `expected ${attributes.join(', ')}`
  return elementFault(element, `<${element.name}> has no attribute '${name}'; ${expected}.`)
}

function childFault(element: XmlElement, child: XmlElement): DataverseError {
  const { children }: ElementRule = ELEMENTS[element.name as keyof typeof ELEMENTS]
  const expected =
    children.length === 0
      ? 'nothing may be inside it'
      : `expected ${children.map((name) => `<${name}>`).join(', ')}`
  return elementFault(child, `<${child.name}> cannot stand inside <${element.name}>; ${expected}.`)
}

/** @throws FETCHXML_INVALID */
export function requiredAttribute(element: XmlElement, name: string): string {
  const value = element.attributes[name]
  if (value !== undefined && value !== '') return value
  throw elementFault(element, `<${element.name}> needs the attribute '${name}'.`)
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  false: false,
  '0': false,
}

/** false where it is absent. @throws FETCHXML_INVALID */
export function booleanAttribute(element: XmlElement, name: string, absent = false): boolean {
  const text = element.attributes[name]
  if (text === undefined) return absent
  const value = Object.hasOwn(BOOLEANS, text) ? BOOLEANS[text] : undefined
  if (value !== undefined) return value
  throw elementFault(element, `${name}='${text}' of <${element.name}> is not true, false, 1 or 0.`)
}

/** @throws FETCHXML_INVALID */
export function numberAttribute(element: XmlElement, name: string): number | undefined {
  const text = element.attributes[name]
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw elementFault(element, `${name}='${text}' of <${element.name}> is not a whole number.`)
}

/** One of a few words. @throws FETCHXML_INVALID */
export function wordAttribute<W extends string>(
  element: XmlElement,
  name: string,
  words: readonly W[],
): W | undefined {
  const text = element.attributes[name]
  if (text === undefined) return undefined
  const word = words.find((candidate) => candidate === text)
  if (word !== undefined) return word
  throw elementFault(
    element,
    `${name}='${text}' of <${element.name}> is not known; expected ${words.join(', ')}.`,
  )
}
