import { Handler, PostOperation, type UpdateEvent } from '../../src/index.ts'
import { emulator } from '../../src/testing/index.ts'
import { BareLoop } from './bare-loop.ts'
import { BARE_CHILD, BARE_PARENT } from './bare-shapes.ts'
import { guid } from './guid.ts'
import { assertEqual, type Benchmark, type Measurement, type Side } from './harness.ts'
import { CHILD, PARENT } from './tables.ts'

export const w6: Benchmark = {
  name: 'w6',
  question: 'a PostOperation step updates rows through the service, then fails: all of it, ms',
  measurements: () => [
    ...[1, 100, 10_000].map((touched): Measurement => ({
      name: `${touched.toLocaleString('en')} rows touched`,
      unit: 'ms',
      base: bare(touched),
      ours: ours(touched, 10_000),
      ratio: 8,
    })),
    {
      name: 'the rollback of 10 000',
      unit: 'ms',
      baseName: 'its writes',
      base: ours(10_000, 10_000, ({ writing }) => writing),
      ours: ours(10_000, 10_000, ({ undoing }) => undoing),
      ratio: 1,
    },
    {
      name: '100 touched of 100 000',
      unit: 'ms',
      baseName: '100 of 1 000',
      base: ours(100, 1000),
      ours: ours(100, 100_000),
      ratio: 1.25,
    },
  ],
}

/** Rows touched in one round, about, so that short operations are measured often. */
const TOUCHES = 20_000
const TABLES = [PARENT, CHILD]

/** Milliseconds of one operation, as the step sees them. */
interface Parts {
  readonly writing: number
  readonly undoing: number
}
let stepEndedAt = 0

@Handler('benchparent')
class TouchAndFail {
  @PostOperation('Update', { columns: ['touch'] })
  async touch({ target, org, reject }: UpdateEvent<'benchparent'>) {
    const count = Number(target.touch)
    for (let i = 0; i < count; i++) await org.update('benchchild', guid('c', i), { quantity: 7 })
    stepEndedAt = performance.now()
    reject('never')
  }
}

function ours(touched: number, rows: number, part?: (parts: Parts) => number): Side {
  return () => {
    const parent = guid('a', 0)
    const org = emulator({
      tables: TABLES,
      handlers: [TouchAndFail],
      rows: [
        { table: 'benchparent', values: { benchparentid: parent, name: 'Parent' } },
        ...Array.from({ length: rows }, (_, i) => ({
          table: 'benchchild',
          values: { benchchildid: guid('c', i), name: 'Child', quantity: 1 },
        })),
      ],
    })
    const operations = operationsFor(touched)
    let failures = 0
    return {
      operations,
      async run() {
        let writing = 0
        let undoing = 0
        for (let i = 0; i < operations; i++) {
          const start = performance.now()
          await org.update('benchparent', parent, { touch: touched }).catch(() => failures++)
          writing += stepEndedAt - start
          undoing += performance.now() - stepEndedAt
        }
        return part?.({ writing: writing / operations, undoing: undoing / operations })
      },
      check() {
        assertEqual('failures', failures, operations)
        const changed = org
          .contents()
          .get('benchchild')
          ?.filter((row) => row['quantity'] !== 1)
        assertEqual('rows that stayed changed', changed?.length, 0)
        assertEqual('touch', org.peek('benchparent', parent)?.['touch'], null)
      },
    }
  }
}

function bare(touched: number): Side {
  return () => {
    const children: string[] = []
    const org = new BareLoop(
      [BARE_PARENT, BARE_CHILD],
      [
        {
          table: 'benchparent',
          message: 'Update',
          stage: 'PostOperation',
          columns: ['touch'],
          run({ target }) {
            const count = Number(target['touch'])
            for (let i = 0; i < count; i++)
              org.update('benchchild', children[i] ?? '', { quantity: 7 })
            throw new RangeError('never')
          },
        },
      ],
    )
    const parent = org.create('benchparent', { name: 'Parent' })
    for (let i = 0; i < 10_000; i++)
      children.push(org.create('benchchild', { name: 'Child', quantity: 1 }))
    const operations = operationsFor(touched)
    let failures = 0
    return {
      operations,
      run() {
        for (let i = 0; i < operations; i++) {
          try {
            org.update('benchparent', parent, { touch: touched })
          } catch {
            failures++
          }
        }
      },
      check() {
        assertEqual('failures', failures, operations)
        const changed = children.filter((id) => org.get('benchchild', id)?.['quantity'] !== 1)
        assertEqual('rows that stayed changed', changed.length, 0)
        assertEqual('touch', org.get('benchparent', parent)?.['touch'], null)
      },
    }
  }
}

function operationsFor(touched: number): number {
  return Math.max(2, Math.min(2000, Math.round(TOUCHES / touched)))
}
