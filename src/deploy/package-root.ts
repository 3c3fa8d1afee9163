import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DataverseError } from '../errors/dataverse-error.ts'

let found: string | undefined

/** The folder of this package, from its sources as well as from what was built of them. */
export function packageRoot(): string {
  return (found ??= searchUpwards(dirname(fileURLToPath(import.meta.url))))
}

function searchUpwards(folder: string): string {
  const file = join(folder, 'package.json')
  if (existsSync(file)) {
    const { name } = JSON.parse(readFileSync(file, 'utf8')) as { readonly name?: unknown }
    if (name === 'dataverse-handlers') return folder
  }
  const parent = dirname(folder)
  if (parent !== folder) return searchUpwards(parent)
  throw new DataverseError('BUNDLE_REFUSED', 'The sources of dataverse-handlers are not found.')
}
