/**
 * `known` with other labels: one that is undefined is left as it is, one that is null is taken away.
 * What has no label does not have the member at all.
 */
export function withLabels<T extends object>(
  known: T,
  labels: { readonly [K in keyof T]?: string | null | undefined },
): T {
  const changed = Object.entries(labels).filter(([, label]) => label !== undefined)
  const kept = Object.entries(known).filter(([name]) => !changed.some(([of]) => of === name))
  const given = changed.filter(([, label]) => label !== null)
  // Every member is one of `known`, or a label of its type.
  return Object.fromEntries([...kept, ...given]) as T
}
