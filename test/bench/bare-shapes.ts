import { isRowRef, type Value, type Values } from '../../src/rows/value.ts'
import type { BareLoop, BareRow, BareShape } from './bare-loop.ts'

// The tables of tables.ts, written out by hand: a class per table, so that rows have one hidden class.

class Small {
  [column: string]: Value
  constructor(v: Values) {
    this.benchsmallid = v.benchsmallid ?? null
    this.name = v.name ?? null
    this.quantity = v.quantity ?? null
    this.isactive = v.isactive ?? null
    this.createdon = v.createdon ?? null
    this.modifiedon = v.modifiedon ?? null
    this.versionnumber = v.versionnumber ?? null
  }
}

class Parent {
  [column: string]: Value
  constructor(v: Values) {
    this.benchparentid = v.benchparentid ?? null
    this.name = v.name ?? null
    this.touch = v.touch ?? null
    this.createdon = v.createdon ?? null
    this.modifiedon = v.modifiedon ?? null
    this.versionnumber = v.versionnumber ?? null
  }
}

class Child {
  [column: string]: Value
  constructor(v: Values) {
    this.benchchildid = v.benchchildid ?? null
    this.name = v.name ?? null
    this.quantity = v.quantity ?? null
    this.parentid = v.parentid ?? null
    this.createdon = v.createdon ?? null
    this.modifiedon = v.modifiedon ?? null
    this.versionnumber = v.versionnumber ?? null
  }
}

class Link {
  [column: string]: Value
  constructor(v: Values) {
    this.benchlinkid = v.benchlinkid ?? null
    this.benchleftid = v.benchleftid ?? null
    this.benchrightid = v.benchrightid ?? null
    this.versionnumber = v.versionnumber ?? null
  }
}

class Wide {
  [column: string]: Value
  constructor(v: Values) {
    this.benchwideid = v.benchwideid ?? null
    this.name = v.name ?? null
    this.code = v.code ?? null
    this.description = v.description ?? null
    this.email = v.email ?? null
    this.remark = v.remark ?? null
    this.externalid = v.externalid ?? null
    this.quantity = v.quantity ?? null
    this.priority = v.priority ?? null
    this.price = v.price ?? null
    this.discount = v.discount ?? null
    this.weight = v.weight ?? null
    this.kind = v.kind ?? null
    this.color = v.color ?? null
    this.tags = v.tags ?? null
    this.isactive = v.isactive ?? null
    this.isurgent = v.isurgent ?? null
    this.customerid = v.customerid ?? null
    this.productid = v.productid ?? null
    this.orderedon = v.orderedon ?? null
    this.dueon = v.dueon ?? null
    this.createdon = v.createdon ?? null
    this.modifiedon = v.modifiedon ?? null
    this.versionnumber = v.versionnumber ?? null
  }
}

export const BARE_SMALL: BareShape = {
  name: 'benchsmall',
  primaryId: 'benchsmallid',
  lookups: [],
  cascades: [],
  make: (values) => new Small(values),
}

/** W2, W10: the parents are what its lookups name. */
export const BARE_PARENT_OF_WIDE: BareShape = {
  name: 'benchparent',
  primaryId: 'benchparentid',
  lookups: [],
  cascades: [],
  make: (values) => new Parent(values),
}

export const BARE_PARENT: BareShape = {
  ...BARE_PARENT_OF_WIDE,
  cascades: [['benchchild', 'parentid']],
}

export const BARE_CHILD: BareShape = {
  name: 'benchchild',
  primaryId: 'benchchildid',
  lookups: ['parentid'],
  cascades: [],
  make: (values) => new Child(values),
}

export const BARE_WIDE: BareShape = {
  name: 'benchwide',
  primaryId: 'benchwideid',
  lookups: ['customerid', 'productid'],
  cascades: [],
  make: (values) => new Wide(values),
  validate: validateWide,
}

const named = (name: string): BareShape => ({
  name,
  primaryId: `${name}id`,
  lookups: [],
  cascades: [],
  make: (values) => ({ ...values }),
})
export const BARE_LEFT = named('benchleft')
export const BARE_RIGHT = named('benchright')
export const BARE_LINK: BareShape = {
  name: 'benchlink',
  primaryId: 'benchlinkid',
  lookups: ['benchleftid', 'benchrightid'],
  isLink: true,
  cascades: [],
  make: (values) => new Link(values),
}

