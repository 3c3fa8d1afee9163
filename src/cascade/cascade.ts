const REACHED = 1
const BEGUN = 2

/** One running cascade: the rows it reaches, and those it has begun with; each is processed once. */
export class Cascade {
  readonly #tables = new Map<string, Map<string, typeof REACHED | typeof BEGUN>>()

  /** @returns false when the row was among them already. */
  reach(table: string, id: string): boolean {
    const rows = this.#rowsOf(table)
    const { size } = rows
    if (rows.get(id) === undefined) rows.set(id, REACHED)
    return rows.size !== size
  }

  reaches(table: string, id: string): boolean {
    return this.#tables.get(table)?.has(id) === true
  }

  begin(table: string, id: string): void {
    this.#rowsOf(table).set(id, BEGUN)
  }

  hasBegun(table: string, id: string): boolean {
    return this.#tables.get(table)?.get(id) === BEGUN
  }

  #rowsOf(table: string): Map<string, typeof REACHED | typeof BEGUN> {
    let rows = this.#tables.get(table)
    if (rows === undefined) {
      rows = new Map()
      this.#tables.set(table, rows)
    }
    return rows
  }
}
