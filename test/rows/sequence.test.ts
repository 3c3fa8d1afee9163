import fc from 'fast-check'
import { isPromise } from '../../src/rows/awaitable.ts'
import { inSequence, settled, type Sequence } from '../../src/rows/sequence.ts'

function* sum(values: readonly (number | Promise<number>)[]): Sequence<number> {
  let total = 0
  for (const value of values) total += yield* settled(value)
  return total
}

test('answers at once where nothing was a promise', () => {
  expect(inSequence(sum([1, 2, 3]))).toBe(6)
})

test('comes to the same whatever is a promise of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.integer(), fc.boolean())), async (parts) => {
      const values = parts.map(([value, isLater]) => (isLater ? Promise.resolve(value) : value))

      const answer = inSequence(sum(values))

      expect(isPromise(answer)).toBe(parts.some(([, isLater]) => isLater))
      expect(await answer).toBe(parts.reduce((total, [value]) => total + value, 0))
    }),
  )
})

test('a promise that is refused is thrown where it was waited for', async () => {
  function* caught(): Sequence<string> {
    try {
      yield* settled(Promise.reject(new RangeError('no')))
    } catch (error) {
      return `caught ${String(error)}`
    }
    return 'went on'
  }

  expect(await inSequence(caught())).toBe('caught RangeError: no')
  await expect(inSequence(sum([1, Promise.reject(new RangeError('no'))]))).rejects.toThrow('no')
})
