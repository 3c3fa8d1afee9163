import { from } from '../../src/query/builder.ts'
import { giveRole, type Emulator } from '../../src/testing/index.ts'
import { SYSTEM_ADMINISTRATOR } from '../../src/security/principal.ts'
import type { RowRef } from '../../src/rows/value.ts'
import { ACTIVITY_TABLES } from '../support/activities.ts'
import { refused } from '../support/organization.ts'
import { PAPER, upload } from '../messages/file-columns.ts'
import { ADA, ANA, caseFiles, fileOf, readers, SECURED, securedOrganization } from './world.ts'
import { emulator } from '../../src/testing/emulator.ts'

const ALL_BUT_ASSIGN = Object.fromEntries(
  Object.entries(caseFiles('Global')).filter(([name]) => name !== 'prvAssignCaseFile'),
)

const rights = (table: string, ...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [`prv${name}${table}`, 'Global' as const]))

describe('a link that is a lookup', () => {
  const link = { owner: 'owner_casefile', parent: 'casefile_parent' }

  test('to the owner assigns the row, and needs to be able to', async () => {
    const org = securedOrganization()
    await giveRole(org, ANA, { ...ALL_BUT_ASSIGN, ...rights('User', 'Append', 'AppendTo') })
    await readers(org, ADA)
    const file: RowRef = { table: 'casefile', id: await fileOf(org, ANA) }
    const missing = {
      code: 'ACCESS_DENIED',
      message: expect.stringContaining('prvAssignCaseFile') as unknown,
    }

    await refused(org, () => org.as(ANA.id).associate(ADA, link.owner, file), missing)
    await refused(org, () => org.as(ANA.id).associate(file, link.owner, ADA), missing)
    await refused(org, () => org.as(ANA.id).disassociate(file, link.owner, ANA), missing)
    await giveRole(org, ANA, { prvAssignCaseFile: 'Global' })
    await org.as(ANA.id).associate(ADA, link.owner, file)

    expect(org.peek('casefile', file.id)).toMatchObject({ ownerid: ADA })
  })

  test('to an owner who may not read such rows is refused', async () => {
    const org = securedOrganization()
    await giveRole(org, ANA, caseFiles('Global'))
    const file: RowRef = { table: 'casefile', id: await fileOf(org, ANA) }

    await refused(org, () => org.as(ANA.id).associate(ADA, link.owner, file), {
      code: 'OWNER_PRIVILEGE_MISSING',
    })
  })

  test('in a secured column needs the permission to update it', async () => {
    const tables = (SECURED.tables ?? []).map((table) =>
      table.logicalName === 'casefile'
        ? {
            ...table,
            columns: table.columns.map((column) =>
              column.logicalName === 'parentfileid' ? { ...column, isSecured: true } : column,
            ),
          }
        : table,
    )
    const org = emulator({ ...SECURED, tables })
    await giveRole(org, ANA, caseFiles('Global'))
    const [one, other] = [await fileOf(org, ANA), await fileOf(org, ANA)].map((id): RowRef => ({
      table: 'casefile',
      id,
    })) as [RowRef, RowRef]
    const role = { role: 'Referenced' } as const

    await refused(org, () => org.as(ANA.id).associate(one, link.parent, other, role), {
      code: 'COLUMN_UPDATE_DENIED',
    })
    await org.associate(one, link.parent, other, role)
    await refused(org, () => org.as(ANA.id).disassociate(one, link.parent, other, role), {
      code: 'COLUMN_UPDATE_DENIED',
    })
  })
})

describe('Merge', () => {
  const accounts = async (org: Emulator) => {
    const create = async (name: string): Promise<RowRef<'account'>> => ({
      table: 'account',
      id: await org.create('account', { name }),
    })
    return {
      Target: await create('Contoso'),
      Subordinate: await create('Contoso Ltd'),
      PerformParentingChecks: false,
    }
  }

  test('gives the row that stays no owner its caller may not give it', async () => {
    const org = securedOrganization()
    await giveRole(org, ANA, { prvMerge: 'Global', ...rights('Account', 'Read', 'Write') })
    await giveRole(org, ADA, rights('Account', 'Read'))
    const request = await accounts(org)

    await refused(
      org,
      () => org.as(ANA.id).execute('Merge', { ...request, UpdateContent: { ownerid: ADA } }),
      {
        code: 'ACCESS_DENIED',
        message: expect.stringContaining('prvAssignAccount') as unknown,
      },
    )
    await refused(
      org,
      () =>
        org.as(ANA.id).execute('Merge', {
          ...request,
          UpdateContent: { parentaccountid: request.Subordinate },
        }),
      {
        code: 'ACCESS_DENIED',
        message: expect.stringContaining('prvAppendAccount') as unknown,
      },
    )
  })

  test('re-points rows of accounts which its caller may not write', async () => {
    const org = securedOrganization()
    await giveRole(org, ANA, { prvMerge: 'Global', ...rights('Account', 'Read', 'Write') })
    const request = await accounts(org)
    const contact = await org.create('contact', {
      lastname: 'McKay',
      parentcustomerid: request.Subordinate,
    })

    await org.as(ANA.id).execute('Merge', { ...request, UpdateContent: { telephone1: '555' } })

    expect(org.peek('contact', contact)).toMatchObject({ parentcustomerid: request.Target })
    expect(org.peek('account', request.Target.id)).toMatchObject({ telephone1: '555' })
  })
})

