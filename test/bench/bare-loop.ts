import { sequentialIds } from '../../src/rows/guid.ts'
import type { Values } from '../../src/rows/value.ts'

/**
 * The program one would write by hand instead of using this package: synchronous, over Map, for the tables
 * it knows, with the same semantics and nothing else. Payloads are copied; the functions of each stage are
 * called; images hold the columns asked for; every write leaves a record to undo it by; ids and lookups
 * are indexed; deletes cascade through the index; a failure undoes the outermost request whole.
 */
export class BareLoop {
  readonly #tables = new Map<string, BareData>()
  readonly #now: string
  readonly #ids = sequentialIds('ba5e0000')
  /** Three parallel stacks: cheaper than an object per write. */
  readonly #undoData: BareData[] = []
  readonly #undoId: string[] = []
  readonly #undoBefore: (BareRow | undefined)[] = []
  #depth = 0
  #version = 0

  constructor(
    shapes: readonly BareShape[],
    steps: readonly BareStep[] = [],
    now = '2026-01-01T00:00:00Z',
  ) {
    this.#now = now
    for (const shape of shapes) this.#tables.set(shape.name, new BareData(shape))
    for (const step of steps) {
      const stages = this.#table(step.table)[step.message]
      stages[step.stage].push(step)
    }
  }

  create(table: string, values: Values): string {
    const data = this.#table(table)
    const { shape, Create: steps } = data
    const target = copied(values)
    const id = this.#ids.next()
    shape.validate?.(target, this)
    run(steps.PreValidation, this, id, target, undefined, undefined)
    const mark = this.#begin()
    try {
      target[shape.primaryId] = id
      target['createdon'] = this.#now
      target['modifiedon'] = this.#now
      run(steps.PreOperation, this, id, target, undefined, undefined)
      if (data.rows.has(id)) throw new RangeError('Cannot insert duplicate key.')
      const row = shape.make(target)
      row['versionnumber'] = ++this.#version
      this.#write(data, id, undefined, row)
      run(steps.PostOperation, this, id, target, undefined, row)
    } catch (error) {
      this.#fail(mark)
      throw error
    }
    this.#end()
    return id
  }

  update(table: string, id: string, values: Values): void {
    const data = this.#table(table)
    const { shape, Update: steps } = data
    const target = copied(values)
    shape.validate?.(target, this)
    const mark = this.#begin()
    try {
      const before = found(data, id)
      target['modifiedon'] = this.#now
      run(steps.PreOperation, this, id, target, before, undefined)
      const row = shape.make(before)
      for (const column in target) row[column] = target[column]
      row['versionnumber'] = ++this.#version
      this.#write(data, id, before, row)
      run(steps.PostOperation, this, id, target, before, row)
    } catch (error) {
      this.#fail(mark)
      throw error
    }
    this.#end()
  }

  delete(table: string, id: string): void {
    const data = this.#table(table)
    const { shape, Delete: steps } = data
    const mark = this.#begin()
    try {
      const before = found(data, id)
      for (const [childTable, column] of shape.cascades) {
        const children = this.#table(childTable).related(column, id)
        // Deleting takes the child out of the very set that is gone through.
        if (children !== undefined)
          for (const child of [...children]) this.delete(childTable, child)
      }
      run(steps.PreOperation, this, id, NO_VALUES, before, undefined)
      this.#write(data, id, before, undefined)
      run(steps.PostOperation, this, id, NO_VALUES, before, undefined)
    } catch (error) {
      this.#fail(mark)
      throw error
    }
    this.#end()
  }

  associate(link: string, [leftTable, left]: BareRef, [rightTable, right]: BareRef): void {
    const data = this.#table(link)
    const mark = this.#begin()
    try {
      found(this.#table(leftTable), left)
      found(this.#table(rightTable), right)
      if (data.pairs.has(left + right)) throw new RangeError('Cannot insert duplicate key.')
      const id = this.#ids.next()
      const { primaryId, lookups, make } = data.shape
      const row = make({ [primaryId]: id, [lookups[0] ?? '']: left, [lookups[1] ?? '']: right })
      row['versionnumber'] = ++this.#version
      this.#write(data, id, undefined, row)
    } catch (error) {
      this.#fail(mark)
      throw error
    }
    this.#end()
  }

  disassociate(link: string, [, left]: BareRef, [, right]: BareRef): void {
    const data = this.#table(link)
    const mark = this.#begin()
    try {
      const id = data.pairs.get(left + right)
      if (id === undefined) throw new RangeError('No such link.')
      this.#write(data, id, found(data, id), undefined)
    } catch (error) {
      this.#fail(mark)
      throw error
    }
    this.#end()
  }

  get(table: string, id: string): BareRow | undefined {
    return this.#table(table).rows.get(id)
  }

  count(table: string): number {
    return this.#table(table).rows.size
  }

  #table(name: string): BareData {
    const data = this.#tables.get(name)
    if (data === undefined) throw new RangeError(`No table ${name}.`)
    return data
  }

  #begin(): number {
    this.#depth++
    return this.#undoId.length
  }

