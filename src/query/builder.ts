import { DataverseError } from '../errors/dataverse-error.ts'
import type { ColumnOf, RowOf, TableName } from '../rows/tables.ts'
import type { Row, RowRef, Value } from '../rows/value.ts'
import type { OPERATORS, OperatorName } from './operators.ts'
import type {
  Aggregate,
  AggregateFunction,
  Condition,
  DateGrouping,
  Filter,
  Link,
  LinkFilter,
  LinkQuantifier,
  LinkType,
  Order,
  Query,
} from './query.ts'

declare const ROW: unique symbol

/** A query that knows what its rows look like. */
export interface TypedQuery<R> extends Query {
  /** For types only; no query has it. */
  readonly [ROW]?: R
}

/** What a row of the answer holds. */
export type RowAskedBy<Q> = Q extends { readonly [ROW]?: infer R } ? NonNullable<R> : never

/** A row of the answer to any query: as the builder knows it, or columns of any value. */
export type AnswerRow<Q> = typeof ROW extends keyof Q ? RowAskedBy<Q> : Row

type Operators = typeof OPERATORS

/** What a condition on a column of type `V` compares with. A row reference may be given by its id alone. */
type Operand<V, O extends OperatorName> = Operators[O]['kind'] extends 'pattern'
  ? string
  : Operators[O]['kind'] extends 'window' | 'fiscal'
    ? number | string
    : Operators[O]['kind'] extends 'choices'
      ? number
      : NonNullable<V> extends RowRef
        ? NonNullable<V> | string
        : NonNullable<V>

/** As many values as the operator takes. */
type Operands<V, O extends OperatorName> = Operators[O]['values'] extends 0
  ? readonly []
  : Operators[O]['values'] extends 1
    ? readonly [Operand<V, O>]
    : Operators[O]['values'] extends 2
      ? readonly [Operand<V, O>, Operand<V, O>]
      : readonly [Operand<V, O>, ...Operand<V, O>[]]

/** The type of a column's value; of a computed one too, which a row holds only when it is named. */
type ColumnValue<T extends string, C> =
  RowOf<T, C & string> extends infer R ? (C extends keyof R ? R[C] : never) : never

/** What conditions are made of; given to `where`. */
export interface Conditions<T extends string> {
  is<const C extends ColumnOf<T>, const O extends OperatorName>(
    this: void,
    column: C,
    operator: O,
    ...values: Operands<ColumnValue<T, C>, O>
  ): Condition
  /** Compares two columns of one row. */
  compare(
    this: void,
    column: ColumnOf<T>,
    operator: 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le',
    other: ColumnOf<T>,
  ): Condition
  /** A condition on a column of a link, by its alias, looked at when the tables are joined. */
  on<const L extends TableName>(
    this: void,
    link: string,
    table: L,
  ): Pick<Conditions<L>, 'is' | 'compare'>
  all(this: void, ...filters: readonly Filter[]): Filter
  any(this: void, ...filters: readonly Filter[]): Filter
  not(this: void, filter: Filter): Filter
  /** Asks about the rows of another table that are joined by `from` (its column) and `to` (this table's). */
  related<const L extends TableName>(
    this: void,
    quantifier: LinkQuantifier,
    table: L,
    join: { readonly from: ColumnOf<L>; readonly to: ColumnOf<T> },
    where?: (conditions: Conditions<L>) => Filter,
  ): LinkFilter
}

type Where<T extends string> = (conditions: Conditions<T>) => Filter

/** How a table is linked. `kind` is `inner` where it is absent. */
export interface LinkOptions<T extends string, L extends string, A extends string> {
  /** Column of the linked table. */
  readonly from: ColumnOf<L>
  /** Column of the table it is linked to. */
  readonly to: ColumnOf<T>
  /** What its columns are called by in the result: `alias.column`. */
  readonly alias: A
  readonly kind?: LinkType
}

type Prefixed<R, A extends string> = {
  readonly [K in keyof R & string as `${A}.${K}`]: R[K] | null
}

/**
 * Begins a query over a table: `from('account').select('name').where(({ is }) => is('revenue', 'gt', 1000)).build()`.
 * Every method gives a new builder. A column the table does not have is refused by the compiler; a table without
 * generated types is loose.
 */
export function from<const T extends TableName>(table: T): QueryBuilder<T, unknown> {
  return new QueryBuilder({ table, columns: [] })
}

