import { Clock } from '../authoring/services.ts'
import { DataverseError } from '../errors/dataverse-error.ts'

/** A clock that stands still until it is turned. */
export interface TestClock extends Clock {
  /** Puts it forward. */
  advance(by: {
    readonly days?: number
    readonly hours?: number
    readonly minutes?: number
    readonly seconds?: number
    readonly ms?: number
  }): void
  /** Sets it, to a Date or ISO 8601 text; also back. @throws INVALID_DATE */
  set(time: Date | string): void
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

class StandingClock extends Clock implements TestClock {
  readonly #alarms = new Set<{ readonly atMs: number; ring(): void }>()
  #timeMs: number

  constructor(time: Date | string) {
    super()
    this.#timeMs = timeOf(time)
  }

  now(): Date {
    return new Date(this.#timeMs)
  }

  override nowMs(): number {
    return this.#timeMs
  }

  advance({
    days = 0,
    hours = 0,
    minutes = 0,
    seconds = 0,
    ms = 0,
  }: Parameters<TestClock['advance']>[0]): void {
    this.#turnTo(
      this.#timeMs + days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND + ms,
    )
  }

  set(time: Date | string): void {
    this.#turnTo(timeOf(time))
  }

  override onceAt(atMs: number, ring: () => void): () => void {
    const alarm = { atMs, ring }
    this.#alarms.add(alarm)
    return () => void this.#alarms.delete(alarm)
  }

  #turnTo(timeMs: number): void {
    this.#timeMs = timeMs
    if (this.#alarms.size === 0) return
    // The newest first: who waits for another is told by that one.
    for (const alarm of [...this.#alarms].reverse()) {
      if (alarm.atMs <= timeMs && this.#alarms.delete(alarm)) alarm.ring()
    }
  }
}

/** `clockAt('2026-03-02T10:00:00Z')`: to be given as the service `Clock`. @throws INVALID_DATE */
export function clockAt(time: Date | string): TestClock {
  return new StandingClock(time)
}

function timeOf(time: Date | string): number {
  const ms = new Date(time).getTime()
  if (!Number.isNaN(ms)) return ms
  throw new DataverseError(
    'INVALID_DATE',
    `'${String(time)}' is not a time; give a Date or ISO 8601 text.`,
  )
}
