import fc from 'fast-check'
import { placeFirst } from '../../src/query/place-first.ts'

const ascending = (a: number, b: number) => a - b

test('the smallest items between two places come first, the others stay where they are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 })),
      fc.nat(),
      fc.nat(),
      fc.nat(),
      (items, a, b, some) => {
        const [low = 0, high = 0] = [a, b].map((at) => at % (items.length + 1)).sort(ascending)
        const count = some % (high - low + 1)
        const placed = [...items]

        placeFirst(placed, { low, high, count }, ascending)

        const expected = items.slice(low, high).sort(ascending)
        expect(placed.slice(low, low + count).sort(ascending)).toEqual(expected.slice(0, count))
        expect(placed.slice(low + count, high).sort(ascending)).toEqual(expected.slice(count))
        expect([placed.slice(0, low), placed.slice(high)]).toEqual([
          items.slice(0, low),
          items.slice(high),
        ])
      },
    ),
  )
})

test('items in order, either way, take no more comparisons than scattered ones', () => {
  const count = 100_000
  for (const item of [
    (at: number) => at,
    (at: number) => -at,
    (at: number) => (at * 7919) % 10_007,
  ]) {
    let comparisons = 0
    const items = Array.from({ length: count }, (_, at) => item(at))

    placeFirst(items, { low: 0, high: count, count: 50 }, (a, b) => {
      comparisons++
      return a - b
    })

    expect(comparisons).toBeLessThan(20 * count)
  }
})
