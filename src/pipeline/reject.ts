import { DataverseError } from '../errors/dataverse-error.ts'
import { PLUGIN_HTTP_STATUSES, type Reject } from './step-event.ts'

/** What `event.reject` is everywhere: in the emulator and behind a webhook. */
export const reject: Reject = (message, options = {}) => {
  const { httpStatus } = options
  // Plain JavaScript may ask for any; the platform has no others.
  if (httpStatus !== undefined && !PLUGIN_HTTP_STATUSES.includes(httpStatus)) {
    throw new DataverseError(
      'STEP_INVALID',
      `reject: ${String(httpStatus)} is no HTTP status a handler may ask for; ${PLUGIN_HTTP_STATUSES.join(', ')} are.`,
    )
  }
  throw new DataverseError('HANDLER_REJECTED', message, options)
}
