import { DataverseError } from '../errors/dataverse-error.ts'

/**
 * `at` in UTC by a pattern of .NET (`yyyyMMddhhmmss`), as auto-number formats and users' settings spell them.
 * Names are English. Text between quotation marks, and what is no letter, stays as it is.
 * https://learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings
 * @throws INVALID_ARGUMENT for a letter that stands for nothing here
 */
export function dateByPattern(at: Date, pattern: string): string {
  return pattern.replace(
    /'([^']*)'|([A-Za-z])\2*/g,
    (part: string, quoted: string | undefined) => quoted ?? partOf(at, part),
  )
}

function partOf(at: Date, part: string): string {
  const write = PARTS[part]
  if (write !== undefined) return write(at)
  throw new DataverseError('INVALID_ARGUMENT', `'${part}' is no part of a date pattern.`)
}

const padded = (value: number, length: number) => String(value).padStart(length, '0')
const hourOfTwelve = (at: Date) => at.getUTCHours() % 12 || 12
const tenths = (at: Date, digits: number) => padded(at.getUTCMilliseconds(), 3).slice(0, digits)
const named = (at: Date, options: Intl.DateTimeFormatOptions) =>
  at.toLocaleDateString('en-US', { timeZone: 'UTC', ...options })

const PARTS: Readonly<Record<string, ((at: Date) => string) | undefined>> = {
  yyyy: (at) => padded(at.getUTCFullYear(), 4),
  yy: (at) => padded(at.getUTCFullYear() % 100, 2),
  MMMM: (at) => named(at, { month: 'long' }),
  MMM: (at) => named(at, { month: 'short' }),
  MM: (at) => padded(at.getUTCMonth() + 1, 2),
  M: (at) => String(at.getUTCMonth() + 1),
  dddd: (at) => named(at, { weekday: 'long' }),
  ddd: (at) => named(at, { weekday: 'short' }),
  dd: (at) => padded(at.getUTCDate(), 2),
  d: (at) => String(at.getUTCDate()),
  HH: (at) => padded(at.getUTCHours(), 2),
  H: (at) => String(at.getUTCHours()),
  hh: (at) => padded(hourOfTwelve(at), 2),
  h: (at) => String(hourOfTwelve(at)),
  mm: (at) => padded(at.getUTCMinutes(), 2),
  m: (at) => String(at.getUTCMinutes()),
  ss: (at) => padded(at.getUTCSeconds(), 2),
  s: (at) => String(at.getUTCSeconds()),
  fff: (at) => tenths(at, 3),
  ff: (at) => tenths(at, 2),
  f: (at) => tenths(at, 1),
  tt: (at) => (at.getUTCHours() < 12 ? 'AM' : 'PM'),
  t: (at) => (at.getUTCHours() < 12 ? 'A' : 'P'),
  zzz: () => '+00:00',
}