  #end(): void {
    if (--this.#depth > 0) return
    this.#undoData.length = 0
    this.#undoId.length = 0
    this.#undoBefore.length = 0
  }

  #fail(mark: number): void {
    this.#depth--
    for (let i = this.#undoId.length - 1; i >= mark; i--) {
      const data = this.#undoData.pop()
      const id = this.#undoId.pop()
      const before = this.#undoBefore.pop()
      if (data !== undefined && id !== undefined) data.put(id, data.rows.get(id), before)
    }
  }

  #write(data: BareData, id: string, before: BareRow | undefined, row: BareRow | undefined): void {
    this.#undoData.push(data)
    this.#undoId.push(id)
    this.#undoBefore.push(before)
    data.put(id, before, row)
  }
}

export type BareRow = Record<string, Values[string]>
export type BareRef = readonly [table: string, id: string]

/** A table, as the program knows it. */
export interface BareShape {
  readonly name: string
  readonly primaryId: string
  /** Columns that hold a lookup, or an id where `isLink`: an index on each. */
  readonly lookups: readonly string[]
  readonly isLink?: boolean
  /** Tables whose rows are deleted with a row of this one, by the lookup that names it. */
  readonly cascades: readonly (readonly [table: string, column: string])[]
  /** A row with every column, from a payload or another row. */
  make(this: void, values: Values): BareRow
  /** Throws for a payload with a fault; rounds what is to be rounded. */
  validate?(this: void, target: BareRow, organization: BareLoop): void
}

type BareStage = 'PreValidation' | 'PreOperation' | 'PostOperation'
export interface BareStep {
  readonly table: string
  readonly message: 'Create' | 'Update' | 'Delete'
  readonly stage: BareStage
  readonly columns?: readonly string[]
  readonly preImage?: readonly string[]
  readonly postImage?: readonly string[]
  run(this: void, event: BareEvent): void
}
export interface BareEvent {
  readonly id: string
  readonly target: BareRow
  readonly preImage: Values | undefined
  readonly postImage: Values | undefined
  readonly org: BareLoop
}

interface BareIndex {
  readonly column: string
  /** From the id a lookup holds to the rows that hold it. */
  readonly ids: Map<string, Set<string>>
}

class BareData {
  readonly shape: BareShape
  readonly rows = new Map<string, BareRow>()
  readonly indexes: readonly BareIndex[]
  /** Of a link: both ids, to the id of the row. */
  readonly pairs = new Map<string, string>()
  readonly Create = noSteps()
  readonly Update = noSteps()
  readonly Delete = noSteps()

  constructor(shape: BareShape) {
    this.shape = shape
    this.indexes = shape.lookups.map((column) => ({ column, ids: new Map() }))
  }

  put(id: string, before: BareRow | undefined, row: BareRow | undefined): void {
    if (row === undefined) this.rows.delete(id)
    else this.rows.set(id, row)
    for (const { column, ids } of this.indexes) {
      const from = before?.[column]
      const to = row?.[column]
      if (from === to) continue
      if (from !== undefined && from !== null) ids.get(idOf(from))?.delete(id)
      if (to === undefined || to === null) continue
      const bucket = ids.get(idOf(to))
      if (bucket === undefined) ids.set(idOf(to), new Set([id]))
      else bucket.add(id)
    }
    if (this.shape.isLink === true) {
      if (before !== undefined) this.pairs.delete(this.#pair(before))
      if (row !== undefined) this.pairs.set(this.#pair(row), id)
    }
  }

  related(column: string, id: string): ReadonlySet<string> | undefined {
    return this.indexes.find((index) => index.column === column)?.ids.get(id)
  }

  #pair(row: BareRow): string {
    const [left = '', right = ''] = this.shape.lookups
    return (row[left] as string) + (row[right] as string)
  }
}

const NO_VALUES: BareRow = {}

/** Not `{ ...values }`: on V8 11 every column added to such a copy later costs most of a microsecond. */
function copied(values: Values): BareRow {
  return Object.assign<BareRow, Values>({}, values)
}

function noSteps(): Readonly<Record<BareStage, BareStep[]>> {
  return { PreValidation: [], PreOperation: [], PostOperation: [] }
}

function idOf(value: Values[string]): string {
  return typeof value === 'string' ? value : (value as { readonly id: string }).id
}

function found({ rows, shape }: BareData, id: string): BareRow {
  const row = rows.get(id)
  if (row === undefined) throw new RangeError(`${shape.name} With Id = ${id} Does Not Exist`)
  return row
}

function run(
  steps: readonly BareStep[],
  org: BareLoop,
  id: string,
  target: BareRow,
  before: BareRow | undefined,
  after: BareRow | undefined,
): void {
  for (const step of steps) {
    if (step.columns !== undefined && !step.columns.some((column) => column in target)) continue
    const preImage = image(step.preImage, before)
    const postImage = image(step.postImage, after)
    step.run({ id, target, preImage, postImage, org })
  }
}

function image(
  columns: readonly string[] | undefined,
  row: BareRow | undefined,
): Values | undefined {
  if (columns === undefined || row === undefined) return undefined
  const values: BareRow = {}
  for (const column of columns) values[column] = row[column]
  return values
}
