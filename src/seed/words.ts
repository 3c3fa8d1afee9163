import type { TextColumn } from '../metadata/column.ts'
import type { Random } from './random.ts'

/** What a text column of this name or format may hold; made up, all of it. */
export function textFor(column: TextColumn, random: Random, ordinal: number): string {
  const name = column.logicalName
  const [, write = (r: Random) => sentence(r)] =
    WRITERS.find(([pattern]) => pattern.test(name)) ?? BY_FORMAT[column.format ?? ''] ?? []
  return write(random, ordinal)
}

type Writer = (random: Random, ordinal: number) => string

const FIRST_NAMES = [
  'Ada',
  'Noor',
  'Jonas',
  'Mei',
  'Tomás',
  'Zola',
  'Ivan',
  'Priya',
  'Lena',
  'Omar',
]
const LAST_NAMES = ['Weir', 'Okafor', 'Lindqvist', 'Tanaka', 'Moreau', 'Haddad', 'Novak', 'Silva']
const COMPANIES = ['Contoso', 'Fabrikam', 'Northwind', 'Tailspin', 'Adatum', 'Litware', 'Proseware']
const KINDS = ['Works', 'Traders', 'Labs', 'Logistics', 'Foods', 'Consulting']
const CITIES = ['Lisbon', 'Oslo', 'Nairobi', 'Osaka', 'Toronto', 'Leeds', 'Quito']
const COUNTRIES = ['Portugal', 'Norway', 'Kenya', 'Japan', 'Canada', 'United Kingdom', 'Ecuador']
const STREETS = ['Harbour Road', 'Mill Lane', 'Station Street', 'Orchard Way', 'High Street']
const TITLES = ['Buyer', 'Engineer', 'Head of Sales', 'Clerk', 'Director']
const WORDS = [
  'pump',
  'order',
  'visit',
  'delivery',
  'offer',
  'repair',
  'meeting',
  'sample',
  'review',
]

const from =
  (items: readonly string[]): Writer =>
  (random) =>
    random.pick(items) ?? ''

function sentence(random: Random): string {
  const text = random.some(WORDS, 3).join(' and ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const company: Writer = (random, ordinal) =>
  `${from(COMPANIES)(random, ordinal)} ${from(KINDS)(random, ordinal)} ${ordinal}`
const email: Writer = (random, ordinal) =>
  `${ascii(from(FIRST_NAMES)(random, ordinal))}.${ordinal}@${ascii(from(COMPANIES)(random, ordinal))}.example`
const phone: Writer = (random) => `+1 555 ${random.whole(1000, 9999)}`
const url: Writer = (random, ordinal) =>
  `https://www.${ascii(from(COMPANIES)(random, ordinal))}.example`

function ascii(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()
}

/** The first that fits. */
const WRITERS: readonly (readonly [RegExp, Writer])[] = [
  [/firstname|nickname$/, from(FIRST_NAMES)],
  [/middlename/, (random, ordinal) => from(FIRST_NAMES)(random, ordinal).charAt(0)],
  [/lastname|spousesname/, from(LAST_NAMES)],
  [/email|domainname/, email],
  [/phone|mobile|fax|pager|telephone/, phone],
  [/website|url$/, url],
  [/jobtitle/, from(TITLES)],
  [/_city$|^city$/, from(CITIES)],
  [/country$/, from(COUNTRIES)],
  [/postalcode|zip/, (random) => String(random.whole(10_000, 99_999))],
  [
    /_line1$|street/,
    (random, ordinal) => `${random.whole(1, 200)} ${from(STREETS)(random, ordinal)}`,
  ],
  [/number$|code$|_id$/, (random, ordinal) => `${random.whole(10, 99)}-${ordinal}`],
  [/companyname|^name$/, company],
]

const BY_FORMAT: Readonly<Record<string, readonly [RegExp, Writer] | undefined>> = {
  Email: [/^/, email],
  Phone: [/^/, phone],
  Url: [/^/, url],
  Json: [/^/, () => '{}'],
}
