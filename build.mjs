/**
 * Builds the package into dist/ and bundles handlers/ for a host.
 *
 *   node build.mjs [--no-types] [--no-handlers] [--out dist] [--host node] [--minify] [--leave-out Class.method]
 *
 * dist/esm, dist/cli   one build with shared chunks, so that the command line and the handlers it loads
 *                      meet in the same classes and tokens
 * dist/cjs             one shared file behind every entry, for jest's default mode; for the same reason
 * dist/{esm,cjs}/types declarations, once per module kind, so that either kind of consumer reads its own
 * dist/hosts/<name>    handlers/ as one file for that host, and steps.json with what to register
 */
import { spawn } from 'node:child_process'
import {
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  rmdir,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

const ROOT = dirname(fileURLToPath(import.meta.url))

/** The doors of the package: `exports` in package.json names the same. */
const DOORS = { index: 'src/index.ts', testing: 'src/testing/index.ts' }
/** Built beside them, in the same chunks, but not offered to consumers. */
const TOOLS = { 'esm/deploy': 'src/deploy/index.ts', 'cli/main': 'src/cli/main.ts' }

/** Steps of handlers/ that no host can run: they set columns of their target, so they live in the emulator only. */
const LEFT_OUT = ['SyncRetryPolicy.startAtZero', 'SyncRetryPolicy.countFailure']

/** Packages that stay packages: only tools need them. */
const EXTERNAL = ['esbuild', 'commander', 'csv-parse', 'markdown-it', 'picocolors']

const SHARED_OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  // The others are loaded at every start: as part of our own files they cost one reading instead of hundreds.
  external: EXTERNAL,
  // Reading the files is most of a start. Names stay, so that stack traces tell where they are from.
  minifyWhitespace: true,
  minifySyntax: true,
  platform: 'node',
  target: 'node20',
  metafile: true,
  logLevel: 'warning',
}

const { values: options } = parseArgs({
  options: {
    types: { type: 'boolean', default: true },
    handlers: { type: 'boolean', default: true },
    out: { type: 'string', default: 'dist' },
    host: { type: 'string', default: 'node' },
    minify: { type: 'boolean', default: false },
    'leave-out': { type: 'string', multiple: true, default: [] },
  },
  allowNegative: true,
})
const DIST = resolve(ROOT, options.out)

/** What went wrong is on the screen already. */
class Printed extends Error {}

try {
  await Promise.all([options.types && timed('types', emitTypes), buildCode()])
} catch (error) {
  // esbuild prints its own.
  const isPrinted = error instanceof Printed || error.errors !== undefined
  if (!isPrinted) process.stderr.write(`${describe(error)}\n`)
  process.exitCode = 1
}

async function buildCode() {
  await Promise.all([timed('esm, cli', buildEsm), timed('cjs', buildCjs)])
  if (options.handlers) await timed(`hosts/${options.host}`, bundleForHost)
}

async function buildEsm() {
  const entryPoints = { ...TOOLS }
  for (const [door, source] of Object.entries(DOORS)) entryPoints[`esm/${door}`] = source
  const { metafile } = await build({
    ...SHARED_OPTIONS,
    entryPoints,
    format: 'esm',
    splitting: true,
    outdir: DIST,
    chunkNames: 'esm/chunks/[name]-[hash]',
  })
  await Promise.all([
    prune(['esm', 'cli'], Object.keys(metafile.outputs)),
    ...Object.keys(DOORS).map((door) =>
      writeDoor(door, metafile.outputs[outputName(`esm/${door}.js`)].exports),
    ),
  ])
  await chmod(join(DIST, 'cli/main.js'), 0o755)
  await linkCommand()
  return sizes(metafile, ['esm/index.js', 'esm/testing.js', 'cli/main.js'])
}

/**
 * `npx dataverse-handlers` in this folder. npm makes a link of its own in its cache, but keeps an empty one
 * for good where the command was first asked for before it was built; then it looks here.
 */
async function linkCommand() {
  const bin = join(ROOT, 'node_modules/.bin')
  const link = join(bin, 'dataverse-handlers')
  const isWanted = DIST === join(ROOT, 'dist') && process.platform !== 'win32' && existsSync(bin)
  if (isWanted && !existsSync(link)) await symlink('../../dist/cli/main.js', link)
}

