import { DataverseError } from '../../src/errors/dataverse-error.ts'
import { BATCHES, MESSAGES, type MessageName } from '../../src/messages/index.ts'
import { base64Of } from '../../src/rows/bytes.ts'
import type { RowRef } from '../../src/rows/value.ts'
import { emulator } from '../../src/testing/emulator.ts'
import type { Emulator } from '../../src/testing/index.ts'
import { text } from '../../src/metadata/platform/columns.ts'
import { madeUp } from '../support/tables.ts'
import { everything } from '../support/organization.ts'
import { blockId, PAPER, PNG } from './file-columns.ts'

const account = { table: 'account', id: 'a0000000-0000-4000-8000-000000000001' } as const
const other = { table: 'account', id: 'a0000000-0000-4000-8000-000000000002' } as const
const contact = { table: 'contact', id: 'a0000000-0000-4000-8000-000000000003' } as const
const paper = { table: 'paper', id: 'a0000000-0000-4000-8000-000000000004' } as const
const note = { table: 'annotation', id: 'a0000000-0000-4000-8000-000000000005' } as const
const user = { table: 'systemuser', id: 'a0000000-0000-4000-8000-000000000006' } as const
const unit = { table: 'businessunit', id: 'a0000000-0000-4000-8000-000000000007' } as const
const team = { table: 'team', id: 'a0000000-0000-4000-8000-000000000008' } as const
const role = { table: 'role', id: 'a0000000-0000-4000-8000-000000000009' } as const
const rule = { table: 'duplicaterule', id: 'a0000000-0000-4000-8000-00000000000a' } as const
const attachment = {
  table: 'activitymimeattachment',
  id: 'a0000000-0000-4000-8000-00000000000c',
} as const

const ATTACHMENT = madeUp(
  'ActivityMimeAttachment',
  [text('FileName', 255), text('MimeType', 256), text('Body', 1000)],
  { ownership: 'None', primaryName: 'filename' },
)

/** An organization in which every request below has something to work on. */
async function world(): Promise<Emulator> {
  const org = emulator({ tables: [PAPER, ATTACHMENT], access: 'enforced' })
  const root = { table: 'businessunit', id: org.businessUnitId } as const
  await org.create('businessunit', {
    businessunitid: unit.id,
    name: 'North',
    parentbusinessunitid: root,
  })
  await org.create('systemuser', {
    systemuserid: user.id,
    domainname: 'ann@contoso.example',
    internalemailaddress: 'ann@contoso.example',
    firstname: 'Ann',
    lastname: 'Beck',
    businessunitid: root,
  })
  await org.create('team', { teamid: team.id, name: 'Sales', businessunitid: root })
  await org.create('role', { roleid: role.id, name: 'Clerk', businessunitid: root })
  await org.create('account', { accountid: account.id, name: 'Contoso' })
  await org.create('account', { accountid: other.id, name: 'Fabrikam' })
  await org.create('contact', { contactid: contact.id, lastname: 'Ann' })
  await org.create('paper', { paperid: paper.id, name: 'Plan' })
  await org.create('annotation', { annotationid: note.id, subject: 'x', objectid: account })
  await org.create('activitymimeattachment', {
    activitymimeattachmentid: attachment.id,
    filename: 'a.txt',
    body: base64Of(Buffer.from('text')),
  })
  await org.create('duplicaterule', {
    duplicateruleid: rule.id,
    name: 'Names',
    baseentityname: 'account',
    matchingentityname: 'account',
  })
  return org
}

type Request = Readonly<Record<string, unknown>>

const uploadTo = (message: MessageName, request: Request) => async (org: Emulator) => {
  const { FileContinuationToken } = (await org.execute(message, request)) as {
    FileContinuationToken: string
  }
  await org.execute('UploadBlock', {
    BlockId: blockId(0),
    BlockData: base64Of(PNG),
    FileContinuationToken,
  })
  return FileContinuationToken
}

const file = { Target: paper, FileAttributeName: 'scan' }
const body = ({ table, id }: RowRef) => ({
  LogicalName: table,
  Id: id,
  Attributes: { filename: 'b.txt' },
})
const toFile = uploadTo('InitializeFileBlocksUpload', { ...file, FileName: 'a.pdf' })
const toNote = uploadTo('InitializeAnnotationBlocksUpload', { Target: body(note) })
const toAttachment = uploadTo('InitializeAttachmentBlocksUpload', { Target: body(attachment) })

async function downloadOf(org: Emulator): Promise<string> {
  const { FileContinuationToken } = await org.execute('InitializeAnnotationBlocksDownload', {
    Target: note,
  })
  return FileContinuationToken
}

