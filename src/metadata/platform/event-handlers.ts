import {
  boolean,
  choice,
  dateTime,
  id,
  integer,
  LONGEST_TEXT,
  lookup,
  managedProperty,
  memo,
  text,
  to,
} from './columns.ts'
import { table } from './define.ts'
import { LINK, messages, READ, WRITE } from './messages.ts'
import { componentColumns, ofOrganization, stamps } from './standard-columns.ts'

const REGISTRATION = messages({ events: LINK, others: [...WRITE, ...READ, 'Upsert'] })

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/plugintype */
export const plugintype = table({
  schemaName: 'PluginType',
  entitySetName: 'plugintypes',
  displayName: 'Plug-in Type',
  displayCollectionName: 'Plug-in Types',
  objectTypeCode: 4602,
  ownership: 'OrganizationOwned',
  primaryName: 'name',
  messages: REGISTRATION,
  columns: [
    text('Name', 256),
    text('TypeName', 256, 'SystemRequired'),
    text('FriendlyName', 256, 'SystemRequired'),
    text('Description', 256),
    text('WorkflowActivityGroupName', 256),
    lookup(
      'PluginAssemblyId',
      to('pluginassembly', 'pluginassembly_plugintype', { delete: 'Cascade' }),
    ),
    text('AssemblyName', 100, 'ApplicationRequired', 'read-only'),
    text('Culture', 32, 'ApplicationRequired', 'read-only'),
    text('PublicKeyToken', 32, 'ApplicationRequired', 'read-only'),
    text('Version', 48, 'ApplicationRequired', 'read-only'),
    integer('Major', [0, 65_534], 'SystemRequired', 'read-only'),
    integer('Minor', [0, 65_534], 'SystemRequired', 'read-only'),
    boolean('IsWorkflowActivity', false, 'read-only'),
    memo('CustomWorkflowActivityInfo', 1_048_576, 'read-only'),
    integer('CustomizationLevel', [-255, 255], 'SystemRequired', 'read-only'),
    ofOrganization('organization_plugintype', 'SystemRequired'),
    componentColumns('PluginType'),
    stamps({
      createdby: 'createdby_plugintype',
      createdonbehalfby: 'lk_plugintype_createdonbehalfby',
      modifiedby: 'modifiedby_plugintype',
      modifiedonbehalfby: 'lk_plugintype_modifiedonbehalfby',
    }),
  ],
})

const SOURCES = { 0: 'Database', 1: 'Disk', 2: 'Normal', 3: 'AzureWebApp', 4: 'File Store' }

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/pluginassembly */
export const pluginassembly = table({
  schemaName: 'PluginAssembly',
  entitySetName: 'pluginassemblies',
  displayName: 'Plug-in Assembly',
  displayCollectionName: 'Plug-in Assemblies',
  objectTypeCode: 4605,
  ownership: 'OrganizationOwned',
  primaryName: 'name',
  messages: REGISTRATION,
  columns: [
    text('Name', 256, 'SystemRequired'),
    text('Description', 256),
    text('Content', LONGEST_TEXT),
    text('SourceHash', 256),
    choice('SourceType', SOURCES, 0, 'SystemRequired'),
    choice('IsolationMode', { 1: 'None', 2: 'Sandbox', 3: 'External' }, 1, 'SystemRequired'),
    text('Culture', 32, 'SystemRequired'),
    text('PublicKeyToken', 32, 'SystemRequired'),
    text('Version', 48, 'SystemRequired'),
    integer('Major', [0, 65_534], 'SystemRequired', 'read-only'),
    integer('Minor', [0, 65_534], 'SystemRequired', 'read-only'),
    text('Path', 256),
    text('Url', 2000),
    text('UserName', 256),
    text('Password', 256, 'unreadable'),
    boolean('IsPasswordSet', false, 'read-only'),
    choice('AuthType', { 0: 'BasicAuth' }),
    text('IntroducedVersion', 48),
    managedProperty('IsCustomizable', 'SystemRequired'),
    managedProperty('IsHidden', 'SystemRequired'),
    integer('CustomizationLevel', [-255, 255], 'SystemRequired', 'read-only'),
    ofOrganization('organization_pluginassembly', 'SystemRequired'),
    componentColumns('PluginAssembly'),
    stamps({
      createdby: 'createdby_pluginassembly',
      createdonbehalfby: 'lk_pluginassembly_createdonbehalfby',
      modifiedby: 'modifiedby_pluginassembly',
      modifiedonbehalfby: 'lk_pluginassembly_modifiedonbehalfby',
    }),
  ],
})

const CONTRACTS = {
  1: 'OneWay',
  2: 'Queue',
  3: 'Rest',
  4: 'TwoWay',
  5: 'Topic',
  6: 'Queue (Persistent)',
  7: 'Event Hub',
  8: 'Webhook',
  9: 'Event Grid',
  10: 'Managed Data Lake',
}

const AUTHENTICATION = {
  1: 'ACS',
  2: 'SAS Key',
  3: 'SAS Token',
  4: 'Webhook Key',
  5: 'Http Header',
  6: 'Http Query String',
  7: 'Connection String',
  8: 'Access Key',
}

