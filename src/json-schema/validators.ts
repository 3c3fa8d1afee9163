import { Ajv2020 } from 'ajv/dist/2020.js'

import type { Column } from '../metadata/column.ts'
import type { Table } from '../metadata/table.ts'
import type { Value, Values } from '../rows/value.ts'
import {
  acceptsNull,
  columnAssertions,
  isRequiredOnCreate,
  isWritable,
  SHARED,
  type JsonSchema,
  type PayloadKind,
} from './column-schema.ts'
import { INT64, int64Schema } from './int64.ts'
import { missingRefusal, unknownRefusal, valueRefusal, type CheckError } from './refusal.ts'

/**
 * Holds what Create and Update are about to store to the table's schema. Values come as handlers and the
 * store spell them, after conversion. Only what a payload touches is ever compiled, and columns of the
 * same shape share one check, over all tables: a wide table costs a narrow payload nothing.
 */
export class PayloadValidator {
  readonly #plans: Readonly<Record<Plan['kind'], WeakMap<Table, Plan>>> = {
    create: new WeakMap(),
    update: new WeakMap(),
    write: new WeakMap(),
  }

  /** @throws the platform's error for the first value it would refuse, or for a missing SystemRequired column */
  validateCreate(table: Table, values: Values): void {
    const plan = this.#plan(table, 'create')
    checkValues(plan, values)
    for (const name of plan.required) {
      if (values[name] === undefined) throw missingRefusal(name)
    }
  }

  /** @throws the platform's error for the first value it would refuse */
  validateUpdate(table: Table, values: Values): void {
    checkValues(this.#plan(table, 'update'), values)
  }

  /**
   * A value a step sets, in any column: also in those no client may send.
   * @throws the platform's error where the column would refuse it
   */
  validateWrite(table: Table, column: string, value: Value): void {
    checkValue(this.#plan(table, 'write'), column, value)
  }

  #plan(table: Table, kind: Plan['kind']): Plan {
    const plans = this.#plans[kind]
    let plan = plans.get(table)
    if (plan === undefined) {
      plan = { table, kind, checks: new Map(), required: requiredColumns(table, kind) }
      plans.set(table, plan)
    }
    return plan
  }
}

interface Plan {
  readonly table: Table
  readonly kind: PayloadKind | 'write'
  /** By logical name, added when a payload first carries the column. */
  readonly checks: Map<string, Check>
  readonly required: readonly string[]
}

/** After a refusal, `errors` tells of it until the next call. */
interface Check {
  (value: unknown): boolean
  errors?: readonly CheckError[] | null
}

const ANY_VALUE: Check = () => true

function checkValues(plan: Plan, values: Values): void {
  for (const name in values) {
    const value = values[name]
    if (value !== undefined) checkValue(plan, name, value)
  }
}

function checkValue(plan: Plan, name: string, value: Value): void {
  const check = plan.checks.get(name) ?? addCheck(plan, name)
  if (!check(value)) refuse(plan.table, name, value, check)
}

function refuse(table: Table, name: string, value: unknown, check: Check): never {
  const column = table.columns.get(name)
  const error = check.errors?.[0]
  if (column === undefined || error === undefined) throw unknownRefusal(table, name)
  throw valueRefusal({ table, column, value, error })
}

function addCheck(plan: Plan, name: string): Check {
  const { table, kind, checks } = plan
  const column = table.columns.get(name)
  if (column === undefined) throw unknownRefusal(table, name)
  const isChecked = kind === 'write' || isWritable(column, kind)
  const check = isChecked ? checkOf(valueSchema(column, table.primaryId)) : ANY_VALUE
  checks.set(name, check)
  return check
}

function requiredColumns(table: Table, kind: Plan['kind']): readonly string[] {
  if (kind !== 'create') return []
  return [...table.columns.values()]
    .filter((column) => isRequiredOnCreate(column, table.primaryId))
    .map((column) => column.logicalName)
}

function valueSchema(column: Column, primaryId: string): JsonSchema {
  const nullable = acceptsNull(column, primaryId)
  return column.type === 'BigInt'
    ? int64Schema({ ...column, nullable, numbers: false })
    : columnAssertions(column, { nullable, shared: (name) => SHARED[name] })
}

const checksByShape = new Map<string, Check>()
let ajv: Ajv2020 | undefined

function checkOf(schema: JsonSchema): Check {
  const shape = JSON.stringify(schema)
  let check = checksByShape.get(shape)
  if (check === undefined) {
    ajv ??= newAjv()
    check = ajv.compile(schema)
    checksByShape.set(shape, check)
  }
  return check
}

/** Made for short compilation of small schemas that were printed here and need no checking themselves. */
function newAjv(): Ajv2020 {
  return new Ajv2020({
    strict: false,
    // NaN and Infinity are no numbers to a column.
    strictNumbers: true,
    meta: false,
    validateSchema: false,
    addUsedSchema: false,
    validateFormats: false,
    messages: false,
    // Lengths count UTF-16 code units, as the platform's columns do (unverified); ajv calls the option
    // deprecated on every start unless its logger is silent.
    unicode: false,
    logger: false,
    code: { optimize: false },
    keywords: [INT64],
  })
}
