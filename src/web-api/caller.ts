import { DataverseError } from '../errors/dataverse-error.ts'
import type { BypassOptions, ClientFacts, RequestOptions } from '../messages/requests.ts'
import { parseGuid } from '../rows/guid.ts'
import type { Headers, WebApiRequest } from './http.ts'
import type { CallerInfo } from './organization.ts'

/**
 * Who calls, and what the headers ask of every message of the request.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/impersonate-another-user-web-api
 * @throws INVALID_ARGUMENT
 */
export function readCaller({ headers }: WebApiRequest): CallerInfo {
  return {
    authorization: headers['authorization'],
    objectId: headers['callerobjectid'],
    systemUserId: headers['mscrmcallerid'],
    options: readOptions(headers),
  }
}

const NO_OPTIONS: RequestOptions = Object.freeze({})

/** https://learn.microsoft.com/power-apps/developer/data-platform/optional-parameters */
function readOptions(headers: Headers): RequestOptions {
  const bypass = readBypass(headers)
  const duplicates = headers['mscrm.suppressduplicatedetection']
  const flows = headers['mscrm.suppresscallbackregistrationexpanderjob']
  const solution = headers['mscrm.solutionuniquename']
  const client = readClient(headers)
  if (
    bypass === undefined &&
    client === undefined &&
    duplicates === undefined &&
    flows === undefined &&
    solution === undefined
  ) {
    return NO_OPTIONS
  }
  return {
    ...(bypass === undefined ? {} : { bypass }),
    ...(client === undefined ? {} : { client }),
    ...(duplicates === undefined ? {} : { suppressDuplicateDetection: !isFalse(duplicates) }),
    ...(flows === undefined ? {} : { suppressCallbackRegistrationExpanderJob: !isFalse(flows) }),
    ...(solution === undefined ? {} : { solutionUniqueName: solution }),
  }
}

/** Steps find these in their contexts. */
function readClient(headers: Headers): ClientFacts | undefined {
  const userAgent = headers['user-agent']
  const acceptLanguage = headers['accept-language']
  const appName = headers['x-ms-app-name']
  if (userAgent === undefined && acceptLanguage === undefined && appName === undefined) {
    return undefined
  }
  return {
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(acceptLanguage === undefined ? {} : { acceptLanguage }),
    ...(appName === undefined ? {} : { appName }),
  }
}

function isFalse(header: string): boolean {
  return header.trim().toLowerCase() === 'false'
}

/** How many steps may be named is for the organization to say. https://learn.microsoft.com/power-apps/developer/data-platform/bypass-custom-business-logic */
function readBypass(headers: Headers): BypassOptions | undefined {
  const logic = unquoted(headers['mscrm.bypassbusinesslogicexecution'])
  const steps = unquoted(headers['mscrm.bypassbusinesslogicexecutionstepids'])
  const plugins = headers['mscrm.bypasscustompluginexecution']?.trim().toLowerCase() === 'true'
  if (logic === undefined && steps === undefined && !plugins) return undefined
  const kinds = listOf(logic)
  for (const kind of kinds) {
    if (kind !== 'CustomSync' && kind !== 'CustomAsync') {
      throw new DataverseError(
        'INVALID_ARGUMENT',
        `MSCRM.BypassBusinessLogicExecution takes CustomSync and CustomAsync, not '${kind}'.`,
      )
    }
  }
  const stepIds = listOf(steps).map(stepId)
  return {
    ...(kinds.includes('CustomSync') ? { sync: true } : {}),
    ...(plugins ? { plugins: true } : {}),
    ...(kinds.includes('CustomAsync') ? { async: true } : {}),
    ...(stepIds.length === 0 ? {} : { stepIds }),
  }
}

function stepId(text: string): string {
  const id = parseGuid(text)
  if (id !== undefined) return id
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `'${text}' in MSCRM.BypassBusinessLogicExecutionStepIds is no id of a step.`,
  )
}

function unquoted(header: string | undefined): string | undefined {
  return header?.trim().replace(/^"(.*)"$/, '$1')
}

function listOf(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
