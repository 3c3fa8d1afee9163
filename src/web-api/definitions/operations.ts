/**
 * A function or action as `$metadata` declares it, and as requests are held against it. Types are spelt as there;
 * a question mark behind one: the parameter may be left out.
 */
export interface DeclaredOperation {
  readonly kind: 'function' | 'action'
  /** What it is bound to: the first parameter, that `$metadata` tells with the others. Absent: nothing. */
  readonly boundTo?: string
  readonly parameters: Readonly<Record<string, string>>
  /** Members of the response, or the type of a response that is one; absent: nothing is answered. */
  readonly answer?: Readonly<Record<string, string>> | string
}

const ROW = 'mscrm.crmbaseentity'
const PRINCIPAL = 'mscrm.principal'
const TEXT = 'Edm.String'
const TEXTS = 'Collection(Edm.String)'
const NUMBER = 'Edm.Int32'
const LONG = 'Edm.Int64'
const ID = 'Edm.Guid'
const TIME = 'Edm.DateTimeOffset'
const FLAG = 'Edm.Boolean'
const PRIVILEGES = 'Collection(mscrm.RolePrivilege)'

function calculation(
  parameters: DeclaredOperation['parameters'],
  answer: DeclaredOperation['answer'],
  boundTo?: string,
): DeclaredOperation {
  return {
    kind: 'function',
    parameters,
    ...(answer !== undefined && { answer }),
    ...(boundTo !== undefined && { boundTo }),
  }
}

function action(
  parameters: DeclaredOperation['parameters'],
  answer?: DeclaredOperation['answer'],
): DeclaredOperation {
  return { kind: 'action', parameters, ...(answer !== undefined && { answer }) }
}

function boundAction(
  boundTo: string,
  parameters: DeclaredOperation['parameters'],
  answer?: DeclaredOperation['answer'],
): DeclaredOperation {
  return { ...action(parameters, answer), boundTo }
}

const SEQUENCE = { EntityName: TEXT, AttributeName: TEXT }
const BODY = { Target: ROW }
const COMMIT_BODY = { Target: ROW, BlockList: TEXTS, FileContinuationToken: TEXT }
const BODY_DOWNLOAD = { FileContinuationToken: TEXT, FileSizeInBytes: LONG, FileName: TEXT }
const RECORD_TEAM = { Record: ROW, TeamTemplate: 'mscrm.teamtemplate' }
const TOKEN = { FileContinuationToken: TEXT }

/**
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/functions
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/actions
 */
