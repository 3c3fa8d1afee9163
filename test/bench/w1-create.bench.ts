import { Handler, PostOperation, PreOperation, PreValidation } from '../../src/index.ts'
import { emulator } from '../../src/testing/index.ts'
import { BareLoop, type BareStep } from './bare-loop.ts'
import { BARE_SMALL } from './bare-shapes.ts'
import { assertEqual, type Benchmark, type Side } from './harness.ts'
import { SMALL, SMALL_VALUES } from './tables.ts'

export const w1: Benchmark = {
  name: 'w1',
  question:
    'Create of a small row with 0, 1, 5 and 20 synchronous steps that do nothing, per second',
  measurements: () =>
    [0, 1, 5, 20].map((count) => ({
      name: `${count} steps`,
      unit: 'ops/s',
      base: bare(count),
      ours: ours(count),
      ratio: 0.2,
    })),
}

const OPERATIONS = 50_000
const TABLES = [SMALL]
let calls = 0

function ours(count: number): Side {
  return () => {
    const org = emulator({
      tables: TABLES,
      handlers: count === 0 ? [] : [HANDLERS[count] ?? Twenty],
    })
    let last = ''
    calls = 0
    return {
      operations: OPERATIONS,
      async run() {
        for (let i = 0; i < OPERATIONS; i++) last = await org.create('benchsmall', SMALL_VALUES)
      },
      async check() {
        assertEqual('steps that ran', calls, OPERATIONS * count)
        assertEqual('rows', org.contents().get('benchsmall')?.length, OPERATIONS)
        assertEqual('quantity', (await org.retrieve('benchsmall', last)).quantity, 42)
      },
    }
  }
}

function bare(count: number): Side {
  return () => {
    const org = new BareLoop([BARE_SMALL], STAGES.slice(0, count).map(bareStep))
    let last = ''
    calls = 0
    return {
      operations: OPERATIONS,
      run() {
        for (let i = 0; i < OPERATIONS; i++) last = org.create('benchsmall', SMALL_VALUES)
      },
      check() {
        assertEqual('steps that ran', calls, OPERATIONS * count)
        assertEqual('rows', org.count('benchsmall'), OPERATIONS)
        assertEqual('quantity', org.get('benchsmall', last)?.['quantity'], 42)
      },
    }
  }
}

function bareStep(stage: BareStep['stage']): BareStep {
  return { table: 'benchsmall', message: 'Create', stage, run: count }
}

function count(): void {
  calls++
}

/** The stages of the twenty steps, in the order in which Twenty has them. */
const STAGES: readonly BareStep['stage'][] = [
  'PreOperation',
  ...(['PreValidation', 'PreOperation', 'PostOperation', 'PostOperation'] as const),
  ...Array<BareStep['stage']>(7).fill('PreOperation'),
  ...Array<BareStep['stage']>(8).fill('PostOperation'),
]

@Handler('benchsmall')
class One {
  @PreOperation('Create') a() {
    count()
  }
}

@Handler('benchsmall')
class Five extends One {
  @PreValidation('Create') b() {
    count()
  }
  @PreOperation('Create') c() {
    count()
  }
  @PostOperation('Create') d() {
    count()
  }
  @PostOperation('Create') e() {
    count()
  }
}

@Handler('benchsmall')
class Twenty extends Five {
  @PreOperation('Create') f() {
    count()
  }
  @PreOperation('Create') g() {
    count()
  }
  @PreOperation('Create') h() {
    count()
  }
  @PreOperation('Create') i() {
    count()
  }
  @PreOperation('Create') j() {
    count()
  }
  @PreOperation('Create') k() {
    count()
  }
  @PreOperation('Create') l() {
    count()
  }
  @PostOperation('Create') m() {
    count()
  }
  @PostOperation('Create') n() {
    count()
  }
  @PostOperation('Create') o() {
    count()
  }
  @PostOperation('Create') p() {
    count()
  }
  @PostOperation('Create') q() {
    count()
  }
  @PostOperation('Create') r() {
    count()
  }
  @PostOperation('Create') s() {
    count()
  }
  @PostOperation('Create') t() {
    count()
  }
}

const HANDLERS: Readonly<Record<number, typeof One>> = { 1: One, 5: Five, 20: Twenty }
