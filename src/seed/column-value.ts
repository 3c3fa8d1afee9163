import { PARTICIPATION_TYPES } from '../metadata/participation.ts'
import type { Column, DateTimeColumn } from '../metadata/column.ts'
import type { Party, RowRef, Value } from '../rows/value.ts'
import type { Random } from './random.ts'
import { textFor } from './words.ts'

/** What values are made from. */
export interface ValueSource {
  readonly random: Random
  /** The row's number in its table, from 1. */
  readonly ordinal: number
  /** A row that is there already, of one of these tables, of any where none is named; undefined: there is none. */
  readonly rowOf: (tables: readonly string[]) => RowRef | undefined
}

/**
 * A value that the column takes and that might be a real one. undefined: the column is left to the platform, or
 * is filled by messages of its own (files, images).
 */
export function columnValue(column: Column, source: ValueSource): Value | undefined {
  const { random, ordinal, rowOf } = source
  switch (column.type) {
    case 'String':
    case 'Memo':
      return textFor(column, random, ordinal).slice(0, column.maxLength)
    case 'Integer':
      return random.whole(...within(column.min, column.max, 0, 500))
    case 'BigInt':
      return clampBig(BigInt(random.whole(0, 100_000)), column.min, column.max)
    case 'Decimal':
    case 'Double':
      return digits(between(random, within(column.min, column.max, 0, 1000)), column)
    case 'Money':
      return digits(between(random, within(column.min, column.max, 10, 100_000)), column)
    case 'Boolean':
      return random.chance(0.5)
    case 'DateTime':
      return dateOf(column, random)
    case 'Picklist':
      return random.pick(column.options)?.value ?? (isDemanded(column) ? ANY_OPTION : undefined)
    case 'MultiSelectPicklist':
      if (column.options.length === 0) return isDemanded(column) ? [ANY_OPTION] : undefined
      return random
        .some(column.options, 3)
        .map(({ value }) => value)
        .sort((a, b) => a - b)
    case 'Lookup':
    case 'Customer':
      // Without targets any row would do, but hardly the one that is meant.
      return column.targets.length > 0 || isDemanded(column) ? rowOf(column.targets) : undefined
    case 'PartyList':
      return partiesOf(column.logicalName, column.targets, source)
    case 'EntityName':
      return isDemanded(column) ? 'account' : undefined
    case 'Uniqueidentifier':
      return isDemanded(column) ? random.guid() : undefined
    case 'Owner':
    case 'State':
    case 'Status':
    case 'ManagedProperty':
    case 'File':
    case 'Image':
    case 'Virtual':
    case 'CalendarRules':
      return undefined
    default:
      return column satisfies never
  }
}

function isDemanded({ requiredLevel }: Column): boolean {
  return requiredLevel === 'SystemRequired'
}

/** Pages print some choices without options, which then name no limit. */
const ANY_OPTION = 1

type Range = readonly [low: number, high: number]

/** The usual range, as far as the column takes it. */
function within(min: number, max: number, low: number, high: number): Range {
  if (high < min) return [min, Math.min(max, min + (high - low))]
  if (low > max) return [Math.max(min, max - (high - low)), max]
  return [Math.max(min, low), Math.min(max, high)]
}

function between(random: Random, [low, high]: Range): number {
  return low + random.fraction() * (high - low)
}

/** With as many digits as the column keeps, and still inside its bounds. */
function digits(
  value: number,
  {
    precision,
    min,
    max,
  }: { readonly precision: number; readonly min: number; readonly max: number },
): number {
  const rounded = Number(value.toFixed(Math.min(precision, 2)))
  return Math.min(max, Math.max(min, rounded))
}

function clampBig(value: bigint, min: bigint, max: bigint): bigint {
  return value < min ? min : value > max ? max : value
}

const DAY_MS = 86_400_000
const FIRST_DAY = Date.UTC(2024, 0, 1)

/** Working hours of a day in 2024 to 2026; birthdays are decades before. */
function dateOf(column: DateTimeColumn, random: Random): string {
  const isBirthday = /birth|anniversary/.test(column.logicalName)
  const day =
    FIRST_DAY +
    random.whole(0, 1000) * DAY_MS -
    (isBirthday ? random.whole(20, 60) : 0) * 365 * DAY_MS
  const hasTime = column.behavior !== 'DateOnly' && column.format !== 'DateOnly'
  const minutes = hasTime ? random.whole(8 * 60, 17 * 60) : 0
  const iso = new Date(day + minutes * 60_000).toISOString()
  return column.behavior === 'DateOnly' ? iso.slice(0, 10) : `${iso.slice(0, 19)}Z`
}

function partiesOf(
  column: string,
  targets: readonly string[],
  { random, ordinal, rowOf }: ValueSource,
): readonly Party[] | undefined {
  if (!PARTICIPATION_TYPES.has(column)) return undefined
  const partyid = targets.length === 0 ? undefined : rowOf(targets)
  return partyid === undefined || random.chance(0.2)
    ? [{ addressused: `guest.${ordinal}@contoso.example` }]
    : [{ partyid }]
}
