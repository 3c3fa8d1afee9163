/**
 * A second reader of pages, for tests only: lines and regular expressions, nothing shared with the one
 * under test. It knows the pages of May 2024 and later.
 */
export interface WalkedEntry {
  readonly section: string
  readonly name: string
  readonly rows: ReadonlyMap<string, string>
  readonly options: readonly (readonly string[])[]
  readonly see: string | undefined
}

export function walkPage(text: string): {
  readonly listed: readonly (readonly [section: string, name: string])[]
  readonly entries: readonly WalkedEntry[]
  readonly properties: ReadonlyMap<string, string>
  readonly messages: readonly (readonly [name: string, isEvent: boolean])[]
} {
  const listed: [string, string][] = []
  const entries: WalkedEntry[] = []
  const properties = new Map<string, string>()
  const messages: [string, boolean][] = []
  let section = ''
  let entry:
    | (WalkedEntry & { rows: Map<string, string>; options: string[][]; see: string | undefined })
    | undefined
  let inOptions = false
  for (const line of text.split('\n')) {
    const heading = /^## (.*)$/.exec(line)
    if (heading) {
      section = heading[1] ?? ''
      entry = undefined
      continue
    }
    const item = /^- \[([^\]]+)\]\(#BKMK_[^)]+\)$/.exec(line)
    if (item) listed.push([section, item[1] ?? ''])
    const sub = /^### <a name="BKMK_[^"]+"><\/a> (.*)$/.exec(line)
    if (sub) {
      entry = { section, name: sub[1] ?? '', rows: new Map(), options: [], see: undefined }
      entries.push(entry)
      inOptions = false
      continue
    }
    if (line.startsWith('### See also')) section = ''
    if (line.startsWith('#### ')) inOptions = true
    const see = /^See \[(\S+) /.exec(line)
    if (see && entry) entry.see = see[1]
    if (!line.startsWith('|') || /^\|\s*(-|Property|Value|Name)/.test(line)) continue
    const cells = line.slice(1).replace(/\|$/, '').split('|')
    const [first = '', ...rest] = cells.map((cell) => cell.trim())
    const value = rest.join('|')
    if (section === 'Messages') {
      messages.push([/`(\w+)`/.exec(first)?.[1] ?? '', first.includes('Event: True')])
    } else if (section === 'Events') {
      messages.push([/`(\w+)`/.exec(first)?.[1] ?? '', true])
    } else if (section === 'Properties') {
      properties.set(first.replaceAll('*', ''), bare(value))
    } else if (entry && inOptions) {
      entry.options.push([first, value])
    } else if (entry) {
      entry.rows.set(first, value)
    }
  }
  return { listed, entries, properties, messages }
}

/** Without backticks, bold and escapes. */
export function bare(cell: string): string {
  return cell
    .replace(/^`+|`+$/g, '')
    .replace(/^\*\*|\*\*$/g, '')
    .replace(/\\([_*])/g, '$1')
}
