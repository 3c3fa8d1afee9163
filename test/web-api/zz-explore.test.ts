import { MESSAGES } from '../../src/messages/index.ts'
import { world } from './world.ts'
const PARAMS = `Target PrincipalAccess Revokee Subordinate UpdateContent PerformParentingChecks Targets EntityMoniker State Status Assignee ColumnSet Query TeamId MemberIds Members Principal UserId RoleId Privileges PrivilegeId PrivilegeName QuerySet JobName FetchXml ParameterXml EntityNames TargetEntityName TargetFieldType FieldName EntityName AttributeName Value LocalTime UtcTime TimeZoneCode LocalizedStandardName LocaleId Line1 FileName FileAttributeName BlockId BlockData FileContinuationToken BlockList MimeType Offset BlockLength FileId DataVersion Columns PageInfo Relationship RelatedEntities AccessType NewState NewStatus Entity DuplicateRuleId FromPrincipal ToPrincipal ReassignUserId NewStateCode SavedQueryId BusinessId ParentId KeepChildUsers StartDateTime RecurrencePattern ToRecipients CCRecipients SendEmailNotification FilterXml Requests Settings OptionSetName AttributeLogicalName EntityLogicalName Label MergeLabels Values SolutionUniqueName Lookup OneToManyRelationships OneToManyRelationship ParentEntityName`.split(' ')
const VALUES: unknown[] = [null, 1, -1.5, '', 'x', true, [], {}, [null], [1], ['x'], [{}], { a: 1 }, '2020-01-01', '11111111-0000-4000-8000-000000000000', { '@odata.id': 'accounts(11111111-0000-4000-8000-000000000000)' }, [{ '@odata.type': 'Microsoft.Dynamics.CRM.account', name: 'x' }], { '@odata.type': 'Microsoft.Dynamics.CRM.account', accountid: '11111111-0000-4000-8000-000000000000' }, { Privileges: 1 }, '<fetch/>', { keys: null }]
test('x', async () => {
  const bad = new Map<string, string>()
  const names = [...MESSAGES.map((m) => m.name), 'InsertOptionValue','InsertStatusValue','UpdateOptionValue','UpdateStateValue','OrderOption','DeleteOptionValue','CreateCustomerRelationships','CreatePolymorphicLookupAttribute','CanBeReferenced','GetValidReferencedEntities']
  for (const name of names) {
    const { send } = world()
    for (const value of VALUES) {
      const all = Object.fromEntries(PARAMS.map((p) => [p, value]))
      const good: Record<string, unknown> = { ...all, Target: { '@odata.id': 'accounts(11111111-0000-4000-8000-000000000000)' }, Subordinate: { '@odata.id': 'accounts(11111111-0000-4000-8000-000000000001)' }, Principal: { '@odata.id': 'systemusers(11111111-0000-4000-8000-000000000001)' } }
      for (const body of [all, good, {}]) {
        const q = Object.entries(body).map(([k]) => `${k}=@${k}`).join(',')
        const al = Object.entries(body).map(([k, v]) => `@${k}=${encodeURIComponent(typeof v === 'string' ? `'${v}'` : JSON.stringify(v))}`).join('&')
        for (const [m, url, b] of [['POST', name, body], ['GET', `${name}(${q})?${al}`, undefined], ['POST', `accounts(11111111-0000-4000-8000-000000000000)/Microsoft.Dynamics.CRM.${name}`, body], ['POST', `accounts/Microsoft.Dynamics.CRM.${name}`, body], ['GET', `systemusers(11111111-0000-4000-8000-000000000000)/Microsoft.Dynamics.CRM.${name}(${q})?${al}`, undefined]] as const) {
          const a = await send(m, url, b)
          if (a.status >= 500 && a.status !== 501) bad.set(`${name} ${m} ${JSON.stringify(a.json.error)}`, JSON.stringify(value))
        }
      }
    }
  }
  const { writeFileSync } = await import('node:fs')
  writeFileSync('/tmp/mine/bad.txt', [...bad].map(([k, v]) => `${k}   <- ${v}`).join('\n'))
})