/** What a query over `T` is made of, `R` being what its rows hold. As QueryExpression, in the order one likes. */
export class QueryBuilder<T extends string, R> {
  readonly #query: Query

  constructor(query: Query) {
    this.#query = query
  }

  /** Adds columns to the result. */
  select<const C extends ColumnOf<T>>(...columns: readonly C[]): QueryBuilder<T, R & RowOf<T, C>> {
    const chosen = this.#query.columns === 'all' ? [] : this.#query.columns
    return this.#with({ columns: [...new Set([...chosen, ...columns])] })
  }

  selectAll(): QueryBuilder<T, R & RowOf<T>> {
    return this.#with({ columns: 'all' })
  }

  /** Adds a condition to those that must all hold. */
  where(make: Where<T>): QueryBuilder<T, R> {
    return this.#with({ where: both(this.#query.where, make(conditionsOf<T>())) })
  }

  /** Rows that hold exactly these values; null asks for empty columns. As QueryByAttribute. */
  matching(values: { readonly [C in ColumnOf<T>]?: ColumnValue<T, C> | null }): QueryBuilder<T, R> {
    const filters = Object.entries<unknown>(values).map(([column, value]): Condition =>
      value === null || value === undefined
        ? { kind: 'condition', column, operator: 'null', values: [] }
        : { kind: 'condition', column, operator: 'eq', values: [value as Value] },
    )
    return this.#with({ where: both(this.#query.where, { kind: 'and', filters }) })
  }

  /** Links another table; the rows get its columns as `alias.column`. */
  link<const L extends TableName, const A extends string, R2 = unknown>(
    table: L,
    options: LinkOptions<T, L, A>,
    make?: (link: LinkBuilder<L, unknown>) => LinkBuilder<L, R2>,
  ): QueryBuilder<T, R & Prefixed<R2, A>> {
    return this.#with({ links: [...(this.#query.links ?? []), linkOf(table, options, make)] })
  }

  orderBy(
    column: ColumnOf<T>,
    direction: 'ascending' | 'descending' = 'ascending',
  ): QueryBuilder<T, R> {
    return this.#with({ order: [...(this.#query.order ?? []), orderOf(column, direction)] })
  }

  /** Of an aggregate query: groups or aggregates in this order. */
  orderByAlias(
    alias: keyof R & string,
    direction: 'ascending' | 'descending' = 'ascending',
  ): QueryBuilder<T, R> {
    return this.#with({ order: [...(this.#query.order ?? []), orderOf(alias, direction)] })
  }

  top(count: number): QueryBuilder<T, R> {
    return this.#with({ top: count })
  }

  page(size: number, number = 1, cookie?: string): QueryBuilder<T, R> {
    return this.#with({ page: { size, number, ...(cookie === undefined ? {} : { cookie }) } })
  }

  /** Asks for the number of all matching rows too. */
  count(): QueryBuilder<T, R> {
    return this.#with({ count: true })
  }

  distinct(): QueryBuilder<T, R> {
    return this.#with({ distinct: true })
  }

  /** Puts rows together by a column; of a date, by a part of it in UTC, as QueryExpression does. */
  groupBy<const C extends ColumnOf<T>, const A extends string>(
    column: C,
    alias: A,
  ): QueryBuilder<T, R & { readonly [K in A]: ColumnValue<T, C> }>
  groupBy<const A extends string, const D extends DateGrouping>(
    column: ColumnOf<T>,
    alias: A,
    date: D,
  ): QueryBuilder<
    T,
    R & { readonly [K in A]: (D extends `fiscal-${string}` ? string : number) | null }
  >
  groupBy(column: string, alias: string, date?: DateGrouping): QueryBuilder<T, R> {
    const group = { column, alias, utc: true, ...(date === undefined ? {} : { date }) }
    return this.#with({ aggregate: true, groups: [...(this.#query.groups ?? []), group] })
  }

  /** Computes a value of each group. */
  aggregate<const F extends AggregateFunction, const A extends string, const C extends ColumnOf<T>>(
    method: F,
    column: C,
    alias: A,
    options: Pick<Aggregate, 'distinct'> = {},
  ): QueryBuilder<T, R & { readonly [K in A]: AggregateValue<F, ColumnValue<T, C>> }> {
    const aggregate: Aggregate = { function: method, column, alias, ...options }
    return this.#with({
      aggregate: true,
      aggregates: [...(this.#query.aggregates ?? []), aggregate],
    })
  }

