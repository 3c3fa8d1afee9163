// What the compiler refuses of the tables in schemas/tables.d.ts. Every `@ts-expect-error` line must not
// compile; everything else must.
import { expectTypeOf } from 'expect-type'

import type { ColumnOf, CreateOf, Ref, RowOf, TableName, UpdateOf } from '../../src/rows/tables.ts'

type Mapping = 'exchangesyncidmapping'

// Values have the types of their columns.
expectTypeOf<RowOf<Mapping>['itemsubject']>().toEqualTypeOf<string | null>()
expectTypeOf<RowOf<Mapping>['retries']>().toEqualTypeOf<number | null>()
expectTypeOf<RowOf<Mapping>['isdeletedinexchange']>().toEqualTypeOf<boolean | null>()
expectTypeOf<RowOf<Mapping>['versionnumber']>().toEqualTypeOf<bigint | null>()
expectTypeOf<RowOf<Mapping>['createdon']>().toEqualTypeOf<string | null>()
expectTypeOf<RowOf<Mapping>['owningteam']>().toEqualTypeOf<Ref<'team'> | null>()

// The primary id and what the server never leaves empty are never null.
expectTypeOf<RowOf<Mapping>['exchangesyncidmappingid']>().toEqualTypeOf<string>()
expectTypeOf<RowOf<Mapping>['ownerid']>().toEqualTypeOf<Ref<'systemuser' | 'team'>>()

// A row holds the columns that were asked for.
expectTypeOf<RowOf<Mapping, 'retries'>>().toEqualTypeOf<{ readonly retries: number | null }>()
expectTypeOf<'itemsubject'>().toExtend<ColumnOf<Mapping>>()
expectTypeOf<'itemsubjct'>().not.toExtend<ColumnOf<Mapping>>()

// A reference of a polymorphic lookup tells its table.
export function teamOf(owner: RowOf<Mapping>['ownerid']): Ref<'team'> | undefined {
  return owner.table === 'team' ? owner : undefined
}

export const create: CreateOf<Mapping> = {
  exchangesyncidmappingid: '0b5ab1ee-0000-4000-8000-000000000000',
  itemsubject: 'Lunch',
  isdeletedinexchange: null,
  ownerid: { table: 'team', id: '0b5ab1ee-0000-4000-8000-000000000000' },
}
export const update: UpdateOf<Mapping> = { retries: 3, lastsyncerror: null }

// @ts-expect-error a text where a number belongs
export const wrongType: CreateOf<Mapping> = { retries: '3' }
// @ts-expect-error a number where a text belongs
export const wrongText: UpdateOf<Mapping> = { itemsubject: 3 }
// @ts-expect-error a bare id where a reference belongs
export const bareId: CreateOf<Mapping> = { ownerid: '0b5ab1ee-0000-4000-8000-000000000000' }
// @ts-expect-error accounts own nothing
export const wrongTarget: CreateOf<Mapping> = { ownerid: { table: 'account', id: '' } }
// @ts-expect-error the platform says when a row was created
export const stamped: CreateOf<Mapping> = { createdon: '2026-03-02T10:00:00Z' }
// @ts-expect-error the platform counts versions
export const versioned: UpdateOf<Mapping> = { versionnumber: 5n }
// @ts-expect-error a row keeps its id
export const moved: UpdateOf<Mapping> = { exchangesyncidmappingid: '' }
// @ts-expect-error no such column
export const misspelt: CreateOf<Mapping> = { itemsubjct: 'Lunch' }
// @ts-expect-error no such column to read
export type Unread = RowOf<Mapping>['itemsubjct']

// An intersect table has its columns like any other.
expectTypeOf<RowOf<'contactleads'>['contactleadid']>().toEqualTypeOf<string>()
// @ts-expect-error links are made by Associate, the ids in them are read-only
export const linked: CreateOf<'contactleads'> = { contactid: '' }

// A choice takes its options only.
export const state: UpdateOf<'account'> = { statecode: 1 }
// @ts-expect-error no such state
export const noState: UpdateOf<'account'> = { statecode: 7 }

// Tables without generated types stay usable, loosely.
expectTypeOf<'new_anything'>().toExtend<TableName>()
export const loose: CreateOf<'new_anything'> = { new_name: 'a', new_count: 1 }
