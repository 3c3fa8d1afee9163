import type { ErrorCode } from '../errors/codes.ts'

/**
 * What the platform calls the failures behind our codes, where it has one name for all of them.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes
 */
export const EXCEPTION_NAMES: Readonly<Partial<Record<ErrorCode, string>>> = {
  ROW_NOT_FOUND: 'ObjectDoesNotExist',
  ROW_NOT_FOUND_BY_KEY: 'RecordNotFoundByEntityKey',
  HANDLER_ROW_NOT_FOUND: 'IsvAbortedNotFound',
  RESOURCE_NOT_FOUND: 'CrmHttpError',
  TABLE_UNKNOWN: 'QueryBuilderNoEntity',
  COLUMN_UNKNOWN: 'QueryBuilderNoAttribute',
  DUPLICATE_ROW: 'DuplicateRecord',
  DUPLICATE_KEY: 'DuplicateRecordEntityKey',
  VERSION_MISMATCH: 'ConcurrencyVersionMismatch',
  KEY_NOT_DEFINED: 'EntityKeyNotDefined',
  ACCESS_DENIED: 'PrivilegeDenied',
  INVALID_ARGUMENT: 'InvalidArgument',
  COLUMN_MISSING: 'RequiredFieldMissing',
  STRING_TOO_LONG: 'StringLengthTooLong',
  CHOICE_OUT_OF_RANGE: 'PicklistValueOutOfRange',
  INTEGER_OUT_OF_RANGE: 'IntegerValueOutOfRange',
  DECIMAL_OUT_OF_RANGE: 'DecimalValueOutOfRange',
  INVALID_DATE: 'InvalidDateTime',
  STATUS_INVALID_FOR_STATE: 'InvalidStateCodeStatusCode',
  DELETE_RESTRICTED: 'CannotDeleteDueToAssociation',
  METHOD_NOT_ALLOWED: 'InvalidOperation',
  UNEXPECTED: 'UnExpected',
  HANDLER_FAILED: 'IsvUnExpected',
  HANDLER_REJECTED: 'IsvAborted',
  DEPTH_EXCEEDED: 'SdkCorrelationTokenDepthTooHigh',
  STEP_TIMED_OUT: 'SandboxClientPluginTimeout',
  TRANSACTION_NOT_STARTED: 'TransactionNotStarted',
  IMAGE_PROPERTY_INVALID: 'SdkInvalidMessagePropertyName',
  IMAGE_TYPE_INVALID: 'SdkMessageInvalidImageTypeRegistration',
  POST_IMAGE_TOO_EARLY: 'SdkMessageDoesNotSupportPostImageRegistration',
  STEP_NOT_ALLOWED: 'SdkCustomProcessingStepIsNotAllowed',
  IMAGE_NOT_SUPPORTED: 'SdkMessageDoesNotSupportImageRegistration',
  MESSAGE_NOT_OFFERED: 'SdkEntityDoesNotSupportMessage',
  JOB_STATE_INVALID: 'AsyncOperationInvalidStateChange',
  JOB_NOT_COMPLETED: 'AsyncOperationCannotDeleteUnlessCompleted',
}