async function buildCjs() {
  const doors = Object.entries(DOORS)
  const { metafile } = await build({
    ...SHARED_OPTIONS,
    stdin: {
      contents: doors.map(([door, file]) => `export * as ${door} from './${file}'`).join('\n'),
      resolveDir: ROOT,
      sourcefile: 'doors.ts',
      loader: 'ts',
    },
    format: 'cjs',
    outfile: join(DIST, 'cjs/shared.js'),
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href" },
  })
  await write('cjs/package.json', `${JSON.stringify({ type: 'commonjs' })}\n`)
  return sizes(metafile, ['cjs/shared.js'])
}

/** The CommonJS file behind `require` of one door. */
async function writeDoor(door, names) {
  await write(
    `cjs/${door}.js`,
    [
      "'use strict'",
      `module.exports = require('./shared.js').${door}`,
      // Never runs: tells Node's reader of CommonJS files which names an ES module may import.
      `0 && (module.exports = { ${names.join(', ')} })`,
      '',
    ].join('\n'),
  )
}

async function emitTypes() {
  const types = join(DIST, 'esm/types')
  await rm(types, { recursive: true, force: true })
  const project = await write(
    'tsconfig.types.json',
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        stripInternal: true,
        rootDir: join(ROOT, 'src'),
        outDir: types,
        types: ['node'],
        typeRoots: [join(ROOT, 'node_modules/@types')],
      },
      include: [join(ROOT, 'src')],
    }),
  )
  try {
    await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project])
  } finally {
    await rm(project)
  }
  const written = (await filesUnder(types)).filter((file) => file.endsWith('.d.ts'))
  await Promise.all(
    written.map(async (file) => {
      const text = await readFile(file, 'utf8')
      await writeFile(
        file,
        text.replace(/((?:from|import)\s*\(?\s*['"]\.[^'"]*)\.ts(?=['"])/g, '$1.js'),
      )
    }),
  )
  await rm(join(DIST, 'cjs/types'), { recursive: true, force: true })
  await cp(types, join(DIST, 'cjs/types'), { recursive: true })
  return `${written.length} files`
}

async function bundleForHost() {
  const { bundleHandlers } = await import(pathToFileURL(join(DIST, 'esm/deploy.js')).href)
  const { steps, leftOut, bytes } = await bundleHandlers({
    handlersDir: join(ROOT, 'handlers'),
    outDir: join(DIST, 'hosts', options.host),
    host: options.host,
    leaveOut: [...LEFT_OUT, ...options['leave-out']],
    minify: options.minify,
  })
  const without = leftOut.length === 0 ? '' : `, without ${leftOut.join(', ')}`
  return `${steps.length} steps${without}, ${kilobytes(bytes)}`
}

/** Removes what an earlier build left in these folders of dist/; types are another step's. */
async function prune(folders, outputs) {
  const kept = new Set(outputs.map((output) => resolve(ROOT, output)))
  for (const folder of folders) {
    const types = join(DIST, folder, 'types') + sep
    for (const file of await filesUnder(join(DIST, folder))) {
      if (kept.has(file) || file.startsWith(types)) continue
      await rm(file)
      await rmdir(dirname(file)).catch(() => undefined)
    }
  }
}

async function filesUnder(folder) {
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name))
}

async function write(path, text) {
  const file = join(DIST, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  return file
}

async function run(command, args) {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] })
  const code = await new Promise((settle, fail) => child.on('error', fail).on('exit', settle))
  if (code !== 0) throw new Printed()
}

async function timed(label, work) {
  const start = performance.now()
  const outcome = await work()
  const ms = Math.round(performance.now() - start)
  process.stdout.write(`${label.padEnd(12)}${String(ms).padStart(6)} ms   ${outcome}\n`)
}

function sizes(metafile, outputs) {
  return outputs
    .map((output) => `${output} ${kilobytes(loadedBytes(metafile, outputName(output)))}`)
    .join(', ')
}

/** A file of dist/ as esbuild names it. */
function outputName(path) {
  return relative(ROOT, join(DIST, path)).replaceAll(sep, '/')
}

/** An output with every chunk it imports at once. */
function loadedBytes(metafile, output, seen = new Set()) {
  if (seen.has(output)) return 0
  seen.add(output)
  const { bytes, imports } = metafile.outputs[output]
  return imports
    .filter((each) => each.kind === 'import-statement' && !each.external)
    .reduce((sum, each) => sum + loadedBytes(metafile, each.path, seen), bytes)
}

function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(0)} kB`
}

function describe(error) {
  return error.code === undefined ? String(error.stack ?? error) : `${error.code}: ${error.message}`
}
