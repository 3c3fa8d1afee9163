import { emulator, type Emulator } from '../../src/testing/index.ts'
import type { AnyEvent } from '../../src/authoring/event.ts'
import type { Step } from '../../src/pipeline/step.ts'
import { text } from '../../src/metadata/platform/columns.ts'
import { madeUp, pointer } from '../support/tables.ts'
import { CASCADE_TABLES } from '../support/cascade-tables.ts'
import { everything, refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'

const tables = CASCADE_TABLES
const MISSING = '66666666-6666-4666-8666-666666666666'
const ref = <T extends string>(table: T, id: string) => ({ table, id })

const organization = (steps: readonly Step[] = []) => emulator({ tables, steps })
const root = async (org: Emulator) => ref('root', await org.create('root', { name: 'root' }))
const leaf = async (org: Emulator, values: Record<string, unknown> = {}) =>
  ref('leaf', await org.create('leaf', { name: 'leaf', ...values } as never))
const count = (org: Emulator, table: string) => org.contents().get(table)?.length ?? 0

/** Notes `message stage table depth` of every step that runs. */
function record(seen: string[], message = 'Delete'): readonly Step[] {
  return ([10, 20, 40] as const).map((stage) =>
    step({ message, stage, rank: -9 }, ({ context, table }) => {
      seen.push(`${message} ${context.Stage} ${table} ${context.Depth}`)
    }),
  )
}

describe('a Delete', () => {
  test('takes the row away, and nothing else', async () => {
    const org = organization()
    const before = everything(org)
    const { id } = await root(org)

    await org.delete('root', id.toUpperCase())

    expect(everything(org)).toEqual(before)
  })

  test.each([
    ['a row that is not there', 'root', MISSING, 'ROW_NOT_FOUND'],
    ['no id', 'root', '', 'INVALID_ARGUMENT'],
    ['an unknown table', 'rooot', MISSING, 'TABLE_UNKNOWN'],
    ['a table that does not offer it', 'leafroot', MISSING, 'MESSAGE_NOT_OFFERED'],
    ['an owner', 'owner', MISSING, 'MESSAGE_NOT_OFFERED'],
  ])('is refused for %s', async (_, table, id, code) => {
    const org = organization()
    await root(org)

    await refused(org, () => org.delete(table, id), { code })
  })

  test('is refused where the row has another version', async () => {
    const org = organization()
    const { id } = await root(org)
    const ifVersion = org.peek('root', id)?.['versionnumber'] as bigint
    await org.update('root', id, { name: 'changed' })

    await refused(org, () => org.delete('root', id, { ifVersion }), { code: 'VERSION_MISMATCH' })
    await org.delete('root', id, { ifVersion: org.peek('root', id)?.['versionnumber'] as bigint })

    expect(count(org, 'root')).toBe(0)
  })

  test('of a row that its PreOperation deleted is refused, and the row stays', async () => {
    const org = organization([
      step({ message: 'Delete', table: 'root' }, async ({ org: inside, id, context }) => {
        if (context.Depth === 1) await inside.delete('root', id)
      }),
    ])
    const { id } = await root(org)

    await refused(org, () => org.delete('root', id), { code: 'ROW_NOT_FOUND' })
  })
})

describe('what a Delete does to the rows that point at the row', () => {
  test('Cascade: they go', async () => {
    const org = organization()
    const parent = await root(org)
    await leaf(org, { cascadeid: parent })
    await leaf(org, { cascadeid: await root(org) })

    await org.delete('root', parent.id)

    expect(count(org, 'leaf')).toBe(1)
  })

  test('RemoveLink: they stay, without the link, without an Update and without a new modification date', async () => {
    const seen: string[] = []
    const org = organization(record(seen, 'Update'))
    const parent = await root(org)
    const child = await leaf(org, { removelinkid: parent, name: 'kept' })
    const { versionnumber: version, ...before } = org.peek('leaf', child.id) ?? {}

    await org.delete('root', parent.id)

    const { versionnumber, ...after } = org.peek('leaf', child.id) ?? {}
    expect(after).toEqual({ ...before, removelinkid: null })
    expect(versionnumber as bigint).toBeGreaterThan(version as bigint)
    expect(seen).toEqual([])
  })

  test('Restrict: the Delete is refused', async () => {
    const org = organization()
    const parent = await root(org)
    const child = await leaf(org, { restrictid: parent })
    await leaf(org, { cascadeid: parent })
    await leaf(org, { removelinkid: parent })

    await refused(org, () => org.delete('root', parent.id), {
      code: 'DELETE_RESTRICTED',
      number: 0x80040227,
      message: `The object you tried to delete is associated with another object and cannot be deleted. (leaf_restrict: leaf ${child.id})`,
    })
  })

  test('NoCascade: they keep an id that is no longer there', async () => {
    const org = organization()
    const parent = await root(org)
    const child = await leaf(org, { nocascadeid: parent })

    await org.delete('root', parent.id)
    expect(org.peek('leaf', child.id)).toMatchObject({ nocascadeid: parent })

    await org.update('leaf', child.id, { name: 'still writable' })
    expect(org.peek('leaf', child.id)).toMatchObject({
      name: 'still writable',
      nocascadeid: parent,
    })
  })

  test('unknown: the link is removed', async () => {
    const org = organization()
    const parent = await root(org)
    const child = await leaf(org, { unknownid: parent })

    await org.delete('root', parent.id)

    expect(org.peek('leaf', child.id)).toMatchObject({ unknownid: null })
  })

  test('a lookup of several tables: the rule of the table it points at, and that alone', async () => {
    const org = organization()
    const ofRoot = await root(org)
    const ofOther = ref('other', await org.create('other', { name: 'other' }))
    await leaf(org, { eitherid: ofRoot })
    const kept = await leaf(org, { eitherid: ofOther })

    await org.delete('root', ofRoot.id)
    expect(org.contents().get('leaf')).toMatchObject([{ leafid: kept.id, eitherid: ofOther }])
    await org.delete('other', ofOther.id)
    expect(org.contents().get('leaf')).toMatchObject([{ leafid: kept.id, eitherid: null }])
  })

  test('a lookup of several tables: not the row of the other table with the same id', async () => {
    const org = organization()
    const id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
    await org.create('root', { rootid: id, name: 'root' })
    await org.create('other', { otherid: id, name: 'other' })
    const kept = await leaf(org, { eitherid: ref('other', id) })

    await org.delete('root', id)

    expect(org.peek('leaf', kept.id)).toMatchObject({ eitherid: ref('other', id) })
  })

  test('many-to-many: the links go, without an event', async () => {
    const seen: string[] = []
    const org = organization([...record(seen, 'Disassociate'), ...record(seen, 'Delete')])
    const parent = await root(org)
    const child = await leaf(org)
    await org.associate(child, 'leaf_roots', parent)
    await org.associate(child, 'leaf_roots', await root(org))

    await org.delete('root', parent.id)

    expect(count(org, 'leafroot')).toBe(1)
    expect(count(org, 'leaf')).toBe(1)
    expect(seen.filter((line) => !line.includes(' root '))).toEqual([])
  })

  test('many-to-many of a table with itself: the links at both ends go, one to itself too', async () => {
    const org = organization()
    const [a, b] = [await leaf(org), await leaf(org)]
    for (const [from, into] of [
      [a, a],
      [a, b],
      [b, a],
      [b, b],
    ] as const) {
      await org.associate(from, 'leaf_leaves', into, { role: 'Referencing' })
    }

    await org.delete('leaf', a.id)

    expect(org.contents().get('leafleaf')).toMatchObject([{ leafidone: b.id, leafidtwo: b.id }])
  })
})

describe('a Restrict', () => {
  test('deep below refuses before any child’s step runs and anything is written', async () => {
    const seen: string[] = []
    const org = organization(record(seen))
    const parent = await root(org)
    const child = await leaf(org, { cascadeid: parent })
    const grandchild = await leaf(org, { upperleafid: child })
    await leaf(org, { heldleafid: grandchild })

    await refused(org, () => org.delete('root', parent.id), { code: 'DELETE_RESTRICTED' })

    expect(seen).toEqual(['Delete 10 root 1'])
  })

  test('by a row that goes with the same Delete is none', async () => {
    const org = organization()
    const parent = await root(org)
    const child = await leaf(org, { cascadeid: parent })
    await leaf(org, { restrictid: parent, upperleafid: child })
    await leaf(org, { heldleafid: child, cascadeid: parent })

    await org.delete('root', parent.id)

    expect(count(org, 'leaf')).toBe(0)
  })

  test('that a child’s step brings about meanwhile refuses all of it', async () => {
    const org = organization([
      step({ message: 'Delete', table: 'leaf', stage: 10 }, async ({ org: inside, context }) => {
        const parent = context.ParentContext?.PrimaryEntityId ?? ''
        await inside.create('leaf', {
          name: 'late',
          heldleafid: ref('leaf', context.PrimaryEntityId),
        })
        await inside.retrieve('root', parent)
      }),
    ])
    const parent = await root(org)
    await leaf(org, { cascadeid: parent })

    await refused(org, () => org.delete('root', parent.id), { code: 'DELETE_RESTRICTED' })
  })

  test('that the parent’s PreValidation takes away is none', async () => {
    const org = organization([
      step({ message: 'Delete', table: 'root', stage: 10 }, async ({ org: inside }) => {
        const { rows } = await inside.retrieveMultiple({ table: 'leaf', columns: [] })
        for (const row of rows) await inside.delete('leaf', row['leafid'] as string)
      }),
    ])
    const parent = await root(org)
    await leaf(org, { restrictid: parent })

    await org.delete('root', parent.id)

    expect(count(org, 'root')).toBe(0)
  })
})

describe('a cascade', () => {
  test('reaches rows at every level', async () => {
    const org = organization()
    const parent = await root(org)
    let last = await leaf(org, { cascadeid: parent })
    for (let level = 0; level < 20; level++) last = await leaf(org, { upperleafid: last })

    await org.delete('root', parent.id)

    expect(count(org, 'leaf')).toBe(0)
  })

  test('of a thousand levels is no loop', async () => {
    const org = organization(record([]))
    const parent = await root(org)
    let last = await leaf(org, { cascadeid: parent })
    for (let level = 0; level < 1000; level++) last = await leaf(org, { upperleafid: last })

    await org.delete('root', parent.id)

    expect(count(org, 'leaf')).toBe(0)
  })

  test('ends at rows that point at each other, or at themselves', async () => {
    const org = organization()
    const parent = await root(org)
    const a = await leaf(org, { cascadeid: parent })
    const b = await leaf(org, { upperleafid: a })
    await org.update('leaf', a.id, { upperleafid: b })
    await org.update('leaf', b.id, { secondleafid: b })

    await org.delete('root', parent.id)

    expect(count(org, 'leaf')).toBe(0)
  })

  test('ends at the row it began with', async () => {
    const seen: string[] = []
    const org = organization(record(seen))
    const a = await leaf(org)
    const b = await leaf(org, { upperleafid: a })
    await org.update('leaf', a.id, { upperleafid: b })

    await org.delete('leaf', a.id)

    expect(count(org, 'leaf')).toBe(0)
    expect(seen.filter((line) => line.startsWith('Delete 20'))).toHaveLength(2)
  })

  test('deletes a row once that it reaches in two ways', async () => {
    const seen: string[] = []
    const org = organization(record(seen))
    const parent = await root(org)
    const left = await leaf(org, { cascadeid: parent })
    const right = await leaf(org, { cascadeid: parent })
    await leaf(org, { upperleafid: left, secondleafid: right, cascadeid: parent })

    await org.delete('root', parent.id)

    expect(count(org, 'leaf')).toBe(0)
    expect(seen.filter((line) => line.startsWith('Delete 40 leaf'))).toHaveLength(3)
  })

  test('runs the steps of each child one deeper than its parent, between PreValidation and PreOperation', async () => {
    const seen: string[] = []
    const org = organization(record(seen))
    const parent = await root(org)
    const child = await leaf(org, { cascadeid: parent })
    await leaf(org, { upperleafid: child })

    await org.delete('root', parent.id)

    expect(seen).toEqual([
      'Delete 10 root 1',
      'Delete 10 leaf 2',
      'Delete 10 leaf 3',
      'Delete 20 leaf 3',
      'Delete 40 leaf 3',
      'Delete 20 leaf 2',
      'Delete 40 leaf 2',
      'Delete 20 root 1',
      'Delete 40 root 1',
    ])
  })

  test('is over before the parent’s PreOperation: only its PreValidation still finds the children', async () => {
    const found: unknown[] = []
    const look = ([10, 20, 40] as const).map((stage) =>
      step({ message: 'Delete', table: 'root', stage }, async ({ org: inside, id }) => {
        const linked = async (column: string) => {
          const where = { kind: 'condition', column, operator: 'eq', values: [id] } as const
          return (await inside.retrieveMultiple({ table: 'leaf', columns: [], where })).rows.length
        }
        found.push([stage, await linked('cascadeid'), await linked('removelinkid')])
      }),
    )
    const org = organization(look)
    const parent = await root(org)
    await leaf(org, { cascadeid: parent })
    await leaf(org, { removelinkid: parent })

    await org.delete('root', parent.id)

    expect(found).toEqual([
      [10, 1, 1],
      [20, 0, 0],
      [40, 0, 0],
    ])
  })

  test('shows each child the Delete it belongs to', async () => {
    const seen: AnyEvent[] = []
    const org = organization([
      step({ message: 'Delete', table: 'leaf', stage: 10 }, (event) => void seen.push(event)),
    ])
    const parent = await root(org)
    const child = await leaf(org, { cascadeid: parent })
    await leaf(org, { upperleafid: child })

    await org.delete('root', parent.id)

    expect(seen.map(({ context }) => context.ParentContext?.PrimaryEntityId)).toEqual([
      parent.id,
      child.id,
    ])
    expect(seen[1]?.context.ParentContext?.ParentContext?.PrimaryEntityId).toBe(parent.id)
  })

  test('leaves alone what a step deleted on the way', async () => {
    const org = organization([
      step({ message: 'Delete', table: 'leaf', stage: 10 }, async ({ org: inside, context }) => {
        if (context.ParentContext?.PrimaryEntityName !== 'root') return
        const { rows } = await inside.retrieveMultiple({ table: 'leaf', columns: [] })
        const other = rows.find((row) => row['leafid'] !== context.PrimaryEntityId)
        if (other !== undefined) await inside.delete('leaf', other['leafid'] as string)
      }),
    ])
    const parent = await root(org)
    await leaf(org, { cascadeid: parent })
    await leaf(org, { cascadeid: parent })

    await org.delete('root', parent.id)

    expect(count(org, 'leaf')).toBe(0)
  })

  test.each([
    ['the parent’s PostOperation', 'root', 40],
    ['the parent’s PreOperation', 'root', 20],
    ['a child’s PreValidation', 'leaf', 10],
    ['a child’s PostOperation', 'leaf', 40],
  ] as const)(
    'that %s refuses leaves every row, link and image as it was',
    async (_, table, stage) => {
      const org = organization([
        step({ message: 'Delete', table, stage }, ({ reject }) => reject('not today')),
      ])
      const parent = await root(org)
      const child = await leaf(org, { cascadeid: parent, name: 'first' })
      await leaf(org, { upperleafid: child, removelinkid: parent })
      const loose = await leaf(org, {
        removelinkid: parent,
        nocascadeid: parent,
        looseleafid: child,
      })
      await org.associate(loose, 'leaf_roots', parent)
      await org.associate(child, 'leaf_leaves', loose, { role: 'Referencing' })

      await refused(org, () => org.delete('root', parent.id), { message: 'not today' })
    },
  )
})

describe('a user or team that goes', () => {
  const USER = {
    lastname: 'Leaving',
    firstname: 'User',
    domainname: 'leaving@emulated.example',
    internalemailaddress: 'leaving@emulated.example',
  }
  const user = (org: Emulator) =>
    org.create('systemuser', {
      ...USER,
      businessunitid: ref('businessunit', org.businessUnitId),
    })
  const team = (org: Emulator) =>
    org.create('team', { name: 'Leaving', businessunitid: ref('businessunit', org.businessUnitId) })

  /** Users are disabled first, and the first time they are deleted their row stays. */
  const goes = async (org: Emulator, table: 'systemuser' | 'team', id: string) => {
    if (table === 'systemuser') {
      await org.update(table, id, { isdisabled: true })
      await org.delete(table, id)
    }
    await org.delete(table, id)
  }

  test('takes along what its owner’s relationships say, and its owner row', async () => {
    for (const [table, make] of [
      ['systemuser', user],
      ['team', team],
    ] as const) {
      const org = organization()
      const id = await make(org)
      await org.create('keepsake', { name: 'theirs', ownerid: ref(table, id) })
      await org.create('keepsake', { name: 'mine' })

      await goes(org, table, id)

      expect(org.peek('owner', id)).toBeUndefined()
      expect(org.contents().get('keepsake')).toMatchObject([{ name: 'mine' }])
    }
  })

  test('leaves rows behind whose relationship with owners does not cascade, when it is a user', async () => {
    const org = organization()
    const id = await user(org)
    const left = await org.create('root', { name: 'theirs', ownerid: ref('systemuser', id) })

    await goes(org, 'systemuser', id)

    expect(org.peek('root', left)).toMatchObject({ ownerid: ref('systemuser', id) })
    expect(await org.retrieve('root', left, ['owneridname'])).toMatchObject({ owneridname: null })
  })

  test('is refused when it is a team that owns other rows', async () => {
    const org = organization()
    const id = await team(org)
    await org.create('keepsake', { name: 'goes along', ownerid: ref('team', id) })
    await org.create('root', { name: 'theirs', ownerid: ref('team', id) })

    await refused(org, () => org.delete('team', id), {
      code: 'TEAM_OWNS_ROWS',
      number: 0x8004830e,
    })
  })

  test('is refused when it is the default team', async () => {
    const org = organization()

    await refused(org, () => org.delete('team', org.teamId), {
      code: 'DEFAULT_TEAM_NOT_DELETABLE',
      number: 0x80048307,
    })
  })

  test('takes its memberships along', async () => {
    const org = organization()
    const id = await team(org)
    await org.associate(
      ref('team', id),
      'teammembership_association',
      ref('systemuser', org.userId),
    )

    await org.delete('team', id)

    expect(org.contents().get('teammembership')).toHaveLength(1)
  })
})

describe('a currency', () => {
  test('is not deleted when it is the organization’s own', async () => {
    const org = organization()

    await refused(org, () => org.delete('transactioncurrency', org.currencyId), {
      code: 'BASE_CURRENCY_NOT_DELETABLE',
      number: 0x80048cff,
    })
  })

  test('is not deleted while rows are in it', async () => {
    const org = organization()
    const id = await org.create('transactioncurrency', {
      currencyname: 'Euro',
      isocurrencycode: 'EUR',
      currencysymbol: '€',
      currencyprecision: 2,
      exchangerate: 0.5,
    })
    await org.create('account', {
      name: 'Contoso',
      transactioncurrencyid: ref('transactioncurrency', id),
    })

    await refused(org, () => org.delete('transactioncurrency', id), { code: 'DELETE_RESTRICTED' })
  })
})

test('a cascade to rows that cannot be deleted is refused, and nothing is written', async () => {
  const fixed = madeUp(
    'Fixed',
    [text('Name', 50), pointer('CascadeId', 'root', 'fixed_cascade', 'Cascade')],
    { messages: [{ name: 'Create', isEvent: true }] },
  )
  const org = emulator({ tables: [...tables, fixed] })
  const cascadeid = await root(org)
  await org.create('fixed', { name: 'stays', cascadeid })

  await refused(org, () => org.delete('root', cascadeid.id), {
    code: 'CASCADE_DELETE_REFUSED',
    number: 0x80048103,
  })
})
