/* For generated types */
export type { Col, Ref, Tables } from './rows/tables.ts'
export type { ManagedProperty, Party } from './rows/value.ts'

/* For handlers */
export {
  CustomMessage,
  type CustomMessageDefinition,
  type CustomMessageEvent,
  type CustomMessageTypes,
  type EventOfMessage,
} from './authoring/custom-message.ts'
export { Handler, PostOperation, PreOperation, PreValidation } from './authoring/decorators.ts'
export type {
  AnyEvent,
  AssignEvent,
  AssociateEvent,
  CreateEvent,
  CreateMultipleEvent,
  CustomStepEvent,
  DeleteEvent,
  DeleteMultipleEvent,
  DisassociateEvent,
  GrantAccessEvent,
  MergeEvent,
  ModifyAccessEvent,
  RetrieveEvent,
  RetrieveMultipleEvent,
  RetrievePrincipalAccessEvent,
  RetrieveSharedPrincipalsAndAccessEvent,
  RevokeAccessEvent,
  SetBusinessEvent,
  SetParentEvent,
  SetStateEvent,
  UpdateEvent,
  UpdateMultipleEvent,
} from './authoring/event.ts'
export { inject, Service } from './authoring/inject.ts'
export { Clock, Metadata, type ServiceBinding, type TableFacts } from './authoring/services.ts'
export type { ErrorCode } from './errors/codes.ts'
export { DataverseError } from './errors/dataverse-error.ts'
export type {
  CustomMessages,
  OrganizationService,
  StepOrganization,
} from './messages/organization-service.ts'
export type { ExecutionContext } from './pipeline/execution-context.ts'
export type { Reject, RejectOptions } from './pipeline/step-event.ts'
export type { ColumnOf, CreateOf, RowOf, TableName, UpdateOf } from './rows/tables.ts'
export type { RowRef } from './rows/value.ts'

/* For queries */
export { from, type RowAskedBy, type TypedQuery } from './query/builder.ts'
export { parseFetchXml } from './query/fetchxml/parse.ts'
export { printFetchXml } from './query/fetchxml/print.ts'
export type { Query } from './query/query.ts'
