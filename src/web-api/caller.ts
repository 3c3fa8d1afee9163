import { DataverseError } from '../errors/dataverse-error.ts'
import type { BypassOptions, RequestOptions } from '../messages/requests.ts'
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
  if (
    bypass === undefined &&
    duplicates === undefined &&
    flows === undefined &&
    solution === undefined
  ) {
    return NO_OPTIONS
  }
  return {
    ...(bypass === undefined ? {} : { bypass }),
    ...(duplicates === undefined ? {} : { suppressDuplicateDetection: !isFalse(duplicates) }),
    ...(flows === undefined ? {} : { suppressCallbackRegistrationExpanderJob: !isFalse(flows) }),
    ...(solution === undefined ? {} : { solutionUniqueName: solution }),
  }
}

function isFalse(header: string): boolean {
  return header.trim().toLowerCase() === 'false'
}

/** The environment's limit, unless somebody raises it. */
const MAX_STEP_IDS = 3

/** https://learn.microsoft.com/power-apps/developer/data-platform/bypass-custom-business-logic */
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
  if (stepIds.length > MAX_STEP_IDS) {
    throw new DataverseError(
      'INVALID_ARGUMENT',
      `MSCRM.BypassBusinessLogicExecutionStepIds names ${stepIds.length} steps; at most ${MAX_STEP_IDS} are allowed.`,
    )
  }
  return {
    ...(plugins || kinds.includes('CustomSync') ? { sync: true } : {}),
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
