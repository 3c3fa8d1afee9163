import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const ID = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'

describe('an Upsert by id', () => {
  test('creates the row where it is missing, with that id', async () => {
    const org = emulator({ tables })

    expect(await org.upsert('project', ID.toUpperCase(), { name: 'Bridge' })).toEqual({
      id: ID,
      created: true,
    })
    expect(org.peek('project', ID)).toMatchObject({ name: 'Bridge' })
  })

  test('updates the row where it is there', async () => {
    const org = emulator({ tables })
    await org.create('project', { projectid: ID, name: 'Bridge', code: 'B1' })

    expect(await org.upsert('project', ID, { name: 'Tunnel' })).toEqual({ id: ID, created: false })
    expect(org.peek('project', ID)).toMatchObject({ name: 'Tunnel', code: 'B1' })
  })
})

describe('an Upsert by key', () => {
  test('creates the row where it is missing, with the key among its values', async () => {
    const org = emulator({ tables })

    const { id, created } = await org.upsert('project', { code: 'B1' }, { name: 'Bridge' })

    expect(created).toBe(true)
    expect(org.peek('project', id)).toMatchObject({ name: 'Bridge', code: 'B1' })
  })

  test('creates it with the key of the body, where that has one', async () => {
    const org = emulator({ tables })

    const { id } = await org.upsert('project', { code: 'B1' }, { name: 'Bridge', code: 'B2' })

    expect(org.peek('project', id)).toMatchObject({ code: 'B2' })
  })

  test('updates the row where it is there, and leaves the key alone', async () => {
    const org = emulator({ tables })
    await org.create('project', { projectid: ID, name: 'Bridge', code: 'B1' })

    expect(await org.upsert('project', { code: 'b1' }, { name: 'Tunnel', code: 'B2' })).toEqual({
      id: ID,
      created: false,
    })
    expect(org.peek('project', ID)).toMatchObject({ name: 'Tunnel', code: 'B1' })
  })

  test('finds keys of several columns in any order, their values as text too', async () => {
    const org = emulator({ tables })
    await org.create('project', { projectid: ID, name: 'Bridge', region: 'North', number: 7 })

    const key = { number: '7', region: 'north' }
    expect(await org.upsert('project', key, { name: 'Tunnel' })).toMatchObject({ id: ID })
    expect(org.findByKey('project', { region: 'North', number: 7 })).toBe(ID)
  })

  test.each([
    { name: 'Bridge' },
    { region: 'North' },
    {},
    { region: 'North', number: 7, code: 'x' },
  ])('is refused for columns that are no key: %j', async (key) => {
    const org = emulator({ tables })

    await refused(org, () => org.upsert('project', key, { name: 'Bridge' }), {
      code: 'KEY_NOT_DEFINED',
      number: 0x80060890,
    })
  })
})

describe('an Upsert that may only', () => {
  test('create is refused where the row is there', async () => {
    const org = emulator({ tables })
    await org.create('project', { projectid: ID, name: 'Bridge', code: 'B1' })

    for (const which of [ID, { code: 'B1' }]) {
      await refused(org, () => org.upsert('project', which, { name: 'x' }, { only: 'create' }), {
        code: 'DUPLICATE_ROW',
        message: 'A record with matching key values already exists.',
      })
    }
  })

  test('update is refused where the row is missing', async () => {
    const org = emulator({ tables })

    await refused(org, () => org.upsert('project', ID, { name: 'x' }, { only: 'update' }), {
      code: 'ROW_NOT_FOUND',
    })
    await refused(org, () => org.upsert('project', { code: 'B1' }, {}, { only: 'update' }), {
      code: 'ROW_NOT_FOUND_BY_KEY',
      number: 0x80060891,
    })
  })
})

describe('the steps of an Upsert', () => {
  const record = (seen: string[]) =>
    ['Create', 'Update'].flatMap((message) =>
      ([10, 20, 40] as const).map((stage) =>
        step({ message, table: 'project', stage }, ({ context }) => {
          seen.push(`${context.MessageName} ${context.Stage} ${context.Depth}`)
        }),
      ),
    )

  test('are those of Create where it creates, at the depth of the request', async () => {
    const seen: string[] = []
    const org = emulator({ tables, steps: record(seen) })

    await org.upsert('project', { code: 'B1' }, { name: 'Bridge' })

    expect(seen).toEqual(['Create 10 1', 'Create 20 1', 'Create 40 1'])
  })

  test('are those of Update where it updates', async () => {
    const seen: string[] = []
    const org = emulator({ tables, steps: record(seen) })
    const id = await org.create('project', { name: 'Bridge', code: 'B1' })
    seen.length = 0

    await org.upsert('project', id, { name: 'Tunnel' })

    expect(seen).toEqual(['Update 10 1', 'Update 20 1', 'Update 40 1'])
  })

  test('undo it when they fail', async () => {
    const steps = [
      step({ message: 'Create', table: 'project', stage: 40 }, ({ reject }) => reject('no')),
    ]
    const org = emulator({ tables, steps })

    await refused(org, () => org.upsert('project', { code: 'B1' }, { name: 'Bridge' }), {
      message: 'no',
    })
  })
})
