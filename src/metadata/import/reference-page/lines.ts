/** A page as it is read: lines, and the number each has in the file. */
export interface PageLines {
  readonly texts: readonly string[]
  readonly numbers: readonly number[]
  readonly hasFrontMatter: boolean
}

/**
 * Front matter becomes blank lines. A cell whose text has line breaks of its own (pages before 2025 print
 * descriptions as they are, blank lines too) becomes one line, or Markdown would end the table there.
 */
export function linesOf(text: string): PageLines {
  // Pages copied out of a browser have blanks that do not break.
  const source = text
    .replace(/^\uFEFF/, '')
    .replaceAll('\u00a0', ' ')
    .split(/\r\n|\n|\r/)
  const end = frontMatterEnd(source)
  const texts: string[] = []
  const numbers: number[] = []
  for (let at = 0; at < source.length; at++) {
    numbers.push(at + 1)
    const line = source[at] ?? ''
    const last = at > end && isOpenRow(line) ? closingLine(source, at) : at
    texts.push(at <= end ? '' : source.slice(at, last + 1).join(CELL_BREAK))
    at = last
  }
  return { texts, numbers, hasFrontMatter: end >= 0 }
}

/** Stands for a line break inside a cell: Markdown takes it for a blank. */
const CELL_BREAK = '\u2028'

/** The text of a cell, with the line breaks it was printed with. */
export function withLineBreaks(cell: string): string {
  return cell.replaceAll(CELL_BREAK, '\n')
}

/** The line that ends the front matter, or -1. */
function frontMatterEnd(lines: readonly string[]): number {
  if (lines[0]?.trim() !== '---') return -1
  return lines.findIndex((line, i) => i > 0 && line.trim() === '---')
}

function isOpenRow(line: string): boolean {
  return /^\s*\|/.test(line) && !isClosed(line)
}

function isClosed(line: string): boolean {
  return /(?<!\\)\|\s*$/.test(line)
}

/** The line that closes the row begun at `start`; the same one where the row was left open for good. */
function closingLine(lines: readonly string[], start: number): number {
  for (let at = start + 1; at < lines.length; at++) {
    const line = (lines[at] ?? '').trim()
    if (line === '|') return at
    if (line.startsWith('|') || /^#{2,4}\s+<a\s/.test(line) || /^## /.test(line)) return start
    if (isClosed(line)) return at
  }
  return start
}
