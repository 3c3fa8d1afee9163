/** A dictionary as the Web API writes one. */
export interface Dictionary<T> {
  readonly Count: number
  readonly IsReadOnly: boolean
  readonly Keys: readonly string[]
  readonly Values: readonly T[]
}

export function dictionaryOf<T>(
  entries: readonly (readonly [key: string, value: T])[],
): Dictionary<T> {
  return {
    Count: entries.length,
    IsReadOnly: false,
    Keys: entries.map(([key]) => key),
    Values: entries.map(([, value]) => value),
  }
}
