import { isPromise, type Awaitable } from './awaitable.ts'

/** Work with several awaitables one after the other, each waited for by `yield* settled(…)`. */
export type Sequence<T> = Generator<Promise<unknown>, T, unknown>

export function* settled<T>(value: Awaitable<T>): Sequence<T> {
  // What `inSequence` gives back for a promise is what the promise came to.
  return isPromise(value) ? ((yield value) as T) : value
}

/** Runs `sequence` to its end: at once where nothing in it was a promise. */
export function inSequence<T>(sequence: Sequence<T>): Awaitable<T> {
  const { done, value } = sequence.next()
  return done === true ? value : later(sequence, value)
}

async function later<T>(sequence: Sequence<T>, first: Promise<unknown>): Promise<T> {
  let pending = first
  for (;;) {
    const { done, value } = await pending.then(
      (result) => sequence.next(result),
      (error: unknown) => sequence.throw(error),
    )
    if (done === true) return value
    pending = value
  }
}
