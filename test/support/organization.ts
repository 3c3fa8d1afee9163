import type { Row, Value } from '../../src/rows/value.ts'
import type { Emulator } from '../../src/emulator/emulator.ts'

/** Every row of the organization as it is now, copied: what happens afterwards does not show. */
export function everything(org: Emulator): ReadonlyMap<string, readonly Row[]> {
  const tables = [...org.contents()]
  return new Map(tables.map(([table, rows]) => [table, rows.map(copyOf)]))
}

/** By value: only the parts that a row could share with others are copied. */
function copyOf(row: Row): Row {
  const copy: Record<string, Value> = {}
  for (const column in row) {
    const value = row[column] ?? null
    copy[column] = Object.isFrozen(value) ? value : structuredClone(value)
  }
  return copy
}

/** `work` is refused like this, and the organization holds exactly what it held. */
export async function refused(
  org: Emulator,
  work: () => Promise<unknown>,
  error: Readonly<Record<string, unknown>>,
): Promise<void> {
  const before = everything(org)

  await expect(work()).rejects.toMatchObject(error)

  expect(everything(org)).toEqual(before)
}
