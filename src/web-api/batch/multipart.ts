/** One part of a multipart body: its headers, names in lower case, and what follows them. */
export interface Part {
  readonly headers: Readonly<Record<string, string>>
  readonly content: string
}

/**
 * The parts between the delimiters. Lines may end in CR LF or LF, delimiters may be followed by blanks, and
 * there may be empty lines before the first: published clients differ in all of this.
 * undefined where the body has no such delimiter.
 */
export function splitParts(body: string, boundary: string): Part[] | undefined {
  const parts: Part[] = []
  let start: number | undefined
  let position = 0
  while (position <= body.length) {
    const end = lineEnd(body, position)
    const line = body.slice(position, end.at).trimEnd()
    const isDelimiter = line.startsWith('--') && line.slice(2, 2 + boundary.length) === boundary
    const tail = isDelimiter ? line.slice(2 + boundary.length) : undefined
    if (tail === '' || tail === '--') {
      if (start !== undefined) parts.push(readPart(body.slice(start, position)))
      if (tail === '--') return parts
      start = end.next
    }
    position = end.next
  }
  if (start === undefined) return undefined
  // The closing delimiter is missing: what there is is taken.
  parts.push(readPart(body.slice(start)))
  return parts
}

/** Headers up to the first empty line; the line break before the next delimiter belongs to the delimiter. */
export function readPart(text: string): Part {
  const headers: Record<string, string> = {}
  let position = 0
  while (position < text.length) {
    const end = lineEnd(text, position)
    const line = text.slice(position, end.at)
    position = end.next
    if (line.trim() === '') {
      // Empty lines before the headers mean nothing.
      if (Object.keys(headers).length > 0) break
      continue
    }
    addHeader(headers, line)
  }
  return { headers, content: text.slice(position).replace(/\r?\n$/, '') }
}

/** The space after the colon may be missing; a name that comes again is joined by a comma. */
export function addHeader(headers: Record<string, string>, line: string): void {
  const colon = line.indexOf(':')
  if (colon <= 0) return
  const name = line.slice(0, colon).trim().toLowerCase()
  const value = line.slice(colon + 1).trim()
  const before = Object.hasOwn(headers, name) ? headers[name] : undefined
  headers[name] = before === undefined ? value : `${before},${value}`
}

/** `multipart/mixed; boundary="batch_1"` → batch_1 */
export function boundaryOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !/^\s*multipart\/mixed\b/i.test(contentType)) return undefined
  const found = /boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType)
  return found?.[1] ?? found?.[2]
}

export function lineEnd(
  text: string,
  from: number,
): { readonly at: number; readonly next: number } {
  const lf = text.indexOf('\n', from)
  if (lf === -1) return { at: text.length, next: text.length + 1 }
  return { at: lf > from && text.charCodeAt(lf - 1) === 0x0d ? lf - 1 : lf, next: lf + 1 }
}
