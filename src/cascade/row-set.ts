/** Rows by table and id. */
export class RowSet {
  readonly #tables = new Map<string, Set<string>>()

  /** @returns false when it was there already. */
  add(table: string, id: string): boolean {
    let ids = this.#tables.get(table)
    if (ids === undefined) {
      ids = new Set()
      this.#tables.set(table, ids)
    }
    const size = ids.size
    return ids.add(id).size !== size
  }

  has(table: string, id: string): boolean {
    return this.#tables.get(table)?.has(id) === true
  }
}

/** One running cascade: what it reaches, and the rows it has begun with; each is processed once. */
export class Cascade {
  readonly #reached = new RowSet()
  readonly #begun = new RowSet()

  reach(table: string, id: string): boolean {
    return this.#reached.add(table, id)
  }
  reaches(table: string, id: string): boolean {
    return this.#reached.has(table, id)
  }
  begin(table: string, id: string): boolean {
    return this.#begun.add(table, id)
  }
  hasBegun(table: string, id: string): boolean {
    return this.#begun.has(table, id)
  }
}
