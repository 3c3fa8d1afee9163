import { basename, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { DataverseError } from '../../errors/dataverse-error.ts'
import { listen } from '../../web-api/node-server.ts'
import { UploadSessions } from '../../web-api/requests/upload-sessions.ts'
import { createWebApi } from '../../web-api/web-api.ts'
import { assertWritable, readDataFile, writeDataFile } from '../data-file/data-file.ts'
import type { Io } from '../io.ts'
import { plant } from '../seed-files/plant.ts'
import { readSeedFiles } from '../seed-files/read-seed-files.ts'
import { describeOrganization } from './describe-organization.ts'
import { paintFor } from './paint.ts'
import { foldersOf, readParts, type Folders } from './read-parts.ts'
import { requestLog, type RequestLog } from './request-log.ts'
import { RunningOrganization } from './running-organization.ts'
import { servedOrganization } from './served-organization.ts'
import { signInTo, type SignIn } from './sign-in.ts'
import { watchFolders } from './watch-folders.ts'

export interface ServeOptions {
  readonly port: number
  readonly host: string
  /** Absent: `handlers`, if it is there. */
  readonly handlers?: string
  readonly schemas: string
  /** A file or folder of rows to begin with. */
  readonly seed?: string
  /** The file the organization is kept in. */
  readonly data?: string
  readonly watch?: boolean
  readonly auth?: boolean
  /** Whether users may do only what their roles, their own rows and shares allow. */
  readonly access?: boolean
}

/** How long requests under way may take once the end is asked for; then their connections are cut. */
const GRACE_MS = 1_000

/** Until the process is told to end. @throws whatever the organization cannot be made from */
export async function serve(options: ServeOptions, io: Io): Promise<void> {
  const write = (text: string) => void io.stdout.write(`${text}\n`)
  const folders = foldersOf(options, io)
  const data = options.data === undefined ? undefined : resolve(io.cwd, options.data)
  if (data !== undefined) assertWritable(data)
  const asked = endAsked()
  const { running, log, signIn } = await opened(options, folders, io)
  const listening = await listen(log.api, { port: options.port, host: options.host })
  const saving = data === undefined ? undefined : () => save(running, data, io)
  if (saving !== undefined) process.on('SIGUSR2', saving)
  const stopWatching = options.watch === true ? watch(running, folders, io) : undefined
  write(describeOrganization(running, listening.url, signIn))

  await asked
  stopWatching?.()
  await Promise.race([listening.close(), delay(GRACE_MS, undefined, { ref: false })])
  saving?.()
  write('Ended.')
}

interface Opened {
  readonly running: RunningOrganization
  readonly log: RequestLog
  readonly signIn: SignIn | undefined
}

async function opened(options: ServeOptions, folders: Folders, io: Io): Promise<Opened> {
  const data = options.data === undefined ? undefined : readDataFile(resolve(io.cwd, options.data))
  const parts = await readParts(folders, io)
  // The organization of the moment, which is made below and may be replaced later.
  const signIn =
    options.auth === true
      ? signInTo(
          () => running.org,
          io.env,
          () => Date.now(),
        )
      : undefined
  // Rows to begin with are no news.
  const telling: { log?: RequestLog } = {}
  const uploads = new UploadSessions()
  const running: RunningOrganization = new RunningOrganization(
    parts,
    {
      enforcesAccess: options.access === true,
      serve: (org) =>
        createWebApi({
          catalog: org.catalog,
          service: servedOrganization(org, signIn?.signedIn),
          uploads,
        }),
      traced: (node) => telling.log?.ended(node),
    },
    data,
  )
  if (options.seed !== undefined && data === undefined) {
    await plant(readSeedFiles(resolve(io.cwd, options.seed), running.org.catalog), running.org)
  }
  const log = requestLog(signIn?.authority.guard(running.api) ?? running.api, {
    write: (text) => void io.stdout.write(`${text}\n`),
    paint: paintFor(io),
  })
  telling.log = log
  return { running, log, signIn }
}

/** What cannot be saved is said, and the organization goes on. */
function save(running: RunningOrganization, path: string, io: Io): void {
  try {
    writeDataFile(path, running.data, new Date())
    io.stdout.write(`Saved in ${basename(path)}.\n`)
  } catch (error) {
    io.stderr.write(`${told(error)}\n`)
  }
}

/** Reloads one after the other; what cannot be loaded leaves the organization as it was. */
function watch(running: RunningOrganization, folders: Folders, io: Io): () => void {
  let reloading: Promise<void> = Promise.resolve()
  const reload = async () => {
    try {
      await running.reload(await readParts(folders, io))
      const { steps } = running.org
      io.stdout.write(
        `Loaded anew: ${steps.length} steps, ${running.org.catalog.names.length} tables.\n`,
      )
    } catch (error) {
      io.stderr.write(`${told(error)}\nThe handlers and tables from before go on.\n`)
    }
  }
  return watchFolders([folders.handlers, folders.schemas], () => {
    reloading = reloading.then(reload)
  })
}

function told(error: unknown): string {
  return error instanceof DataverseError ? `${error.code}: ${error.message}` : String(error)
}

/** A second Ctrl-C finds no listener and ends the process at once. */
function endAsked(): Promise<void> {
  return new Promise((settle) => {
    const ask = () => {
      process.removeListener('SIGINT', ask)
      process.removeListener('SIGTERM', ask)
      settle()
    }
    process.on('SIGINT', ask)
    process.on('SIGTERM', ask)
  })
}
