import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(__dirname, '..')
/** The pages that are checked, and how many topics each has. */
const PAGES = [
  { file: 'docs/fidelity.md', count: 20 },
  { file: 'docs/fidelity-queries.md', count: 15 },
  { file: 'docs/fidelity-rows.md', count: 27 },
  { file: 'docs/fidelity-files.md', count: 6 },
  { file: 'docs/fidelity-relationships.md', count: 23 },
  { file: 'docs/fidelity-web-api.md', count: 31 },
  { file: 'docs/fidelity-clients.md', count: 13 },
] as const

const STATUSES = ['emulated', 'refused', 'not applicable', 'not yet'] as const
type Status = (typeof STATUSES)[number]

interface Entry {
  readonly number: string
  readonly statement: string
  readonly status: string
  /** The test that shows it, or why there is none. */
  readonly shownBy: string
  readonly cells: number
}

interface Topic {
  readonly number: number
  readonly intro: string
  readonly entries: readonly Entry[]
}

function topicsIn(page: string): readonly Topic[] {
  return page
    .split(/^## (?=\d+\. )/m)
    .slice(1)
    .map(topicIn)
}

function topicIn(text: string): Topic {
  const [heading = '', ...lines] = text.split('\n')
  const rows = lines.filter((line) => line.startsWith('|'))
  return {
    number: parseInt(heading, 10),
    intro: lines.slice(0, lines.indexOf(rows[0] ?? '')).join('\n'),
    // The first two are the head of the table.
    entries: rows.slice(2).map(entryIn),
  }
}

function entryIn(row: string): Entry {
  const cells = cellsOf(row)
  const [number = '', statement = '', status = '', shownBy = ''] = cells
  return { number, statement, status: status.replaceAll('`', ''), shownBy, cells: cells.length }
}

function cellsOf(row: string): readonly string[] {
  return row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
}

function isStatus(text: string): text is Status {
  return (STATUSES as readonly string[]).includes(text)
}

/** What a file says, each file read once; undefined where it is missing. */
const files = new Map<string, string | undefined>()
function textOf(file: string): string | undefined {
  if (!files.has(file)) {
    const path = join(root, file)
    files.set(file, existsSync(path) ? readFileSync(path, 'utf8') : undefined)
  }
  return files.get(file)
}

/** Which of the names in `shownBy` is not in the file it names; undefined: all are. */
function missingIn(shownBy: string): string | undefined {
  const [file = '', ...names] = shownBy.split(' › ')
  if (!/^test\/[\w/.-]+\.test\.ts$/.test(file)) return `no test file: ${shownBy}`
  const text = textOf(file)
  if (text === undefined) return `${file} is missing`
  if (names.length === 0) return `${file}: no test is named`
  return names.find((name) => !["'", '`', '"'].some((q) => text.includes(`${q}${name}${q}`)))
}

describe.each(PAGES)('$file', ({ file, count }) => {
  const page = readFileSync(join(root, file), 'utf8')
  const topics = topicsIn(page)
  const entries = topics.flatMap((topic) => topic.entries)

  test('every topic is there, in order, with its documentation', () => {
    expect(topics.map(({ number }) => number)).toEqual(
      Array.from({ length: count }, (_, index) => index + 1),
    )
    for (const { intro, entries: own } of topics) {
      expect(intro).toMatch(/\(https:\/\/learn\.microsoft\.com\/[^)]+\)/)
      expect(own.length).toBeGreaterThan(0)
    }
  })

  test('the statements of a topic are numbered without a gap', () => {
    for (const { number, entries: own } of topics) {
      expect(own.map((entry) => entry.number)).toEqual(
        own.map((_, index) => `${number}.${index + 1}`),
      )
    }
  })

  test('every statement has a status', () => {
    expect(entries.filter(({ cells }) => cells !== 4)).toEqual([])
    expect(entries.filter(({ status }) => !isStatus(status))).toEqual([])
    expect(entries.filter(({ statement }) => statement === '')).toEqual([])
  })

  test('what is emulated or refused names a test that is there', () => {
    const shown = entries.filter(({ status }) => status === 'emulated' || status === 'refused')

    const missing = shown.flatMap(({ number, shownBy }) => {
      const name = missingIn(shownBy)
      return name === undefined ? [] : [`${number}: ${name}`]
    })

    expect(missing).toEqual([])
  })

  test('what is not emulated says why, or what happens instead', () => {
    const others = entries.filter(({ status }) => status.startsWith('not '))

    expect(others.filter(({ shownBy }) => shownBy === '' || shownBy.startsWith('test/'))).toEqual(
      [],
    )
  })

  test('the counts on top are those of the rows', () => {
    const [top = ''] = page.split('## Topics')
    const told = new Map(
      [...top.matchAll(/^\| `([\w ]+)` \| +(\d+) \|/gm)].map(([, status, count]) => [
        status,
        Number(count),
      ]),
    )
    const total = /^\| +\| +(\d+) \|/m.exec(top)?.[1]

    expect(told).toEqual(
      new Map(
        STATUSES.map((status) => [
          status,
          entries.filter((entry) => entry.status === status).length,
        ]),
      ),
    )
    expect(Number(total)).toBe(entries.length)
  })

  test('the list of topics tells how many rows each has, and how many are not yet emulated', () => {
    const listed = [...page.matchAll(/^(\d+)\. \[.*\): (\d+) rows(?:, (\d+) not yet)?$/gm)]

    expect(listed.map(([, number, rows, open = '0']) => [number, rows, open].map(Number))).toEqual(
      topics.map(({ number, entries: own }) => [
        number,
        own.length,
        own.filter(({ status }) => status === 'not yet').length,
      ]),
    )
  })
})
