import type { RowRef } from '../../src/index.ts'
import { emulator } from '../../src/testing/index.ts'
import { BareLoop, type BareRef } from './bare-loop.ts'
import { BARE_LEFT, BARE_LINK, BARE_RIGHT } from './bare-shapes.ts'
import { assertEqual, type Benchmark, type Round } from './harness.ts'
import { LEFT, RIGHT } from './tables.ts'

export const w5: Benchmark = {
  name: 'w5',
  question: '10 000 Associate, then Disassociate, over a many-to-many relationship, per second',
  measurements: () => [
    { name: '100 rows × 100 rows', unit: 'ops/s', base: bare, ours, ratio: 0.2 },
  ],
}

const ROWS = 100
const LINKS = ROWS * ROWS
const RELATIONSHIP = 'benchleft_benchright'
const TABLES = [LEFT, RIGHT]

async function ours(): Promise<Round> {
  const org = emulator({ tables: TABLES })
  const lefts: RowRef[] = []
  const rights: RowRef[] = []
  for (let i = 0; i < ROWS; i++) {
    lefts.push({ table: 'benchleft', id: await org.create('benchleft', { name: `Left ${i}` }) })
    rights.push({ table: 'benchright', id: await org.create('benchright', { name: `Right ${i}` }) })
  }
  let linked = 0
  return {
    operations: 2 * LINKS,
    async run() {
      for (const left of lefts) {
        for (const right of rights) await org.associate(left, RELATIONSHIP, right)
      }
      linked = org.contents().get('benchlink')?.length ?? 0
      for (const left of lefts) {
        for (const right of rights) await org.disassociate(left, RELATIONSHIP, right)
      }
    },
    check() {
      assertEqual('links between', linked, LINKS)
      assertEqual('links left', org.contents().has('benchlink'), false)
    },
  }
}

function bare(): Round {
  const org = new BareLoop([BARE_LEFT, BARE_RIGHT, BARE_LINK])
  const lefts: BareRef[] = []
  const rights: BareRef[] = []
  for (let i = 0; i < ROWS; i++) {
    lefts.push(['benchleft', org.create('benchleft', { name: `Left ${i}` })])
    rights.push(['benchright', org.create('benchright', { name: `Right ${i}` })])
  }
  let linked = 0
  return {
    operations: 2 * LINKS,
    run() {
      for (const left of lefts) {
        for (const right of rights) org.associate('benchlink', left, right)
      }
      linked = org.count('benchlink')
      for (const left of lefts) {
        for (const right of rights) org.disassociate('benchlink', left, right)
      }
    },
    check() {
      assertEqual('links between', linked, LINKS)
      assertEqual('links left', org.count('benchlink'), 0)
    },
  }
}
