import {
  boolean,
  choice,
  entityName,
  int32,
  integer,
  LONGEST_TEXT,
  lookup,
  managedProperty,
  states,
  text,
  to,
} from './columns.ts'
import { table } from './define.ts'
import { LINK, messages, READ, WRITE } from './messages.ts'
import { componentColumns, ofOrganization, stamps } from './standard-columns.ts'

/** Tables that say which messages there are: read, never written. */
const DESCRIPTIVE = messages({ events: LINK, others: READ })

/** Tables of the registration itself: written like others, but no steps run on them. */
const REGISTRATION = messages({ events: LINK, others: [...WRITE, ...READ, 'Upsert'] })

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/sdkmessage */
export const sdkmessage = table({
  schemaName: 'SdkMessage',
  entitySetName: 'sdkmessages',
  displayName: 'Sdk Message',
  displayCollectionName: 'Sdk Messages',
  objectTypeCode: 4606,
  ownership: 'OrganizationOwned',
  primaryName: 'name',
  messages: DESCRIPTIVE,
  columns: [
    text('Name', 256, 'SystemRequired'),
    text('CategoryName', 25, 'SystemRequired'),
    text('ExecutePrivilegeName', 100),
    text('IntroducedVersion', 48),
    text('ThrottleSettings', 512, 'read-only'),
    // 0 server, 1 client, 2 both.
    int32('Availability', 'SystemRequired'),
    boolean('AutoTransact', false),
    boolean('Expand', false),
    boolean('IsActive', true),
    boolean('IsPrivate', false),
    boolean('IsReadOnly', false, 'SystemRequired'),
    boolean('IsValidForExecuteAsync', false, 'read-only'),
    boolean('Template', false),
    boolean('WorkflowSdkStepEnabled', false, 'read-only'),
    integer('CustomizationLevel', [-255, 255], 'SystemRequired', 'read-only'),
    ofOrganization('organization_sdkmessage', 'SystemRequired'),
    componentColumns('SdkMessage'),
    stamps({
      createdby: 'createdby_sdkmessage',
      createdonbehalfby: 'lk_sdkmessage_createdonbehalfby',
      modifiedby: 'modifiedby_sdkmessage',
      modifiedonbehalfby: 'lk_sdkmessage_modifiedonbehalfby',
    }),
  ],
})

/**
 * That a table answers a message, and whether steps can be registered on it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/sdkmessagefilter
 */
export const sdkmessagefilter = table({
  schemaName: 'SdkMessageFilter',
  entitySetName: 'sdkmessagefilters',
  displayName: 'Sdk Message Filter',
  displayCollectionName: 'Sdk Message Filters',
  objectTypeCode: 4607,
  ownership: 'OrganizationOwned',
  primaryName: 'name',
  messages: DESCRIPTIVE,
  columns: [
    text('Name', 256),
    text('IntroducedVersion', 48),
    lookup(
      'SdkMessageId',
      to('sdkmessage', 'sdkmessageid_sdkmessagefilter', { delete: 'Restrict' }),
      'SystemRequired',
    ),
    entityName('PrimaryObjectTypeCode', 'SystemRequired', 'read-only'),
    entityName('SecondaryObjectTypeCode', 'SystemRequired', 'read-only'),
    int32('Availability', 'SystemRequired'),
    integer('RestrictionLevel', [0, 255], 'SystemRequired'),
    boolean('IsCustomProcessingStepAllowed', false, 'SystemRequired'),
    boolean('IsVisible', false, 'SystemRequired', 'read-only'),
    boolean('WorkflowSdkStepEnabled', false, 'read-only'),
    integer('CustomizationLevel', [-255, 255], 'SystemRequired', 'read-only'),
    ofOrganization('organization_sdkmessagefilter', 'SystemRequired'),
    componentColumns('SdkMessageFilter'),
    stamps({
      createdby: 'createdby_sdkmessagefilter',
      createdonbehalfby: 'lk_sdkmessagefilter_createdonbehalfby',
      modifiedby: 'modifiedby_sdkmessagefilter',
      modifiedonbehalfby: 'lk_sdkmessagefilter_modifiedonbehalfby',
    }),
  ],
})

