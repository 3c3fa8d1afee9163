import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CODES, hexCode, type ErrorCode } from '../../src/errors/codes.ts'
import { STATUS_CODES } from '../../src/web-api/status-codes.ts'

const ROOT = join(__dirname, '..', '..')
const CODE_NAMES = Object.keys(CODES) as readonly ErrorCode[]

const text = (path: string) => readFileSync(join(ROOT, path), 'utf8')

interface DocumentedCode {
  readonly group: string
  readonly code: string
  readonly number: string
  readonly status: string
  readonly raised: string
  readonly advice: string
}

const page: readonly DocumentedCode[] = text('docs/errors.md')
  .split(/^## /m)
  .slice(1)
  .flatMap((section) => {
    const [group = '', ...lines] = section.split('\n')
    return lines
      .filter((line) => line.startsWith('| `'))
      .map((line) => {
        const cells = line.split('|').map((cell) => cell.trim())
        const [, code = '', number = '', status = '', raised = '', advice = ''] = cells
        return { group, code: code.replaceAll('`', ''), number, status, raised, advice }
      })
  })

describe('the page of errors', () => {
  test('has a row for every code, in the order of codes.ts, and for no other', () => {
    expect(page.map(({ code }) => code)).toEqual(CODE_NAMES)
  })

  test('puts the codes in the groups of codes.ts', () => {
    const groups = new Map<string, string>()
    let group = ''
    for (const line of text('src/errors/codes.ts').split('\n')) {
      group = /^ {2}\/\/ (.+)$/.exec(line)?.[1] ?? group
      const code = /^ {2}([A-Z_]+):/.exec(line)?.[1]
      if (code !== undefined) groups.set(code, group)
    }

    for (const { code, group: heading } of page) {
      expect([code, heading.toLowerCase()]).toEqual([code, groups.get(code)?.toLowerCase()])
    }
  })

  test('tells the numbers and statuses of the source', () => {
    expect(page.map(({ code, number, status }) => [code, number, status])).toEqual(
      CODE_NAMES.map((code) => [code, hexCode(code) ?? '–', String(STATUS_CODES[code])]),
    )
  })

  test('says of each code in one sentence when it is raised and in one what to do', () => {
    for (const { code, raised, advice } of page) {
      expect([code, raised]).toEqual([code, expect.stringMatching(/^[A-Z`].+\.$/)])
      expect([code, advice]).toEqual([code, expect.stringMatching(/^[A-Z`].+\.$/)])
    }
  })
})

test('every code is raised somewhere', () => {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/errors.codes\.ts$|status-codes\.ts$/.test(name))
    .map((name) => text(join('src', name)))
  const named = new Set(sources.flatMap((source) => source.match(/'[A-Z_]+'/g) ?? []))

  expect(CODE_NAMES.filter((code) => !named.has(`'${code}'`))).toEqual([])
})

test('a number is what the platform’s own numbers are: an unsigned HRESULT that says failure', () => {
  for (const code of CODE_NAMES) {
    const number: number | null = CODES[code]
    if (number !== null) expect(number >>> 16 >= 0x8004).toBe(true)
  }
})

test('hexCode prints a number as the Web API does, and nothing for a code of ours alone', () => {
  expect(hexCode('ROW_NOT_FOUND')).toBe('0x80040217')
  expect(hexCode('STEP_INVALID')).toBeUndefined()
})
