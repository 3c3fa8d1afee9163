import MarkdownIt, { type Token } from 'markdown-it'
import { unreadable } from '../unreadable.ts'
import { plainText } from './facts.ts'
import { linesOf, type PageLines } from './lines.ts'
import { cellsOf, SectionBuilder, type Section } from './section.ts'

export type SectionKind =
  | 'messages'
  | 'events'
  | 'properties'
  | 'writable'
  | 'read-only'
  | 'customized'
  | 'customized-relationships'
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
  [/^customized relationships/i, 'customized-relationships'],
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
  const lines = linesOf(text)
  const reader = new PageReader(fileName, lines)
  for (const token of markdown.parse(lines.texts.join('\n'), {})) reader.read(token)
  return reader.page()
}

class PageReader {
  readonly #fileName: string
  readonly #lines: PageLines
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
  /** Whether facts stand in tables: pages from 2019 on, all of which end with "See also". */
  #hasTables = false
  #isWhole = false
  /** A section of another name than those that are read. */
  #unknown: { readonly title: string; readonly line: number } | undefined
  /** Whether the entries of the section stand one level deeper, under a heading for each kind. */
  #isGrouped = false

  constructor(fileName: string, lines: PageLines) {
    this.#fileName = fileName
    this.#lines = lines
  }

  read(token: Token): void {
    const at = token.map?.[0] ?? 0
    const line = this.#lines.numbers[at] ?? 1
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
        return this.#row(cellsOf(this.#lines.texts[at] ?? ''), line)
      case 'inline':
        this.#inline(token.content, line)
    }
  }

  /** The cells of the source line, not those Markdown makes of it: a description may hold a bare pipe. */
  #row(cells: readonly string[], line: number): void {
    if (/^\s*property\s*$/i.test(cells[0] ?? '')) this.#hasTables = true
    this.#section?.row(cells, line)
  }

  #inline(content: string, line: number): void {
    if (this.#inTable) return
    if (this.#heading > 0) return this.#title(content, line)
    if (this.#quoted > 0) return this.#note(content, line)
    if (this.#inHead) {
      // Who added the table, and what the pages' build includes, is no part of the table's description.
      if (!/^(\*\*Added by\*\*|\[!INCLUDE)/i.test(content)) this.#description.push(content)
      return
    }
    if (this.#listed > 0) return this.#section?.item(content, line)
    this.#section?.paragraph(content, line)
  }

  #title(content: string, line: number): void {
    if (this.#heading === 1) return this.#pageTitle(content, line)
    if (this.#heading <= 3 && /^see also/i.test(content)) return this.#end()
    if (this.#heading === 2) return this.#sectionTitle(content, line)
    const isEntry = this.#heading === (this.#isGrouped ? 4 : 3)
    if (isEntry) this.#entryTitle(content, line)
    else if (this.#heading === 3) this.#section?.group()
    else this.#section?.part(content, line)
  }

  #pageTitle(content: string, line: number): void {
    if (this.#inHead || !/\b(table|entity)\b.*\breference\b/i.test(content)) return
    const expected = 'one table on a page'
    throw unreadable({ fileName: this.#fileName, line }, expected, `a second one, '${content}'`)
  }

  #sectionTitle(content: string, line: number): void {
    const kind = SECTIONS.find(([words]) => words.test(content))?.[1]
    this.#inHead = false
    this.#isGrouped = kind === 'customized-relationships'
    this.#section = undefined
    this.#unknown = kind === undefined ? { title: content, line } : undefined
    if (kind === undefined) return
    this.#section = this.#sections.get(kind) ?? new SectionBuilder(this.#fileName, content, line)
    this.#sections.set(kind, this.#section)
  }

  #entryTitle(content: string, line: number): void {
    if (this.#unknown !== undefined) this.#refuseUnknown(content, this.#unknown)
    this.#section?.entry(content, line)
  }

  #end(): void {
    this.#section = undefined
    this.#unknown = undefined
    this.#isWhole = true
  }

  #note(content: string, line: number): void {
    // Of two tables, what Dataverse has is named before what a product makes of it.
    const address = /\bextends\s+(?:the\s+)?\[[^\]]*\]\(([^)\s]+)\)/.exec(content)?.[1]
    if (address !== undefined) this.#extended ??= { address, line }
  }

  /** Columns and relationships under a heading that is not known would go missing unnoticed. */
  #refuseUnknown(
    heading: string,
    { title, line }: { readonly title: string; readonly line: number },
  ) {
    if (!/<a\s+(name|id)="BKMK_/.test(heading)) return
    throw unreadable(
      { fileName: this.#fileName, line },
      'a section of columns or relationships under its English name (only pages in English are read)',
      `'${title}'`,
    )
  }

  page(): Page {
    const sections = new Map<SectionKind, Section>()
    for (const [kind, builder] of this.#sections) {
      sections.set(kind, this.#complete(builder))
    }
    if (this.#lines.hasFrontMatter && this.#hasTables && !this.#isWhole) {
      throw unreadable(
        { fileName: this.#fileName, line: this.#lines.numbers.at(-1) },
        "'See also', with which a page ends",
        'the end of the file: the page is cut off, get the whole of it',
      )
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