export const OPERATIONS: Readonly<Record<string, DeclaredOperation>> = {
  WhoAmI: calculation({}, { BusinessUnitId: ID, UserId: ID, OrganizationId: ID }),
  RetrieveVersion: calculation({}, { Version: TEXT }),
  RetrieveCurrentOrganization: calculation(
    { AccessType: 'mscrm.EndpointAccessType?' },
    { Detail: 'mscrm.OrganizationDetail' },
  ),
  RetrieveAvailableLanguages: calculation({}, { LocaleIds: 'Collection(Edm.Int32)' }),
  RetrieveProvisionedLanguages: calculation(
    {},
    { RetrieveProvisionedLanguages: 'Collection(Edm.Int32)' },
  ),
  RetrieveTotalRecordCount: calculation(
    { EntityNames: TEXTS },
    { EntityRecordCountCollection: 'mscrm.EntityRecordCountCollection' },
  ),
  FormatAddress: calculation(
    {
      Line1: `${TEXT}?`,
      City: `${TEXT}?`,
      StateOrProvince: `${TEXT}?`,
      PostalCode: `${TEXT}?`,
      Country: `${TEXT}?`,
    },
    { Address: TEXT },
  ),
  InitializeFrom: calculation(
    { EntityMoniker: ROW, TargetEntityName: TEXT, TargetFieldType: 'mscrm.TargetFieldType?' },
    ROW,
  ),
  LocalTimeFromUtcTime: calculation({ TimeZoneCode: NUMBER, UtcTime: TIME }, { LocalTime: TIME }),
  UtcTimeFromLocalTime: calculation({ TimeZoneCode: NUMBER, LocalTime: TIME }, { UtcTime: TIME }),
  GetTimeZoneCodeByLocalizedName: calculation(
    { LocalizedStandardName: TEXT, LocaleId: NUMBER },
    { TimeZoneCode: NUMBER },
  ),
  CalculateRollupField: calculation({ Target: ROW, FieldName: TEXT }, ROW),
  RetrievePrincipalAccess: calculation(
    { Target: ROW },
    { AccessRights: 'mscrm.AccessRights' },
    PRINCIPAL,
  ),
  RetrieveSharedPrincipalsAndAccess: calculation(
    { Target: ROW },
    { PrincipalAccesses: 'Collection(mscrm.PrincipalAccess)' },
  ),
  RetrieveUserPrivileges: calculation({}, { RolePrivileges: PRIVILEGES }, 'mscrm.systemuser'),
  RetrieveUserPrivilegeByPrivilegeName: calculation(
    { PrivilegeName: TEXT },
    { RolePrivileges: PRIVILEGES },
    'mscrm.systemuser',
  ),
  RetrieveRolePrivilegesRole: calculation({ RoleId: ID }, { RolePrivileges: PRIVILEGES }),
  RetrieveMetadataChanges: calculation(
    {
      Query: 'mscrm.EntityQueryExpression?',
      DeletedMetadataFilters: 'mscrm.DeletedMetadataFilters?',
      ClientVersionStamp: `${TEXT}?`,
      AppModuleId: `${ID}?`,
      RetrieveAllSettings: `${FLAG}?`,
    },
    {
      EntityMetadata: 'Collection(mscrm.ComplexEntityMetadata)',
      ServerVersionStamp: TEXT,
      DeletedMetadata: 'mscrm.DeletedMetadataCollection',
    },
  ),
  RetrieveExchangeRate: calculation({ TransactionCurrencyId: ID }, { ExchangeRate: 'Edm.Decimal' }),
  FetchXmlToQueryExpression: calculation({ FetchXml: TEXT }, { Query: 'mscrm.QueryExpression' }),

  GrantAccess: action({ Target: ROW, PrincipalAccess: 'mscrm.PrincipalAccess' }),
  ModifyAccess: action({ Target: ROW, PrincipalAccess: 'mscrm.PrincipalAccess' }),
  RevokeAccess: action({ Target: ROW, Revokee: PRINCIPAL }),
  AddMembersTeam: boundAction('mscrm.team', { Members: 'Collection(mscrm.systemuser)' }),
  RemoveMembersTeam: boundAction('mscrm.team', { Members: 'Collection(mscrm.systemuser)' }),
  AddUserToRecordTeam: boundAction('mscrm.systemuser', RECORD_TEAM, { AccessTeamId: ID }),
  RemoveUserFromRecordTeam: boundAction('mscrm.systemuser', RECORD_TEAM, { AccessTeamId: ID }),
  ReassignObjectsOwner: action({ FromPrincipal: PRINCIPAL, ToPrincipal: PRINCIPAL }),
  ReassignObjectsSystemUser: boundAction('mscrm.systemuser', { ReassignPrincipal: PRINCIPAL }),
  AddPrivilegesRole: boundAction('mscrm.role', { Privileges: PRIVILEGES }),
  ReplacePrivilegesRole: boundAction('mscrm.role', { Privileges: PRIVILEGES }),
  RemovePrivilegeRole: boundAction('mscrm.role', { PrivilegeId: ID }),
  Merge: action({
    Target: ROW,
    Subordinate: ROW,
    UpdateContent: `${ROW}?`,
    PerformParentingChecks: FLAG,
  }),
  PublishDuplicateRule: boundAction('mscrm.duplicaterule', {}, { JobId: ID }),
  UnpublishDuplicateRule: action({ DuplicateRuleId: ID }),
  QueryExpressionToFetchXml: action({ Query: 'mscrm.QueryBase' }, { FetchXml: TEXT }),
  BulkDelete: action(
    {
      QuerySet: 'Collection(mscrm.QueryExpression)',
      JobName: TEXT,
      SendEmailNotification: `${FLAG}?`,
      ToRecipients: 'Collection(mscrm.activityparty)?',
      CCRecipients: 'Collection(mscrm.activityparty)?',
      RecurrencePattern: `${TEXT}?`,
      StartDateTime: `${TIME}?`,
      SourceImportId: `${ID}?`,
      RunNow: `${FLAG}?`,
    },
    { JobId: ID },
  ),
  InitializeFileBlocksUpload: action(
    { Target: ROW, FileAttributeName: TEXT, FileName: TEXT },
    TOKEN,
  ),
  UploadBlock: action({ BlockId: TEXT, BlockData: 'Edm.Binary', FileContinuationToken: TEXT }),
  CommitFileBlocksUpload: action(
    {
      FileName: TEXT,
      MimeType: `${TEXT}?`,
      BlockList: TEXTS,
      FileContinuationToken: TEXT,
    },
    { FileId: ID, FileSizeInBytes: LONG },
  ),
  InitializeFileBlocksDownload: action(
    { Target: ROW, FileAttributeName: TEXT },
    { ...BODY_DOWNLOAD, IsChunkingSupported: FLAG },
  ),
  DownloadBlock: action(
    { Offset: LONG, BlockLength: LONG, FileContinuationToken: TEXT },
    { Data: 'Edm.Binary' },
  ),
  DeleteFile: action({ FileId: ID }),
  InitializeAnnotationBlocksUpload: action(BODY, TOKEN),
  CommitAnnotationBlocksUpload: action(COMMIT_BODY, { AnnotationId: ID, FileSizeInBytes: LONG }),
  InitializeAnnotationBlocksDownload: action(BODY, BODY_DOWNLOAD),
  InitializeAttachmentBlocksUpload: action(BODY, TOKEN),
  CommitAttachmentBlocksUpload: action(COMMIT_BODY, {
    ActivityMimeAttachmentId: ID,
    FileSizeInBytes: LONG,
  }),
  InitializeAttachmentBlocksDownload: action(BODY, BODY_DOWNLOAD),
  SetAutoNumberSeed: action({ ...SEQUENCE, Value: LONG }),
  GetAutoNumberSeed: action(SEQUENCE, { AutoNumberSeedValue: LONG }),
  GetNextAutoNumberValue: action(SEQUENCE, { NextAutoNumberValue: LONG }),
}

