import { emulator } from '../../src/testing/index.ts'
import { BareLoop } from './bare-loop.ts'
import { BARE_PARENT_OF_WIDE, BARE_WIDE } from './bare-shapes.ts'
import { assertEqual, collectGarbage, type Benchmark, type Round } from './harness.ts'
import { PARENT, SMALL, WIDE, wideValues } from './tables.ts'

export const w10: Benchmark = {
  name: 'w10',
  question: 'memory of a row of 20 columns among 1 000 000, indexes included, bytes',
  obstacle: () =>
    globalThis.gc === undefined
      ? 'memory is measured after collection: node --expose-gc.'
      : undefined,
  measurements: () => [{ name: 'per row', unit: 'bytes', base: bare, ours, ratio: 1.5, rounds: 1 }],
}

const ROWS = 1_000_000
const PARENTS = 1000
const TABLES = [SMALL, PARENT, WIDE]

async function ours(): Promise<Round> {
  const org = emulator({ tables: TABLES })
  const parents: string[] = []
  for (let i = 0; i < PARENTS; i++)
    parents.push(await org.create('benchparent', { name: `Parent ${i}` }))
  return {
    operations: ROWS,
    async run() {
      const before = heapBytes()
      for (let i = 0; i < ROWS; i++) {
        await org.create(
          'benchwide',
          wideValues(i, parents[i % PARENTS] ?? '', parents[i % 97] ?? ''),
        )
      }
      // Follows both lookups, so that their indexes are there.
      await org.delete('benchparent', await org.create('benchparent', { name: 'Childless' }))
      return (heapBytes() - before) / ROWS
    },
    check() {
      assertEqual('rows', org.contents().get('benchwide')?.length, ROWS)
    },
  }
}

function bare(): Round {
  const org = new BareLoop([BARE_PARENT_OF_WIDE, BARE_WIDE])
  const parents: string[] = []
  for (let i = 0; i < PARENTS; i++) parents.push(org.create('benchparent', { name: `Parent ${i}` }))
  return {
    operations: ROWS,
    run() {
      const before = heapBytes()
      for (let i = 0; i < ROWS; i++) {
        org.create('benchwide', wideValues(i, parents[i % PARENTS] ?? '', parents[i % 97] ?? ''))
      }
      return (heapBytes() - before) / ROWS
    },
    check() {
      assertEqual('rows', org.count('benchwide'), ROWS)
    },
  }
}

function heapBytes(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
