// What the compiler refuses of a query. Every `@ts-expect-error` line must not compile; everything else must.
import type { Col } from 'dataverse-handlers'
import { expectTypeOf } from 'expect-type'
import { from, type RowAskedBy } from '../../src/query/builder.ts'
import type { Query } from '../../src/query/query.ts'
import type { OrganizationService } from '../../src/messages/organization-service.ts'
import type { Row, RowRef } from '../../src/rows/value.ts'

declare module 'dataverse-handlers' {
  interface Tables {
    queryd_order: {
      logicalName: 'queryd_order'
      entitySetName: 'queryd_orders'
      primaryId: 'queryd_orderid'
      columns: {
        queryd_orderid: Col<string, 'rc', 'never'>
        name: Col<string>
        total: Col<number>
        paid: Col<boolean>
        buyer: Col<RowRef<'queryd_buyer'>>
        createdon: Col<string, 'r', 'never'>
        hidden: Col<string, 'cu'>
      }
    }
    queryd_buyer: {
      logicalName: 'queryd_buyer'
      entitySetName: 'queryd_buyers'
      primaryId: 'queryd_buyerid'
      columns: {
        queryd_buyerid: Col<string, 'rc', 'never'>
        fullname: Col<string>
      }
    }
  }
}

const chosen = from('queryd_order').select('name', 'createdon').select('total').build()
expectTypeOf<RowAskedBy<typeof chosen>>().toExtend<{
  readonly name: string | null
  readonly createdon: string
  readonly total: number | null
}>()
// It is a query like any other.
expectTypeOf(chosen).toExtend<Query>()

declare const row: RowAskedBy<typeof chosen>
expectTypeOf(row.total).toEqualTypeOf<number | null>()
expectTypeOf(row.createdon).toEqualTypeOf<string>()
// @ts-expect-error a column that was not chosen
void row.paid

const orders = from('queryd_order')
// @ts-expect-error no such column
orders.select('nmae')
// @ts-expect-error a column that cannot be read
orders.select('hidden')
// @ts-expect-error no such column
orders.orderBy('ttoal')
// @ts-expect-error no such column
orders.where(({ is }) => is('nmae', 'eq', 'x'))
// @ts-expect-error a number column compares with numbers
orders.where(({ is }) => is('total', 'gt', 'x'))
// @ts-expect-error no such operator
orders.where(({ is }) => is('total', 'greater', 1))
// @ts-expect-error null takes no value
orders.where(({ is }) => is('total', 'null', 1))
// @ts-expect-error between takes two values
orders.where(({ is }) => is('total', 'between', 1))
// @ts-expect-error in takes at least one
orders.where(({ is }) => is('total', 'in'))
orders.where(({ is }) => is('total', 'between', 1, 2))
orders.where(({ is }) => is('total', 'in', 1, 2, 3))
orders.where(({ is }) => is('name', 'like', 'x%'))
orders.where(({ is }) => is('createdon', 'last-x-days', 3))
orders.where(({ is }) => is('createdon', 'today'))
// A row reference, or its id alone.
orders.where(({ is }) => is('buyer', 'eq', { table: 'queryd_buyer', id: '' }))
orders.where(({ is }) => is('buyer', 'eq', ''))
// @ts-expect-error a reference to another table
orders.where(({ is }) => is('buyer', 'eq', { table: 'account', id: '' }))
// @ts-expect-error no such column
orders.matching({ nmae: 'x' })
// @ts-expect-error wrong type
orders.matching({ total: 'x' })
orders.matching({ total: 1, name: null })

export const linked = orders
  .select('name')
  .link('queryd_buyer', { from: 'queryd_buyerid', to: 'buyer', alias: 'b' }, (buyer) =>
    buyer.select('fullname'),
  )
  .build()
declare const joined: RowAskedBy<typeof linked>
expectTypeOf(joined.name).toEqualTypeOf<string | null>()
expectTypeOf(joined['b.fullname']).toEqualTypeOf<string | null>()
// @ts-expect-error no such column of the linked table
orders.link('queryd_buyer', { from: 'buyerid', to: 'buyer', alias: 'b' })
// @ts-expect-error no such column of this table
orders.link('queryd_buyer', { from: 'queryd_buyerid', to: 'byuer', alias: 'b' })

export const grouped = orders
  .groupBy('paid', 'isPaid')
  .groupBy('createdon', 'month', 'month')
  .aggregate('sum', 'total', 'sum')
  .aggregate('avg', 'total', 'mean')
  .aggregate('max', 'createdon', 'last')
  .orderByAlias('sum')
  .build()
declare const group: RowAskedBy<typeof grouped>
expectTypeOf(group.isPaid).toEqualTypeOf<boolean | null>()
expectTypeOf(group.month).toEqualTypeOf<number | null>()
expectTypeOf(group.sum).toEqualTypeOf<number>()
expectTypeOf(group.mean).toEqualTypeOf<number | null>()
expectTypeOf(group.last).toEqualTypeOf<string | null>()
// @ts-expect-error no such alias
orders.aggregate('sum', 'total', 'sum').orderByAlias('total')

// A table without generated types is loose.
export const loose = from('queryd_unknown')
  .select('anything')
  .where(({ is }) => is('whatever', 'eq', 5))
  .build()
declare const anything: RowAskedBy<typeof loose>
void anything.anything

export async function answersAreTypedByTheirQuery(org: OrganizationService) {
  const { rows } = await org.retrieveMultiple(from('queryd_order').select('name').build())
  expectTypeOf(rows[0]?.name).toEqualTypeOf<string | null | undefined>()
  // @ts-expect-error no such column was asked for
  expectTypeOf(rows[0]?.total).toBeNumber()

  const plain = await org.retrieveMultiple({ table: 'queryd_order', columns: ['name'] })
  expectTypeOf(plain.rows).toEqualTypeOf<readonly Row[]>()
}
