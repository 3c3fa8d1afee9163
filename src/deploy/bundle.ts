import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build, type BuildFailure } from 'esbuild'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { HostPreset, ManifestStep } from '../hosts/host-preset.ts'
import { hostNamed } from '../hosts/index.ts'
import { columnKindsIn } from './column-kinds.ts'
import type { Declared, DeclaredHandler } from './declared-handlers.ts'
import { discoverHandlers, handlerFiles } from './discover.ts'
import { bundleOptions } from './esbuild-options.ts'
import { manifestOf, type DeclaredStep } from './manifest.ts'

export interface BundleOptions {
  /** Files that export handler classes; a file may export `services`, bindings that handlers are given. */
  readonly handlersDir: string
  readonly outDir: string
  /** The name of a host: `node`. */
  readonly host: string
  /** Steps that are not to run there, by name: `AccountCredit.stampHold`. */
  readonly leaveOut: readonly string[]
  readonly minify?: boolean
  /** Where the tables' schemas are; default `schemas` beside the handlers. */
  readonly schemasDir?: string
}

export interface Bundle {
  /** The file to start. */
  readonly file: string
  readonly bytes: number
  readonly steps: readonly ManifestStep[]
  readonly leftOut: readonly string[]
}

/**
 * Handlers as one file for a host, with steps.json beside it. Refuses, before anything is written, a step
 * that could never do there what it does in the emulator.
 * @throws BUNDLE_REFUSED, HANDLERS_UNREADABLE, NOT_SUPPORTED for a host that is not known
 */
export async function bundleHandlers(options: BundleOptions): Promise<Bundle> {
  const { outDir, leaveOut, minify = false } = options
  const handlersDir = resolve(options.handlersDir)
  const preset = hostNamed(options.host)
  const files = handlerFiles(handlersDir)
  const declared = await building(() => discoverHandlers(files))
  const { handlers, services } = declared
  const steps = stepsFor(preset, declared, leaveOut)
  const manifest = manifestOf(steps)

  const kept = handlers.filter((handler) => handler.steps.some((step) => steps.includes(step)))
  const columnKinds = columnKindsIn(options.schemasDir ?? join(handlersDir, '..', 'schemas'))
  const contents = entryOf(preset, {
    files,
    handlers: kept,
    services,
    leftOut: leaveOut,
    columnKinds,
  })
  const outfile = join(outDir, preset.file)
  const { metafile } = await building(() =>
    build({
      ...bundleOptions(contents, preset.format),
      external: [...preset.external],
      minify,
      outfile,
    }),
  )
  await mkdir(outDir, { recursive: true })
  const beside = { ...preset.files?.(manifest), 'steps.json': json(manifest) }
  for (const [name, text] of Object.entries(beside)) await writeFile(join(outDir, name), text)
  const bytes = Object.values(metafile?.outputs ?? {}).reduce((sum, each) => sum + each.bytes, 0)
  return { file: outfile, bytes, steps: manifest.steps, leftOut: leaveOut }
}

/** The steps that go to the host; those that were left out must be there to be left out. */
function stepsFor(
  preset: HostPreset,
  { handlers, messages }: Declared,
  leaveOut: readonly string[],
): readonly DeclaredStep[] {
  const steps = handlers.flatMap((handler) => handler.steps)
  const names = [...steps.map((step) => step.name), ...messages]
  const unknown = leaveOut.filter((name) => !names.includes(name))
  if (unknown.length > 0) {
    throw refused(`no step is called ${unknown.join(', ')}; there is ${names.join(', ')}`)
  }
  const kept = steps.filter((step) => !leaveOut.includes(step.name))
  assertAllRuns(
    preset,
    kept,
    messages.filter((name) => !leaveOut.includes(name)),
  )
  if (kept.length === 0) throw refused('no step is left to bundle')
  assertDistinct(kept)
  return kept
}

/**
 * What a host that is only told of events cannot do: change them, and be the operation of a message.
 * https://learn.microsoft.com/power-apps/developer/data-platform/custom-api
 */
function assertAllRuns(
  preset: HostPreset,
  steps: readonly DeclaredStep[],
  messages: readonly string[],
): void {
  if (preset.offers.targetWrites) return
  const writing = steps.filter((step) => step.writes.length > 0)
  const told = [
    ...writing.map(({ name, writes }) => `${name} sets ${writes.join(', ')}`),
    ...messages.map((name) => `${name} is the operation of a custom message`),
  ]
  if (told.length === 0) return
  const names = [...writing.map(({ name }) => name), ...messages]
  throw refused(
    `${told.join('; ')}: nothing comes back from host '${preset.name}', whose answer is a status only. Leave out by name what is not to run there: ${names.join(' ')}`,
  )
}

/** Two classes of one name in different files would share their steps' names and ids. */
function assertDistinct(steps: readonly DeclaredStep[]): void {
  const ids = new Set<string>()
  for (const { id, name } of steps) {
    if (ids.has(id)) throw refused(`two handlers are called ${name.split('.')[0]}`)
    ids.add(id)
  }
}

interface Entry {
  readonly files: readonly string[]
  readonly handlers: readonly DeclaredHandler[]
  readonly services: readonly number[]
  readonly leftOut: readonly string[]
  readonly columnKinds: object
}

function entryOf(preset: HostPreset, entry: Entry): string {
  const { files, handlers, services, leftOut, columnKinds } = entry
  const handlerImports = handlers.map(
    ({ module, exportName }, index) =>
      `import { ${exportName} as handler${index} } from ${JSON.stringify(files[module])}`,
  )
  const serviceImports = services.map(
    (module) => `import { services as services${module} } from ${JSON.stringify(files[module])}`,
  )
  return [
    `import { start } from 'dataverse-handlers/src/${preset.entry}'`,
    ...handlerImports,
    ...serviceImports,
    'void start({',
    `  handlers: [${handlers.map((_, index) => `handler${index}`).join(', ')}],`,
    `  services: [${services.map((module) => `...services${module}`).join(', ')}],`,
    `  leftOut: ${JSON.stringify(leftOut)},`,
    `  columnKinds: ${JSON.stringify(columnKinds)},`,
    '})',
  ].join('\n')
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}

/** What esbuild complains of, with the places. */
async function building<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const { errors } = cause as Partial<BuildFailure>
    if (errors === undefined) throw cause
    const told = errors.map(({ text, location }) =>
      location === null ? text : `${location.file}:${location.line}: ${text}`,
    )
    throw new DataverseError('BUNDLE_REFUSED', told.join('\n'), { cause })
  }
}

function refused(why: string): DataverseError {
  return new DataverseError('BUNDLE_REFUSED', `Not bundled: ${why}.`)
}
