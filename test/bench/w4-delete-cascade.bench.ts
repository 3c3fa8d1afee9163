import { Handler, PostOperation } from '../../src/index.ts'
import type { NewRow } from '../../src/testing/index.ts'
import { emulator } from '../../src/testing/index.ts'
import { BareLoop, type BareStep } from './bare-loop.ts'
import { BARE_CHILD, BARE_PARENT } from './bare-shapes.ts'
import { assertEqual, type Benchmark, type Measurement, type Side } from './harness.ts'
import { guid } from './guid.ts'
import { CHILD, PARENT } from './tables.ts'

export const w4: Benchmark = {
  name: 'w4',
  question:
    "Delete of a parent with its children, with and without a step on the child's Delete, ms",
  measurements: () => [
    ...SIZES.flatMap((size) => [measurement(size, true), measurement(size, false)]),
    {
      name: '100,000 children',
      unit: 'ms',
      baseName: '10,000 children',
      base: ours({ children: 10_000, parents: 1, ratio: 0 }, true),
      ours: ours({ children: 100_000, parents: 1, ratio: 0 }, true),
      // Linear, with room for what no longer fits the processor's caches.
      ratio: 12,
    },
  ],
}

interface Size {
  readonly children: number
  readonly parents: number
  readonly ratio: number
}
const SIZES: readonly Size[] = [
  { children: 10, parents: 6000, ratio: 5 },
  { children: 1000, parents: 60, ratio: 5 },
  { children: 100_000, parents: 1, ratio: 4 },
]
const TABLES = [PARENT, CHILD]
let calls = 0

@Handler('benchchild')
class Watch {
  @PostOperation('Delete') deleted() {
    calls++
  }
}

function measurement(size: Size, hasStep: boolean): Measurement {
  return {
    name: `${size.children.toLocaleString('en')} children, ${hasStep ? 'with' : 'without'} a step`,
    unit: 'ms',
    base: bare(size, hasStep),
    ours: ours(size, hasStep),
    ratio: size.ratio,
    rounds: size.children > 10_000 ? 3 : 7,
  }
}

function ours({ children, parents }: Size, hasStep: boolean): Side {
  return async () => {
    const rows: NewRow[] = []
    const ids = parentIds(parents)
    for (const [at, id] of ids.entries()) {
      rows.push({ table: 'benchparent', values: { benchparentid: id, name: 'Parent' } })
      for (let i = 0; i < children; i++) {
        rows.push({
          table: 'benchchild',
          values: {
            benchchildid: guid('c', at * children + i),
            name: 'Child',
            quantity: i,
            parentid: { table: 'benchparent', id },
          },
        })
      }
    }
    const org = emulator({ tables: TABLES, handlers: hasStep ? [Watch] : [], rows })
    // The index on a lookup is built when it is first followed: by whoever comes first, once.
    await org.delete('benchparent', await org.create('benchparent', { name: 'Childless' }))
    calls = 0
    return {
      operations: parents,
      async run() {
        for (const id of ids) await org.delete('benchparent', id)
      },
      check() {
        assertEqual('parents left', org.contents().has('benchparent'), false)
        assertEqual('children left', org.contents().has('benchchild'), false)
        assertEqual('steps that ran', calls, hasStep ? parents * children : 0)
      },
    }
  }
}

function bare({ children, parents }: Size, hasStep: boolean): Side {
  return () => {
    const org = new BareLoop([BARE_PARENT, BARE_CHILD], hasStep ? [STEP] : [])
    const ids = parentIds(parents).map(() => org.create('benchparent', { name: 'Parent' }))
    for (const id of ids) {
      for (let i = 0; i < children; i++) {
        org.create('benchchild', {
          name: 'Child',
          quantity: i,
          parentid: { table: 'benchparent', id },
        })
      }
    }
    calls = 0
    return {
      operations: parents,
      run() {
        for (const id of ids) org.delete('benchparent', id)
      },
      check() {
        assertEqual('parents left', org.count('benchparent'), 0)
        assertEqual('children left', org.count('benchchild'), 0)
        assertEqual('steps that ran', calls, hasStep ? parents * children : 0)
      },
    }
  }
}

const STEP: BareStep = {
  table: 'benchchild',
  message: 'Delete',
  stage: 'PostOperation',
  run() {
    calls++
  },
}

function parentIds(count: number): string[] {
  return Array.from({ length: count }, (_, i) => guid('a', i))
}
