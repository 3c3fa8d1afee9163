/**
 * A reading of a clock on a wall somewhere: a Date whose own fields (`getHours`, `setMonth` …) are kept as if
 * the clock hung in UTC. date-fns reads and sets those fields, and so counts days and months the same whatever
 * zone the process runs in, and without daylight saving: what does not exist or exists twice is decided
 * when the reading becomes an instant.
 */
export class WallClock extends Date {
  override getFullYear(): number {
    return this.getUTCFullYear()
  }
  override getMonth(): number {
    return this.getUTCMonth()
  }
  override getDate(): number {
    return this.getUTCDate()
  }
  override getDay(): number {
    return this.getUTCDay()
  }
  override getHours(): number {
    return this.getUTCHours()
  }
  override getMinutes(): number {
    return this.getUTCMinutes()
  }
  override getSeconds(): number {
    return this.getUTCSeconds()
  }
  override getMilliseconds(): number {
    return this.getUTCMilliseconds()
  }
  override getTimezoneOffset(): number {
    return 0
  }
  override setFullYear(year: number, month = this.getMonth(), date = this.getDate()): number {
    return this.setUTCFullYear(year, month, date)
  }
  override setMonth(month: number, date = this.getDate()): number {
    return this.setUTCMonth(month, date)
  }
  override setDate(date: number): number {
    return this.setUTCDate(date)
  }
  override setHours(
    hours: number,
    minutes = this.getMinutes(),
    seconds = this.getSeconds(),
    milliseconds = this.getMilliseconds(),
  ): number {
    return this.setUTCHours(hours, minutes, seconds, milliseconds)
  }
}
