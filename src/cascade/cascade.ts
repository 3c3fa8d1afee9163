/** Rows by table and id. */
class RowSet {
  readonly #tables = new Map<string, Set<string>>()

  /** @returns whether it was new. */
  add(table: string, id: string): boolean {
    let ids = this.#tables.get(table)
    if (ids === undefined) {
      ids = new Set()
      this.#tables.set(table, ids)
    }
    const { size } = ids
    return ids.add(id).size !== size
  }

  delete(table: string, id: string): void {
    this.#tables.get(table)?.delete(id)
  }

  has(table: string, id: string): boolean {
    return this.#tables.get(table)?.has(id) === true
  }
}

/** One running cascade: the rows it was found to reach, and those it is at. */
export class Cascade {
  readonly #reached = new RowSet()
  readonly #underWay = new RowSet()

  /** @returns whether it was new. */
  reach(table: string, id: string): boolean {
    return this.#reached.add(table, id)
  }

  reaches(table: string, id: string): boolean {
    return this.#reached.has(table, id)
  }

  /** The row's own Delete runs; until it ends, no other plan deletes it. */
  begin(table: string, id: string): void {
    this.#underWay.add(table, id)
  }

  /** The row is gone: whoever looks for it finds that by looking. */
  end(table: string, id: string): void {
    this.#underWay.delete(table, id)
  }

  isUnderWay(table: string, id: string): boolean {
    return this.#underWay.has(table, id)
  }
}
