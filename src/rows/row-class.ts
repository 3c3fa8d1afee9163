import type { Row, Value, Values } from './value.ts'

/** Makes the rows of one table: all of one hidden class, every stored column present, null where empty. */
export interface RowClass {
  /** A new row from the given columns; columns the table does not store are left out. */
  from(values: Values): Row
  /** `row` with `changes` over it, as a new row. `changes` holds stored columns only. */
  changed(row: Row, changes: Values): Row
}

/**
 * A constructor written out for these columns. A class whose fields are assigned by name keeps fast
 * properties at any width; an object filled by computed keys falls into dictionary mode after a dozen.
 */
export function rowClass(columns: readonly string[]): RowClass {
  const fields = columns.map((column) => JSON.stringify(column))
  const body = (source: string) =>
    fields.map((f) => `this[${f}] = ${source}[${f}] ?? null`).join('\n')
  // The column names pass through JSON.stringify: nothing of a name is read as code.
  const make = new Function(
    `return class Row { constructor(values) {\n${body('values')}\n} }`,
  ) as () => new (values: Values) => Record<string, Value>
  const Created = make()
  return {
    from: (values) => new Created(values),
    changed(row, changes) {
      const next = new Created(row)
      for (const column in changes) {
        const value = changes[column]
        if (value !== undefined) next[column] = value
      }
      return next
    },
  }
}
