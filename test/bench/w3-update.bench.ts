import { Handler, PostOperation, type UpdateEvent } from '../../src/index.ts'
import { emulator } from '../../src/testing/index.ts'
import { BareLoop, type BareStep } from './bare-loop.ts'
import { BARE_SMALL } from './bare-shapes.ts'
import { assertEqual, type Benchmark, type Round } from './harness.ts'
import { SMALL, SMALL_VALUES } from './tables.ts'

export const w3: Benchmark = {
  name: 'w3',
  question:
    'Update with a step on the column, with pre-image and post-image, and one on another, per second',
  measurements: () => [{ name: 'one column', unit: 'ops/s', base: bare, ours, ratio: 1 / 6 }],
}

const OPERATIONS = 50_000
const ROWS = 1000
const TABLES = [SMALL]
/** Sum of what the images say changed: wrong when an image is. */
let added = 0
let others = 0

@Handler('benchsmall')
class Watch {
  @PostOperation('Update', {
    columns: ['quantity'],
    preImage: ['name', 'quantity'],
    postImage: ['quantity', 'modifiedon'],
  })
  quantity({
    preImage,
    postImage,
  }: UpdateEvent<
    'benchsmall',
    { preImage: 'name' | 'quantity'; postImage: 'quantity' | 'modifiedon' }
  >) {
    added += Number(postImage.quantity) - Number(preImage.quantity)
  }

  @PostOperation('Update', { columns: ['isactive'] })
  activity() {
    others++
  }
}

async function ours(): Promise<Round> {
  const org = emulator({ tables: TABLES, handlers: [Watch] })
  const ids: string[] = []
  for (let i = 0; i < ROWS; i++) ids.push(await org.create('benchsmall', SMALL_VALUES))
  added = others = 0
  return {
    operations: OPERATIONS,
    async run() {
      for (let i = 0; i < OPERATIONS; i++) {
        await org.update('benchsmall', ids[i % ROWS] ?? '', { quantity: i })
      }
    },
    async check() {
      const { quantity } = await org.retrieve('benchsmall', ids[ROWS - 1] ?? '')
      checkAnswer(quantity)
    },
  }
}

function bare(): Round {
  const org = new BareLoop([BARE_SMALL], STEPS)
  const ids: string[] = []
  for (let i = 0; i < ROWS; i++) ids.push(org.create('benchsmall', SMALL_VALUES))
  added = others = 0
  return {
    operations: OPERATIONS,
    run() {
      for (let i = 0; i < OPERATIONS; i++)
        org.update('benchsmall', ids[i % ROWS] ?? '', { quantity: i })
    },
    check() {
      checkAnswer(org.get('benchsmall', ids[ROWS - 1] ?? '')?.['quantity'])
    },
  }
}

const STEPS: readonly BareStep[] = [
  {
    table: 'benchsmall',
    message: 'Update',
    stage: 'PostOperation',
    columns: ['quantity'],
    preImage: ['name', 'quantity'],
    postImage: ['quantity', 'modifiedon'],
    run({ preImage, postImage }) {
      added += Number(postImage?.['quantity']) - Number(preImage?.['quantity'])
    },
  },
  {
    table: 'benchsmall',
    message: 'Update',
    stage: 'PostOperation',
    columns: ['isactive'],
    run() {
      others++
    },
  },
]

function checkAnswer(lastQuantity: unknown): void {
  assertEqual('quantity', lastQuantity, OPERATIONS - 1)
  let expected = 0
  for (let i = OPERATIONS - ROWS; i < OPERATIONS; i++)
    expected += i - Number(SMALL_VALUES['quantity'])
  assertEqual('sum of the changes', added, expected)
  assertEqual('steps on other columns', others, 0)
}
