/** The id of a row to begin with; `kind` is a hexadecimal digit that keeps tables apart. */
export function guid(kind: string, number: number): string {
  return `${kind.repeat(8)}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`
}
