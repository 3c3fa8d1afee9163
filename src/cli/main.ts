#!/usr/bin/env node
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command, CommanderError } from 'commander'
import { DataverseError } from '../errors/dataverse-error.ts'
import { buildCommand } from './commands/build.ts'
import { deployCommand } from './commands/deploy.ts'
import { exportCommand } from './commands/export.ts'
import { importCommand } from './commands/import.ts'
import { seedCommand } from './commands/seed.ts'
import { startCommand } from './commands/start.ts'
import type { Exit, Io } from './io.ts'

/** One file per command; each makes its own options and says its exit code. */
const COMMANDS: readonly ((io: Io, exit: Exit) => Command)[] = [
  importCommand,
  exportCommand,
  seedCommand,
  startCommand,
  buildCommand,
  deployCommand,
]

/** How long what is still to be written has, where something keeps the process from ending by itself. */
const LEFT_OPEN_MS = 100

/**
 * The command line `dataverse-handlers`, without the name of the program.
 * @returns the exit code: 0 done, 1 something failed, 2 the command line was wrong
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let code = 0
  const exit: Exit = (told) => {
    code = told
  }
  const program = new Command('dataverse-handlers')
    .description('Handlers for Microsoft Dataverse events.')
    .exitOverride()
    .configureOutput(outputOf(io))
  for (const make of COMMANDS) {
    program.addCommand(make(io, exit).exitOverride().configureOutput(outputOf(io)))
  }
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    // Commander has printed what was wrong; asking for help is nothing wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof DataverseError)) throw error
    io.stderr.write(`${error.code}: ${error.message}\n`)
    return 1
  }
}

function outputOf(io: Io) {
  return {
    writeOut: (text: string) => void io.stdout.write(text),
    writeErr: (text: string) => void io.stderr.write(text),
  }
}

/** Whether Node was started with this file, by its name or through the link a package manager makes. */
function isStarted(): boolean {
  const [, started] = process.argv
  try {
    return started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)
  } catch {
    // What Node was started with is no file: it cannot be this one.
    return false
  }
}

if (isStarted()) {
  const { stdout, stderr, env } = process
  void main(process.argv.slice(2), { stdout, stderr, env, cwd: process.cwd() }).then((code) => {
    process.exitCode = code
    // What handlers left open (a timer, a connection) does not keep a command that has ended.
    setTimeout(() => process.exit(), LEFT_OPEN_MS).unref()
  })
}
