import { DataverseError } from '../../errors/dataverse-error.ts'
import type { ChoiceOption, Column } from '../../metadata/column.ts'
import { columnOf } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import type { Operation } from '../../pipeline/operation.ts'
import type { Condition, Filter } from '../../query/query.ts'
import type { Awaitable } from '../../rows/awaitable.ts'
import { isRowRef, textOf, type Row, type Value } from '../../rows/value.ts'
import { CallerContext } from '../queries/caller-context.ts'

type AnyOperation = Operation<unknown, unknown>
type Values = Readonly<Record<string, Value | undefined>>

export const RULES = 'duplicaterule'
const CONDITIONS = 'duplicaterulecondition'
export const PUBLISHED = { statecode: 1, statuscode: 2 } as const

/** duplicaterulecondition.operatorcode; the others ask for the same value. */
const OPERATORS = { FirstCharacters: 1, LastCharacters: 2, SameDate: 3, ChoiceLabel: 5 } as const

/** Whether the request the caller has sent wants its rows held against the rules: those of steps and cascades do not. */
export function detectsDuplicates({ request, leader, parent, sender }: AnyOperation): boolean {
  const { suppressDuplicateDetection: suppresses } = request as {
    readonly suppressDuplicateDetection?: boolean
  }
  if (suppresses !== undefined) return !suppresses
  if (leader !== undefined) return detectsDuplicates(leader)
  return (
    sender === undefined && parent?.message.standsForAnother === true && detectsDuplicates(parent)
  )
}

/**
 * Holds the row against every published rule of its table.
 * Unverified: that this is done after PreOperation, and for an Update whatever columns it changes.
 * https://learn.microsoft.com/power-apps/developer/data-platform/duplicaterule-entities
 * @throws DUPLICATE_FOUND
 */
export async function assertNoDuplicate(operation: AnyOperation): Promise<void> {
  const { before, subject, values } = operation
  for (const rule of await publishedRules(operation, subject.logicalName)) {
    if (!(await matches(operation, rule, { ...before, ...values }))) continue
    throw new DataverseError(
      'DUPLICATE_FOUND',
      'A record was not created or updated because a duplicate of the current record already exists.',
    )
  }
}

export async function publishedRules(
  { reader, runtime }: AnyOperation,
  table: string,
): Promise<readonly Row[]> {
  if (runtime.catalog.find(RULES) === undefined) return []
  const { rows } = await reader.select({
    table: RULES,
    columns: 'all',
    where: all(
      condition('statecode', 'eq', PUBLISHED.statecode),
      condition('baseentityname', 'eq', table),
    ),
  })
  return rows
}

async function matches(operation: AnyOperation, rule: Row, values: Values): Promise<boolean> {
  const { reader, runtime, subject, id } = operation
  const table = runtime.catalog.table(matchingTable(rule))
  const wanted = await comparisons(operation, rule, table, values)
  if (wanted === undefined || wanted.length === 0) return false
  const { now, timeZoneCode } = new CallerContext(operation)
  const { rows } = await reader.select({
    table: table.logicalName,
    columns: wanted.map(({ column }) => column),
    where: all(
      ...wanted.map(({ filter }) => filter),
      ...(table === subject ? [condition(table.primaryId, 'ne', id)] : []),
      ...(rule['excludeinactiverecords'] === true && table.columns.has('statecode')
        ? [condition('statecode', 'eq', 0)]
        : []),
    ),
    // Unverified: that rows count which the caller may not read.
    context: { now, timeZoneCode },
  })
  if (rule['iscasesensitive'] !== true) return rows.length > 0
  return rows.some((row) => wanted.every(({ column, part }) => isSameCase(row[column], part)))
}

function matchingTable(rule: Row): string {
  const matching = rule['matchingentityname']
  return textOf(typeof matching === 'string' ? matching : rule['baseentityname'])
}

interface Comparison {
  readonly column: string
  readonly filter: Condition
  /** Of texts: what of the value is compared. */
  readonly part: { readonly text: string; readonly at: 'whole' | 'start' | 'end' } | undefined
}

/** None: the rule finds nothing. It was not published like that, but its conditions may be gone since. */
export function conditionsOf(
  { reader, runtime }: AnyOperation,
  ruleId: string,
): Awaitable<readonly Row[]> {
  return reader.related(runtime.catalog.table(CONDITIONS), 'regardingobjectid', ruleId)
}

/** What a row must hold to be a duplicate; undefined: none can be. */
async function comparisons(
  operation: AnyOperation,
  rule: Row,
  table: Table,
  values: Values,
): Promise<readonly Comparison[] | undefined> {
  const { subject } = operation
  const rows = await conditionsOf(operation, textOf(rule['duplicateruleid']))
  const found: Comparison[] = []
  for (const row of rows) {
    const base = columnOf(subject, textOf(row['baseattributename']))
    const matching = row['matchingattributename']
    const other = columnOf(table, typeof matching === 'string' ? matching : base.logicalName)
    const value = values[base.logicalName] ?? null
    if (value === null && row['ignoreblankvalues'] === true) return undefined
    const comparison = comparisonOf(row, base, other, value)
    if (comparison === undefined) return undefined
    found.push(comparison)
  }
  return found
}

function comparisonOf(row: Row, base: Column, other: Column, value: Value): Comparison | undefined {
  const { logicalName: column } = other
  if (value === null) return { column, filter: condition(column, 'null'), part: undefined }
  const count = Number(row['operatorparam'] ?? 1)
  const operator = row['operatorcode']
  if (operator === OPERATORS.FirstCharacters) {
    const text = textOf(value).slice(0, count)
    const filter = condition(column, 'begins-with', literally(text))
    return { column, filter, part: { text, at: 'start' } }
  }
  if (operator === OPERATORS.LastCharacters) {
    const text = textOf(value).slice(-count)
    const filter = condition(column, 'ends-with', literally(text))
    return { column, filter, part: { text, at: 'end' } }
  }
  if (operator === OPERATORS.SameDate) {
    return { column, filter: condition(column, 'on', value), part: undefined }
  }
  if (operator === OPERATORS.ChoiceLabel) {
    const label = optionsOf(base).find((option) => option.value === value)?.label
    const same = optionsOf(other).find((option) => option.label === label)
    if (label === undefined || same === undefined) return undefined
    return { column, filter: condition(column, 'eq', same.value), part: undefined }
  }
  const filter = condition(column, 'eq', isRowRef(value) ? value.id : value)
  return {
    column,
    filter,
    part: typeof value === 'string' ? { text: value, at: 'whole' } : undefined,
  }
}

function optionsOf(column: Column): readonly ChoiceOption[] {
  return 'options' in column ? column.options : []
}

/** Dates and ids are texts, too, but have no case. */
function isSameCase(value: Value | undefined, part: Comparison['part']): boolean {
  if (part === undefined || typeof value !== 'string') return true
  if (part.at === 'start') return value.startsWith(part.text)
  return part.at === 'end' ? value.endsWith(part.text) : value.trimEnd() === part.text.trimEnd()
}

/** Characters that stand for others in a pattern stand for themselves. */
function literally(text: string): string {
  return text.replace(/[[%_]/g, '[$&]')
}

function condition(column: string, operator: Condition['operator'], ...values: Value[]): Condition {
  return { kind: 'condition', column, operator, values }
}

function all(...filters: readonly Filter[]): Filter {
  return { kind: 'and', filters }
}
