import { DataverseError } from '../../src/errors/dataverse-error.ts'

/**
 * Measures ours beside a base (mostly the bare loop) in one run of one process: absolute figures drift
 * with the machine, their ratio does not. Rounds alternate; each begins with a world of its own, built
 * outside the measured part.
 */
export interface Benchmark {
  /** `w1`. */
  readonly name: string
  readonly question: string
  readonly measurements: () => readonly Measurement[]
  /** Why it cannot run here. */
  readonly obstacle?: () => string | undefined
  /** Of one that compares with nothing: what it found. */
  readonly tell?: () => Promise<string>
}

export interface Measurement {
  readonly name: string
  /** Why it cannot run here. */
  readonly obstacle?: string
  /** Operations per second are better when more; all else is better when less. */
  readonly unit: 'ops/s' | 'ms' | 'bytes'
  /** What ours is held against; default: the bare loop. */
  readonly baseName?: string
  readonly base: Side
  readonly ours: Side
  /** Ours divided by the base: at least this for rates, at most this otherwise. */
  readonly ratio?: number
  /** The most ours may be, whatever the base is. */
  readonly most?: number
  /** Measured rounds after the one that warms up. Default 7. */
  readonly rounds?: number
}

/** An answer that is not what it must be: a fast wrong result must not win. */
export function assertEqual(what: string, found: unknown, expected: unknown): void {
  if (found === expected) return
  throw new DataverseError('UNEXPECTED', `${what} is ${String(found)}, not ${String(expected)}.`)
}

/** Builds a world and gives the round to be measured in it. */
export type Side = () => Round | Promise<Round>

export interface Round {
  /** How many operations `run` does: rates and times are per operation. */
  readonly operations: number
  /** What is measured: the time it takes, or the number it answers. */
  run(): number | void | Promise<number | void>
  /** Looks at the answer, once, in the round that warms up. Throws when it is wrong. */
  check?(): void | Promise<void>
}

export interface Result {
  readonly measurement: Measurement
  readonly base: Figure
  readonly ours: Figure
  readonly ratio: number
  readonly isReached: boolean
}

export interface Figure {
  readonly median: number
  /** Half the distance between the best and the worst round, as a part of the median. */
  readonly spread: number
}

export async function measure(measurement: Measurement): Promise<Result> {
  const base: number[] = []
  const ours: number[] = []
  await round(measurement, measurement.base, true)
  await round(measurement, measurement.ours, true)
  for (let i = 0; i < (measurement.rounds ?? 7); i++) {
    base.push(await round(measurement, measurement.base, false))
    ours.push(await round(measurement, measurement.ours, false))
  }
  const figures = { base: figureOf(base), ours: figureOf(ours) }
  const ratio = figures.ours.median / figures.base.median
  return { measurement, ...figures, ratio, isReached: isReached(measurement, ratio, figures.ours) }
}

export function report(benchmark: Benchmark, results: readonly Result[]): string {
  const rows = results.map(({ measurement, base, ours, ratio, isReached: reached }) => [
    measurement.name,
    `${measurement.baseName ?? 'bare loop'} ${figureText(base, measurement.unit)}`,
    `ours ${figureText(ours, measurement.unit)}`,
    `ratio ${ratio.toFixed(2)}`,
    requirement(measurement),
    hasRequirement(measurement) ? (reached ? 'reached' : 'MISSED') : '',
  ])
  return [`${benchmark.name}  ${benchmark.question}`, ...inColumns(rows), ''].join('\n')
}

async function round(measurement: Measurement, side: Side, isFirst: boolean): Promise<number> {
  const prepared = await side()
  collectGarbage()
  const start = performance.now()
  const answer = prepared.run()
  const answered = answer instanceof Promise ? await answer : answer
  const ms = performance.now() - start
  if (isFirst) await prepared.check?.()
  if (typeof answered === 'number') return answered
  return measurement.unit === 'ops/s' ? (prepared.operations / ms) * 1000 : ms / prepared.operations
}

/** So that one round does not pay for what another left behind; needs node --expose-gc. */
export function collectGarbage(): void {
  globalThis.gc?.()
}

function figureOf(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b)
  const median = sorted[sorted.length >> 1] ?? Number.NaN
  const [least = Number.NaN] = sorted
  const most = sorted.at(-1) ?? Number.NaN
  return { median, spread: (most - least) / 2 / median }
}

function hasRequirement({ ratio, most }: Measurement): boolean {
  return ratio !== undefined || most !== undefined
}

function isReached({ unit, ratio, most }: Measurement, found: number, ours: Figure): boolean {
  if (most !== undefined && ours.median > most) return false
  if (ratio === undefined) return true
  return unit === 'ops/s' ? found >= ratio : found <= ratio
}

function requirement({ unit, ratio, most }: Measurement): string {
  if (most !== undefined) return `must be ≤ ${most} ${unit}`
  if (ratio === undefined) return ''
  return `must be ${unit === 'ops/s' ? '≥' : '≤'} ${ratio.toFixed(2)}`
}

function figureText({ median, spread }: Figure, unit: Measurement['unit']): string {
  const digits = median < 10 ? 4 : median < 1000 ? 1 : 0
  const number = median.toLocaleString('en', { maximumFractionDigits: digits })
  return `${number} ${unit} ±${(spread * 100).toFixed(0)}%`
}

function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows.map((row) =>
    `    ${row.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)).join('  ')}`.trimEnd(),
  )
}
