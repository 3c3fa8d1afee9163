import type { ExecutionContext } from '../../src/pipeline/execution-context.ts'

/* Contexts in the shapes the platform sends; every id and value is made up. */

export const CONTRACTS = 'http:\\/\\/schemas.microsoft.com\\/xrm\\/2011\\/Contracts'
export const ASSET = 'e0000000-0000-4000-8000-000000000007'
export const SITE = 'e0000000-0000-4000-8000-000000000020'
export const USER = 'a0000000-0000-4000-8000-000000000001'
export const STEP = '50000000-0000-4000-8000-000000000001'

/** A synchronous Create after the main operation, with the members that every context has. */
export const CREATE = `{"BusinessUnitId":"b0000000-0000-4000-8000-000000000001","CorrelationId":"c0000000-0000-4000-8000-000000000001","Depth":1,
"InitiatingUserAgent":"","InitiatingUserAzureActiveDirectoryObjectId":"00000000-0000-0000-0000-000000000000",
"InitiatingUserId":"${USER}",
"InputParameters":[{"key":"Target","value":{"__type":"Entity:${CONTRACTS}",
 "Attributes":[{"key":"demo_name","value":"Pump 7"},
  {"key":"demo_kind","value":{"__type":"OptionSetValue:${CONTRACTS}","Value":2}},
  {"key":"demo_price","value":{"__type":"Money:${CONTRACTS}","Value":12.5}},
  {"key":"demo_weight","value":1.0000000000},
  {"key":"demo_serial","value":9223372036854775807},
  {"key":"demo_tags","value":[{"__type":"OptionSetValue:${CONTRACTS}","Value":1},{"__type":"OptionSetValue:${CONTRACTS}","Value":3}]},
  {"key":"ownerid","value":{"__type":"EntityReference:${CONTRACTS}","Id":"${USER.toUpperCase()}","KeyAttributes":[],"LogicalName":"systemuser","Name":"Ada","RowVersion":null}},
  {"key":"createdon","value":"\\/Date(1700000000000)\\/"},
  {"key":"demo_seen","value":"\\/Date(1700000000123+0300)\\/"},
  {"key":"demo_bought","value":"\\/Date(1700006400000)\\/"},
  {"key":"modifiedonbehalfby","value":null},
  {"key":"iscustomizable","value":{"__type":"BooleanManagedProperty:${CONTRACTS}","CanBeChanged":true,"ManagedPropertyLogicalName":"iscustomizable","Value":true}},
  {"key":"demo_assetid","value":"${ASSET}"}],
 "EntityState":null,"FormattedValues":[{"key":"demo_kind","value":"Pump"}],
 "Id":"${ASSET}","KeyAttributes":[],"LogicalName":"demo_asset","RelatedEntities":[],"RowVersion":null}}],
"IsExecutingOffline":false,"IsInTransaction":true,"IsOfflinePlayback":false,"IsolationMode":1,"MessageName":"Create","Mode":0,
"OperationCreatedOn":"\\/Date(1700000000123)\\/","OperationId":"d0000000-0000-4000-8000-000000000001",
"OrganizationId":"f0000000-0000-4000-8000-000000000001","OrganizationName":"unqf0000000000040008000000000000",
"OutputParameters":[{"key":"id","value":"${ASSET}"}],
"OwningExtension":{"Id":"${STEP}","KeyAttributes":[],"LogicalName":"sdkmessageprocessingstep","Name":"Hook: Create of demo_asset","RowVersion":null},
"ParentContext":null,"PostEntityImages":[],"PreEntityImages":[],
"PrimaryEntityId":"${ASSET}","PrimaryEntityName":"demo_asset",
"RequestId":"d0000000-0000-4000-8000-000000000001","SecondaryEntityName":"none",
"SharedVariables":[{"key":"IsAutoTransact","value":true},{"key":"AcceptLang","value":"en-US"}],
"Stage":40,"UserAzureActiveDirectoryObjectId":"00000000-0000-0000-0000-000000000000","UserId":"${USER}"}`

/** A body like CREATE with other members; undefined takes a member out. */
export function bodyWith(members: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...(JSON.parse(CREATE) as object), ...members })
}

export function wireTarget(attributes: Readonly<Record<string, unknown>>) {
  return {
    __type: 'Entity:http://schemas.microsoft.com/xrm/2011/Contracts',
    Attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
    EntityState: null,
    FormattedValues: [],
    Id: ASSET,
    KeyAttributes: [],
    LogicalName: 'demo_asset',
    RelatedEntities: [],
    RowVersion: null,
  }
}

export function wireReference(table: string, id: string) {
  return {
    __type: 'EntityReference:http://schemas.microsoft.com/xrm/2011/Contracts',
    Id: id,
    KeyAttributes: [],
    LogicalName: table,
    Name: null,
    RowVersion: null,
  }
}

/** An Update as the emulator makes one. */
export function updateContext(members: Partial<ExecutionContext> = {}): ExecutionContext {
  return {
    MessageName: 'Update',
    Stage: 40,
    Mode: 0,
    PrimaryEntityName: 'demo_asset',
    PrimaryEntityId: ASSET,
    SecondaryEntityName: 'none',
    InputParameters: {
      Target: { LogicalName: 'demo_asset', Id: ASSET, Attributes: { demo_name: 'Pump 7b' } },
    },
    OutputParameters: {},
    SharedVariables: {},
    PreEntityImages: {},
    PostEntityImages: {},
    ParentContext: null,
    Depth: 1,
    CorrelationId: 'c0000000-0000-4000-8000-000000000001',
    OperationId: 'd0000000-0000-4000-8000-000000000001',
    OperationCreatedOn: new Date('2023-11-14T22:13:20.123Z'),
    RequestId: 'd0000000-0000-4000-8000-000000000001',
    UserId: USER,
    InitiatingUserId: USER,
    BusinessUnitId: 'b0000000-0000-4000-8000-000000000001',
    OrganizationId: 'f0000000-0000-4000-8000-000000000001',
    OrganizationName: 'unqf0000000000040008000000000000',
    OwningExtension: { LogicalName: 'sdkmessageprocessingstep', Id: STEP, Name: 'Hook' },
    IsolationMode: 1,
    IsInTransaction: true,
    IsExecutingOffline: false,
    IsOfflinePlayback: false,
    ...members,
  }
}
