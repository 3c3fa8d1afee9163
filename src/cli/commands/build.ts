import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { Command } from 'commander'
import { bundleHandlers } from '../../deploy/bundle.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Exit, Io } from '../io.ts'

interface BuildOptions {
  readonly handlers: string
  readonly schemas: string
  readonly host: string
  readonly out?: string
  readonly leaveOut: readonly string[]
  readonly minify: boolean
}

/** `dataverse-handlers build`: the handlers as one file for a host, with what to register beside it. */
export function buildCommand(io: Io, exit: Exit): Command {
  return new Command('build')
    .description('bundle the handlers into one file for a host, and list the steps to register')
    .option('--handlers <folder>', 'the handlers', 'handlers')
    .option('--schemas <folder>', 'the tables, as import wrote them', 'schemas')
    .option('--host <name>', 'where they are to run', 'node')
    .option('--out <folder>', 'where the bundle goes (default: "dist/hosts/<host>")')
    .option(
      '--leave-out <steps...>',
      'steps that are not to run there, as Class.method; those that declare writes cannot',
      [],
    )
    .option('--minify', 'make it small', false)
    .action(async (options: BuildOptions) => {
      await build(options, io)
      exit(0)
    })
}

/** @throws BUNDLE_REFUSED, HANDLERS_UNREADABLE, SCHEMA_INVALID, NOT_SUPPORTED for a host that is not known */
async function build(options: BuildOptions, io: Io): Promise<void> {
  const { host, leaveOut, minify } = options
  const schemas = resolve(io.cwd, options.schemas)
  if (!existsSync(schemas)) {
    // Days without a time would arrive as moments, and nobody would know.
    throw new DataverseError(
      'SCHEMA_INVALID',
      `There is no folder ${options.schemas}, where the tables are. Name it with --schemas.`,
    )
  }
  const outDir = resolve(io.cwd, options.out ?? join('dist', 'hosts', host))
  const handlersDir = resolve(io.cwd, options.handlers)
  const { file, bytes, steps, leftOut } = await bundleHandlers({
    ...{ handlersDir, outDir, host, leaveOut, minify },
    schemasDir: schemas,
  })
  const without = leftOut.length === 0 ? '' : `, without ${leftOut.join(', ')}`
  const shown = relative(io.cwd, file)
  io.stdout.write(`${steps.length} steps${without}: ${shown}, ${(bytes / 1024).toFixed(0)} kB\n`)
  const manifest = relative(io.cwd, join(outDir, 'steps.json'))
  io.stdout.write(`What to register: ${manifest}\n`)
}
