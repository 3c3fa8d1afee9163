import { Facts, plainText } from './facts.ts'
import { withLineBreaks } from './lines.ts'

/** One row of a choice, its cells by their lower-cased heading. */
export interface OptionRow {
  readonly cells: ReadonlyMap<string, string>
  readonly line: number
}

export interface Sentence {
  readonly text: string
  readonly line: number
}

/** What a page tells under one `###` heading: a column or a relationship. */
export interface Entry {
  readonly name: string
  readonly anchor: string
  readonly line: number
  readonly facts: Facts
  /** undefined: no choices are printed; empty: a choice without options. */
  readonly options: readonly OptionRow[] | undefined
  /** `#### Table 1` and `#### Table 2` of an old many-to-many relationship. */
  readonly sides: readonly Facts[]
  readonly sentences: readonly Sentence[]
}

export interface Section {
  readonly line: number
  readonly facts: Facts
  /** The bullet list a section begins with; left out by the pages when there is one entry only. */
  readonly listed: readonly {
    readonly name: string
    readonly anchor: string
    readonly line: number
  }[]
  readonly entries: readonly Entry[]
  /** Rows of tables that stand directly in the section (messages), by first cell. */
  readonly rows: readonly { readonly cells: readonly string[]; readonly line: number }[]
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }
interface OpenEntry extends Mutable<Omit<Entry, 'options'>> {
  options: OptionRow[] | undefined
}

