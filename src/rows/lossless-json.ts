/*
 * JSON whose integers keep every digit. `versionnumber` and the bounds of BigInt columns have 64 bits;
 * a JavaScript number has 53. Integers beyond those become bigint, everything else is as JSON.parse gives it.
 */

const SIXTEEN_DIGITS = /\d{16}/
/** One string, or one number; the text between them holds neither. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const INTEGER = /^-?\d{16,}$/
/** JSON can spell this character in one way only, so a string that begins with it is easily told. */
const MARK = '\u0000'
const MARK_SPELT = '"\\u0000'

/** @throws SyntaxError, as JSON.parse and with its positions; who calls knows which document it is. */
export function parseLossless(text: string): unknown {
  if (!SIXTEEN_DIGITS.test(text)) return JSON.parse(text)
  let anyMarked = false
  const marked = text.replace(TOKEN, (token: string) => {
    if (token.startsWith(MARK_SPELT)) return `${MARK_SPELT}${token.slice(1)}`
    if (!INTEGER.test(token) || Number.isSafeInteger(Number(token))) return token
    anyMarked = true
    return `${MARK_SPELT}${token}"`
  })
  if (!anyMarked) return JSON.parse(text)
  try {
    return unmarked(JSON.parse(marked))
  } catch (error) {
    // The positions of the marked text mean nothing to a reader: let the original be refused.
    if (error instanceof SyntaxError) JSON.parse(text)
    throw error
  }
}

/** `value` with marked strings replaced, in place: the tree was made here and nobody else holds it. */
function unmarked(value: unknown): unknown {
  if (typeof value === 'string') {
    if (!value.startsWith(MARK)) return value
    return value.startsWith(MARK, 1) ? value.slice(1) : BigInt(value.slice(1))
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = unmarked(value[i])
  } else if (typeof value === 'object' && value !== null) {
    const members = value as Record<string, unknown>
    for (const name of Object.keys(members)) {
      const member = unmarked(members[name])
      // A name that begins with the mark was doubled like any other string.
      if (name.startsWith(MARK)) {
        delete members[name]
        members[name.slice(1)] = member
      } else if (member !== members[name]) {
        members[name] = member
      }
    }
  }
  return value
}

/** As JSON.stringify, with a bigint printed as its digits. */
export function printLossless(value: unknown, space = 0): string {
  try {
    return JSON.stringify(value, undefined, space)
  } catch (error) {
    // What native printing refuses is a bigint, or a cycle, which the second try refuses again.
    if (!(error instanceof TypeError)) throw error
    return print(value, ' '.repeat(space), '') ?? 'null'
  }
}

function print(value: unknown, step: string, indent: string): string | undefined {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return print((value as { toJSON(): unknown }).toJSON(), step, indent)
  }
  const inner = indent + step
  const colon = step === '' ? ':' : ': '
  if (Array.isArray(value)) {
    return block(
      '[',
      ']',
      value.map((item) => print(item, step, inner) ?? 'null'),
      step,
      indent,
    )
  }
  const members: string[] = []
  for (const [name, member] of Object.entries(value)) {
    const printed = print(member, step, inner)
    if (printed !== undefined) members.push(JSON.stringify(name) + colon + printed)
  }
  return block('{', '}', members, step, indent)
}

function block(
  open: string,
  close: string,
  parts: readonly string[],
  step: string,
  indent: string,
) {
  if (parts.length === 0) return open + close
  if (step === '') return open + parts.join(',') + close
  const line = `\n${indent}${step}`
  return `${open}${line}${parts.join(`,${line}`)}\n${indent}${close}`
}
