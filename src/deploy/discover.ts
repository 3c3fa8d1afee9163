import { fork } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { ErrorCode } from '../errors/codes.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { Declared } from './declared-handlers.ts'
import { bundleOptions, moduleImports } from './esbuild-options.ts'

/** Source files below `folder` that may hold handlers, in order of their names. */
export function handlerFiles(folder: string): readonly string[] {
  let names: readonly string[]
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch (cause) {
    throw new DataverseError('HANDLERS_UNREADABLE', `${folder} cannot be read.`, { cause })
  }
  const files = names.filter((name) => SOURCE.test(name) && !NO_SOURCE.test(name)).sort()
  if (files.length > 0) return files.map((name) => join(folder, name))
  throw new DataverseError('HANDLERS_UNREADABLE', `${folder} holds no handlers.`)
}

const SOURCE = /\.[cm]?[jt]s$/
const NO_SOURCE = /\.d\.[cm]?ts$|\.(test|spec)\.[cm]?[jt]s$|(^|[\\/])(node_modules|\.)/

type Found =
  | { readonly kind: 'declared'; readonly declared: Declared }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }

/**
 * What the decorators in these files say. The files run in a process of their own, so that whatever they
 * start ends with it.
 * @throws HANDLERS_UNREADABLE, and what their steps are refused with
 */
export async function discoverHandlers(files: readonly string[]): Promise<Declared> {
  const folder = await mkdtemp(join(tmpdir(), 'dataverse-handlers-'))
  try {
    const outfile = join(folder, 'discover.mjs')
    await build({ ...bundleOptions(discovery(files), 'esm'), outfile })
    const found = await runDiscovery(outfile)
    if (found.kind === 'refused') throw new DataverseError(found.code, found.message)
    return found.declared
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function discovery(files: readonly string[]): string {
  return [
    "import { declaredIn } from 'dataverse-handlers/src/deploy/declared-handlers.ts'",
    ...moduleImports(files),
    `let found`,
    `try {`,
    `  found = { kind: 'declared', declared: declaredIn([${files.map((_, i) => `module${i}`).join(', ')}]) }`,
    `} catch (error) {`,
    `  found = { kind: 'refused', code: error.code ?? 'HANDLERS_UNREADABLE', message: error.message }`,
    `}`,
    `process.send(found, () => process.exit())`,
  ].join('\n')
}

async function runDiscovery(file: string): Promise<Found> {
  const child = fork(file, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] })
  let complaint = ''
  child.stderr?.on('data', (chunk) => (complaint += String(chunk)))
  return new Promise((settle, fail) => {
    child.once('error', fail)
    child.once('message', (found) => settle(found as Found))
    child.once('close', () => {
      const reason = complaint.match(/^\w*Error\b.*$/m)?.[0] ?? complaint.trim()
      fail(new DataverseError('HANDLERS_UNREADABLE', `The handlers cannot be loaded: ${reason}`))
    })
  })
}
