import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Reporter } from './report.ts'

/** @throws DOCUMENT_UNREADABLE */
export function readText(path: string, shownAs: string): string {
  try {
    return decoded(readFileSync(path))
  } catch (cause) {
    throw new DataverseError(
      'DOCUMENT_UNREADABLE',
      `${shownAs} cannot be read: ${reasonOf(cause)}.`,
      {
        cause,
      },
    )
  }
}

/** UTF-8, or the UTF-16 that Windows PowerShell writes with `>` and Out-File; both tell by their first bytes. */
function decoded(bytes: Buffer): string {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe
  return isWide ? bytes.toString('utf16le') : bytes.toString('utf8')
}

/**
 * Writes all files beside their places first and moves them there afterwards: whoever reads meanwhile,
 * or is left with a full disk, finds the old file or the new one and never half of one.
 * @returns whether they are written; a file that is not is reported
 */
export function writeFiles(files: ReadonlyMap<string, string>, report: Reporter): boolean {
  const waiting = new Map<string, string>()
  let at = ''
  try {
    for (const [path, text] of files) {
      at = path
      mkdirSync(dirname(path), { recursive: true })
      const beside = `${path}.${process.pid}.tmp`
      waiting.set(path, beside)
      writeFileSync(beside, text)
    }
    for (const [path, beside] of waiting) {
      at = path
      renameSync(beside, path)
      waiting.delete(path)
    }
    return true
  } catch (error) {
    for (const beside of waiting.values()) rmSync(beside, { force: true })
    report.failure(`${at} cannot be written: ${reasonOf(error)}.`)
    return false
  }
}

/** What a file operation says, without its own repetition of the path. */
export function reasonOf(error: unknown): string {
  return String(error)
    .replace(/^Error: /, '')
    .replace(/, \w+ '[^]*$/, '')
}
