import { transfersOf, type Upload } from '../../src/messages/files/transfers.ts'
import type { Runtime } from '../../src/pipeline/runtime.ts'

const USER = '11111111-0000-4000-8000-000000000000'
/** One block stands for many, so that the test needs no memory. */
const BLOCK = new Uint8Array(4 * 1024 * 1024)
const GIGABYTE = 256

function transfers() {
  // Transfers are of a runtime; they ask nothing of it.
  const all = transfersOf({} as Runtime)
  const begin = () =>
    all.beginUpload({
      userId: USER,
      kind: 'File',
      target: { table: 'account', id: USER },
      column: 'file',
      fileName: 'a',
      maxSize: Number.MAX_SAFE_INTEGER,
    })
  const isKnown = (token: string) => {
    try {
      all.upload(token, USER)
      return true
    } catch {
      return false
    }
  }
  const fill = (upload: Upload, blocks: number) => {
    for (let i = 0; i < blocks; i++) all.addBlock(upload, `${upload.blocks.size}`, BLOCK)
  }
  return { all, begin, isKnown, fill }
}

test('of uploads that nobody ends the oldest are forgotten', () => {
  const { begin, isKnown } = transfers()

  const tokens = Array.from({ length: 102 }, begin)

  expect(tokens.filter((token) => !isKnown(token))).toEqual(tokens.slice(0, 2))
})

test('uploads that together hold too much are forgotten, but not the one that is sent', () => {
  const { all, begin, isKnown, fill } = transfers()
  const [old, newer, present] = [begin(), begin(), begin()]

  fill(all.upload(old, USER), GIGABYTE / 2)
  fill(all.upload(newer, USER), GIGABYTE / 2)
  const before = [old, newer, present].map(isKnown)
  fill(all.upload(present, USER), 1)
  const after = [old, newer, present].map(isKnown)
  fill(all.upload(present, USER), GIGABYTE)

  expect([before, after]).toEqual([
    [true, true, true],
    [false, true, true],
  ])
  expect([old, newer, present].map(isKnown)).toEqual([false, false, true])
})

test('a block that takes the place of another does not count twice', () => {
  const { all, begin } = transfers()
  const upload = all.upload(begin(), USER)

  all.addBlock(upload, 'a', BLOCK)
  all.addBlock(upload, 'a', BLOCK.subarray(0, 10))

  expect(upload.size).toBe(10)
})
