import { parseFetchXml } from '../../src/query/fetchxml/parse.ts'
import { emulator, giveRole } from '../../src/testing/index.ts'
import { PARCEL, refused, text, withParcels } from '../schema/tables.ts'
import { step } from '../support/steps.ts'

const REMARK = {
  kind: 'create-column',
  table: 'new_parcel',
  column: text('new_Remark'),
} as const

describe('a change of tables', () => {
  test('waits for the requests before it, and those after it see it', async () => {
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const { definition } = (await withParcels()).catalog.table('new_parcel')
    const seen: boolean[] = []
    const org = emulator({
      tables: [definition],
      steps: [
        step({ message: 'Create', table: 'new_parcel' }, async () => {
          await held
          seen.push(org.catalog.table('new_parcel').columns.has('new_remark'))
        }),
      ],
    })

    const writing = org.create('new_parcel', { new_name: 'First' })
    const changing = org.schema.change(REMARK)
    release()
    await Promise.all([writing, changing])

    expect(seen).toEqual([false])
    const id = await org.create('new_parcel', { new_remark: 'seen' })
    expect(org.peek('new_parcel', id)).toMatchObject({ new_remark: 'seen' })
  })

  test('refuses a request that understood its table before it', async () => {
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const { definition } = (await withParcels()).catalog.table('new_parcel')
    const org = emulator({
      tables: [definition],
      steps: [step({ message: 'Create', table: 'new_parcel', stage: 10 }, async () => held)],
    })

    const writing = org.create('new_parcel', { new_name: 'First' })
    await org.schema.change(REMARK)
    release()

    await expect(writing).rejects.toMatchObject({ code: 'TABLE_CHANGED' })
    expect(org.contents().has('new_parcel')).toBe(false)
    await org.create('new_parcel', { new_name: 'Second' })
  })

  test('lets a request go on whose own table it does not touch', async () => {
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const org = await withParcels({
      steps: [step({ message: 'Create', table: 'account', stage: 10 }, async () => held)],
    })

    const writing = org.create('account', { name: 'Contoso' })
    await org.schema.change(REMARK)
    release()

    expect(org.peek('account', await writing)).toMatchObject({ name: 'Contoso' })
  })

  test('comes one after the other when several are asked for at once', async () => {
    const org = await withParcels()

    await Promise.all(
      [1, 2, 3].map((n) =>
        org.schema.change({
          kind: 'create-column',
          table: 'new_parcel',
          column: text(`new_Code${n}`),
        }),
      ),
    )

    const { columns } = org.catalog.table('new_parcel')
    expect([1, 2, 3].map((n) => columns.has(`new_code${n}`))).toEqual([true, true, true])
  })

  test('from inside a handler would wait for itself and is refused', async () => {
    const { definition } = (await withParcels()).catalog.table('new_parcel')
    const org = emulator({
      tables: [definition],
      steps: [
        step({ message: 'Create', table: 'new_parcel' }, async () => {
          await org.schema.change(REMARK)
        }),
      ],
    })
    const before = org.catalog

    await expect(org.create('new_parcel', {})).rejects.toMatchObject({
      code: 'OUTER_CALL_WOULD_DEADLOCK',
    })
    expect(org.catalog).toBe(before)
  })

  test('leaves every other row as it was', async () => {
    const org = emulator()
    await org.create('account', { name: 'Contoso', revenue: 5 })
    const before = org.contents()

    await org.schema.change({ kind: 'create-table', table: PARCEL })

    expect(org.contents()).toEqual(before)
  })

  test('makes snapshots from before useless, and says so', async () => {
    const org = emulator()
    const before = org.snapshot()
    await org.schema.change({ kind: 'create-table', table: PARCEL })
    const after = org.snapshot()
    await org.create('new_parcel', { new_name: 'First' })

    expect(() => org.restore(before)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
    expect(org.contents().has('new_parcel')).toBe(true)
    org.restore(after)
    expect(org.contents().has('new_parcel')).toBe(false)
  })

  test('lets steps be registered on a new table while the organization runs', async () => {
    const org = await withParcels()
    const of = async (table: string) =>
      (
        await org.retrieveMultiple(
          parseFetchXml(
            `<fetch><entity name="sdkmessagefilter"><filter><condition attribute="primaryobjecttypecode" operator="eq" value="${table}"/></filter></entity></fetch>`,
          ),
        )
      ).rows.length

    const born = await of('new_parcel')
    await org.schema.change({ kind: 'create-table', table: { ...PARCEL, schemaName: 'new_Crate' } })

    expect(await of('new_crate')).toBe(born)
    await org.schema.change({ kind: 'delete-table', table: 'new_crate' })
    expect(await of('new_crate')).toBe(0)
  })

  test('is for administrators where access is enforced', async () => {
    const org = emulator({ access: 'enforced' })
    const other = await org.create('systemuser', {
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
      domainname: 'other@emulated.example',
      internalemailaddress: 'other@emulated.example',
    })
    const change = { kind: 'create-table', table: PARCEL } as const
    const before = org.catalog

    await expect(org.schema.change(change, { userId: other })).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    })

    // Whoever acts for an administrator is none by that.
    const acting = { userId: org.userId, initiatedBy: other }
    await expect(org.schema.change(change, acting)).rejects.toMatchObject({
      code: 'IMPERSONATION_DENIED',
    })
    await giveRole(
      org,
      { table: 'systemuser', id: other },
      { prvActOnBehalfOfAnotherUser: 'Global' },
    )
    await expect(org.schema.change(change, acting)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringContaining(other) as unknown,
    })
    expect(org.catalog).toBe(before)
    await org.schema.change(change, { userId: org.userId })
    await org.create('new_parcel', { new_name: 'First' })
    await expect(org.as(other).create('new_parcel', { new_name: 'Second' })).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    })
  })
})

test('a refused change leaves nothing, at any point of a sequence', async () => {
  const org = await withParcels()
  await org.create('new_parcel', { new_name: 'First' })

  await refused(org, { kind: 'create-table', table: PARCEL }, { code: 'SCHEMA_NAME_TAKEN' })
  await org.schema.change(REMARK)
  await refused(org, REMARK, { code: 'COLUMN_EXISTS' })
  await refused(org, { kind: 'delete-table', table: 'account' }, { code: 'COMPONENT_FIXED' })
})
