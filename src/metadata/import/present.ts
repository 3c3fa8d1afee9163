/** The members that have a value: what a document does not tell is absent, never undefined. */
export function present<T extends object>(
  members: T,
): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  const told: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(members)) if (value !== undefined) told[name] = value
  return told as { readonly [K in keyof T]?: Exclude<T[K], undefined> }
}
