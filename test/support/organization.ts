import type { Emulator } from '../../src/emulator/emulator.ts'

/** Every row of the organization as it is now, copied: what happens afterwards does not show. */
export function everything(org: Emulator): ReadonlyMap<string, unknown> {
  return structuredClone(org.contents())
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
