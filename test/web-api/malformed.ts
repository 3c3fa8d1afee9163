import fc from 'fast-check'
import { VALID, type Sent } from './valid-requests.ts'

/** A change to one place of a request; places are parts of a whole, so that they fit any text. */
interface Mutation {
  readonly kind: (typeof KINDS)[number]
  readonly of: 'path' | 'body' | 'method' | 'header'
  /** Where it begins, from 0 to 1. */
  readonly at: number
  readonly length: number
  readonly filler: string
  readonly times: number
  /** Which other request lends its pieces. */
  readonly other: number
}

const KINDS = ['flip', 'cut', 'repeat', 'insert', 'replace', 'cross', 'nest', 'end'] as const

/** Signs that mean something somewhere, and values at the edge of what can be. */
const FILLERS = [
  ...[
    '%',
    '%00',
    '%ff',
    '%27',
    '%2',
    '%E0%A4%A',
    '+',
    '&',
    '=',
    '?',
    '#',
    '/',
    '//',
    '\\',
    '..',
    ';',
    ',',
  ],
  ...[
    "'",
    "''",
    '"',
    '\\"',
    '`',
    '(',
    ')',
    '()',
    '[',
    ']',
    '{',
    '}',
    '{}',
    '[]',
    '<',
    '>',
    '&lt;',
    '&#0;',
  ],
  ...[
    '\u0000',
    '\u0001',
    '\t',
    '\r',
    '\n',
    '\r\n',
    '\r\n\r\n',
    '\u2028',
    '\ufeff',
    '\ud800',
    '💥',
    'ß',
  ],
  ...['null', 'true', 'undefined', 'NaN', 'INF', '-0', '1e400', '-1', '0.1', '1e-400', '0x10'],
  ...['2147483648', '9223372036854775808', '99999999999999999999999999', '1'.repeat(400)],
  ...[
    '$',
    '$1',
    '$99',
    '$ref',
    '$count',
    '$value',
    '$batch',
    '$metadata',
    '$select=',
    '$filter=',
    '$expand=',
  ],
  ...[
    '$top=',
    '$skip=1',
    '$orderby=',
    '$apply=',
    '$skiptoken=',
    '$deltatoken=',
    '$search=x',
    '@p1',
    '@odata.id',
  ],
  ...[
    ' eq ',
    ' and ',
    ' or ',
    'not ',
    ' in ',
    'any(',
    'all(o:',
    'contains(',
    'groupby((',
    'concat(',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'then', 'length'],
  ...[
    '"__proto__":{"x":1},',
    '"@odata.type":"#x",',
    '"value":',
    '"@odata.bind":"$1"',
    ':null',
    ':[]',
    ':{}',
    ':""',
    ':1e999',
  ],
  ...[
    '00000000-0000-0000-0000-000000000000',
    '{11111111-1111-4111-8111-111111111111}',
    '2026-13-45',
    '0000-00-00T99:99:99Z',
    '+292277-01-01T00:00:00Z',
  ],
  ...[
    '--b',
    '--b--',
    '--c',
    '--c--',
    'HTTP/1.1',
    'GET ',
    'Content-ID: 1',
    'Content-Type: multipart/mixed; boundary=b',
  ],
  ...[
    "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    '&a;',
    '<![CDATA[',
    '<fetch',
    '</entity>',
    ' operator="nosuch"',
    '*',
    'W/"',
  ],
] as const

const METHODS = [
  'GET',
  'POST',
  'PATCH',
  'PUT',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'MERGE',
  'get',
  'TRACE',
  '',
]
const HEADERS = [
  'accept',
  'authorization',
  'callerobjectid',
  'content-range',
  'content-type',
  'host',
  'if-match',
  'if-none-match',
  'mscrm.bypassbusinesslogicexecutionstepids',
  'mscrm.mergelabels',
  'mscrm.solutionuniquename',
  'mscrmcallerid',
  'odata-version',
  'origin',
  'prefer',
  'range',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-ms-file-name',
  'x-ms-transfer-mode',
]

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...KINDS),
  // Methods are few: most requests keep theirs.
  of: fc.constantFrom('path', 'path', 'path', 'body', 'body', 'body', 'header', 'method'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat({ max: 40 }),
  filler: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...FILLERS) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
  ),
  times: fc.constantFrom(1, 2, 3, 20, 300),
  other: fc.nat({ max: VALID.length - 1 }),
})

/** A request of any kind, changed in one place or a few, and whether its body goes as bytes. */
export const malformed: fc.Arbitrary<Sent & { readonly isBytes: boolean }> = fc
  .tuple(
    fc.nat({ max: VALID.length - 1 }),
    fc.array(mutation, { minLength: 1, maxLength: 4 }),
    fc.boolean(),
  )
  .map(([index, mutations, isBytes]) => {
    const request = mutations.reduce(mutated, VALID[index] ?? { method: '', path: '', headers: {} })
    return { ...request, isBytes }
  })

function mutated(request: Sent, change: Mutation): Sent {
  const lender = VALID[change.other]
  switch (change.of) {
    case 'method':
      return { ...request, method: METHODS[Math.floor(change.at * (METHODS.length - 1))] ?? '' }
    case 'path':
      return { ...request, path: changed(request.path, change, lender?.path ?? '') }
    case 'body':
      return { ...request, body: changed(request.body ?? '', change, lender?.body ?? '') }
    case 'header': {
      const name = HEADERS[Math.floor(change.at * (HEADERS.length - 1))] ?? ''
      const value = changed(request.headers[name] ?? '', change, lender?.headers[name] ?? '')
      return { ...request, headers: { ...request.headers, [name]: value } }
    }
    default:
      return change.of satisfies never
  }
}

function changed(text: string, change: Mutation, lent: string): string {
  const { kind, length, filler, times } = change
  const at = Math.floor(change.at * text.length)
  const [before, piece, after] = [
    text.slice(0, at),
    text.slice(at, at + length),
    text.slice(at + length),
  ]
  switch (kind) {
    case 'flip':
      return (
        before +
        String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << (length % 8))) +
        text.slice(at + 1)
      )
    case 'cut':
      return before + after
    case 'repeat':
      return before + piece.repeat(times) + after
    case 'insert':
      return before + filler + text.slice(at)
    case 'replace':
      return before + filler + after
    case 'cross':
      return before + lent.slice(Math.floor(change.at * lent.length))
    case 'nest':
      return nested(before, text.slice(at), times)
    case 'end':
      return before
    default:
      return kind satisfies never
  }
}

/** In brackets of the kind that stands there, or in some. */
function nested(before: string, rest: string, times: number): string {
  const open = /["'([{<][^"'([{<]*$/.exec(before)?.[0].charAt(0) ?? '('
  const depth = times === 300 ? 20_000 : times
  return before + open.repeat(depth) + rest
}
