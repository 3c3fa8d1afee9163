import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Clock } from '../authoring/services.ts'
import { Emulator, type EmulatorOptions } from '../emulator/emulator.ts'
import { readSchemaFolder } from '../emulator/tables-of-folder.ts'
import { printContext } from '../remote-execution/encode.ts'
import { clockAt } from './test-clock.ts'

/** When emulated organizations begin, unless a `Clock` is given. */
const BEGINNING = '2026-01-01T00:00:00Z'

/**
 * An organization for a test, ready at once: `emulator({ handlers: [AccountCredit] })`. Its tables are those
 * of `schemas/` in the working folder unless `tables` names others; its clock stands still.
 */
export function emulator(options: EmulatorOptions = {}): Emulator {
  const tables = options.tables ?? projectTables()
  return new Emulator({
    printContext,
    ...options,
    ...(tables === undefined ? {} : { tables }),
    services: [[Clock, clockAt(BEGINNING)], ...(options.services ?? [])],
  })
}

function projectTables() {
  const folder = resolve('schemas')
  return existsSync(folder) ? readSchemaFolder(folder) : undefined
}