const share = { Target: account, PrincipalAccess: { Principal: user, AccessMask: 'ReadAccess' } }
const privileges = {
  RoleId: role.id,
  Privileges: [{ PrivilegeName: 'prvReadAccount', Depth: 'Local' }],
}
const condition = { kind: 'condition', column: 'name', operator: 'eq', values: ['x'] }
const link = {
  kind: 'outer',
  table: 'contact',
  from: 'parentcustomerid',
  to: 'accountid',
  alias: 'c',
  columns: ['lastname'],
  where: { kind: 'condition', column: 'lastname', operator: 'like', values: ['A%'] },
}
const any = {
  kind: 'link',
  quantifier: 'any',
  table: 'contact',
  from: 'parentcustomerid',
  to: 'accountid',
}
const query = {
  table: 'account',
  columns: ['name'],
  where: { kind: 'and', filters: [condition, { kind: 'or', filters: [any] }] },
  links: [link],
  order: [{ column: 'name', descending: true }],
  page: { size: 5, number: 1 },
  count: true,
}
const totals = {
  table: 'account',
  columns: [],
  aggregate: true,
  groups: [{ column: 'createdon', alias: 'm', date: 'month' }],
  aggregates: [{ function: 'sum', column: 'revenue', alias: 's' }],
}
const expression = {
  EntityName: 'account',
  ColumnSet: { AllColumns: true },
  Criteria: {
    FilterOperator: 'And',
    Conditions: [{ AttributeName: 'name', Operator: 'Equal', Values: ['x'] }],
  },
}
const sequence = { EntityName: 'account', AttributeName: 'accountnumber' }
const batch = { requests: [{ message: 'WhoAmI', request: {} }], returnResponses: true }

/** A request that can be carried out, or nearly so, of every message. */
const REQUESTS: Readonly<Record<MessageName, Request | ((org: Emulator) => Promise<Request>)>> = {
  Create: { table: 'contact', values: { lastname: 'B', parentcustomerid: account }, tag: 'x' },
  Retrieve: { table: 'account', id: account.id, columns: ['name'], formatted: true },
  Update: { table: 'account', id: account.id, values: { name: 'B', primarycontactid: contact } },
  Upsert: { table: 'account', id: account.id, values: { name: 'B' }, only: 'update' },
  Delete: { table: 'account', id: account.id },
  Associate: {
    target: account,
    relationship: 'contact_customer_accounts',
    related: [contact],
    role: 'Referenced',
  },
  Disassociate: { target: account, relationship: 'contact_customer_accounts', related: [contact] },
  RetrieveMultiple: { query, formatted: true },
  Assign: { target: account, assignee: user },
  SetState: { target: account, state: 1, status: 2 },
  SetParent: { target: unit, to: { table: 'businessunit', id: unit.id } },
  SetBusiness: { target: user, to: unit },
  CreateMultiple: { table: 'account', targets: [{ values: { name: 'B' } }] },
  UpdateMultiple: { table: 'account', targets: [{ id: account.id, values: { name: 'B' } }] },
  UpsertMultiple: { table: 'account', targets: [{ id: account.id, values: { name: 'B' } }] },
  DeleteMultiple: { targets: [account] },
  GrantAccess: share,
  ModifyAccess: share,
  RevokeAccess: { Target: account, Revokee: user },
  AddMembersTeam: { TeamId: team.id, MemberIds: [user.id], Members: [user] },
  RemoveMembersTeam: { TeamId: team.id, MemberIds: [user.id] },
  ReassignObjectsOwner: { FromPrincipal: user, ToPrincipal: team },
  ReassignObjectsSystemUser: { UserId: user.id, ReassignPrincipal: team },
  AddUserToRecordTeam: { Record: account, TeamTemplateId: user.id, SystemUserId: user.id },
  RemoveUserFromRecordTeam: { Record: account, TeamTemplateId: user.id, SystemUserId: user.id },
  RetrievePrincipalAccess: { Target: account, Principal: user },
  RetrieveSharedPrincipalsAndAccess: { Target: account },
  AddPrivilegesRole: privileges,
  RemovePrivilegeRole: { RoleId: role.id, PrivilegeId: user.id },
  ReplacePrivilegesRole: privileges,
  RetrieveRolePrivilegesRole: { RoleId: role.id },
  RetrieveUserPrivileges: { UserId: user.id },
  RetrieveUserPrivilegeByPrivilegeName: { UserId: user.id, PrivilegeName: 'prvReadAccount' },
  Merge: {
    Target: account,
    Subordinate: other,
    UpdateContent: { name: 'B' },
    PerformParentingChecks: false,
  },
  IsValidStateTransition: { Entity: account, NewState: 1, NewStatus: 2 },
  Send: { EmailId: user.id, IssueSend: true },
  SendEmail: { EmailId: user.id, IssueSend: true },
  PublishDuplicateRule: { DuplicateRuleId: rule.id },
  UnpublishDuplicateRule: { DuplicateRuleId: rule.id },
  WhoAmI: {},
  RetrieveVersion: {},
  RetrieveExchangeRate: { TransactionCurrencyId: user.id },
  InitializeFileBlocksUpload: { ...file, FileName: 'a.pdf' },
  UploadBlock: async (org) => ({
    BlockId: blockId(1),
    BlockData: base64Of(PNG),
    FileContinuationToken: await toFile(org),
  }),
  CommitFileBlocksUpload: async (org) => ({
    FileName: 'a.pdf',
    MimeType: 'text/plain',
    BlockList: [blockId(0)],
    FileContinuationToken: await toFile(org),
  }),
  InitializeFileBlocksDownload: file,
  DownloadBlock: async (org) => ({
    Offset: 0,
    BlockLength: 2,
    FileContinuationToken: await downloadOf(org),
  }),
  DeleteFile: { FileId: note.id },
  InitializeAnnotationBlocksUpload: { Target: body(note) },
  CommitAnnotationBlocksUpload: async (org) => ({
    Target: body(note),
    BlockList: [blockId(0)],
    FileContinuationToken: await toNote(org),
  }),
  InitializeAnnotationBlocksDownload: { Target: note },
  InitializeAttachmentBlocksUpload: { Target: body(attachment) },
  CommitAttachmentBlocksUpload: async (org) => ({
    Target: body(attachment),
    BlockList: [blockId(0)],
    FileContinuationToken: await toAttachment(org),
  }),
  InitializeAttachmentBlocksDownload: { Target: attachment },
  RetrieveEntityChanges: {
    EntityName: 'paper',
    DataVersion: null,
    Columns: ['name'],
    PageInfo: { Count: 5, PageNumber: 1, PagingCookie: null },
  },
  RetrieveTotalRecordCount: { EntityNames: ['account'] },
  RetrieveCurrentOrganization: { AccessType: 'Default' },
  RetrieveOrganizationInfo: {},
  RetrieveAvailableLanguages: {},
  RetrieveProvisionedLanguages: {},
  FormatAddress: { Line1: 'a', City: 'b', StateOrProvince: 'c', PostalCode: 'd', Country: 'Japan' },
  InitializeFrom: { EntityMoniker: account, TargetEntityName: 'contact', TargetFieldType: 'All' },
  PublishXml: { ParameterXml: '<importexportxml/>' },
  PublishAllXml: {},
  BulkDelete: {
    QuerySet: [expression],
    JobName: 'x',
    StartDateTime: '2026-01-01T00:00:00Z',
    ToRecipients: [],
    CCRecipients: [],
  },
  FetchXmlToQueryExpression: { FetchXml: "<fetch><entity name='account'/></fetch>" },
  QueryExpressionToFetchXml: { Query: expression },
  CalculateRollupField: { Target: account, FieldName: 'name' },
  SetAutoNumberSeed: { ...sequence, Value: 5 },
  GetAutoNumberSeed: sequence,
  GetNextAutoNumberValue: sequence,
  LocalTimeFromUtcTime: { TimeZoneCode: 4, UtcTime: '2026-01-01T00:00:00Z' },
  UtcTimeFromLocalTime: { TimeZoneCode: 4, LocalTime: '2026-01-01T00:00:00Z' },
  GetTimeZoneCodeByLocalizedName: { LocalizedStandardName: 'x', LocaleId: 1033 },
  GetAllTimeZonesWithDisplayName: { LocaleId: 1033 },
  ExecuteMultiple: batch,
  ExecuteTransaction: batch,
}

