import { existsSync, readdirSync, watch, type FSWatcher } from 'node:fs'
import { join } from 'node:path'

/** Editors write a file in several steps, and often several files at once. */
const QUIET_MS = 100

/** Nobody writes handlers there, and there is much of it. */
const UNWATCHED = /^(node_modules|\..*)$/

/**
 * Calls `changed` once what is in the folders has changed and then been left alone for a moment. Folders that
 * are not there are not watched. @returns what ends it
 */
export function watchFolders(folders: readonly string[], changed: () => void): () => void {
  // One watcher for each folder. Node's own recursive watching on Linux watches each file instead and loses
  // those that an editor replaces, as most do when they save.
  const watchers = new Map<string, FSWatcher>()
  let timer: NodeJS.Timeout | undefined
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      watchNewFolders()
      changed()
    }, QUIET_MS)
  }
  const watchNewFolders = () => {
    for (const folder of folders) {
      for (const each of withFoldersBelow(folder)) {
        if (!watchers.has(each) && existsSync(each)) watchers.set(each, watchOne(each))
      }
    }
  }
  const watchOne = (folder: string): FSWatcher => {
    const watcher = watch(folder, (_, name) => {
      if (!existsSync(folder)) drop()
      if (name === null || !UNWATCHED.test(name)) soon()
    })
    const drop = () => {
      watcher.close()
      watchers.delete(folder)
    }
    // A folder that is taken away cannot be watched any more; what then cannot be loaded is said.
    return watcher.on('error', () => {
      drop()
      soon()
    })
  }

  watchNewFolders()
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers.values()) watcher.close()
  }
}

function withFoldersBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !UNWATCHED.test(entry.name))
    .flatMap((entry) => withFoldersBelow(join(folder, entry.name)))
  return [folder, ...below]
}
