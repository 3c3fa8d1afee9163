import { emulator } from '../../src/testing/emulator.ts'
import type { AnyEvent } from '../../src/authoring/event.ts'
import { everything } from '../support/organization.ts'
import { image, step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
type Mutable = Record<string, unknown>

async function project(org: ReturnType<typeof emulator>) {
  return org.create('project', { name: 'Bridge', code: 'B1', weight: 1.5, phase: 2 })
}

describe('the pre-image of an Update', () => {
  test.each([10, 20, 40] as const)(
    'is the stored row before the change, at stage %i',
    async (stage) => {
      let seen: unknown
      const look = step(
        { message: 'Update', table: 'project', stage, preImages: image(['name', 'code']) },
        ({ preImage }) => void (seen = preImage),
      )
      const org = emulator({ tables, steps: [look] })
      const id = await project(org)

      await org.update('project', id, { name: 'Tunnel' })

      expect(seen).toEqual({ name: 'Bridge', code: 'B1' })
    },
  )

  test('holds null for columns that are empty', async () => {
    let seen: unknown
    const look = step(
      { message: 'Update', table: 'project', preImages: image(['region', 'name']) },
      ({ preImage }) => void (seen = preImage),
    )
    const org = emulator({ tables, steps: [look] })
    const id = await project(org)

    await org.update('project', id, { name: 'Tunnel' })

    expect(seen).toEqual({ region: null, name: 'Bridge' })
  })

  test('of all columns holds every stored column', async () => {
    let seen: unknown
    const look = step(
      { message: 'Update', table: 'project', preImages: image('all') },
      ({ preImage }) => void (seen = preImage),
    )
    const org = emulator({ tables, steps: [look] })
    const id = await project(org)
    const stored = org.peek('project', id)

    await org.update('project', id, { name: 'Tunnel' })

    expect(seen).toEqual(stored)
  })

  test('is the one that the step asked for first, where it has several', async () => {
    const seen: unknown[] = []
    const look = step(
      {
        message: 'Update',
        table: 'project',
        preImages: [...image(['name'], 'short'), ...image(['name', 'code'], 'long')],
      },
      ({ preImage, preImages }) => void seen.push(preImage, preImages),
    )
    const org = emulator({ tables, steps: [look] })
    const id = await project(org)

    await org.update('project', id, { name: 'Tunnel' })

    expect(seen).toEqual([
      { name: 'Bridge' },
      { short: { name: 'Bridge' }, long: { name: 'Bridge', code: 'B1' } },
    ])
  })

  test('at PostOperation is still the row before, though steps changed it meanwhile', async () => {
    let seen: unknown
    const steps = [
      step({ message: 'Update', table: 'project', columns: ['name'] }, async ({ org, id }) => {
        await org.update('project', id, { code: 'B2' })
      }),
      step(
        {
          message: 'Update',
          table: 'project',
          stage: 40,
          columns: ['name'],
          preImages: image(['name', 'code']),
          postImages: image(['name', 'code']),
        },
        ({ preImage, postImage }) => void (seen = { preImage, postImage }),
      ),
    ]
    const org = emulator({ tables, steps })
    const id = await project(org)

    await org.update('project', id, { name: 'Tunnel' })

    expect(seen).toEqual({
      preImage: { name: 'Bridge', code: 'B1' },
      postImage: { name: 'Tunnel', code: 'B2' },
    })
  })
})

describe('a post-image', () => {
  test('of a Create is the new row with what the platform made of it', async () => {
    let seen: unknown
    const look = step(
      {
        message: 'Create',
        table: 'contact',
        stage: 40,
        postImages: image(['fullname', 'statecode', 'createdon']),
      },
      ({ postImage }) => void (seen = postImage),
    )
    const org = emulator({ tables, steps: [look] })

    await org.create('contact', { firstname: 'Ana', lastname: 'Diaz' })

    expect(seen).toEqual({
      fullname: 'Ana Diaz',
      statecode: 0,
      createdon: '2026-01-01T00:00:00Z',
    })
  })

  test('of an Update holds unchanged columns, too', async () => {
    let seen: unknown
    const look = step(
      { message: 'Update', table: 'project', stage: 40, postImages: image(['name', 'code']) },
      ({ postImage }) => void (seen = postImage),
    )
    const org = emulator({ tables, steps: [look] })
    const id = await project(org)

    await org.update('project', id, { name: 'Tunnel' })

    expect(seen).toEqual({ name: 'Tunnel', code: 'B1' })
  })
})

describe('a Delete', () => {
  test('has a pre-image at every stage, and no post-image', async () => {
    const seen: unknown[] = []
    const steps = ([10, 20, 40] as const).map((stage) =>
      step(
        { message: 'Delete', table: 'project', stage, preImages: image(['name']) },
        ({ preImage, postImage, target }) => void seen.push([preImage, postImage, target]),
      ),
    )
    const org = emulator({ tables, steps })
    const id = await project(org)

    await org.delete('project', id)

    expect(seen).toEqual(Array<unknown>(3).fill([{ name: 'Bridge' }, {}, {}]))
  })
})

describe('a message without images', () => {
  test('gives its steps empty ones', async () => {
    let seen: unknown
    const look = step(
      { message: 'Retrieve', table: 'project', preImages: image(['name']) },
      ({ preImage, preImages }) => void (seen = [preImage, preImages]),
    )
    const org = emulator({ tables, steps: [look] })
    const id = await project(org)

    await org.retrieve('project', id)

    expect(seen).toEqual([{}, {}])
  })
})

describe('images in the execution context', () => {
  test('are entities by alias that leave out empty columns', async () => {
    let seen: unknown
    const look = step(
      { message: 'Update', table: 'project', preImages: image(['name', 'region'], 'before') },
      ({ context }) => void (seen = context.PreEntityImages),
    )
    const org = emulator({ tables, steps: [look] })
    const id = await project(org)

    await org.update('project', id, { name: 'Tunnel' })

    expect(seen).toEqual({
      before: { LogicalName: 'project', Id: id, Attributes: { name: 'Bridge' } },
    })
  })
})

describe('nothing that is handed out is the stored row', () => {
  const parent = { table: 'contact', id: '33333333-3333-4333-8333-333333333333' }
  const rows = [{ table: 'contact', values: { contactid: parent.id, lastname: 'Diaz' } }]
  const values = {
    name: 'Bridge',
    leadid: parent,
    tags: [1, 2],
    iscustomizable: { Value: true },
  }

  /** Tries to change everything reachable from `value`; frozen parts may refuse. */
  function spoil(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    for (const key of Object.keys(value)) {
      spoil((value as Mutable)[key])
      try {
        ;(value as Mutable)[key] = 'spoilt'
      } catch {
        // Frozen: it refused.
      }
    }
  }

  async function spoiled(work: (org: ReturnType<typeof emulator>, id: string) => Promise<unknown>) {
    const org = emulator({ tables, rows })
    const id = await org.create('project', values)
    const before = everything(org)
    spoil(await work(org, id))
    expect(everything(org)).toEqual(before)
  }

  test('not a retrieved row', () => spoiled((org, id) => org.retrieve('project', id)))

  test('not a retrieved row of named columns', () =>
    spoiled((org, id) => org.retrieve('project', id, ['name', 'leadid', 'tags', 'iscustomizable'])))

  test('not the rows of a query', () =>
    spoiled((org) => org.retrieveMultiple({ table: 'project', columns: 'all' })))

  test('not a peeked row', () => spoiled(async (org, id) => org.peek('project', id)))

  test('not the values that were sent', async () => {
    const sent = structuredClone(values)
    const org = emulator({ tables, rows })
    await org.create('project', sent)
    const before = everything(org)

    spoil(sent)

    expect(everything(org)).toEqual(before)
  })

  test.each(['target', 'preImage', 'postImage', 'preImages', 'postImages', 'context'] as const)(
    'not what a step finds in %s',
    async (member) => {
      const kept: AnyEvent[] = []
      const look = step(
        {
          message: 'Update',
          table: 'project',
          stage: 40,
          preImages: image('all'),
          postImages: image('all'),
        },
        (event) => {
          kept.push(event)
          const { context } = event
          spoil(
            member === 'context'
              ? [context.InputParameters, context.PreEntityImages, context.PostEntityImages]
              : event[member],
          )
        },
      )
      const org = emulator({ tables, rows, steps: [look] })
      const plain = emulator({ tables, rows })
      for (const each of [org, plain]) {
        const id = await each.create('project', values)
        await each.update('project', id, { ...values, name: 'Tunnel' })
      }

      expect(kept).toHaveLength(1)
      expect(everything(org)).toEqual(everything(plain))
    },
  )
})
