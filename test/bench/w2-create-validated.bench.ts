import { emulator } from '../../src/testing/index.ts'
import type { Values } from '../../src/rows/value.ts'
import { BareLoop } from './bare-loop.ts'
import { BARE_PARENT_OF_WIDE, BARE_WIDE } from './bare-shapes.ts'
import { assertEqual, type Benchmark, type Round } from './harness.ts'
import { BAD_VALUES, PARENT, SMALL, WIDE, wideValues } from './tables.ts'

export const w2: Benchmark = {
  name: 'w2',
  question: 'Create of a row of 20 columns, every one given and validated, per second',
  measurements: () => [{ name: '20 columns', unit: 'ops/s', base: bare, ours, ratio: 0.5 }],
}

const OPERATIONS = 20_000
const PARENTS = 1000
const TABLES = [SMALL, PARENT, WIDE]

async function ours(): Promise<Round> {
  const org = emulator({ tables: TABLES })
  const parents: string[] = []
  for (let i = 0; i < PARENTS; i++)
    parents.push(await org.create('benchparent', { name: `Parent ${i}` }))
  const payloads = payloadsFor(parents)
  return {
    operations: OPERATIONS,
    async run() {
      for (const payload of payloads) await org.create('benchwide', payload)
    },
    async check() {
      const before = org.contents().get('benchwide') ?? []
      assertEqual('rows', before.length, OPERATIONS)
      assertEqual('price', before[7]?.['price'], 199.95)
      for (const [fault, values] of Object.entries(BAD_VALUES)) {
        const refused = await org.create('benchwide', { ...payloads[0], ...values }).then(
          () => false,
          () => true,
        )
        assertEqual(`refusal of ${fault}`, refused, true)
      }
      assertEqual('rows after the refusals', org.contents().get('benchwide')?.length, OPERATIONS)
    },
  }
}

function bare(): Round {
  const org = new BareLoop([BARE_PARENT_OF_WIDE, BARE_WIDE])
  const parents: string[] = []
  for (let i = 0; i < PARENTS; i++) parents.push(org.create('benchparent', { name: `Parent ${i}` }))
  const payloads = payloadsFor(parents)
  let last = ''
  return {
    operations: OPERATIONS,
    run() {
      for (const payload of payloads) last = org.create('benchwide', payload)
    },
    check() {
      assertEqual('rows', org.count('benchwide'), OPERATIONS)
      assertEqual('price', org.get('benchwide', last)?.['price'], 199.95)
      for (const [fault, values] of Object.entries(BAD_VALUES)) {
        let refused = false
        try {
          org.create('benchwide', { ...payloads[0], ...values })
        } catch {
          refused = true
        }
        assertEqual(`refusal of ${fault}`, refused, true)
      }
      assertEqual('rows after the refusals', org.count('benchwide'), OPERATIONS)
    },
  }
}

/** As a client sends them: each an object of its own. */
function payloadsFor(parents: readonly string[]): Values[] {
  return Array.from({ length: OPERATIONS }, (_, i) =>
    wideValues(i, parents[i % PARENTS] ?? '', parents[(i * 7) % PARENTS] ?? ''),
  )
}
