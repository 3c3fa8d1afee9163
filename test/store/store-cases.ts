import type { Table } from '../../src/metadata/table.ts'
import type { Query } from '../../src/query/query.ts'
import type { Values } from '../../src/rows/value.ts'
import type { Store, Transaction } from '../../src/store/store.ts'
import { account, accountLink, catalog, contact, guid, note } from './tables.ts'
import type { Catalog } from '../../src/metadata/catalog.ts'

export interface StoreCaseOptions {
  /** Name of a case → why this store cannot pass it. */
  readonly skip?: Readonly<Record<string, string>>
}

/** What every store must do, whatever it keeps its rows in. */
export function storeCases(
  open: (catalog: Catalog) => Store,
  { skip = {} }: StoreCaseOptions = {},
): void {
  const fact = (name: string, check: (store: Store) => Promise<void>) => {
    const reason = skip[name]
    if (reason === undefined) test(name, () => check(open(catalog)))
    else test.skip(`${name} (${reason})`, () => undefined)
  }
  const add = (store: Store, table: Table, values: Values) =>
    store.transaction((tx) => tx.insert(table, values))

  describe('insert', () => {
    fact('a stored row has every column, null where nothing was given', async (store) => {
      const row = await add(store, account, { accountid: guid(1), name: 'Contoso' })

      expect({ ...row }).toEqual({
        accountid: guid(1),
        name: 'Contoso',
        accountnumber: null,
        branch: null,
        parentaccountid: null,
        versionnumber: 1n,
      })
      expect(await store.committed.get(account, guid(1))).toEqual(row)
    })

    fact('a row of a table without row versions gets none', async (store) => {
      const row = await add(store, note, { noteid: guid(1), text: 'a' })

      expect(Object.keys(row)).toEqual(['noteid', 'text', 'objectid'])
    })

    fact('a taken id is refused and nothing changes', async (store) => {
      await add(store, account, { accountid: guid(1), name: 'Contoso' })
      const before = store.contents()

      await expect(
        add(store, account, { accountid: guid(1), name: 'Other' }),
      ).rejects.toMatchObject({
        code: 'DUPLICATE_ROW',
        message: 'Cannot insert duplicate key.',
      })

      expect(store.contents()).toEqual(before)
    })

    fact('the same id may stand in two tables', async (store) => {
      await add(store, account, { accountid: guid(1) })
      await add(store, contact, { contactid: guid(1) })

      expect([...store.contents().keys()]).toEqual(['account', 'contact'])
    })

    fact('a row without an id is refused', async (store) => {
      await expect(add(store, account, { name: 'Contoso' })).rejects.toMatchObject({
        code: 'UNEXPECTED',
      })

      expect(store.contents().size).toBe(0)
    })
  })

  describe('patch and remove', () => {
    fact('a patch changes the named columns and the row version, in a new row', async (store) => {
      const row = await add(store, account, { accountid: guid(1), name: 'Contoso', branch: 1 })

      const patched = await store.transaction((tx) => tx.patch(account, row, { name: null }))

      expect(patched).toEqual({ ...row, name: null, versionnumber: 2n })
      expect(row['name']).toBe('Contoso')
      expect(await store.committed.get(account, guid(1))).toEqual(patched)
    })

    fact('a patch goes over the present row, though the caller has an older one', async (store) => {
      const first = await add(store, account, { accountid: guid(1), name: 'Contoso' })

      await store.transaction(async (tx) => {
        await tx.patch(account, first, { name: 'Fabrikam' })
        await tx.patch(account, first, { branch: 1 })
      })

      expect(await store.committed.get(account, guid(1))).toMatchObject({
        name: 'Fabrikam',
        branch: 1,
      })
    })

    fact('a removed row is gone, and its id may be used again', async (store) => {
      const row = await add(store, account, { accountid: guid(1), name: 'Contoso' })

      await store.transaction((tx) => tx.remove(account, row))

      expect(await store.committed.get(account, guid(1))).toBeUndefined()
      expect(store.contents().size).toBe(0)
      await add(store, account, { accountid: guid(1), name: 'Contoso' })
      expect(await store.committed.get(account, guid(1))).toMatchObject({ name: 'Contoso' })
    })

    fact('a row that is not there can be neither patched nor removed', async (store) => {
      const row = await add(store, account, { accountid: guid(1) })
      await store.transaction((tx) => tx.remove(account, row))
      const refusal = {
        code: 'ROW_NOT_FOUND',
        message: `Entity 'account' With Id = ${guid(1)} Does Not Exist`,
      }

      await expect(
        store.transaction((tx) => tx.patch(account, row, { name: 'x' })),
      ).rejects.toMatchObject(refusal)
      await expect(store.transaction((tx) => tx.remove(account, row))).rejects.toMatchObject(
        refusal,
      )

      expect(store.contents().size).toBe(0)
    })
  })

  describe('row versions', () => {
    fact(
      'they count up over all tables, and those rolled back are not used again',
      async (store) => {
        const first = await add(store, account, { accountid: guid(1) })
        await expect(
          store.transaction(async (tx) => {
            await tx.insert(account, { accountid: guid(2) })
            throw new RangeError('no')
          }),
        ).rejects.toThrow('no')

        const second = await add(store, contact, { contactid: guid(3) })

        expect(first['versionnumber']).toBe(1n)
        expect(second['versionnumber']).toBe(3n)
      },
    )

    fact('a row version given by the caller is replaced', async (store) => {
      const row = await add(store, account, { accountid: guid(1), versionnumber: 99n })

      expect(row['versionnumber']).toBe(1n)
    })
  })

  describe('alternate keys', () => {
    fact('a value that differs in case and trailing blanks only is refused', async (store) => {
      await add(store, account, { accountid: guid(1), accountnumber: 'A-1' })
      const before = store.contents()

      await expect(
        add(store, account, { accountid: guid(2), accountnumber: 'a-1  ' }),
      ).rejects.toMatchObject({
        code: 'DUPLICATE_KEY',
        message:
          'Entity Key Number Key violated. A record with the same value for Account Number already exists. ' +
          'A duplicate record cannot be created. Select one or more unique values and try again.',
      })

      expect(store.contents()).toEqual(before)
    })

    fact('a patch to a taken value is refused and changes nothing', async (store) => {
      await add(store, account, { accountid: guid(1), accountnumber: 'A-1' })
      const second = await add(store, account, { accountid: guid(2), accountnumber: 'A-2' })
      const before = store.contents()

      await expect(
        store.transaction((tx) => tx.patch(account, second, { accountnumber: 'a-1' })),
      ).rejects.toMatchObject({ code: 'DUPLICATE_KEY' })

      expect(store.contents()).toEqual(before)
    })

    fact('a row may change the spelling of its own key', async (store) => {
      const row = await add(store, account, { accountid: guid(1), accountnumber: 'A-1' })

      await store.transaction((tx) => tx.patch(account, row, { accountnumber: 'a-1' }))

      const found = await store.committed.byKey(account, ['accountnumber'], {
        accountnumber: 'A-1',
      })
      expect(found).toMatchObject({ accountnumber: 'a-1' })
    })

    fact('rows with an empty key column are not compared', async (store) => {
      await add(store, account, { accountid: guid(1), name: 'Contoso' })
      await add(store, account, { accountid: guid(2), name: 'Contoso' })

      expect(store.contents().get('account')).toHaveLength(2)
    })

    fact('columns of a key are compared one by one', async (store) => {
      await add(store, account, { accountid: guid(1), branch: 1, name: '2 x' })
      await add(store, account, { accountid: guid(2), branch: 12, name: ' x' })

      await expect(
        add(store, account, { accountid: guid(3), branch: 1, name: '2 X' }),
      ).rejects.toMatchObject({ code: 'DUPLICATE_KEY' })
    })

    fact('a lookup in a key is compared by its id', async (store) => {
      const parentcustomerid = { table: 'account', id: guid(9) }
      await add(store, contact, { contactid: guid(1), parentcustomerid, lastname: 'Gray' })

      await expect(
        add(store, contact, {
          contactid: guid(2),
          parentcustomerid: { ...parentcustomerid },
          lastname: 'gray',
        }),
      ).rejects.toMatchObject({ code: 'DUPLICATE_KEY' })

      const columns = ['parentcustomerid', 'lastname']
      const found = await store.committed.byKey(contact, columns, {
        parentcustomerid,
        lastname: 'GRAY',
      })
      expect(found).toMatchObject({ contactid: guid(1) })
    })

    fact('the key of a removed or renamed row is free', async (store) => {
      const first = await add(store, account, { accountid: guid(1), accountnumber: 'A-1' })
      const second = await add(store, account, { accountid: guid(2), accountnumber: 'A-2' })

      await store.transaction(async (tx) => {
        await tx.remove(account, first)
        await tx.patch(account, second, { accountnumber: 'A-1' })
        await tx.insert(account, { accountid: guid(3), accountnumber: 'A-2' })
      })

      const find = (accountnumber: string) =>
        store.committed.byKey(account, ['accountnumber'], { accountnumber })
      expect(await find('A-1')).toMatchObject({ accountid: guid(2) })
      expect(await find('A-2')).toMatchObject({ accountid: guid(3) })
    })

    fact(
      'columns that are no key of the table are refused, also while it has no rows',
      async (store) => {
        const find = async () => store.committed.byKey(account, ['name'], { name: 'Contoso' })

        await expect(find()).rejects.toMatchObject({ code: 'KEY_NOT_DEFINED' })
        await add(store, account, { accountid: guid(1), name: 'Contoso' })
        await expect(find()).rejects.toMatchObject({ code: 'KEY_NOT_DEFINED' })
      },
    )
  })

  describe('links', () => {
    const link = (number: number, one: number, two: number) => ({
      accountlinkid: guid(number),
      accountidone: guid(one),
      accountidtwo: guid(two),
    })

    fact('a second link between the same two rows is refused', async (store) => {
      await add(store, accountLink, link(1, 10, 20))
      const before = store.contents()

      await expect(add(store, accountLink, link(2, 10, 20))).rejects.toMatchObject({
        code: 'DUPLICATE_ROW',
        message: 'Cannot insert duplicate key.',
      })

      expect(store.contents()).toEqual(before)
    })

    fact('a link in the other direction is another link', async (store) => {
      await add(store, accountLink, link(1, 10, 20))
      await add(store, accountLink, link(2, 20, 10))

      const related = (column: string) => store.committed.related(accountLink, column, guid(10))
      expect(await related('accountidone')).toMatchObject([{ accountlinkid: guid(1) }])
      expect(await related('accountidtwo')).toMatchObject([{ accountlinkid: guid(2) }])
      const pair = ['accountidone', 'accountidtwo']
      expect(await store.committed.byKey(accountLink, pair, link(0, 20, 10))).toMatchObject({
        accountlinkid: guid(2),
      })
    })
  })

  describe('related rows', () => {
    const child = (number: number, parent: number): Values => ({
      accountid: guid(number),
      parentaccountid: { table: 'account', id: guid(parent) },
    })
    const children = async (reader: Pick<Transaction, 'related'>, parent: number) =>
      (await reader.related(account, 'parentaccountid', guid(parent))).map(
        (row) => row['accountid'],
      )

    fact(
      'they follow inserts, patches and removals, in the order rows were made',
      async (store) => {
        const first = await add(store, account, child(1, 8))
        await add(store, account, child(2, 9))
        const third = await add(store, account, child(3, 9))
        expect(await children(store.committed, 9)).toEqual([guid(2), guid(3)])

        await store.transaction(async (tx) => {
          await tx.patch(account, first, { parentaccountid: { table: 'account', id: guid(9) } })
          expect(await children(tx, 9)).toEqual([guid(1), guid(2), guid(3)])
          await tx.remove(account, third)
          expect(await children(tx, 9)).toEqual([guid(1), guid(2)])
        })

        expect(await children(store.committed, 8)).toEqual([])
        expect(await children(store.committed, 9)).toEqual([guid(1), guid(2)])
      },
    )

    fact('a failed transaction leaves them as they were', async (store) => {
      await add(store, account, child(1, 9))
      const second = await add(store, account, child(2, 9))

      await expect(
        store.transaction(async (tx) => {
          await tx.insert(account, child(3, 9))
          await tx.remove(account, second)
          expect(await children(tx, 9)).toEqual([guid(1), guid(3)])
          throw new RangeError('no')
        }),
      ).rejects.toThrow('no')

      expect(await children(store.committed, 9)).toEqual([guid(1), guid(2)])
    })
  })

  describe('queries', () => {
    const named = (name: string): Query => ({
      table: 'account',
      columns: ['name'],
      where: { kind: 'condition', column: 'name', operator: 'eq', values: [name] },
    })

    fact('a query in a transaction sees its writes, one outside does not', async (store) => {
      await add(store, account, { accountid: guid(1), name: 'Contoso' })

      await store.transaction(async (tx) => {
        await tx.insert(account, { accountid: guid(2), name: 'contoso' })
        expect((await tx.select(named('Contoso'))).rows).toHaveLength(2)
        expect((await store.committed.select(named('Contoso'))).rows).toHaveLength(1)
      })

      expect((await store.committed.select(named('Contoso'))).rows).toHaveLength(2)
    })

    fact('asked again and again among many rows, the answer stays right', async (store) => {
      await store.transaction(async (tx) => {
        for (let i = 0; i < 300; i++)
          await tx.insert(account, { accountid: guid(i), name: `N${i % 100}` })
      })
      const ids = async () =>
        (await store.committed.select(named('n7'))).rows.map((row) => row['accountid']).sort()
      for (let i = 0; i < 4; i++) expect(await ids()).toEqual([guid(7), guid(107), guid(207)])

      await store.transaction(async (tx) => {
        const row = await tx.get(account, guid(107))
        if (row !== undefined) await tx.patch(account, row, { name: 'other' })
        expect(await ids()).toEqual([guid(7), guid(107), guid(207)])
      })

      expect(await ids()).toEqual([guid(7), guid(207)])
    })
  })
}
