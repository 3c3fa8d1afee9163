/**
 * A value now, or a promise of it. The memory store answers now and a SQL store later; whoever awaits
 * one asks `isPromise` first, so that work done in memory costs no turn of the event loop.
 */
export type Awaitable<T> = T | Promise<T>

/** What `next` makes of a value once it is there. */
export function andThen<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return isPromise(value) ? value.then(next) : next(value)
}

export function isPromise<T>(value: Awaitable<T>): value is Promise<T> {
  return value instanceof Promise
}

/** Does one after the other; without a promise while nothing takes one. */
export function inTurn<T>(
  items: readonly T[],
  each: (item: T) => Awaitable<unknown>,
): Awaitable<void> {
  for (const [index, item] of items.entries()) {
    const done = each(item)
    if (isPromise(done)) return restInTurn(done, items.slice(index + 1), each)
  }
  return undefined
}

async function restInTurn<T>(
  pending: Promise<unknown>,
  rest: readonly T[],
  each: (item: T) => Awaitable<unknown>,
): Promise<void> {
  await pending
  for (const item of rest) await each(item)
}
