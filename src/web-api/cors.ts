import type { WebApiRequest, WebApiResponse } from './http.ts'

/**
 * What browser clients may send and read.
 * Unverified: the service answers pre-flights so that single-page applications work, no page lists its headers.
 * https://learn.microsoft.com/power-apps/developer/data-platform/oauth-cross-origin-resource-sharing-connect-single-page-application
 */
const METHODS = 'GET,HEAD,POST,PUT,PATCH,DELETE'
const EXPOSED =
  'OData-EntityId,OData-Version,Preference-Applied,ETag,Location,Retry-After,x-ms-chunk-size,x-ms-file-name,x-ms-file-size,x-ms-session-token'
const ALLOWED =
  'Accept,Authorization,CallerObjectId,Consistency,Content-Range,Content-Type,If-Match,If-None-Match,MSCRM.BypassBusinessLogicExecution,MSCRM.BypassBusinessLogicExecutionStepIds,MSCRM.BypassCustomPluginExecution,MSCRM.MergeLabels,MSCRM.SessionToken,MSCRM.SolutionUniqueName,MSCRM.SuppressCallbackRegistrationExpanderJob,MSCRM.SuppressDuplicateDetection,MSCRMCallerID,OData-MaxVersion,OData-Version,Prefer,Range,x-ms-file-name,x-ms-transfer-mode'

export function preflight({ headers }: WebApiRequest): WebApiResponse {
  const asked = headers['access-control-request-headers']
  return {
    status: 204,
    headers: {
      'Access-Control-Allow-Origin': headers['origin'] ?? '*',
      'Access-Control-Allow-Methods': METHODS,
      'Access-Control-Allow-Headers': asked ?? ALLOWED,
      'Access-Control-Max-Age': '600',
      Allow: `${METHODS},OPTIONS`,
      Vary: 'Origin',
    },
  }
}

/** Only requests that name an origin come from browsers; the others are answered as they are. */
export function allowOrigin({ headers }: WebApiRequest, response: WebApiResponse): WebApiResponse {
  const { origin } = headers
  if (origin === undefined) return response
  return {
    ...response,
    headers: {
      ...response.headers,
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': EXPOSED,
      Vary: 'Origin',
    },
  }
}