/** What a client without types may send in the place of anything. */
const JUNK: readonly unknown[] = [
  undefined,
  null,
  '',
  'junk',
  account.id,
  0,
  -1.5,
  Number.NaN,
  2n ** 70n,
  true,
  [],
  [null],
  ['junk'],
  [[]],
  {},
  { table: 'nothing', id: account.id },
  { table: 'account' },
  { LogicalName: 'account', Id: 5, Attributes: null },
  new Date(Number.NaN),
  new Map(),
  () => 'junk',
  new Uint8Array(3),
]

/** Every request that differs from this one in one place, at any depth. */
function* damaged(value: unknown): Iterable<unknown> {
  yield* JUNK
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      for (const part of damaged(value[i])) yield value.with(i, part)
    }
    return
  }
  yield { ...value, junk: 1, bypass: 5, client: 5, suppressDuplicateDetection: 'x', tag: {} }
  for (const [name, part] of Object.entries(value)) {
    yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== name))
    for (const junk of damaged(part)) yield { ...value, [name]: junk }
  }
}

const CASES: readonly (readonly [string, MessageName, (typeof REQUESTS)[MessageName]])[] = [
  ...[...MESSAGES, ...BATCHES].map(({ name }) => [name, name, REQUESTS[name]] as const),
  ['RetrieveMultiple of totals', 'RetrieveMultiple', { query: totals }],
]

describe('a request that is not what its message takes is refused with a code, or carried out', () => {
  let org: Emulator
  beforeAll(async () => {
    org = await world()
  })

  test.each(CASES)('%s', async (_, message, made) => {
    const start = org.snapshot()
    const whole = typeof made === 'function' ? await made(org) : made
    const before = everything(org)
    const wrong: unknown[] = []

    for (const request of damaged(whole)) {
      try {
        await org.execute(message, request as never)
        org.restore(start)
      } catch (error) {
        if (!(error instanceof DataverseError)) wrong.push({ request, error })
      }
    }

    expect(wrong).toEqual([])
    expect(everything(org)).toEqual(before)
  })
})
