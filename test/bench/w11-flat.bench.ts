import { Handler, PostOperation } from '../../src/index.ts'
import { emulator } from '../../src/testing/index.ts'
import { guid } from './guid.ts'
import { assertEqual, type Benchmark, type Measurement, type Side } from './harness.ts'
import { PARENT, SMALL, SMALL_VALUES } from './tables.ts'

export const w11: Benchmark = {
  name: 'w11',
  question:
    'Create, whatever the organization holds and whatever steps stand elsewhere, per second',
  measurements: () => [
    ...[10_000, 100_000, 1_000_000].map((rows): Measurement => ({
      name: `${rows.toLocaleString('en')} rows`,
      unit: 'ops/s',
      baseName: '1,000 rows',
      base: ours(1000, 1),
      ours: ours(rows, 1),
      ratio: FLAT,
      rounds: rows > 100_000 ? 5 : 7,
    })),
    {
      name: '1,000,000 rows',
      unit: 'ops/s',
      baseName: '100 rows',
      base: ours(100, 1),
      ours: ours(1_000_000, 1),
      ratio: FLAT,
      rounds: 5,
    },
    ...[10, 100, 1000, 10_000].map((steps): Measurement => ({
      name: `${steps.toLocaleString('en')} steps elsewhere`,
      unit: 'ops/s',
      baseName: '1 step elsewhere',
      base: ours(1000, 1),
      ours: ours(1000, steps),
      ratio: FLAT,
    })),
  ],
}

const FLAT = 0.85
const OPERATIONS = 20_000
const TABLES = [SMALL, PARENT]

function ours(rows: number, steps: number): Side {
  return () => {
    const org = emulator({
      tables: TABLES,
      handlers: Array.from({ length: steps }, elsewhere),
      rows: Array.from({ length: rows }, (_, i) => ({
        table: 'benchsmall',
        values: { ...SMALL_VALUES, benchsmallid: guid('a', i) },
      })),
    })
    return {
      operations: OPERATIONS,
      async run() {
        for (let i = 0; i < OPERATIONS; i++) await org.create('benchsmall', SMALL_VALUES)
      },
      check() {
        assertEqual('rows', org.contents().get('benchsmall')?.length, rows + OPERATIONS)
      },
    }
  }
}

function elsewhere(_: unknown, index: number) {
  @Handler('benchparent')
  class Elsewhere {
    @PostOperation('Create') look() {
      return undefined
    }
  }
  // Errors and registrations call a step by its class, so no two may have the same name.
  return Object.defineProperty(Elsewhere, 'name', { value: `Elsewhere${index}` })
}