test('definitions of columns that lead to each other and back secure neither', async () => {
  const tables = (SECURED.tables ?? []).map((table) => ({
    ...table,
    columns: table.columns.map((column) =>
      column.logicalName === 'remark'
        ? { ...column, attributeOf: 'name' }
        : column.logicalName === 'name'
          ? { ...column, attributeOf: 'remark' }
          : column,
    ),
  }))
  const org = emulator({ ...SECURED, tables })
  await giveRole(org, ANA, caseFiles('Basic'))
  const file = await fileOf(org, ANA, { name: 'File', remark: 'Thin', diagnosis: 'Flu' })

  expect(await org.as(ANA.id).retrieve('casefile', file)).toMatchObject({
    name: 'File',
    remark: 'Thin',
    diagnosis: null,
  })
})

test('a file in a secured column is not deleted, nor named, by who may not update and read the column', async () => {
  const paper = {
    ...PAPER,
    columns: PAPER.columns.map((column) =>
      column.logicalName === 'scan' ? { ...column, isSecured: true } : column,
    ),
  }
  const org = emulator({ ...SECURED, tables: [...(SECURED.tables ?? []), paper] })
  await giveRole(org, ANA, rights('Paper', 'Read', 'Write'))
  const row: RowRef = { table: 'paper', id: await org.create('paper', { name: 'Deed' }) }
  const scan = await upload(org, row, 'scan', ['secret'])
  const draft = await upload(org, row, 'draft', ['not so'])

  await refused(org, () => org.as(ANA.id).execute('DeleteFile', { FileId: scan.FileId }), {
    code: 'COLUMN_UPDATE_DENIED',
  })
  await org.as(ANA.id).execute('DeleteFile', { FileId: draft.FileId })

  // Nor is it read, its name among what is not.
  expect(await org.as(ANA.id).retrieve('paper', row.id, ['scan', 'scan_name'])).toMatchObject({
    scan: null,
    scan_name: null,
  })
  expect(org.peek('paper', row.id)).toMatchObject({ scan: scan.FileId, draft: null })
})

describe('rows of tables without privileges', () => {
  test('are changed by who may change what they are part of: settings, duplicate rules', async () => {
    const org = securedOrganization()
    await giveRole(org, ANA, caseFiles('Global'))
    const duplicateruleid = await org.create('duplicaterule', {
      name: 'Names',
      baseentityname: 'account',
      matchingentityname: 'account',
    })
    const condition = {
      baseattributename: 'name',
      matchingattributename: 'name',
      operatorcode: 0,
      regardingobjectid: { table: 'duplicaterule', id: duplicateruleid },
    } as const
    const asAna = org.as(ANA.id)

    await refused(
      org,
      () => asAna.update('organization', org.organizationId, { plugintracelogsetting: 2 }),
      {
        code: 'ACCESS_DENIED',
        message: expect.stringContaining('prvWriteOrganization') as unknown,
      },
    )
    expect(await asAna.retrieve('organization', org.organizationId, ['name'])).toHaveProperty(
      'name',
    )
    await refused(org, () => asAna.create('duplicaterulecondition', condition), {
      code: 'ACCESS_DENIED',
      message: expect.stringContaining('prvWriteDuplicateRule') as unknown,
    })
    await giveRole(org, ANA, rights('DuplicateRule', 'Write', 'Append', 'AppendTo'))
    await asAna.create('duplicaterulecondition', condition)
  })

  test('are told of with the row they belong to: parties, files', async () => {
    const org = emulator({ ...SECURED, tables: [...ACTIVITY_TABLES, PAPER] })
    await giveRole(org, ANA, {
      prvReadActivity: 'Basic',
      prvReadPaper: 'Basic',
    })
    await giveRole(org, ADA, rights('Activity', 'Read'))
    const guest = (addressused: string, ownerid: RowRef) =>
      org.create('visit', { subject: 'Tour', ownerid, requiredattendees: [{ addressused }] })
    await guest('to-ana@contoso.example', ANA)
    await guest('to-ada@contoso.example', ADA)
    const paperOf = async (ownerid: RowRef): Promise<RowRef> => ({
      table: 'paper',
      id: await org.create('paper', { name: 'Deed', ownerid }),
    })
    const own = await upload(org, await paperOf(ANA), 'scan', ['own'], 'own.pdf')
    const other = await upload(org, await paperOf(me(org)), 'scan', ['other'], 'other.pdf')

    const seen = async (user: string, table: string, column: string) => {
      const { rows } = await org.as(user).retrieveMultiple({ table, columns: [column] })
      return rows.map((row) => row[column])
    }
    // The owner of a visit is a party of it, too, without an address.
    expect(await seen(ANA.id, 'activityparty', 'addressused')).toEqual([
      'to-ana@contoso.example',
      null,
    ])
    expect(await seen(ADA.id, 'activityparty', 'addressused')).toHaveLength(4)
    expect(await seen(ANA.id, 'fileattachment', 'filename')).toEqual(['own.pdf'])
    expect(await seen(org.userId, 'fileattachment', 'filename')).toHaveLength(2)
    expect(await org.as(ANA.id).retrieve('fileattachment', own.FileId)).toMatchObject({
      filename: 'own.pdf',
    })
    await refused(org, () => org.as(ANA.id).retrieve('fileattachment', other.FileId), {
      code: 'ROW_ACCESS_DENIED',
    })
  })

  test('the changes of audited rows need prvReadAuditSummary (retrieve-audit-data)', async () => {
    const org = securedOrganization()
    await giveRole(org, ANA, caseFiles('Global'))
    const read = () => org.as(ANA.id).retrieveMultiple({ table: 'audit', columns: 'all' })

    await refused(org, read, {
      code: 'ACCESS_DENIED',
      message: expect.stringContaining('prvReadAuditSummary') as unknown,
    })

    await giveRole(org, ANA, { prvReadAuditSummary: 'Global' })
    expect((await read()).rows).toEqual([])
  })

  test('jobs of bulk deletion need prvBulkDelete', async () => {
    const org = securedOrganization()
    await giveRole(org, ANA, caseFiles('Global'))

    await refused(
      org,
      () => org.as(ANA.id).retrieveMultiple({ table: 'bulkdeleteoperation', columns: 'all' }),
      { code: 'ACCESS_DENIED', message: expect.stringContaining('prvBulkDelete') as unknown },
    )
  })
})

