import type { RowRef } from './value.ts'

/**
 * The tables a program knows by type. Empty here; `schemas/tables.d.ts` adds each generated table by
 * declaration merging (`declare module 'dataverse-handlers'`), so handlers import no row types.
 * A table that is not in it stays usable, loosely typed.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Tables {}

/**
 * One column of a generated table. `V` is the type of its value; `A` says what a client may do:
 * r read, n read when named (computed columns and images, which "all columns" leaves out), c send on Create,
 * u send on Update; `N` is the column's nullness: 'null' for columns that can be empty, 'never' for the primary
 * id and columns the platform never leaves empty.
 */
export interface Col<V, A extends string = 'rcu', N extends 'null' | 'never' = 'null'> {
  readonly value: V
  readonly access: A
  readonly nullness: N
}

/** A generated table: its names and its columns. */
export interface TableType {
  readonly logicalName: string
  readonly entitySetName: string
  readonly primaryId: string
  readonly columns: object
}

/** A table known by type, or any other logical name. */
export type KnownTable = Extract<keyof Tables, string>
export type TableName = KnownTable | (string & {})

/** What stands for the columns of a table without generated types: every name, any column value. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any

type ColumnsOf<T extends string> = T extends keyof Tables
  ? Tables[T] extends { readonly columns: infer C }
    ? C
    : never
  : never

type Allowing<C, L extends string> = {
  [K in keyof C & string]: C[K] extends { readonly access: infer A extends string }
    ? A extends `${string}${L}${string}`
      ? K
      : never
    : never
}[keyof C & string]

type ValueOf<C> = C extends { readonly value: infer V } ? V : never
type NullOf<C> = C extends { readonly nullness: 'never' } ? never : null

/** Readable columns of a table, by logical name; any text where the table has no generated types. */
export type ColumnOf<T extends string> = T extends keyof Tables
  ? Allowing<ColumnsOf<T>, 'r'> | Allowing<ColumnsOf<T>, 'n'>
  : string

/** What "all columns" gives: those that rows hold. */
export type StoredColumnOf<T extends string> = T extends keyof Tables
  ? Allowing<ColumnsOf<T>, 'r'>
  : string

/** What a retrieved row holds: the columns asked for, null where empty. */
export type RowOf<T extends string, C extends string = StoredColumnOf<T>> = T extends keyof Tables
  ? {
      readonly [K in C & keyof ColumnsOf<T>]: ValueOf<ColumnsOf<T>[K]> | NullOf<ColumnsOf<T>[K]>
    }
  : Readonly<Record<string, Loose>>

/** What Create takes. ApplicationRequired is not enforced by the server, so nothing is demanded here. */
export type CreateOf<T extends string> = T extends keyof Tables
  ? {
      readonly [K in Allowing<ColumnsOf<T>, 'c'>]?: ValueOf<ColumnsOf<T>[K]> | null | undefined
    }
  : Readonly<Record<string, Loose>>

/** What Update takes: the columns to change; null clears. */
export type UpdateOf<T extends string> = T extends keyof Tables
  ? {
      readonly [K in Allowing<ColumnsOf<T>, 'u'>]?: ValueOf<ColumnsOf<T>[K]> | null | undefined
    }
  : Readonly<Record<string, Loose>>

/** A lookup's value: a row of one of the tables in `T`. */
export type Ref<T extends string = string> = T extends string ? RowRef<T> : never
