import MarkdownIt, { type Token } from 'markdown-it'
import { unreadable } from '../unreadable.ts'
import { plainText } from './facts.ts'
import { cellsOf, SectionBuilder, type Section } from './section.ts'

export type SectionKind =
  | 'messages'
  | 'events'
  | 'properties'
  | 'writable'
  | 'read-only'
  | 'customized'
  | 'many-to-one'
  | 'one-to-many'
  | 'many-to-many'

/** A reference page as its blocks tell it, before anything is made of them. */
export interface Page {
  readonly fileName: string
  /** The paragraph under the title; the table's description. */
  readonly description: string | undefined
  /** Where the page says that it extends a table of another product: the address it points to. */
  readonly extended: { readonly address: string; readonly line: number } | undefined
  readonly sections: ReadonlyMap<SectionKind, Section>
}

/** "Writable attributes", "Entity Properties", "One-To-Many Relationships": the words changed, not the first ones. */
const SECTIONS: readonly (readonly [RegExp, SectionKind])[] = [
  [/^messages/i, 'messages'],
  [/^events/i, 'events'],
  [/^((table|entity|table\/entity) )?properties/i, 'properties'],
  [/^writable/i, 'writable'],
  [/^read-?only/i, 'read-only'],
  [/^customized/i, 'customized'],
  [/^many-to-one/i, 'many-to-one'],
  [/^one-to-many/i, 'one-to-many'],
  [/^many-to-many/i, 'many-to-many'],
]

// Only blocks are read with Markdown's rules; what stands in a cell is read by `facts.ts`, as text.
const markdown = new MarkdownIt('commonmark').enable('table')
markdown.core.ruler.disable(['inline', 'text_join'])

/** @throws DOCUMENT_UNREADABLE where lists and sections do not fit together. */
export function readPage(text: string, fileName: string): Page {
  const lines = withoutFrontMatter(text)
  const reader = new PageReader(fileName, lines)
  for (const token of markdown.parse(lines.join('\n'), {})) reader.read(token)
  return reader.page()
}

/** Front matter becomes blank lines, so that every line keeps its number. */
function withoutFrontMatter(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  if (lines[0]?.trim() !== '---') return lines
  const end = lines.findIndex((line, i) => i > 0 && line.trim() === '---')
  return lines.map((line, i) => (i <= end ? '' : line))
}

class PageReader {
  readonly #fileName: string
  readonly #lines: readonly string[]
  readonly #sections = new Map<SectionKind, SectionBuilder>()
  readonly #description: string[] = []
  #extended: Page['extended']
  #section: SectionBuilder | undefined
  /** Before the first section: the title and what stands under it. */
  #inHead = true
  #heading = 0
  #quoted = 0
  #listed = 0
  #inTable = false

  constructor(fileName: string, lines: readonly string[]) {
    this.#fileName = fileName
    this.#lines = lines
  }

  read(token: Token): void {
    const line = (token.map?.[0] ?? 0) + 1
    switch (token.type) {
      case 'heading_open':
        this.#heading = Number(token.tag.slice(1))
        return
      case 'heading_close':
        this.#heading = 0
        return
      case 'blockquote_open':
        this.#quoted++
        return
      case 'blockquote_close':
        this.#quoted--
        return
      case 'bullet_list_open':
        this.#listed++
        return
      case 'bullet_list_close':
        this.#listed--
        return
      case 'table_open':
        this.#inTable = true
        this.#section?.startTable()
        return
      case 'table_close':
        this.#inTable = false
        return
      case 'tr_open':
        // The source line, not the cells: a description may hold a bare pipe.
        this.#section?.row(cellsOf(this.#lines[line - 1] ?? ''), line)
        return
      case 'inline':
        this.#inline(token.content, line)
    }
  }

  #inline(content: string, line: number): void {
    if (this.#inTable) return
    if (this.#heading > 0) return this.#title(content, line)
    if (this.#quoted > 0) return this.#note(content, line)
    if (this.#listed > 0) return this.#section?.item(content, line)
    if (this.#inHead) {
      if (!content.startsWith('**Added by**')) this.#description.push(content)
      return
    }
    this.#section?.paragraph(content, line)
  }

  #title(content: string, line: number): void {
    if (this.#heading === 1) return
    if (this.#heading === 2) {
      const kind = SECTIONS.find(([words]) => words.test(content))?.[1]
      this.#inHead = false
      this.#section = undefined
      if (kind === undefined) return
      this.#section = this.#sections.get(kind) ?? new SectionBuilder(this.#fileName, content, line)
      this.#sections.set(kind, this.#section)
      return
    }
    if (this.#heading === 3) {
      if (/^see also/i.test(content)) this.#section = undefined
      else this.#section?.entry(content, line)
      return
    }
    this.#section?.part(content, line)
  }

  #note(content: string, line: number): void {
    const address = /\bextends the\s+\[[^\]]*\]\(([^)\s]+)\)/.exec(content)?.[1]
    if (address !== undefined) this.#extended ??= { address, line }
  }

  page(): Page {
    const sections = new Map<SectionKind, Section>()
    for (const [kind, builder] of this.#sections) {
      sections.set(kind, this.#complete(builder))
    }
    const description = plainText(this.#description.join('\n'))
    return {
      fileName: this.#fileName,
      description: description === '' ? undefined : description,
      extended: this.#extended,
      sections,
    }
  }

  /** What a section lists must follow: a page that ends early must not pass as a smaller table. */
  #complete(section: Section): Section {
    const followed = new Set(section.entries.flatMap((entry) => [entry.anchor, entry.name]))
    for (const { name, anchor, line } of section.listed) {
      if (followed.has(anchor) || followed.has(name)) continue
      throw unreadable(
        { fileName: this.#fileName, line },
        `a section for ${name}, which is listed here`,
        'none',
      )
    }
    return section
  }
}
