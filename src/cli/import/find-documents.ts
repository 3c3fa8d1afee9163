import { readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { reasonOf } from './files.ts'
import type { Reporter } from './report.ts'

export interface FoundDocument {
  readonly path: string
  /** Named on the command line, not found in a folder. */
  readonly isNamed: boolean
}

/** Folders that hold other people's files. */
const PASSED_OVER = /^(\..*|node_modules)$/
/** Files that talk about a folder rather than about a table. */
const ABOUT_A_FOLDER = /^(readme|changelog|contributing)\.md$|^package(-lock)?\.json$/i

/** The files of the paths, folders searched through, each file once, in a stable order. */
export function findDocuments(
  paths: readonly string[],
  cwd: string,
  report: Reporter,
): readonly FoundDocument[] {
  const found = new Map<string, FoundDocument>()
  for (const named of paths) {
    const path = resolve(cwd, named)
    try {
      if (statSync(path).isDirectory()) {
        const inside = search(path)
        if (inside.length === 0) report.failure(`${named} holds no .md or .json file.`)
        for (const file of inside) {
          if (!found.has(file)) found.set(file, { path: file, isNamed: false })
        }
      } else {
        found.set(path, { path, isNamed: true })
      }
    } catch (error) {
      report.failure(`${named} cannot be read: ${reasonOf(error)}.`)
    }
  }
  return [...found.values()]
}

function search(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return PASSED_OVER.test(entry.name) ? [] : search(path)
    return /\.(md|json)$/i.test(entry.name) && !ABOUT_A_FOLDER.test(basename(path)) ? [path] : []
  })
}
