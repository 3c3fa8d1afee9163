import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Io } from '../io.ts'

/** What an import tells while it runs: one line per failure, and how far it is when there is much to do. */
export interface Reporter {
  readonly failures: number
  failure(sentence: string): void
  /** A caught refusal as one line; anything that is no refusal is thrown on. */
  refused(error: unknown): void
  progress(done: number, total: number): void
  done(sentence: string): void
}

/** Fewer files than this are read before anybody looks. */
const MANY_FILES = 50
/** Without a terminal every line stays: one per so many files. */
const FILES_PER_LINE = 100

export function reporter({ stdout, stderr }: Io): Reporter {
  let failures = 0
  let isLineOpen = false
  const clear = () => {
    if (isLineOpen) stdout.write('\r\u001b[K')
    isLineOpen = false
  }
  const failure = (sentence: string) => {
    clear()
    failures++
    stderr.write(`${sentence.replaceAll(/\s*\n\s*/g, ' ')}\n`)
  }
  return {
    get failures() {
      return failures
    },
    failure,
    refused(error) {
      if (!(error instanceof DataverseError)) throw error
      failure(error.message)
    },
    progress(done, total) {
      if (total < MANY_FILES) return
      if (stdout.isTTY === true) {
        stdout.write(`\rreading ${done} of ${total}`)
        isLineOpen = true
        if (done === total) clear()
      } else if (done % FILES_PER_LINE === 0 && done < total) {
        stdout.write(`reading ${done} of ${total}\n`)
      }
    },
    done(sentence) {
      clear()
      stdout.write(`${sentence}\n`)
    },
  }
}
