/** `value` without one of its members. */
export function without<T extends object, K extends keyof T>(value: T, name: K): Omit<T, K> {
  const rest: Partial<T> = { ...value }
  delete rest[name]
  return rest as Omit<T, K>
}
