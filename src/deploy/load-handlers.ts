import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type BuildFailure, type Plugin } from 'esbuild'
import type { ServiceBinding } from '../authoring/services.ts'
import type { HandlerClass } from '../authoring/step-types.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import { isHandler } from './declared-handlers.ts'
import { handlerFiles } from './discover.ts'
import { bundleOptions, moduleImports } from './esbuild-options.ts'

export interface LoadedHandlers {
  readonly files: readonly string[]
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
      if (isHandler(value)) handlers.add(value)
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
    const loaded = (await import(pathToFileURL(outfile).href)) as {
      readonly modules: readonly Module[]
    }
    return loaded.modules
  } catch (cause) {
    if (cause instanceof DataverseError) throw cause
    throw new DataverseError('HANDLERS_UNREADABLE', whatWasWrong(cause), { cause })
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

function whatWasWrong(cause: unknown): string {
  const errors = (cause as Partial<BuildFailure>).errors ?? []
  if (errors.length === 0) {
    return `The handlers cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`
  }
  return errors
    .map(({ text, location }) =>
      location === null
        ? text
        : `${location.file}:${location.line}:${location.column + 1}: ${text}`,
    )
    .join('\n')
}
