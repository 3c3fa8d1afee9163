import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Clock } from '../authoring/services.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import { Emulator, type EmulatorOptions } from '../emulator/emulator.ts'
import { readSchemaFolder } from '../emulator/tables-of-folder.ts'
import { printContext } from '../remote-execution/encode.ts'
import { clockAt } from './test-clock.ts'

/** When emulated organizations begin, unless a `Clock` is given. */
const BEGINNING = '2026-01-01T00:00:00Z'

export interface TestEmulatorOptions extends EmulatorOptions {
  /** The folder of the tables, as import wrote them, from the working folder. Default: `schemas`, if it is there. */
  readonly schemas?: string
}

/**
 * An organization for a test, ready at once: `emulator({ handlers: [AccountCredit] })`. Its tables are those
 * of `schemas/` in the working folder unless `schemas` or `tables` names others; its clock stands still.
 * @throws SCHEMA_INVALID where the folder that was named is not there, or holds what is no schema
 */
export function emulator({ schemas, ...options }: TestEmulatorOptions = {}): Emulator {
  const tables = options.tables ?? tablesIn(schemas)
  return new Emulator({
    printContext,
    ...options,
    ...(tables === undefined ? {} : { tables }),
    services: [[Clock, clockAt(BEGINNING)], ...(options.services ?? [])],
  })
}

function tablesIn(schemas: string | undefined) {
  const folder = resolve(schemas ?? 'schemas')
  if (existsSync(folder)) return readSchemaFolder(folder)
  if (schemas === undefined) return undefined
  throw new DataverseError('SCHEMA_INVALID', `There is no folder ${folder}, where the tables are.`)
}
