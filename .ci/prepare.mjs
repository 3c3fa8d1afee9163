/**
 * What `npm start`, `npm test` and `npm run bench` need before they run: the packages of package-lock.json
 * and, with --build, the built package. Does only what is missing or older than its sources.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')

const installed = join(ROOT, 'node_modules/.package-lock.json')
const installs = isOlder(installed, [join(ROOT, 'package-lock.json')])
if (installs) {
  // Not `npm ci`: it refuses a lock file made where a registry lacked other platforms' optional packages.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund'])
}
if (process.argv.includes('--build')) {
  const sources = ['src', 'handlers', 'schemas', 'build.mjs', 'package.json', 'tsconfig.json']
  // What was built holds parts of the packages.
  if (
    installs ||
    isOlder(
      join(ROOT, 'dist/cli/main.js'),
      sources.map((name) => join(ROOT, name)),
    )
  ) {
    run(process.execPath, ['build.mjs'])
  }
}

function isOlder(file, sources) {
  if (!existsSync(file)) return true
  const { mtimeMs } = statSync(file)
  return sources.some((source) => newest(source) > mtimeMs)
}

function newest(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  const times = readdirSync(path, { recursive: true, withFileTypes: true }).map(
    (entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs,
  )
  return Math.max(stat.mtimeMs, ...times)
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', shell: false })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}
