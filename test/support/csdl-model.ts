import { SaxesParser, type SaxesTagPlain } from 'saxes'

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
}

/** A document as its readers see it. */
export class CsdlModel {
  readonly references: readonly Element[]
  readonly types: readonly Element[]
  readonly operations: readonly Element[]
  readonly container: Element
  readonly sets: readonly Element[]
  readonly all: readonly Element[]
  readonly #byName: ReadonlyMap<string, Element>

  constructor(text: string) {
    const edmx = parsed(text).children[0]
    const schema = edmx?.children.find(({ name }) => name === 'edmx:DataServices')?.children[0]
    const elements = schema?.children ?? []
    this.references = edmx === undefined ? [] : childrenOf(edmx, 'edmx:Reference')
    this.types = elements.filter(({ name }) => /^(?:Entity|Complex|Enum)Type$/.test(name))
    this.operations = elements.filter(({ name }) => name === 'Function' || name === 'Action')
    this.container = elements.find(({ name }) => name === 'EntityContainer') as Element
    this.sets = childrenOf(this.container, 'EntitySet')
    this.all = elements.flatMap(withChildren)
    this.#byName = new Map(this.types.map((type) => [nameOf(type), type]))
  }

  /** Of `mscrm.account` or `Collection(mscrm.account)`; undefined for what is not there. */
  type(name: string | undefined): Element | undefined {
    return this.#byName.get(/mscrm\.(\w+)/.exec(name ?? '')?.[1] ?? '')
  }

  /** A type and what it derives from. */
  lineage(type: Element | undefined): readonly Element[] {
    return type === undefined ? [] : [type, ...this.lineage(this.type(type.attributes['BaseType']))]
  }

  members(type: Element | undefined): readonly Element[] {
    return this.lineage(type).flatMap((each) => [
      ...childrenOf(each, 'Property'),
      ...childrenOf(each, 'NavigationProperty'),
    ])
  }

  get navigations() {
    return this.types.flatMap((type) =>
      childrenOf(type, 'NavigationProperty').map((navigation) => ({ type, navigation })),
    )
  }
}

/** Refuses what is not well-formed. */
export function parsed(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [] }
  const open: Element[] = [root]
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    const element = { name, attributes, children: [] }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => {
    open.pop()
  })
  parser.write(text).close()
  return root
}

export function childrenOf(element: Element, name: string): readonly Element[] {
  return element.children.filter((child) => child.name === name)
}

function withChildren(element: Element): readonly Element[] {
  return [element, ...element.children.flatMap(withChildren)]
}

export function nameOf({ attributes }: Element): string {
  return attributes['Name'] ?? ''
}
