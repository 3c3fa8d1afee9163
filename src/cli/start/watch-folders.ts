import { existsSync, watch } from 'node:fs'

/** Editors write a file in several steps, and often several files at once. */
const QUIET_MS = 100

/**
 * Calls `changed` once what is in the folders has changed and then been left alone for a moment. Folders that
 * are not there are not watched. @returns what ends it
 */
export function watchFolders(folders: readonly string[], changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(changed, QUIET_MS)
  }
  const watchers = folders
    .filter((folder) => existsSync(folder))
    .map((folder) => watch(folder, { recursive: true }, soon))
  // A folder that is taken away cannot be watched any more; what then cannot be loaded is said.
  for (const watcher of watchers) watcher.on('error', soon)
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}
