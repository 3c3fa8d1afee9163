/* For generated types */
export type { Col, Ref, Tables } from './rows/tables.ts'
export type { ManagedProperty, Party } from './rows/value.ts'

/* For handlers */
export { Handler, PostOperation, PreOperation, PreValidation } from './authoring/decorators.ts'
export type {
  AnyEvent,
  AssociateEvent,
  CreateEvent,
  DeleteEvent,
  DisassociateEvent,
  RetrieveEvent,
  RetrieveMultipleEvent,
  UpdateEvent,
  AssignEvent,
  CreateMultipleEvent,
  CustomStepEvent,
  DeleteMultipleEvent,
  GrantAccessEvent,
  MergeEvent,
  ModifyAccessEvent,
  RetrievePrincipalAccessEvent,
  RetrieveSharedPrincipalsAndAccessEvent,
  RevokeAccessEvent,
  SetBusinessEvent,
  SetParentEvent,
  SetStateEvent,
  UpdateMultipleEvent,
} from './authoring/event.ts'
export {
  CustomMessage,
  type CustomMessageDefinition,
  type CustomMessageEvent,
  type CustomMessageTypes,
  type EventOfMessage,
} from './authoring/custom-message.ts'
export { inject, Service } from './authoring/inject.ts'
export { Clock, Metadata, type TableFacts } from './authoring/services.ts'
export type { CustomMessages, OrganizationService } from './messages/organization-service.ts'
export type { RowOf } from './rows/tables.ts'
export type { RowRef } from './rows/value.ts'
