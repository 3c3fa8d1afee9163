import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { image, step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const at = { table: 'contact', message: 'UpdateMultiple' } as const

async function two(org: ReturnType<typeof emulator>) {
  const a = await org.create('contact', { lastname: 'Diaz' })
  const b = await org.create('contact', { lastname: 'Ito' })
  const targets = [
    { id: a, values: { jobtitle: 'Cook' } },
    { id: b, values: { firstname: 'Ken' } },
  ]
  return { a, b, request: { table: 'contact', targets } }
}

test('UpdateMultiple updates each row with its own columns', async () => {
  const org = emulator({ tables })
  const { a, b, request } = await two(org)

  await org.execute('UpdateMultiple', request)

  expect(org.peek('contact', a)).toMatchObject({ lastname: 'Diaz', jobtitle: 'Cook' })
  expect(org.peek('contact', b)).toMatchObject({ lastname: 'Ito', firstname: 'Ken' })
})

test('its steps run once and those of Update for every row; images are lists in the order of Targets', async () => {
  const seen: unknown[] = []
  const images = { preImages: image(['fullname']), postImages: image(['fullname']) }
  const org = emulator({
    tables,
    steps: [
      step(
        { ...at, stage: 40, ...images },
        ({ context, rows }) =>
          void seen.push(
            context.PreEntityImagesCollection?.map(({ image }) => image?.Attributes),
            rows.map(({ preImage, postImage }) => [preImage['fullname'], postImage['fullname']]),
          ),
      ),
      step({ ...at, message: 'Update', stage: 40 }, ({ id }) => void seen.push(id)),
    ],
  })
  const { a, b, request } = await two(org)

  await org.execute('UpdateMultiple', request)

  expect(seen).toEqual([
    [{ fullname: 'Diaz' }, { fullname: 'Ito' }],
    [
      ['Diaz', 'Diaz'],
      ['Ito', 'Ken Ito'],
    ],
    a,
    b,
  ])
})

test('a filtering step runs when any target holds one of its columns', async () => {
  const filtered = jest.fn()
  const other = jest.fn()
  const org = emulator({
    tables,
    steps: [
      step({ ...at, columns: ['firstname'] }, filtered),
      step({ ...at, columns: ['middlename'] }, other),
    ],
  })
  const { request } = await two(org)

  await org.execute('UpdateMultiple', request)

  expect(filtered).toHaveBeenCalledTimes(1)
  expect(other).not.toHaveBeenCalled()
})

test('an Update runs its steps with one target, and its images', async () => {
  const seen: unknown[] = []
  const org = emulator({
    tables,
    steps: [
      step(
        { ...at, stage: 40, preImages: image(['jobtitle']) },
        ({ rows }) =>
          void seen.push(
            rows.map(({ id, target, preImage }) => [id, target['jobtitle'], preImage]),
          ),
      ),
    ],
  })
  const { a } = await two(org)

  await org.update('contact', a, { jobtitle: 'Cook' })

  expect(seen).toEqual([[[a, 'Cook', { jobtitle: null }]]])
})

test('a step of it sets columns of a single Update', async () => {
  const org = emulator({
    tables,
    steps: [
      step({ ...at, writes: ['description'] }, ({ rows }) => {
        for (const { target } of rows) target['description'] = 'seen'
      }),
    ],
  })
  const { a } = await two(org)

  await org.update('contact', a, { jobtitle: 'Cook' })

  expect(org.peek('contact', a)).toMatchObject({ jobtitle: 'Cook', description: 'seen' })
})

test('an Update of the owner among several runs the steps of Assign for that row', async () => {
  const seen: unknown[] = []
  const org = emulator({
    tables,
    steps: [step({ table: 'contact', message: 'Assign' }, ({ id }) => void seen.push(id))],
  })
  const { a, b } = await two(org)
  const ownerid = { table: 'team', id: org.teamId }

  await org.execute('UpdateMultiple', {
    table: 'contact',
    targets: [
      { id: a, values: { jobtitle: 'Cook' } },
      { id: b, values: { ownerid } },
    ],
  })

  expect(seen).toEqual([b])
})

test('no row is updated when one does not exist, or has another version', async () => {
  const org = emulator({ tables })
  const { a, b } = await two(org)
  const missing = '00000000-0000-4000-8000-00000000dead'
  const first = { id: a, values: { jobtitle: 'Cook' } }

  await refused(
    org,
    () =>
      org.execute('UpdateMultiple', {
        table: 'contact',
        targets: [first, { id: missing, values: {} }],
      }),
    { code: 'ROW_NOT_FOUND' },
  )
  await refused(
    org,
    () =>
      org.execute('UpdateMultiple', {
        table: 'contact',
        targets: [first, { id: b, values: {}, ifVersion: 1n }],
      }),
    { code: 'VERSION_MISMATCH' },
  )
})

test('of several targets that are the same row the first counts, the others do nothing (bulk-operations)', async () => {
  const ran: unknown[] = []
  const org = emulator({
    tables,
    steps: [step({ ...at, message: 'Update', stage: 40 }, ({ id }) => void ran.push(id))],
  })
  const { a, request } = await two(org)
  const again = { id: a.toUpperCase(), values: { jobtitle: 'Baker', firstname: 'Ann' } }

  await org.execute('UpdateMultiple', { ...request, targets: [...request.targets, again] })

  expect(org.peek('contact', a)).toMatchObject({ jobtitle: 'Cook', firstname: null })
  expect(ran).toHaveLength(2)
})
