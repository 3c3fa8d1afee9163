/**
 * A value now, or a promise of it. The memory store answers now and a SQL store later; whoever awaits
 * one asks `isPromise` first, so that work done in memory costs no turn of the event loop.
 */
export type Awaitable<T> = T | Promise<T>

export function isPromise<T>(value: Awaitable<T>): value is Promise<T> {
  return value instanceof Promise
}