/** Types that only operations have. A member of a row's type is told as a navigation property. */
export const COMPLEX_TYPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  PrincipalAccess: { AccessMask: 'mscrm.AccessRights', Principal: PRINCIPAL },
  RolePrivilege: {
    Depth: 'mscrm.PrivilegeDepth',
    PrivilegeId: ID,
    BusinessUnitId: ID,
    PrivilegeName: TEXT,
  },
  EntityRecordCountCollection: {
    Count: NUMBER,
    IsReadOnly: FLAG,
    Keys: TEXTS,
    Values: 'Collection(Edm.Int64)',
  },
  EndpointCollection: { Count: NUMBER, IsReadOnly: FLAG, Keys: TEXTS, Values: TEXTS },
  OrganizationDetail: {
    OrganizationId: ID,
    FriendlyName: TEXT,
    OrganizationVersion: TEXT,
    EnvironmentId: TEXT,
    DatacenterId: ID,
    Geo: TEXT,
    TenantId: TEXT,
    UrlName: TEXT,
    UniqueName: TEXT,
    State: TEXT,
    Endpoints: 'mscrm.EndpointCollection',
  },
}

/**
 * Queries and definitions, whose members are too many to be told: of a query any are taken, and read by its own
 * reader.
 */
export const OPEN_TYPES: readonly string[] = [
  'QueryBase',
  'QueryExpression',
  'EntityQueryExpression',
  'ComplexEntityMetadata',
  'DeletedMetadataCollection',
]

/** Members in the order of their numbers, or where those are flags with them. */
export const ENUM_TYPES: Readonly<
  Record<string, readonly string[] | Readonly<Record<string, number>>>
> = {
  DeletedMetadataFilters: {
    Default: 1,
    Entity: 1,
    Attribute: 2,
    Relationship: 4,
    Label: 8,
    OptionSet: 16,
    All: 31,
  },
  EndpointAccessType: ['Default', 'Internet', 'Intranet'],
  TargetFieldType: ['All', 'ValidForCreate', 'ValidForUpdate', 'ValidForRead'],
  PrivilegeDepth: ['Basic', 'Local', 'Deep', 'Global'],
}