function validateWide(target: BareRow, organization: BareLoop): void {
  for (const column in target) {
    if (!WIDE_COLUMNS.has(column)) throw new RangeError(`No column ${column}.`)
  }
  text(target, 'name', 100)
  text(target, 'code', 20)
  text(target, 'description', 2000)
  text(target, 'email', 100)
  text(target, 'remark', 200)
  text(target, 'externalid', 50)
  integer(target, 'quantity', 0, 1_000_000)
  integer(target, 'priority', 1, 5)
  decimal(target, 'price', 1_000_000, 100)
  decimal(target, 'discount', 100, 100)
  decimal(target, 'weight', 10_000, 1000)
  integer(target, 'kind', 0, 2)
  integer(target, 'color', 0, 4)
  choices(target, 'tags', 0, 5)
  yesNo(target, 'isactive')
  yesNo(target, 'isurgent')
  date(target, 'orderedon', MOMENT)
  date(target, 'dueon', DAY)
  lookup(target, 'customerid', 'benchparent', organization)
  lookup(target, 'productid', 'benchparent', organization)
}

const WIDE_COLUMNS: ReadonlySet<string> = new Set(Object.keys(new Wide({})))
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/
const DAY = /^\d{4}-\d{2}-\d{2}$/

function text(target: BareRow, column: string, maxLength: number): void {
  const value = target[column]
  if (value === undefined || value === null) return
  if (typeof value !== 'string') throw new TypeError(`${column} is no text.`)
  if (value.length > maxLength) throw new RangeError(`${column} is longer than ${maxLength}.`)
  if (value === '') target[column] = null
}

function integer(target: BareRow, column: string, min: number, max: number): void {
  const value = target[column]
  if (value === undefined || value === null) return
  if (!Number.isInteger(value)) throw new TypeError(`${column} is no whole number.`)
  if ((value as number) < min || (value as number) > max)
    throw new RangeError(`${column} is out of range.`)
}

function decimal(target: BareRow, column: string, max: number, scale: number): void {
  const value = target[column]
  if (value === undefined || value === null) return
  if (typeof value !== 'number' || Number.isNaN(value))
    throw new TypeError(`${column} is no number.`)
  if (value < 0 || value > max) throw new RangeError(`${column} is out of range.`)
  target[column] = Math.round(value * scale) / scale
}

function yesNo(target: BareRow, column: string): void {
  const value = target[column]
  if (value === undefined || value === null) return
  if (typeof value !== 'boolean') throw new TypeError(`${column} is neither true nor false.`)
}

function choices(target: BareRow, column: string, min: number, max: number): void {
  const value = target[column]
  if (value === undefined || value === null) return
  if (!Array.isArray(value)) throw new TypeError(`${column} is no list of choices.`)
  const sorted = [...new Set(value as number[])].sort((a, b) => a - b)
  for (const one of sorted) {
    if (!Number.isInteger(one) || one < min || one > max)
      throw new RangeError(`${column}: no choice ${one}.`)
  }
  target[column] = sorted
}

function date(target: BareRow, column: string, pattern: RegExp): void {
  const value = target[column]
  if (value === undefined || value === null) return
  if (typeof value !== 'string' || !pattern.test(value))
    throw new TypeError(`${column} is no date.`)
  const month = Number(value.slice(5, 7))
  const day = Number(value.slice(8, 10))
  if (month < 1 || month > 12 || day < 1 || day > daysIn(Number(value.slice(0, 4)), month)) {
    throw new RangeError(`${column} is no date.`)
  }
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function lookup(target: BareRow, column: string, table: string, organization: BareLoop): void {
  const value = target[column]
  if (value === undefined || value === null) return
  if (!isRowRef(value) || value.table !== table) throw new TypeError(`${column} names no ${table}.`)
  if (organization.get(table, value.id) === undefined)
    throw new RangeError(`${column} names no row.`)
}