const STAGES = {
  5: 'Initial Pre-operation (For internal use only)',
  10: 'Pre-validation',
  15: 'Internal Pre-operation Before External Plugins (For internal use only)',
  20: 'Pre-operation',
  25: 'Internal Pre-operation After External Plugins (For internal use only)',
  30: 'Main Operation (For internal use only)',
  35: 'Internal Post-operation Before External Plugins (For internal use only)',
  40: 'Post-operation',
  45: 'Internal Post-operation After External Plugins (For internal use only)',
  50: 'Post-operation (Deprecated)',
  55: 'Final Post-operation (For internal use only)',
  80: 'Pre-Commit stage fired before transaction commit (For internal use only)',
  90: 'Post-Commit stage fired after transaction commit (For internal use only)',
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/sdkmessageprocessingstep */
export const sdkmessageprocessingstep = table({
  schemaName: 'SdkMessageProcessingStep',
  entitySetName: 'sdkmessageprocessingsteps',
  displayName: 'Sdk Message Processing Step',
  displayCollectionName: 'Sdk Message Processing Steps',
  objectTypeCode: 4608,
  ownership: 'OrganizationOwned',
  primaryName: 'name',
  messages: messages({ events: LINK, others: [...WRITE, ...READ, 'SetState', 'Upsert'] }),
  columns: [
    text('Name', 256, 'SystemRequired'),
    text('Description', 256),
    lookup(
      'SdkMessageId',
      to('sdkmessage', 'sdkmessageid_sdkmessageprocessingstep', { delete: 'Restrict' }),
      'SystemRequired',
    ),
    lookup(
      'SdkMessageFilterId',
      to('sdkmessagefilter', 'sdkmessagefilterid_sdkmessageprocessingstep', { delete: 'Restrict' }),
    ),
    lookup(
      'EventHandler',
      [
        to('plugintype', 'plugintype_sdkmessageprocessingstep', { delete: 'Cascade' }),
        to('serviceendpoint', 'serviceendpoint_sdkmessageprocessingstep', { delete: 'Cascade' }),
      ],
      'SystemRequired',
    ),
    // Printed SystemRequired with another table as its target, but a webhook's step has none.
    lookup(
      'PluginTypeId',
      to('plugintype', 'plugintypeid_sdkmessageprocessingstep', { delete: 'Restrict' }),
    ),
    choice('Stage', STAGES, 10, 'SystemRequired'),
    choice('Mode', { 0: 'Synchronous', 1: 'Asynchronous' }, 0, 'SystemRequired'),
    int32('Rank', 'SystemRequired'),
    text('FilteringAttributes', 100_000),
    boolean('AsyncAutoDelete', false, 'SystemRequired'),
    choice(
      'SupportedDeployment',
      { 0: 'Server Only', 1: 'Microsoft Dynamics 365 Client for Outlook Only', 2: 'Both' },
      0,
      'SystemRequired',
    ),
    choice('InvocationSource', { [-1]: 'Internal', 0: 'Parent', 1: 'Child' }, 0, 'SystemRequired'),
    lookup('ImpersonatingUserId', to('systemuser', 'impersonatinguserid_sdkmessageprocessingstep')),
    text('Configuration', LONGEST_TEXT),
    lookup(
      'SdkMessageProcessingStepSecureConfigId',
      to(
        'sdkmessageprocessingstepsecureconfig',
        'sdkmessageprocessingstepsecureconfigid_sdkmessageprocessingstep',
        { delete: 'Restrict' },
      ),
      'ApplicationRequired',
    ),
    text('Category', 100),
    text('EventExpander', LONGEST_TEXT),
    text('IntroducedVersion', 48, 'create-only'),
    text('RuntimeIntegrationProperties', 512),
    boolean('CanBeBypassed', false, 'SystemRequired'),
    boolean('CanUseReadOnlyConnection', false, 'SystemRequired'),
    boolean('EnablePluginProfiler', false),
    managedProperty('IsCustomizable', 'SystemRequired'),
    managedProperty('IsHidden', 'SystemRequired'),
    integer('CustomizationLevel', [-255, 255], 'SystemRequired', 'read-only'),
    states([
      { label: 'Enabled', statuses: { 1: 'Enabled' } },
      { label: 'Disabled', statuses: { 2: 'Disabled' } },
    ]),
    ofOrganization('organization_sdkmessageprocessingstep', 'SystemRequired'),
    componentColumns('SdkMessageProcessingStep'),
    stamps({
      createdby: 'createdby_sdkmessageprocessingstep',
      createdonbehalfby: 'lk_sdkmessageprocessingstep_createdonbehalfby',
      modifiedby: 'modifiedby_sdkmessageprocessingstep',
      modifiedonbehalfby: 'lk_sdkmessageprocessingstep_modifiedonbehalfby',
    }),
  ],
})

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/sdkmessageprocessingstepimage */
export const sdkmessageprocessingstepimage = table({
  schemaName: 'SdkMessageProcessingStepImage',
  entitySetName: 'sdkmessageprocessingstepimages',
  displayName: 'Sdk Message Processing Step Image',
  displayCollectionName: 'Sdk Message Processing Step Images',
  objectTypeCode: 4615,
  ownership: 'OrganizationOwned',
  primaryName: 'name',
  messages: REGISTRATION,
  columns: [
    text('Name', 256, 'SystemRequired'),
    text('Description', 256),
    text('EntityAlias', 256, 'SystemRequired'),
    choice('ImageType', { 0: 'PreImage', 1: 'PostImage', 2: 'Both' }, null, 'SystemRequired'),
    text('MessagePropertyName', 256, 'SystemRequired'),
    text('Attributes', 100_000),
    text('RelatedAttributeName', 256),
    text('IntroducedVersion', 48, 'create-only'),
    // Its page links the relationship without the cascade; the images of a deleted step are deleted.
    lookup(
      'SdkMessageProcessingStepId',
      to('sdkmessageprocessingstep', 'sdkmessageprocessingstepid_sdkmessageprocessingstepimage', {
        delete: 'Cascade',
      }),
    ),
    managedProperty('IsCustomizable', 'SystemRequired'),
    integer('CustomizationLevel', [-255, 255], 'SystemRequired', 'read-only'),
    ofOrganization('organization_sdkmessageprocessingstepimage', 'SystemRequired'),
    componentColumns('SdkMessageProcessingStepImage'),
    stamps({
      createdby: 'createdby_sdkmessageprocessingstepimage',
      createdonbehalfby: 'lk_sdkmessageprocessingstepimage_createdonbehalfby',
      modifiedby: 'modifiedby_sdkmessageprocessingstepimage',
      modifiedonbehalfby: 'lk_sdkmessageprocessingstepimage_modifiedonbehalfby',
    }),
  ],
})

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/sdkmessageprocessingstepsecureconfig */
export const sdkmessageprocessingstepsecureconfig = table({
  schemaName: 'SdkMessageProcessingStepSecureConfig',
  entitySetName: 'sdkmessageprocessingstepsecureconfigs',
  displayName: 'Sdk Message Processing Step Secure Configuration',
  displayCollectionName: 'Sdk Message Processing Step Secure Configurations',
  objectTypeCode: 4616,
  ownership: 'OrganizationOwned',
  messages: REGISTRATION,
  columns: [
    text('SecureConfig', LONGEST_TEXT),
    integer('CustomizationLevel', [-255, 255], 'SystemRequired', 'read-only'),
    ofOrganization('organization_sdkmessageprocessingstepsecureconfig', 'SystemRequired'),
    stamps({
      createdby: 'createdby_sdkmessageprocessingstepsecureconfig',
      createdonbehalfby: 'lk_sdkmessageprocessingstepsecureconfig_createdonbehalfby',
      modifiedby: 'modifiedby_sdkmessageprocessingstepsecureconfig',
      modifiedonbehalfby: 'lk_sdkmessageprocessingstepsecureconfig_modifiedonbehalfby',
    }),
  ],
})
