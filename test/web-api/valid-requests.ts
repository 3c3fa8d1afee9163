/** A request to the service root, as any of the published clients might send it. */
export interface Sent {
  readonly method: string
  /** Behind the service root. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export const ACCOUNT = '11111111-1111-4111-8111-111111111111'
export const CONTACT = '22222222-2222-4222-8222-222222222222'
export const PARCEL_ID = '33333333-3333-4333-8333-333333333333'
const NONE = '44444444-4444-4444-8444-444444444444'

const CRM = 'Microsoft.Dynamics.CRM.'
const ROOT = '/api/data/v9.2/'
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const ANNOTATED = { prefer: 'odata.include-annotations="*",odata.maxpagesize=2' }
const WHOLE = { ...JSON_TYPE, prefer: 'return=representation,odata.include-annotations="*"' }

const get = (path: string, headers: Sent['headers'] = ANNOTATED): Sent => ({
  method: 'GET',
  path,
  headers,
})
const sent = (
  method: string,
  path: string,
  body: object | string,
  headers: Sent['headers'] = JSON_TYPE,
): Sent => ({
  method,
  path,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const del = (path: string, headers: Sent['headers'] = {}): Sent => ({
  method: 'DELETE',
  path,
  headers,
})

const label = (Label: string) => ({ LocalizedLabels: [{ Label, LanguageCode: 1033 }] })
const row = (table: string, key: string, id: string) => ({
  '@odata.type': `${CRM}${table}`,
  [key]: id,
})
const account = (id = ACCOUNT) => row('account', 'accountid', id)

const COOKIE = encodeURIComponent(
  `<cookie pagenumber="2" pagingcookie="${encodeURIComponent(encodeURIComponent(`<cookie page="1"><name last="A" first="A" /><accountid last="{${ACCOUNT}}" first="{${ACCOUNT}}" /></cookie>`))}" istracking="False" />`,
)

const fetchXml = (text: string) => `fetchXml=${encodeURIComponent(text)}`

const QUERIES = [
  get(
    'accounts?$select=name,revenue&$filter=contains(name,%27A%27) and revenue gt 1&$orderby=name desc&$count=true',
  ),
  get("accounts?$filter=(name eq 'A' or name eq null) and not startswith(name,'x')&$top=3"),
  get(`accounts?$filter=_primarycontactid_value eq ${CONTACT}&$select=_primarycontactid_value`),
  get(
    "accounts?$filter=primarycontactid/lastname eq 'Ann' and contact_customer_accounts/any(o:o/lastname eq 'B')",
  ),
  get('accounts?$filter=new_account_parcels/all(o:o/new_count ge 1)'),
  get("accounts?$filter=Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['A','B'])"),
  get(
    "accounts?$filter=Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=5)",
  ),
  get(
    'accounts?$filter=Microsoft.Dynamics.CRM.Between(PropertyName=\'revenue\',PropertyValues=["1","2"])',
  ),
  get("accounts?$filter=name eq @p1&@p1='A'&$orderby=@p2&@p2=name"),
  get(
    "new_parcels?$filter=Microsoft.Dynamics.CRM.ContainValues(PropertyName='new_tags',PropertyValues=['1'])",
  ),
  get(
    'new_parcels?$filter=new_due eq 2026-03-04 and new_sent lt 2026-03-04T05:06:07.123456Z and new_big eq 9223372036854775807',
  ),
  get(
    `accounts(${ACCOUNT})?$select=name&$expand=primarycontactid($select=lastname),new_account_parcels($select=new_name;$filter=new_count gt 1;$orderby=new_name;$top=2)`,
  ),
  get(
    'accounts?$select=name&$expand=new_account_parcels($select=new_name;$expand=new_ParentId($select=new_name))',
  ),
  get('accounts?$expand=primarycontactid/$ref&$select=name'),
  get('accounts?$apply=groupby((statecode),aggregate(revenue with sum as total,$count as n))'),
  get('accounts?$apply=filter(revenue gt 1)/groupby((primarycontactid/lastname))'),
  get('accounts?$apply=aggregate(revenue with average as a,name with countdistinct as b)'),
  get(`accounts?$select=name&$orderby=name&$skiptoken=${COOKIE}`),
  get('accounts?$select=name&$deltatoken=919042%2108%2f22%2f2017%2008%3a10%3a44'),
  get('accounts?$select=name', { prefer: 'odata.track-changes' }),
  get('accounts/$count?$filter=revenue gt 1'),
  get(`accounts?savedQuery=${NONE}`),
  get(`accounts?userQuery=${NONE}`),
  get('accounts?sql=SELECT name FROM account'),
  get(
    `accounts?${fetchXml("<fetch count='2' page='1' returntotalrecordcount='true'><entity name='account'><attribute name='name'/><order attribute='name'/><filter type='or'><condition attribute='name' operator='like' value='A%'/><condition attribute='createdon' operator='last-x-days' value='3'/></filter><link-entity name='contact' from='contactid' to='primarycontactid' alias='c' link-type='outer'><attribute name='lastname'/></link-entity></entity></fetch>")}`,
  ),
  get(
    `accounts?${fetchXml("<fetch aggregate='true'><entity name='account'><attribute name='revenue' alias='s' aggregate='sum'/><attribute name='createdon' alias='d' groupby='true' dategrouping='month'/></entity></fetch>")}`,
  ),
  get(
    `accounts?${fetchXml("<fetch page='2' paging-cookie='&lt;cookie page=&quot;1&quot;&gt;&lt;accountid last=&quot;{1}&quot; first=&quot;{1}&quot;/&gt;&lt;/cookie&gt;'><entity name='account'><all-attributes/><link-entity name='new_parcel' from='new_accountid' to='accountid' link-type='any'/></entity></fetch>")}`,
  ),
]

const ROWS = [
  get(`accounts(${ACCOUNT})`),
  get(`accounts(${ACCOUNT})?$select=name`, { 'if-none-match': 'W/"1"' }),
  get(`accounts(${ACCOUNT})/name`),
  get(`accounts(${ACCOUNT})/name/$value`),
  get(`accounts(${ACCOUNT})/primarycontactid?$select=lastname`),
  get(`accounts(${ACCOUNT})/primarycontactid/$ref`),
  get(`accounts(${ACCOUNT})/new_account_parcels/$count`),
  get(`accounts(${ACCOUNT})/new_account_parcels/$ref`),
  get("new_parcels(new_code='x')?$select=new_name"),
  get("new_parcels(new_name='A',new_count=1)"),
  get(`new_parcels(_new_accountid_value=${ACCOUNT},new_count=1)`),
  sent('POST', 'accounts', {
    name: 'A',
    numberofemployees: '200',
    revenue: 1.5,
    'primarycontactid@odata.bind': `/contacts(${CONTACT})`,
    new_account_parcels: [{ new_name: 'P', new_tags: '1, 9', new_due: '2026-03-04' }],
  }),
  sent(
    'POST',
    'accounts?$select=name&$expand=primarycontactid($select=lastname)',
    { name: 'A', primarycontactid: { lastname: 'B' } },
    WHOLE,
  ),
  sent('POST', 'contacts', JSON.stringify(JSON.stringify({ lastname: 'twice' }))),
  sent('POST', 'new_parcels', {
    '@odata.type': `${CRM}new_parcel`,
    new_name: 'P',
    new_big: 9007199254740993,
    new_weight: 1.234,
    new_ratio: 1e-3,
    new_fragile: true,
    new_size: 2,
    new_sent: '2026-03-04T05:06:07+02:00',
    'new_Receiver_account@odata.bind': `accounts(${ACCOUNT})`,
    'new_parcel_contact@odata.bind': [`contacts(${CONTACT})`],
  }),
  sent(
    'PATCH',
    `accounts(${ACCOUNT})`,
    { name: 'B', statecode: 1 },
    { ...JSON_TYPE, 'if-match': '*' },
  ),
  sent(
    'PATCH',
    `accounts(${ACCOUNT})`,
    { 'ownerid@odata.bind': '/systemusers(1)', primarycontactid: null },
    WHOLE,
  ),
  sent(
    'PATCH',
    "new_parcels(new_code='x')",
    { new_count: 1 },
    { ...JSON_TYPE, 'if-none-match': '*' },
  ),
  sent('PUT', `accounts(${ACCOUNT})/name`, { value: 'C' }),
  del(`accounts(${ACCOUNT})/telephone1`),
  del(`contacts(${NONE})`, { 'if-match': 'W/"628448"' }),
  sent('POST', `accounts(${ACCOUNT})/new_account_parcels/$ref`, {
    '@odata.id': `${ROOT}new_parcels(${PARCEL_ID})`,
  }),
  sent('PUT', `accounts(${ACCOUNT})/primarycontactid/$ref`, {
    '@odata.id': `contacts(${CONTACT})`,
  }),
  del(`accounts(${ACCOUNT})/new_account_parcels(${PARCEL_ID})/$ref`),
  del(
    `accounts(${ACCOUNT})/new_account_parcels/$ref?$id=http://localhost/api/data/v9.2/new_parcels(${PARCEL_ID})`,
  ),
  del(`accounts(${ACCOUNT})/primarycontactid/$ref`),
]

const MESSAGES = [
  get('WhoAmI'),
  get('RetrieveTotalRecordCount(EntityNames=@p1)?@p1=["account"]'),
  get(
    `systemusers(${ACCOUNT})/${CRM}RetrievePrincipalAccess(Target=@t)?@t={'@odata.id':'accounts(${ACCOUNT})'}`,
  ),
  get(
    `InitializeFrom(EntityMoniker=@p1,TargetEntityName=@p2,TargetFieldType=@p3)?@p1={'@odata.id':'accounts(${ACCOUNT})'}&@p2='contact'&@p3=${CRM}TargetFieldType'ValidForCreate'`,
  ),
  get(
    "RetrieveCurrentOrganization(AccessType=@p1)?@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'",
  ),
  get('LocalTimeFromUtcTime(TimeZoneCode=110,UtcTime=2026-03-04T05:06:07Z)'),
  get(
    `FetchXmlToQueryExpression(FetchXml=@f)?@f='${encodeURIComponent("<fetch><entity name=''account''/></fetch>")}'`,
  ),
  sent('POST', 'Merge', {
    Target: account(),
    Subordinate: account(NONE),
    UpdateContent: { ...account(), name: 'M' },
    PerformParentingChecks: false,
  }),
  sent('POST', 'GrantAccess', {
    Target: account(),
    PrincipalAccess: {
      Principal: row('team', 'teamid', NONE),
      AccessMask: 'ReadAccess, WriteAccess',
    },
  }),
  sent('POST', `accounts/${CRM}CreateMultiple`, {
    Targets: [{ '@odata.type': `${CRM}account`, name: 'A' }],
  }),
  sent('POST', `accounts/${CRM}UpdateMultiple`, { Targets: [{ ...account(), name: 'A' }] }),
  sent('POST', `new_parcels/${CRM}UpsertMultiple`, {
    Targets: [
      {
        '@odata.type': `${CRM}new_parcel`,
        '@odata.id': "new_parcels(new_code='y')",
        new_name: 'Y',
      },
    ],
  }),
  sent('POST', 'BulkDelete', {
    JobName: 'J',
    QuerySet: [
      {
        EntityName: 'contact',
        Criteria: {
          FilterOperator: 'And',
          Conditions: [
            {
              AttributeName: 'contactid',
              Operator: 'In',
              Values: [{ Value: NONE, Type: 'System.Guid' }],
            },
          ],
        },
      },
    ],
  }),
  sent('POST', 'QueryExpressionToFetchXml', {
    Query: {
      '@odata.type': `${CRM}QueryExpression`,
      EntityName: 'account',
      ColumnSet: { Columns: ['name'] },
      Orders: [{ AttributeName: 'name', OrderType: 'Descending' }],
    },
  }),
  sent('POST', 'SetAutoNumberSeed', { EntityName: 'account', AttributeName: 'name', Value: 5 }),
  sent('POST', `InitializeFileBlocksUpload`, {
    Target: row('new_parcel', 'new_parcelid', PARCEL_ID),
    FileAttributeName: 'new_paper',
    FileName: 'a.txt',
  }),
  ...(['ModifyAccess', 'GrantAccess'] as const).map((name) =>
    sent('POST', name, {
      Target: { '@odata.id': `accounts(${ACCOUNT})` },
      PrincipalAccess: { Principal: row('systemuser', 'systemuserid', NONE), AccessMask: 'None' },
    }),
  ),
  sent('POST', 'RevokeAccess', { Target: account(), Revokee: row('team', 'teamid', NONE) }),
  ...(['AddMembersTeam', 'RemoveMembersTeam'] as const).map((name) =>
    sent('POST', `teams(${NONE})/${CRM}${name}`, {
      Members: [row('systemuser', 'systemuserid', NONE)],
    }),
  ),
  sent('POST', 'ReassignObjectsOwner', {
    FromPrincipal: row('systemuser', 'systemuserid', NONE),
    ToPrincipal: row('team', 'teamid', NONE),
  }),
  sent('POST', `systemusers(${NONE})/${CRM}ReassignObjectsSystemUser`, {
    ReassignPrincipal: row('team', 'teamid', NONE),
  }),
  ...(['AddPrivilegesRole', 'ReplacePrivilegesRole'] as const).map((name) =>
    sent('POST', `roles(${NONE})/${CRM}${name}`, {
      Privileges: [{ Depth: 'Global', PrivilegeName: 'prvReadAccount' }],
    }),
  ),
  sent('POST', `roles(${NONE})/${CRM}RemovePrivilegeRole`, { PrivilegeId: NONE }),
  sent('POST', `duplicaterules(${NONE})/${CRM}PublishDuplicateRule`, {}),
  sent('POST', 'UnpublishDuplicateRule', { DuplicateRuleId: NONE }),
  sent('POST', 'CommitFileBlocksUpload', {
    FileName: 'a.txt',
    MimeType: 'text/plain',
    BlockList: ['MDAw'],
    FileContinuationToken: 'x',
  }),
  sent('POST', 'InitializeFileBlocksDownload', {
    Target: row('new_parcel', 'new_parcelid', PARCEL_ID),
    FileAttributeName: 'new_paper',
  }),
  sent('POST', 'DownloadBlock', { Offset: 0, BlockLength: 10, FileContinuationToken: 'x' }),
  sent('POST', 'DeleteFile', { FileId: NONE }),
  ...(['GetAutoNumberSeed', 'GetNextAutoNumberValue'] as const).map((name) =>
    sent('POST', name, { EntityName: 'account', AttributeName: 'name' }),
  ),
  get(`RetrieveSharedPrincipalsAndAccess(Target=@t)?@t={'@odata.id':'accounts(${ACCOUNT})'}`),
  get(`systemusers(${NONE})/${CRM}RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='prvReadX')`),
  get(`RetrieveRolePrivilegesRole(RoleId=${NONE})`),
  get(`CalculateRollupField(Target=@t,FieldName='name')?@t={'@odata.id':'accounts(${ACCOUNT})'}`),
  get('UtcTimeFromLocalTime(TimeZoneCode=110,LocalTime=2026-03-04T05:06:07Z)'),
  get("GetTimeZoneCodeByLocalizedName(LocalizedStandardName='x',LocaleId=1033)"),
  sent('POST', 'UploadBlock', {
    BlockId: 'MDAw',
    BlockData: 'aGVsbG8=',
    FileContinuationToken: 'x',
  }),
]

const FILES = [
  sent('PATCH', `new_parcels(${PARCEL_ID})/new_paper`, 'hello \u0001', {
    'content-type': 'application/octet-stream',
    'x-ms-file-name': 'a.txt',
  }),
  sent('PATCH', `new_parcels(${PARCEL_ID})/new_paper?x-ms-file-name=a.txt`, '', {
    'x-ms-transfer-mode': 'chunked',
  }),
  sent('PATCH', `new_parcels(${PARCEL_ID})/new_paper?sessiontoken=x`, 'abc', {
    'content-type': 'application/octet-stream',
    'content-range': 'bytes 0-2/3',
  }),
  sent('PATCH', `new_parcels(${PARCEL_ID})/new_photo`, 'R0lGODlhAQABAAAAACw=', {
    'content-type': 'application/octet-stream',
    'x-ms-file-name': 'a.gif',
  }),
  get(`new_parcels(${PARCEL_ID})/new_paper/$value?size=full`, { range: 'bytes=0-1' }),
  get(`new_parcels(${PARCEL_ID})/new_paper?size=full`, { range: 'bytes=0-4194303' }),
  get(`new_parcels(${PARCEL_ID})/new_photo/$value?size=full`),
  del(`new_parcels(${PARCEL_ID})/new_paper`),
]

const TABLE = "EntityDefinitions(LogicalName='new_parcel')"
const DEFINITIONS = [
  get(''),
  get('$metadata'),
  get(
    "EntityDefinitions?$select=LogicalName&$filter=LogicalName eq 'account' or IsPrivate eq false",
  ),
  get(
    `${TABLE}?$select=LogicalName&$expand=Attributes($select=LogicalName;$filter=AttributeType eq ${CRM}AttributeTypeCode'String'),Keys`,
  ),
  get(
    `${TABLE}/Attributes/${CRM}PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Options)`,
  ),
  get(`${TABLE}/Attributes(LogicalName='new_name')/${CRM}StringAttributeMetadata`),
  get(`${TABLE}/ManyToOneRelationships?$filter=SchemaName eq 'new_parcel_account'`),
  get(
    `RelationshipDefinitions/${CRM}OneToManyRelationshipMetadata?$filter=ReferencingEntity eq 'new_parcel'`,
  ),
  get("GlobalOptionSetDefinitions(Name='new_colors')"),
  sent('POST', 'EntityDefinitions', {
    '@odata.type': `${CRM}EntityMetadata`,
    SchemaName: 'new_Boat',
    DisplayName: label('Boat'),
    DisplayCollectionName: label('Boats'),
    OwnershipType: 'UserOwned',
    HasActivities: false,
    HasNotes: true,
    Attributes: [
      {
        '@odata.type': `${CRM}StringAttributeMetadata`,
        SchemaName: 'new_Name',
        IsPrimaryName: true,
        MaxLength: 100,
        DisplayName: label('Name'),
        RequiredLevel: { Value: 'None' },
      },
    ],
  }),
  sent('POST', `${TABLE}/Attributes`, {
    '@odata.type': `${CRM}PicklistAttributeMetadata`,
    SchemaName: 'new_Color',
    DisplayName: label('Color'),
    OptionSet: { IsGlobal: false, Options: [{ Value: 1, Label: label('Red') }] },
  }),
  sent('POST', `${TABLE}/Attributes`, {
    '@odata.type': `${CRM}DecimalAttributeMetadata`,
    SchemaName: 'new_Length',
    DisplayName: label('Length'),
    MinValue: -1e9,
    MaxValue: 1e9,
    Precision: 2,
  }),
  sent(
    'PUT',
    `${TABLE}/Attributes(LogicalName='new_name')`,
    { '@odata.type': `${CRM}StringAttributeMetadata`, LogicalName: 'new_name', MaxLength: 50 },
    { ...JSON_TYPE, 'mscrm.mergelabels': 'true' },
  ),
  sent('POST', `${TABLE}/Keys`, {
    SchemaName: 'new_Big',
    DisplayName: label('K'),
    KeyAttributes: ['new_big'],
  }),
  sent('POST', 'RelationshipDefinitions', {
    '@odata.type': `${CRM}OneToManyRelationshipMetadata`,
    SchemaName: 'new_account_x',
    ReferencedEntity: 'account',
    ReferencingEntity: 'new_parcel',
    CascadeConfiguration: { Delete: 'RemoveLink', Merge: 'Cascade' },
    Lookup: {
      '@odata.type': `${CRM}LookupAttributeMetadata`,
      SchemaName: 'new_XId',
      DisplayName: label('X'),
    },
  }),
  sent('POST', 'RelationshipDefinitions', {
    '@odata.type': `${CRM}ManyToManyRelationshipMetadata`,
    SchemaName: 'new_parcel_lead',
    Entity1LogicalName: 'new_parcel',
    Entity2LogicalName: 'lead',
    IntersectEntityName: 'new_parcel_lead',
  }),
  sent('POST', 'GlobalOptionSetDefinitions', {
    '@odata.type': `${CRM}OptionSetMetadata`,
    Name: 'new_colors',
    DisplayName: label('C'),
    Options: [{ Value: 1, Label: label('R') }],
  }),
  sent('POST', 'InsertOptionValue', {
    EntityLogicalName: 'new_parcel',
    AttributeLogicalName: 'new_size',
    Value: 3,
    Label: label('M'),
  }),
  sent('POST', 'OrderOption', {
    EntityLogicalName: 'new_parcel',
    AttributeLogicalName: 'new_size',
    Values: [2, 1],
  }),
  sent('POST', 'CreateCustomerRelationships', {
    Lookup: { SchemaName: 'new_CustomerId', DisplayName: label('C') },
    OneToManyRelationships: [
      { SchemaName: 'new_c_account', ReferencedEntity: 'account', ReferencingEntity: 'new_parcel' },
      { SchemaName: 'new_c_contact', ReferencedEntity: 'contact', ReferencingEntity: 'new_parcel' },
    ],
  }),
  del(`${TABLE}/Attributes(LogicalName='new_clock')`),
  del("EntityDefinitions(LogicalName='new_boat')"),
]

const part = (id: number | undefined, line: string, body = '') => [
  'Content-Type: application/http',
  'Content-Transfer-Encoding: binary',
  ...(id === undefined ? [] : [`Content-ID: ${id}`]),
  '',
  `${line} HTTP/1.1`,
  'Content-Type: application/json;type=entry',
  '',
  body,
]
const BATCH_BODY = [
  '--b',
  ...part(undefined, `GET ${ROOT}accounts?$select=name&$filter=name eq 'A B'`),
  '--b',
  'Content-Type: multipart/mixed; boundary="c"',
  '',
  '--c',
  ...part(1, 'POST accounts', '{"name":"A"}'),
  '--c',
  ...part(
    2,
    `POST http://localhost${ROOT}new_parcels`,
    '{"new_name":"P","new_AccountId@odata.bind":"$1"}',
  ),
  '--c',
  ...part(3, 'PUT $1/name', '{"value":"B"}'),
  '--c',
  ...part(4, 'DELETE $2'),
  '--c--',
  '--b',
  ...part(undefined, 'GET WhoAmI()'),
  '--b--',
  '',
]
const multipart = { 'content-type': 'multipart/mixed;boundary=b' }
const BATCHES = [
  sent('POST', '$batch', BATCH_BODY.join('\r\n'), multipart),
  sent('POST', '$batch', BATCH_BODY.join('\n'), {
    ...multipart,
    prefer: 'odata.continue-on-error',
  }),
  sent(
    'POST',
    '$batch',
    ['--b', ...part(undefined, `POST ${ROOT}$batch`), '--b--'].join('\r\n'),
    multipart,
  ),
]

const OTHERS: readonly Sent[] = [
  {
    method: 'OPTIONS',
    path: 'accounts',
    headers: { origin: 'http://x', 'access-control-request-headers': 'a' },
  },
  { method: 'HEAD', path: `accounts(${ACCOUNT})`, headers: {} },
  get('accounts?$top=1', { mscrmcallerid: ACCOUNT, callerobjectid: NONE }),
  get('accounts?$top=1', {
    'mscrm.bypassbusinesslogicexecution': 'CustomSync',
    'mscrm.bypassbusinesslogicexecutionstepids': NONE,
  }),
  sent(
    'POST',
    'accounts?tag=x',
    { name: 'A' },
    { ...JSON_TYPE, 'mscrm.suppressduplicatedetection': 'false', 'x-forwarded-host': 'a' },
  ),
]

/** One of every kind: what the malformed ones are made from. */
export const VALID: readonly Sent[] = [
  ...QUERIES,
  ...ROWS,
  ...MESSAGES,
  ...FILES,
  ...DEFINITIONS,
  ...BATCHES,
  ...OTHERS,
]
