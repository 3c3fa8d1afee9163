import { DataverseError } from '../../errors/dataverse-error.ts'
import { decode } from './decode.ts'
import { NULL_LITERAL, parseLiteral, type Literal } from './literal.ts'

/** The query of an address, decoded where it is asked for. Names are case-sensitive. */
export class QueryOptions {
  /** As it was sent, without the question mark. */
  readonly raw: string
  #values: Map<string, string> | undefined

  constructor(raw: string) {
    this.raw = raw
  }

  get(name: string): string | undefined {
    return this.#all.get(name)
  }

  get names(): Iterable<string> {
    return this.#all.keys()
  }

  /** The value behind `@name`; null where the query has none. */
  alias(name: string): Literal {
    const text = this.get(name)
    return text === undefined || text.trim() === '' ? NULL_LITERAL : parseLiteral(text)
  }

  /** Every `@name` with its text, for the reader of `$filter`. */
  get aliases(): Readonly<Record<string, string>> {
    const aliases: Record<string, string> = Object.create(null) as Record<string, string>
    for (const [name, value] of this.#all) if (name.startsWith('@')) aliases[name] = value
    return aliases
  }

  get #all(): Map<string, string> {
    return (this.#values ??= readQuery(this.raw))
  }
}

/** @throws QUERY_INVALID for an option that stands twice */
function readQuery(raw: string): Map<string, string> {
  const values = new Map<string, string>()
  if (raw === '') return values
  for (const pair of raw.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = plusDecoded(equals === -1 ? pair : pair.slice(0, equals)).trim()
    if (name.startsWith('$') && values.has(name)) {
      throw new DataverseError(
        'QUERY_INVALID',
        `Query option '${name}' was specified more than once, but it must be specified at most once.`,
      )
    }
    values.set(name, equals === -1 ? '' : plusDecoded(pair.slice(equals + 1)))
  }
  return values
}

/** Form encoding, as clients of FetchXML and the Python client send: a plus is a space. */
function plusDecoded(text: string): string {
  return decode(text.includes('+') ? text.replaceAll('+', ' ') : text)
}
