import type { WebApiRequest } from './http.ts'
import type { CallerInfo } from './organization.ts'

const NO_OPTIONS: CallerInfo['options'] = Object.freeze({})

/**
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/impersonate-another-user-web-api
 */
export function readCaller({ headers }: WebApiRequest): CallerInfo {
  return {
    authorization: headers['authorization'],
    objectId: headers['callerobjectid'],
    systemUserId: headers['mscrmcallerid'],
    options: NO_OPTIONS,
  }
}
