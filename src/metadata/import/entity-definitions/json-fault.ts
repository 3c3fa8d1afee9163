export interface JsonFault {
  readonly line: number
  readonly expected: string
  readonly found: string
}

const SPACE = /[ \t\r\n]*/y
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/**
 * Where a text stops being JSON. JSON.parse knows that too, but says it differently in every version
 * of Node, and in some not at all.
 */
export function firstFault(text: string): JsonFault | undefined {
  let at = 0
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const taken = pattern.exec(text)?.[0]
    if (taken !== undefined) at += taken.length
    return taken
  }
  const fault = (expected: string): JsonFault => ({
    line: text.slice(0, at).split('\n').length,
    expected,
    found:
      at >= text.length
        ? 'the end of the file'
        : `'${text.slice(at, at + 20).split('\n')[0] ?? ''}'`,
  })
  /** The containers we are in, innermost last. */
  const open: ('{' | '[')[] = []
  for (;;) {
    // A value, or the name before it.
    take(SPACE)
    const begins = text[at]
    if (begins === '{' || begins === '[') {
      at++
      take(SPACE)
      if (text[at] !== (begins === '{' ? '}' : ']')) {
        open.push(begins)
        if (begins === '{' && !takeName()) return fault('a member name in quotes, and a colon')
        continue
      }
      at++
    } else if (take(STRING) === undefined && take(SCALAR) === undefined) {
      return fault('a JSON value')
    }
    // What follows a value: the ends of containers, then a comma and the next value.
    for (;;) {
      take(SPACE)
      const inside = open.at(-1)
      if (inside === undefined) return at < text.length ? fault('nothing more') : undefined
      const next = text[at]
      if (next === ',') {
        at++
        if (inside === '{' && !takeName()) return fault('a member name in quotes, and a colon')
        break
      }
      if (next !== (inside === '{' ? '}' : ']')) {
        return fault(inside === '{' ? "',' or '}'" : "',' or ']'")
      }
      at++
      open.pop()
    }
  }

  function takeName(): boolean {
    take(SPACE)
    if (take(STRING) === undefined) return false
    take(SPACE)
    if (text[at] !== ':') return false
    at++
    return true
  }
}
