import type { ErrorCode } from '../errors/codes.ts'

/**
 * The HTTP status each of our codes is answered with. Whatever the platform's page does not name is 400.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors#identify-status-codes
 */
export const STATUS_CODES = {
  // rows
  ROW_NOT_FOUND: 404,
  ROW_NOT_FOUND_BY_KEY: 404,
  DUPLICATE_ROW: 412,
  DUPLICATE_KEY: 412,
  KEY_NOT_DEFINED: 400,
  VERSION_MISMATCH: 412,
  INVALID_ARGUMENT: 400,
  UNEXPECTED: 500,
  // columns and values
  TABLE_UNKNOWN: 400,
  COLUMN_UNKNOWN: 400,
  PAYLOAD_INVALID: 400,
  LOOKUP_WRITTEN_AS_COLUMN: 400,
  STRING_TOO_LONG: 400,
  CHOICE_OUT_OF_RANGE: 400,
  BOOLEAN_OUT_OF_RANGE: 400,
  INTEGER_OUT_OF_RANGE: 400,
  DECIMAL_OUT_OF_RANGE: 400,
  VALUE_OUT_OF_RANGE: 400,
  INVALID_DATE: 400,
  INVALID_CHARACTERS: 400,
  STATUS_INVALID_FOR_STATE: 400,
  // ownership
  OWNER_MISSING: 400,
  OWNER_INVALID: 400,
  TEAM_OWNS_ROWS: 400,
  DEFAULT_TEAM_NOT_DELETABLE: 400,
  BASE_CURRENCY_NOT_DELETABLE: 400,
  // relationships
  DELETE_RESTRICTED: 405,
  HIERARCHY_LOOP: 400,
  RELATIONSHIP_UNKNOWN: 404,
  // messages and steps
  MESSAGE_UNKNOWN: 404,
  MESSAGE_NOT_OFFERED: 400,
  STEP_NOT_ALLOWED: 400,
  IMAGE_NOT_SUPPORTED: 400,
  IMAGE_TYPE_INVALID: 400,
  POST_IMAGE_TOO_EARLY: 400,
  IMAGE_PROPERTY_INVALID: 400,
  STEP_COLUMN_UNKNOWN: 400,
  STEP_INVALID: 400,
  STEP_WRITE_UNDECLARED: 400,
  HANDLER_REJECTED: 400,
  HANDLER_FAILED: 500,
  DEPTH_EXCEEDED: 400,
  TRANSACTION_DOOMED: 500,
  TRANSACTION_NOT_STARTED: 500,
  OUTER_CALL_WOULD_DEADLOCK: 500,
  // Web API
  RESOURCE_NOT_FOUND: 404,
  QUERY_INVALID: 400,
  METHOD_NOT_ALLOWED: 405,
  PAYLOAD_TOO_LARGE: 413,
  // webhooks
  WEBHOOK_FAILED: 400,
  WEBHOOK_TIMED_OUT: 400,
  WEBHOOK_TOO_LARGE: 400,
  CONTEXT_INVALID: 400,
  UNAUTHORIZED: 401,
  // tooling: never raised by a request, but the table is whole
  DOCUMENT_UNREADABLE: 500,
  DEFINITION_INVALID: 500,
  SCHEMA_INVALID: 500,
  HANDLERS_UNREADABLE: 500,
  BUNDLE_REFUSED: 500,
  PORT_BUSY: 500,
  NOT_SUPPORTED: 501,
} as const satisfies Readonly<Record<ErrorCode, number>>

/**
 * What a step may ask for with `reject`.
 * https://learn.microsoft.com/dotnet/api/microsoft.xrm.sdk.pluginhttpstatuscode
 */
export const STEP_STATUS_CODES: ReadonlySet<number> = new Set([
  400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 417, 424, 429, 500, 502, 503, 504,
])