const ANCHOR = /<a\s+(?:name|id)="(?:BKMK_)?([^"]*)">\s*<\/a>/
const LISTED = /^\[([^\]]*)\]\(#(?:BKMK_)?([^)]*)\)$/
/** `**LogicalName**: account`, and `IntersectEntityName: listmember` of the pages that dropped the bold. */
const BOLD_FACT = /^\*\*([^*]+)\*\*\s*:\s*([^]*)$/
const BARE_FACT = /^([A-Z][A-Za-z0-9]*):\s+([^]*)$/
const OPTION_KEYS: Readonly<Record<string, string>> = {
  'TrueOption Value': 'value',
  'FalseOption Value': 'value',
}
const LINE_BREAKS = /(<br\s*\/?>\s*)+$/
/** Members that old pages print as a list under `**CascadeConfiguration**:` and the like. */
const CONFIGURATION = /Configuration$/

/** Gathers one `##` section while its blocks go by; is the section afterwards. Only the page reader writes. */
export class SectionBuilder implements Section {
  readonly line: number
  readonly facts: Facts
  readonly listed: { name: string; anchor: string; line: number }[] = []
  readonly entries: OpenEntry[] = []
  readonly rows: { cells: readonly string[]; line: number }[] = []
  readonly #fileName: string
  #entry: OpenEntry | undefined
  /** Where rows and bold lines go now: the section's, an entry's or one side's facts. */
  #open: Facts
  #headings: readonly string[] | undefined
  #tableStarts = false
  #configuration: string | undefined

  constructor(fileName: string, title: string, line: number) {
    this.#fileName = fileName
    this.line = line
    this.facts = new Facts(fileName, `section '${title}'`, line)
    this.#open = this.facts
  }

  entry(heading: string, line: number): void {
    const name = plainText(heading.replace(ANCHOR, ''))
    const anchor = ANCHOR.exec(heading)?.[1] ?? name
    const facts = new Facts(this.#fileName, name, line)
    this.#entry = { name, anchor, line, facts, options: undefined, sides: [], sentences: [] }
    this.entries.push(this.#entry)
    this.#open = facts
    this.#configuration = undefined
  }

  /** A heading over entries of one kind; what is listed under it comes before them. */
  group(): void {
    this.#entry = undefined
    this.#open = this.facts
    this.#configuration = undefined
  }

  /** A `####` heading: choices, or one side of a relationship. */
  part(heading: string, line: number): void {
    if (this.#entry === undefined) return
    if (/^(table|entity)\s*[12]$/i.test(heading)) {
      this.#open = new Facts(this.#fileName, `${this.#entry.name}, ${heading}`, line)
      this.#entry.sides.push(this.#open)
    } else if (/(choices|options)/i.test(heading)) {
      this.#entry.options ??= []
    }
  }

  startTable(): void {
    this.#tableStarts = true
  }

  row(cells: readonly string[], line: number): void {
    if (this.#tableStarts) {
      this.#tableStarts = false
      this.#headings = cells.map((cell) => plainText(cell).toLowerCase())
      return
    }
    const headings = this.#headings ?? []
    const fitted = fit(cells, headings.length)
    const [first = '', second = ''] = fitted
    if (headings[0] === 'property') {
      this.#open.add(plainText(first), second, line)
    } else if (headings[0] === 'value' && this.#entry !== undefined) {
      this.#entry.options ??= []
      this.#entry.options.push({
        cells: new Map(headings.map((heading, i) => [heading, fitted[i] ?? ''])),
        line,
      })
    } else {
      this.rows.push({ cells: fitted, line })
    }
  }

  item(content: string, line: number): void {
    const listed = LISTED.exec(content)
    if (this.#entry === undefined && listed?.[1] !== undefined && listed[2] !== undefined) {
      this.listed.push({ name: plainText(listed[1]), anchor: listed[2], line })
    } else if (!this.#option(content, line)) {
      this.paragraph(content, line)
    }
  }

  paragraph(content: string, line: number): void {
    /** The fact that the next line continues: a line break ends one. */
    let last: string | undefined
    let isFact = false
    let isBold = false
    let at = line
    for (const source of content.split('\n')) {
      const text = source.replace(LINE_BREAKS, '').trim()
      const bold = BOLD_FACT.exec(text)
      isBold ||= bold !== null
      // Beside bold names, a line that looks like a bare one is text of several lines.
      const fact = bold ?? (isBold ? null : BARE_FACT.exec(text))
      if (fact?.[1] !== undefined && fact[2] !== undefined) {
        isFact = true
        last = this.#fact(fact[1].trim(), fact[2], at)
      } else if (last !== undefined && text !== '' && !text.startsWith('<a ')) {
        this.#open.append(last, `\n${text}`)
      }
      if (LINE_BREAKS.test(source)) last = undefined
      at++
    }
    if (!isFact) this.#entry?.sentences.push({ text: content, line })
  }

  #fact(name: string, value: string, line: number): string {
    // Members of a configuration have no place of their own: they belong to the one just begun.
    if (this.#configuration !== undefined && !CONFIGURATION.test(name)) {
      if (/^(Behavior|Group|Label|Order|[A-Z][a-z]+|RollupView)$/.test(name)) {
        this.#open.append(this.#configuration, `<br />${name}: ${value}`)
        return this.#configuration
      }
      this.#configuration = undefined
    }
    if (CONFIGURATION.test(name) && value.trim() === '') this.#configuration = name
    else this.#configuration = undefined
    if (name === 'Options' && this.#entry !== undefined) this.#entry.options ??= []
    this.#open.add(name, value, line)
    return name
  }

  /** `- **Value**: 0 **Label**: Published`, as the pages of 2018 print a choice. */
  #option(content: string, line: number): boolean {
    if (this.#entry === undefined || !/^\*\*(\w+ )?Value\*\*\s*:/.test(content)) return false
    const cells = new Map<string, string>()
    const parts = content.split(/\*\*([^*]+)\*\*\s*:/)
    for (let i = 1; i < parts.length; i += 2) {
      const name = parts[i] ?? ''
      cells.set(OPTION_KEYS[name] ?? name.toLowerCase(), (parts[i + 1] ?? '').trim())
    }
    this.#entry.options ??= []
    this.#entry.options.push({ cells, line })
    return true
  }
}

/** The cells of a table row as printed; a pipe behind a backslash is text. */
export function cellsOf(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return inner.split(/(?<!\\)\|/)
}

/** A row with more cells than headings has a bare pipe in its last cell: descriptions do. */
function fit(cells: readonly string[], width: number): readonly string[] {
  const fitted =
    cells.length <= width || width === 0
      ? cells
      : [...cells.slice(0, width - 1), cells.slice(width - 1).join('|')]
  return fitted.map((cell) => withLineBreaks(cell.replaceAll('\\|', '|')).trim())
}
