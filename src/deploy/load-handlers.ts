import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type BuildFailure, type Plugin } from 'esbuild'
import type { ServiceBinding } from '../authoring/services.ts'
import type { HandlerClass } from '../authoring/step-types.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import { isCustomMessage, isHandler } from './declared-handlers.ts'
import { handlerFiles } from './discover.ts'
import { bundleOptions, moduleImports } from './esbuild-options.ts'

export interface LoadedHandlers {
  readonly files: readonly string[]
  /** Classes with steps, and custom messages. */
  readonly handlers: readonly HandlerClass[]
  /** What files of the folder export as `services`, in the order of their names. */
  readonly services: readonly ServiceBinding[]
}

/**
 * The handlers of a folder, in this process: compiled together and imported. They meet the very package that
 * runs, so that its classes and tokens are theirs.
 * @throws HANDLERS_UNREADABLE naming file, line and what the compiler or the module said
 */
export async function loadHandlers(folder: string): Promise<LoadedHandlers> {
  const files = handlerFiles(folder)
  const modules = await importTogether(files)
  const handlers = new Set<HandlerClass>()
  const services: ServiceBinding[] = []
  for (const exported of modules) {
    for (const value of Object.values(exported)) {
      if (isHandler(value) || isCustomMessage(value)) handlers.add(value)
    }
    if (Array.isArray(exported['services'])) {
      services.push(...(exported['services'] as readonly ServiceBinding[]))
    }
  }
  return { files, handlers: [...handlers], services }
}

type Module = Readonly<Record<string, unknown>>

async function importTogether(files: readonly string[]): Promise<readonly Module[]> {
  const out = await mkdtemp(join(tmpdir(), 'dataverse-handlers-'))
  try {
    const outfile = join(out, 'handlers.mjs')
    const contents = [
      ...moduleImports(files),
      `export const modules = [${files.map((_, i) => `module${i}`).join(', ')}]`,
    ].join('\n')
    await build({
      ...bundleOptions(contents, 'esm'),
      outfile,
      sourcemap: 'inline',
      plugins: [runningPackage()],
    })
    // Stacks then tell lines of the handlers' own files, here and in whatever a handler throws later.
    process.setSourceMapsEnabled(true)
    const loaded = (await import(pathToFileURL(outfile).href)) as {
      readonly modules: readonly Module[]
    }
    return loaded.modules
  } catch (cause) {
    if (cause instanceof DataverseError) throw cause
    throw new DataverseError('HANDLERS_UNREADABLE', whatWasWrong(cause, files), { cause })
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

/** `dataverse-handlers` in a handler is the package this process runs. */
function runningPackage(): Plugin {
  return {
    name: 'running-package',
    setup(building) {
      building.onResolve({ filter: /^dataverse-handlers(\/|$)/ }, ({ path }) => ({
        path: import.meta.resolve(path),
        external: true,
      }))
    },
  }
}

function whatWasWrong(cause: unknown, files: readonly string[]): string {
  const errors = (cause as Partial<BuildFailure>).errors ?? []
  if (errors.length === 0) {
    const what = cause instanceof Error ? String(cause) : `they threw ${String(cause)}`
    return `${thrownAt(cause, files) ?? 'The handlers cannot be loaded'}: ${what}`
  }
  return errors
    .map(({ text, location }) =>
      location === null
        ? text
        : `${location.file}:${location.line}:${location.column + 1}: ${text}`,
    )
    .join('\n')
}

/** The first line of a handler file on the stack, `handlers/orders.ts:3:7`. */
function thrownAt(cause: unknown, files: readonly string[]): string | undefined {
  const stack = cause instanceof Error ? (cause.stack ?? '') : ''
  for (const [, path = '', place = ''] of stack.matchAll(/^ +at .*?([^( ]+):(\d+:\d+)\)?$/gm)) {
    const file = path.startsWith('file:') ? fileURLToPath(path) : path
    if (files.includes(file)) return `${relative(process.cwd(), file)}:${place}`
  }
  return undefined
}
