import { DataverseError } from '../errors/dataverse-error.ts'
import type { Reject } from './step-event.ts'

/** What `event.reject` is everywhere: in the emulator and behind a webhook. */
export const reject: Reject = (message, options = {}) => {
  throw new DataverseError('HANDLER_REJECTED', message, options)
}