  build(): TypedQuery<R> {
    return this.#query
  }

  #with<R2>(parts: Partial<Query>): QueryBuilder<T, R2> {
    return new QueryBuilder({ ...this.#query, ...parts })
  }
}

type AggregateValue<F extends AggregateFunction, V> = F extends 'count' | 'countcolumn' | 'sum'
  ? number
  : F extends 'avg'
    ? number | null
    : V | null

/** What a linked table brings, `R` being what its columns hold. */
export class LinkBuilder<T extends string, R> {
  readonly #link: Pick<Link, 'columns' | 'where' | 'links' | 'order'>

  constructor(link: Pick<Link, 'columns' | 'where' | 'links' | 'order'> = { columns: [] }) {
    this.#link = link
  }

  select<const C extends ColumnOf<T>>(...columns: readonly C[]): LinkBuilder<T, R & RowOf<T, C>> {
    const chosen = this.#link.columns === 'all' ? [] : this.#link.columns
    return this.#with({ columns: [...new Set([...chosen, ...columns])] })
  }

  /** A condition of the join: of an outer link it takes no row of the other table away. */
  where(make: Where<T>): LinkBuilder<T, R> {
    return this.#with({ where: both(this.#link.where, make(conditionsOf<T>())) })
  }

  /** Links a table to this one; what it brings is called by its own alias. */
  link<const L extends TableName, const A extends string>(
    table: L,
    options: LinkOptions<T, L, A>,
    make?: (link: LinkBuilder<L, unknown>) => LinkBuilder<L, unknown>,
  ): LinkBuilder<T, R> {
    return this.#with({ links: [...(this.#link.links ?? []), linkOf(table, options, make)] })
  }

  orderBy(
    column: ColumnOf<T>,
    direction: 'ascending' | 'descending' = 'ascending',
  ): LinkBuilder<T, R> {
    return this.#with({ order: [...(this.#link.order ?? []), orderOf(column, direction)] })
  }

  build(): Pick<Link, 'columns' | 'where' | 'links' | 'order'> {
    return this.#link
  }

  #with<R2>(parts: Partial<Link>): LinkBuilder<T, R2> {
    return new LinkBuilder({ ...this.#link, ...parts })
  }
}

function linkOf<T extends string, L extends string>(
  table: L,
  { from: linked, to, alias, kind = 'inner' }: LinkOptions<T, L, string>,
  make: ((link: LinkBuilder<L, unknown>) => LinkBuilder<L, unknown>) | undefined,
): Link {
  const parts = make?.(new LinkBuilder()).build() ?? { columns: [] }
  return { kind, table, from: linked, to, alias, ...parts }
}

function orderOf(column: string, direction: 'ascending' | 'descending'): Order {
  return { column, descending: direction === 'descending' }
}

function both(first: Filter | undefined, second: Filter): Filter {
  return first === undefined ? second : { kind: 'and', filters: [first, second] }
}

function conditionsOf<T extends string>(link?: string): Conditions<T> {
  const linked = link === undefined ? {} : { link }
  return {
    is: (column, operator, ...values) => ({
      kind: 'condition',
      column,
      operator,
      // The operator's own row of the table says how many and of what kind; the evaluation looks again.
      values: values as readonly unknown[] as readonly Value[],
      ...linked,
    }),
    compare: (column, operator, other) => ({
      kind: 'condition',
      column,
      operator,
      values: [],
      otherColumn: ofOneRow(other),
      ...linked,
    }),
    on: (alias) => conditionsOf(alias),
    all: (...filters) => ({ kind: 'and', filters }),
    any: (...filters) => ({ kind: 'or', filters }),
    not: (filter) => ({ kind: 'and', filters: [filter], negated: true }),
    related: (quantifier, table, { from: linkedColumn, to }, where) => ({
      kind: 'link',
      quantifier,
      table,
      from: linkedColumn,
      to,
      ...(where === undefined ? {} : { where: where(conditionsOf()) }),
    }),
  }
}

/**
 * As in QueryExpression: columns of two tables are compared in FetchXML only.
 * https://learn.microsoft.com/power-apps/developer/data-platform/org-service/queryexpression/filter-rows
 */
function ofOneRow(column: string): string {
  if (!column.includes('.')) return column
  throw new DataverseError(
    'QUERY_CONDITION_INVALID',
    `'${column}' is a column of a link; columns of two tables are compared in FetchXML only.`,
  )
}
