import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { watchFolders } from '../../src/cli/start/watch-folders.ts'

/** Longer than a change is waited for. */
const MOMENT_MS = 250
/** How long a change may take to be told of on a busy machine. */
const PATIENCE_MS = 4_000

let folder: string
let changes: number
let stop: () => void

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-test-'))
  mkdirSync(join(folder, 'below'))
  writeFileSync(join(folder, 'orders.ts'), '1')
  changes = 0
  stop = watchFolders([folder, join(folder, 'absent')], () => changes++)
})
afterEach(() => {
  stop()
  rmSync(folder, { recursive: true, force: true })
})

async function tells(change: () => void): Promise<boolean> {
  const before = changes
  const end = Date.now() + PATIENCE_MS
  change()
  while (changes === before && Date.now() < end) await delay(10)
  // What belongs to the same change is not taken for the next one.
  await delay(MOMENT_MS)
  return changes > before
}

async function tellsNothing(change: () => void): Promise<boolean> {
  const before = changes
  change()
  await delay(MOMENT_MS)
  return changes === before
}

const write = (name: string) => () => writeFileSync(join(folder, name), String(Math.random()))

/** As editors save: another file takes the place of the old one. */
const replace = (name: string) => () => {
  write(`${name}.new`)()
  renameSync(join(folder, `${name}.new`), join(folder, name))
}

test('a file is told of after it was replaced, each time it changes', async () => {
  expect(await tells(write('orders.ts'))).toBe(true)
  expect(await tells(replace('orders.ts'))).toBe(true)
  expect(await tells(write('orders.ts'))).toBe(true)
  expect(await tells(replace('orders.ts'))).toBe(true)
  expect(await tells(() => rmSync(join(folder, 'orders.ts')))).toBe(true)
  expect(await tells(write('orders.ts'))).toBe(true)
})

test('files in folders below are told of, those of new folders and of folders that came back too', async () => {
  expect(await tells(write('below/a.ts'))).toBe(true)
  expect(await tells(() => mkdirSync(join(folder, 'later/deep'), { recursive: true }))).toBe(true)
  expect(await tells(write('later/deep/b.ts'))).toBe(true)
  expect(await tells(() => rmSync(join(folder, 'later'), { recursive: true }))).toBe(true)
  expect(await tells(() => mkdirSync(join(folder, 'later')))).toBe(true)
  expect(await tells(write('later/b.ts'))).toBe(true)
})

test('several changes at once are told once', async () => {
  write('a.ts')()
  write('b.ts')()
  replace('orders.ts')()
  await delay(MOMENT_MS)

  expect(changes).toBe(1)
})

test('hidden files and node_modules are not told of', async () => {
  expect(await tellsNothing(write('.orders.ts.swp'))).toBe(true)
  expect(await tellsNothing(() => mkdirSync(join(folder, 'node_modules')))).toBe(true)
  expect(await tellsNothing(write('node_modules/x.js'))).toBe(true)
})

test('nothing is told once it has ended', async () => {
  stop()

  expect(await tellsNothing(write('orders.ts'))).toBe(true)
})