const me = (org: Emulator): RowRef => ({ table: 'systemuser', id: org.userId })

describe('the role that allows everything stays as it is', () => {
  const RoleId = SYSTEM_ADMINISTRATOR
  const Privileges = [{ PrivilegeName: 'prvMerge', Depth: 'Global' }] as const

  test.each<[string, (org: Emulator) => Promise<unknown>]>([
    ['Delete', (org) => org.delete('role', RoleId)],
    ['Update', (org) => org.update('role', RoleId, { name: 'Clerk' })],
    ['AddPrivilegesRole', (org) => org.execute('AddPrivilegesRole', { RoleId, Privileges })],
    [
      'ReplacePrivilegesRole',
      (org) => org.execute('ReplacePrivilegesRole', { RoleId, Privileges }),
    ],
    [
      'RemovePrivilegeRole',
      (org) =>
        org.execute('RemovePrivilegeRole', {
          RoleId,
          PrivilegeId: '0ea552b0-a491-4470-9a1b-82068deccf66',
        }),
    ],
  ])('%s', async (message, work) => {
    const org = securedOrganization()

    await refused(
      org,
      () => work(org),
      message === 'Delete'
        ? {
            code: 'ADMINISTRATOR_ROLE_NOT_DELETABLE',
            number: 0x80041d2e,
            message: 'The System Administrator Role cannot be deleted.',
          }
        : {
            code: 'ADMINISTRATOR_ROLE_FIXED',
            number: 0x80041d31,
            message: 'The System Administrator Role cannot be modified.',
          },
    )
  })

  test('somebody keeps it', async () => {
    const org = securedOrganization()
    const role: RowRef = { table: 'role', id: RoleId }
    const link = 'systemuserroles_association'
    const lost = {
      code: 'LAST_ADMINISTRATOR_KEPT',
      number: 0x80041d30,
      message:
        'A user cannot be removed from the System Administrator Role if they are the only user that has the role.',
    }

    await refused(org, () => org.disassociate(me(org), link, role), lost)
    await refused(org, () => org.disassociate(role, link, me(org)), lost)
    await org.associate(ANA, link, role)
    await refused(org, () => org.disassociate(role, link, [me(org), ANA]), lost)
    await org.disassociate(me(org), link, role)

    await refused(org, () => org.as(ANA.id).disassociate(ANA, link, role), lost)
  })
})

test('the role System Administrator is found by the id of its template, the same everywhere', async () => {
  const org = emulator({ tables: [], access: 'enforced' })
  const TEMPLATE = '627090ff-40a3-4053-8790-584edc5be201'

  const { rows } = await org.retrieveMultiple(
    from('systemuser')
      .select('systemuserid')
      .link(
        'systemuserroles',
        { from: 'systemuserid', to: 'systemuserid', alias: 'held' },
        (held) =>
          held.link('role', { from: 'roleid', to: 'roleid', alias: 'role' }, (role) =>
            role.where(({ is }) => is('roletemplateid', 'eq', TEMPLATE)),
          ),
      )
      .build(),
  )

  expect(rows.map(({ systemuserid }) => systemuserid).sort()).toEqual([
    org.userId,
    org.systemUserId,
  ])
  expect(org.peek('roletemplate', TEMPLATE)).toMatchObject({ name: 'System Administrator' })
})
