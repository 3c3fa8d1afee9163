import type { UndoRecord } from './entry.ts'
import type { Snapshot, Store } from '../store.ts'

/**
 * One moment of a store. The newest collects how to undo what happened since; every older one leads to the
 * next newer. Pointing that way, moments nobody can ask for any more are garbage with all they remember.
 */
export class Moment implements Snapshot {
  readonly store: Store
  /** The next newer moment; undefined for the newest. */
  next: Moment | undefined
  /** From the newest write between this moment and the next (or the present) back to the first. */
  changes: UndoRecord | undefined

  /** Which tables its rows are of. */
  readonly era: object

  constructor(store: Store, era: object) {
    this.store = store
    this.era = era
  }
}

/** Remembers committed writes, as long as somebody holds a snapshot they lead back to. */
export class Journal {
  readonly #store: Store
  #newest: WeakRef<Moment> | undefined
  #era: object = {}

  constructor(store: Store) {
    this.#store = store
  }

  /** The present moment. */
  mark(): Moment {
    const newest = this.#newest?.deref()
    if (newest !== undefined && newest.changes === undefined) return newest
    const moment = new Moment(this.#store, this.#era)
    if (newest !== undefined) newest.next = moment
    this.#newest = new WeakRef(moment)
    return moment
  }

  /** The tables have changed: nothing from before can be gone back to. */
  beginAnew(): void {
    this.#newest = undefined
    this.#era = {}
  }

  reaches(moment: Moment): boolean {
    return moment.era === this.#era
  }

  /** Adds a committed transaction: its chain of writes, from `newest` back to `first`. */
  add(newest: UndoRecord, first: UndoRecord): void {
    if (this.#newest === undefined) return
    const moment = this.#newest.deref()
    if (moment === undefined) {
      this.#newest = undefined
      return
    }
    first.previous = moment.changes
    moment.changes = newest
  }

  /**
   * Goes back to `moment`: `undo` puts one row back and tells how to undo that. The moments passed on the
   * way turn round, so that they can be gone back to as well.
   */
  goTo(
    moment: Moment,
    undo: (record: UndoRecord, previous: UndoRecord | undefined) => UndoRecord,
  ): void {
    const path: Moment[] = []
    for (let at: Moment | undefined = moment; at !== undefined; at = at.next) path.push(at)
    let newer: Moment | undefined
    for (const at of path.reverse()) {
      let inverse: UndoRecord | undefined
      for (let record = at.changes; record !== undefined; record = record.previous) {
        inverse = undo(record, inverse)
      }
      if (newer !== undefined) {
        newer.next = at
        newer.changes = inverse
      }
      newer = at
    }
    moment.next = undefined
    moment.changes = undefined
    this.#newest = new WeakRef(moment)
  }
}