/**
 * Webhooks and Azure endpoints.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/serviceendpoint
 */
export const serviceendpoint = table({
  schemaName: 'ServiceEndpoint',
  entitySetName: 'serviceendpoints',
  displayName: 'Service Endpoint',
  displayCollectionName: 'Service Endpoints',
  objectTypeCode: 4618,
  ownership: 'OrganizationOwned',
  primaryName: 'name',
  messages: messages({
    events: LINK,
    others: [...WRITE, ...READ, 'Upsert', 'TriggerServiceEndpointCheck'],
  }),
  columns: [
    text('Name', 256, 'SystemRequired'),
    memo('Description', 2000),
    choice('Contract', CONTRACTS, null, 'SystemRequired'),
    text('Url', 2000),
    choice('AuthType', AUTHENTICATION),
    text('AuthValue', 2048, 'unreadable'),
    boolean('IsAuthValueSet', false, 'read-only'),
    text('SASKeyName', 256),
    text('SASKey', 256, 'unreadable'),
    boolean('IsSASKeySet', false, 'read-only'),
    text('SASToken', 256, 'unreadable'),
    boolean('IsSASTokenSet', false, 'read-only'),
    choice('MessageFormat', { 1: 'Binary XML', 2: 'Json', 3: 'Text XML' }),
    choice('MessageCharset', { 0: 'Default', 1: 'UTF8' }),
    text('NamespaceAddress', 255),
    choice('NamespaceFormat', { 1: 'Namespace Name', 2: 'Namespace Address' }),
    // Printed SystemRequired, these four, yet webhooks are created without them.
    // Unverified: what the platform fills in then.
    choice('ConnectionMode', { 1: 'Normal', 2: 'Federated' }),
    choice('UserClaim', { 1: 'None', 2: 'UserId', 3: 'UserInfo' }),
    text('Path', 160),
    text('SolutionNamespace', 160),
    choice('SchemaType', { 1: 'Event Grid', 2: 'Cloud Events' }),
    boolean('UseKeyVaultConfiguration', false),
    text('IntroducedVersion', 48, 'create-only'),
    text('RuntimeIntegrationProperties', 512),
    managedProperty('IsCustomizable', 'SystemRequired'),
    ofOrganization('organization_serviceendpoint', 'SystemRequired'),
    componentColumns('ServiceEndpoint'),
    stamps({
      createdby: 'createdby_serviceendpoint',
      createdonbehalfby: 'lk_serviceendpointbase_createdonbehalfby',
      modifiedby: 'modifiedby_serviceendpoint',
      modifiedonbehalfby: 'lk_serviceendpointbase_modifiedonbehalfby',
    }),
  ],
})

const MILLISECONDS = [0, 2_147_483_647] as const

/**
 * What one run of a handler traced. Written by the platform alone, kept when the operation is rolled back.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/plugintracelog
 */
export const plugintracelog = table({
  schemaName: 'PluginTraceLog',
  entitySetName: 'plugintracelogs',
  displayName: 'Plug-in Trace Log',
  displayCollectionName: 'Plug-in Trace Logs',
  objectTypeCode: 4619,
  ownership: 'OrganizationOwned',
  primaryName: 'typename',
  messages: messages({ events: ['Delete', ...LINK, ...READ] }),
  primaryId: id('PluginTraceLogId', 'SystemRequired', 'read-only'),
  columns: [
    text('TypeName', 1024, 'read-only'),
    text('MessageName', 1024, 'read-only'),
    text('PrimaryEntity', 1000, 'read-only'),
    memo('MessageBlock', LONGEST_TEXT, 'read-only'),
    memo('ExceptionDetails', LONGEST_TEXT, 'read-only'),
    memo('Configuration', LONGEST_TEXT, 'read-only'),
    memo('SecureConfiguration', LONGEST_TEXT, 'read-only'),
    memo('Profile', LONGEST_TEXT, 'read-only'),
    choice('Mode', { 0: 'Synchronous', 1: 'Asynchronous' }, 1, 'read-only'),
    choice('OperationType', { 0: 'Unknown', 1: 'Plug-in', 2: 'Workflow Activity' }, 0, 'read-only'),
    integer('Depth', [0, 2_147_483_647], 'read-only'),
    id('CorrelationId', 'read-only'),
    id('RequestId', 'read-only'),
    id('PluginStepId', 'read-only'),
    id('PersistenceKey', 'read-only'),
    id('OrganizationId', 'read-only'),
    boolean('IsSystemCreated', false, 'SystemRequired', 'read-only'),
    dateTime('PerformanceConstructorStartTime', 'read-only'),
    integer('PerformanceConstructorDuration', MILLISECONDS, 'read-only'),
    dateTime('PerformanceExecutionStartTime', 'read-only'),
    integer('PerformanceExecutionDuration', MILLISECONDS, 'read-only'),
    dateTime('CreatedOn', 'read-only'),
    lookup('CreatedBy', to('systemuser', 'createdby_plugintracelog'), 'read-only'),
    lookup(
      'CreatedOnBehalfBy',
      to('systemuser', 'lk_plugintracelogbase_createdonbehalfby'),
      'read-only',
    ),
  ],
})
