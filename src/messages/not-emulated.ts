import { DataverseError } from '../errors/dataverse-error.ts'
import type { Message } from '../pipeline/message.ts'
import { OTHER_OPERATIONS } from './other-operations.ts'

/**
 * Messages that tables of the platform have, or clients often send, and this organization does not emulate:
 * they are refused by their names, and not taken for names that do not exist.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/actions
 */
export const NOT_EMULATED: readonly Message<string, object, never>[] = [
  'BulkRetain',
  'PurgeRetainedContent',
  'Restore',
  'Retain',
  'RollbackRetain',
  'RemoveRelated',
  'SetRelated',
  'SetStateDynamicEntity',
  // What Update and Associate do by the columns and links themselves.
  'AssociateEntities',
  'DisassociateEntities',
  'SetBusinessEquipment',
  'SetBusinessSystemUser',
  'SetParentBusinessUnit',
  'SetParentSystemUser',
  'SetParentTeam',
  'CreateAsyncJobToRevokeInheritedAccess',
  'AddToQueue',
  'CancelSalesOrder',
  'CloseIncident',
  'CloseQuote',
  'ConvertDateAndTimeBehavior',
  'DeleteAuditData',
  'DeleteRecordChangeHistory',
  'DeliverIncoming',
  'DeliverPromote',
  'Execute',
  'FulfillSalesOrder',
  'GetFileSasUrl',
  'LoseOpportunity',
  'RetrieveAadUserRoles',
  'RetrieveAttributeChangeHistory',
  'RetrieveAuditDetails',
  'RetrieveAuditPartitionList',
  'RetrieveRecordChangeHistory',
  'Route',
  'WinOpportunity',
  'WinQuote',
  'cds_cascadeAsyncFailureAPI',
  'cds_cascadeAsyncSuccessAPI',
  // Of applications, queues, lists and mail.
  'AddItemCampaign',
  'AddItemCampaignActivity',
  'AddListMembersList',
  'AddMemberList',
  'CalculatePrice',
  'ConvertQuoteToSalesOrder',
  'ConvertSalesOrderToInvoice',
  'GenerateInvoiceFromOpportunity',
  'GenerateQuoteFromOpportunity',
  'GenerateSalesOrderFromOpportunity',
  'InstantiateTemplate',
  'PickFromQueue',
  'QualifyLead',
  'ReleaseToQueue',
  'RemoveFromQueue',
  'RemoveMemberList',
  'ReviseQuote',
  'SendEmailFromTemplate',
  'SendTemplate',
  // Of the platform.
  'ExecuteFetch',
  'ExecuteWorkflow',
  'RetrieveDuplicates',
  'Rollup',
  // What definitions are read and changed by here: `org.schema`, and the addresses of the Web API.
  'CreateAttribute',
  'CreateEntity',
  'CreateOptionSet',
  'CreateOneToMany',
  'CreateManyToMany',
  'DeleteAttribute',
  'DeleteEntity',
  'DeleteOptionSet',
  'DeleteRelationship',
  'RetrieveAllEntities',
  'RetrieveAllOptionSets',
  'RetrieveAttribute',
  'RetrieveEntity',
  'RetrieveEntityKey',
  'RetrieveOptionSet',
  'RetrieveRelationship',
  'UpdateAttribute',
  'UpdateEntity',
  'UpdateOptionSet',
  'UpdateRelationship',
  ...OTHER_OPERATIONS,
].map((name) => ({
  name,
  begin() {
    throw refusal(name)
  },
  run() {
    throw refusal(name)
  },
  inputParameters: () => ({}),
}))

function refusal(name: string): DataverseError {
  return new DataverseError('NOT_SUPPORTED', `The message '${name}' is not emulated.`)
}
