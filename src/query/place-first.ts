/**
 * Puts the `count` smallest of `items` between `low` and `high` before the others of them, in no order. Every
 * round puts one item in its place and goes on with the side where the count ends: about three comparisons an
 * item, where sorting takes as many as the number of items has binary digits. `compare` tells any two apart.
 */
export function placeFirst<T>(
  items: T[],
  { low, high, count }: { readonly low: number; readonly high: number; readonly count: number },
  compare: (a: T, b: T) => number,
): void {
  const wanted = low + count
  let first = low
  let last = high - 1
  while (first < last && first < wanted && wanted <= last) {
    const middle = partition(items, first, last, compare)
    if (middle === wanted) return
    if (middle < wanted) first = middle + 1
    else last = middle - 1
  }
}

/** Puts smaller items than one of them before it and the others behind it; tells where it then is. */
function partition<T>(
  items: T[],
  first: number,
  last: number,
  compare: (a: T, b: T) => number,
): number {
  // Any item will do. One that nobody can guess keeps every order of the items cheap.
  swap(items, first + Math.floor(Math.random() * (last - first + 1)), last)
  const pivot = items[last] as T
  let end = first
  for (let at = first; at < last; at++) {
    if (compare(items[at] as T, pivot) < 0) swap(items, at, end++)
  }
  swap(items, end, last)
  return end
}

function swap<T>(items: T[], a: number, b: number): void {
  const item = items[a] as T
  items[a] = items[b] as T
  items[b] = item
}
