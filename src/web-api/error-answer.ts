import { hexCode } from '../errors/codes.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import { failedStepOf, traceText } from '../errors/failed-step.ts'
import { randomIds } from '../rows/guid.ts'
import { EXCEPTION_NAMES } from './exception-names.ts'
import { JSON_TYPE, type WebApiResponse } from './http.ts'
import type { AnnotationFilter } from './preferences.ts'
import { STATUS_CODES, STEP_STATUS_CODES } from './status-codes.ts'

/** Whatever a request threw, as the answer a client reads. Always a coded one. */
export function errorAnswer(thrown: unknown, annotations?: AnnotationFilter): WebApiResponse {
  const error = asDataverseError(thrown)
  return {
    status: statusOf(error),
    headers: {
      'Content-Type': JSON_TYPE,
      'OData-Version': '4.0',
      'x-ms-service-request-id': randomIds.next(),
    },
    body: JSON.stringify({ error: errorObject(error, annotations) }),
  }
}

/** A step's own choice counts where the platform lets steps choose. */
export function statusOf(error: DataverseError): number {
  const asked = error.details.httpStatus
  return asked !== undefined && STEP_STATUS_CODES.has(asked) ? asked : STATUS_CODES[error.code]
}

/**
 * The error object: code and message, and with `odata.include-annotations` what a step added.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors#parse-errors-from-the-response
 */
function errorObject(
  error: DataverseError,
  annotations: AnnotationFilter | undefined,
): Record<string, string> {
  // Codes that are ours alone have no number: their name stands in its place.
  const body: Record<string, string> = {
    code: hexCode(error.code) ?? error.code,
    message: error.message,
  }
  if (annotations === undefined) return body
  const add = (term: string, value: string | undefined) => {
    if (value !== undefined && annotations(term)) body[`@${term}`] = value
  }
  const { operationStatus, subErrorCode, details, cause } = error.details
  add(`${DETAILS}.OperationStatus`, operationStatus?.toString())
  add(`${DETAILS}.SubErrorCode`, subErrorCode?.toString())
  for (const [name, value] of Object.entries(originOf(error))) add(`${DETAILS}.${name}`, value)
  add(`${DETAILS}.ApiExceptionMessageName`, EXCEPTION_NAMES[error.code] ?? error.code)
  add(`${DETAILS}.ApiExceptionHttpStatusCode`, String(statusOf(error)))
  for (const [name, value] of Object.entries(details ?? {})) add(`${DETAILS}.${name}`, value)
  add(`${NAMESPACE}.HelpLink`, helpLink(error))
  add(`${NAMESPACE}.TraceText`, traceOf(error))
  add(`${NAMESPACE}.InnerError.Message`, cause instanceof Error ? cause.message : error.message)
  return body
}

const NAMESPACE = 'Microsoft.PowerApps.CDS'
const DETAILS = `${NAMESPACE}.ErrorDetails`

/** What the platform calls the layer that is nobody's solution in particular. */
const UNMANAGED = 'Active'

/** The step that has failed, and whose fault it is. Failures of the platform itself name no step here. */
function originOf(error: DataverseError): Readonly<Record<string, string>> {
  const step = failedStepOf(error)
  const isClients = statusOf(error) < 500 || error.code === 'HANDLER_FAILED'
  return {
    ...(step !== undefined && {
      ApiExceptionSourceKey: `Plugin/${step.name}`,
      ApiStepKey: step.id,
      ApiDepthKey: String(step.depth),
      // Unverified: that the activity is what correlates the request.
      ApiActivityIdKey: step.correlationId,
      ApiPluginSolutionNameKey: UNMANAGED,
      ApiStepSolutionNameKey: UNMANAGED,
    }),
    ApiExceptionCategory: isClients ? 'ClientError' : 'SystemFailure',
  }
}

/** The address is part of the wire: clients read the code out of it. */
function helpLink({ code }: DataverseError): string | undefined {
  const number = hexCode(code)?.slice(2)
  return number === undefined
    ? undefined
    : `http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a${number}&client=platform`
}

/** What the failed step had traced, below its type and its event. */
function traceOf(error: DataverseError): string | undefined {
  const step = failedStepOf(error)
  if (step === undefined) return undefined
  const { id, name, message, table, lines } = step
  const event = `${id}: ${name}: ${message} of ${table}`
  return `\r\n[${ASSEMBLY}: ${name}]\r\n[${event}]\r\n\r\n${traceText(lines, '\r\n')}\r\n`
}

/** Where the handlers' code is, as rows of pluginassembly call it. */
const ASSEMBLY = 'handlers'

function asDataverseError(thrown: unknown): DataverseError {
  if (thrown instanceof DataverseError) return thrown
  // Deep recursion over a body or a query that is nested without end is the caller's doing, not ours.
  if (thrown instanceof RangeError && thrown.message.includes('call stack')) {
    return new DataverseError('QUERY_INVALID', 'The request is nested too deeply.', {
      cause: thrown,
    })
  }
  return new DataverseError(
    'UNEXPECTED',
    `An unexpected error occurred. ${textOf(thrown)}`.trim(),
    {
      cause: thrown,
    },
  )
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : ''
}
