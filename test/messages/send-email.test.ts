import { id, lookup, memo, states, text } from '../../src/metadata/platform/columns.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { emulator, type Emulator } from '../../src/testing/index.ts'
import { refused } from '../support/organization.ts'
import { image, step } from '../support/steps.ts'
import { madeUp, standardColumns } from '../support/tables.ts'

// https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/sendemail

const parties = (schemaName: string) => {
  const { column } = lookup(schemaName, [])
  const targets = ['contact', 'account', 'systemuser']
  return { column: { ...column, type: 'PartyList', targets } as const, references: [] }
}

const isState = (name: string) => name === 'statecode' || name === 'statuscode'

/** An email in the columns that count here; its states are the platform's. */
const EMAIL: TableDefinition = {
  ...madeUp(
    'Email',
    [
      text('Subject', 200),
      memo('Description', 2000),
      ...['From', 'To', 'Cc', 'Bcc'].map(parties),
      ...standardColumns('email').filter(({ column }) => !isState(column.logicalName)),
      ...states([
        { label: 'Open', statuses: { 1: 'Draft', 8: 'Failed' } },
        { label: 'Completed', statuses: { 2: 'Completed', 3: 'Sent', 6: 'Pending Send' } },
        { label: 'Canceled', statuses: { 5: 'Canceled' } },
      ]),
    ],
    { primaryName: 'subject', primaryId: id('ActivityId', 'SystemRequired', 'create-only') },
  ),
  isActivity: true,
}
const tables = [EMAIL]

const email = (org: Emulator, values: object = { to: [{ addressused: 'ito@contoso.example' }] }) =>
  org.create('email', { subject: 'Offer', ...values } as never)

test.each([
  [true, 6],
  [false, 3],
])(
  'IssueSend %p completes the email, with the status %i, and tells its subject',
  async (IssueSend, statuscode) => {
    const org = emulator({ tables })
    const EmailId = await email(org)

    expect(await org.execute('SendEmail', { EmailId, IssueSend })).toEqual({ Subject: 'Offer' })

    expect(org.peek('email', EmailId)).toMatchObject({ statecode: 1, statuscode })
    expect(org.peek('activitypointer', EmailId)).toMatchObject({ statecode: 1, statuscode })
  },
)

test('steps are registered on Send, which runs as one request with an Update in it', async () => {
  const seen: unknown[] = []
  const at = { table: 'email', message: 'Send', stage: 40 } as const
  const images = { preImages: image(['statuscode']), postImages: image(['statuscode']) }
  const org = emulator({
    tables,
    steps: [
      step({ ...at, ...images }, ({ context }) => {
        const { PreEntityImages: pre, PostEntityImages: post } = context
        seen.push([
          context.Depth,
          context.InputParameters,
          context.OutputParameters,
          pre['image']?.Attributes['statuscode'],
          post['image']?.Attributes['statuscode'],
        ])
      }),
      step({ table: 'email', message: 'Update', stage: 40 }, ({ target }) => {
        seen.push(target['statuscode'])
      }),
    ],
  })
  const EmailId = await email(org)

  await org.execute('SendEmail', { EmailId, IssueSend: true, TrackingToken: 'CRM:1' })

  const parameters = { EmailId, IssueSend: true, TrackingToken: 'CRM:1' }
  expect(seen).toEqual([6, [1, parameters, { Subject: 'Offer' }, 1, 6]])
})

test.each(['to', 'cc', 'bcc'])('somebody in %s is enough', async (column) => {
  const org = emulator({ tables })
  const EmailId = await email(org, { [column]: [{ addressused: 'ito@contoso.example' }] })

  await org.execute('SendEmail', { EmailId, IssueSend: true })

  expect(org.peek('email', EmailId)).toMatchObject({ statuscode: 6 })
})

test('an email to nobody is not sent', async () => {
  const org = emulator({ tables })
  const EmailId = await email(org, { from: [{ partyid: { table: 'systemuser', id: org.userId } }] })

  await refused(org, () => org.execute('SendEmail', { EmailId, IssueSend: true }), {
    code: 'EMAIL_RECIPIENT_MISSING',
    number: 0x80040b04,
  })
})

test('an email that was sent is not sent again; one that failed is', async () => {
  const org = emulator({ tables })
  const EmailId = await email(org)
  const send = () => org.execute('SendEmail', { EmailId, IssueSend: true })

  await send()
  await refused(org, send, { code: 'INVALID_ARGUMENT' })
  await org.update('email', EmailId, { statecode: 0, statuscode: 8 } as never)
  await send()

  expect(org.peek('email', EmailId)).toMatchObject({ statuscode: 6 })
})

test('what cannot be understood is refused', async () => {
  const org = emulator({ tables })
  const EmailId = await email(org)
  const send = (request: object) => () => org.execute('SendEmail', request as never)

  await refused(org, send({ EmailId }), { code: 'INVALID_ARGUMENT' })
  await refused(org, send({ EmailId: 'none', IssueSend: true }), { code: 'INVALID_ARGUMENT' })
  await refused(org, send({ EmailId: org.userId, IssueSend: true }), { code: 'ROW_NOT_FOUND' })
  await refused(org, () => org.execute('Send', { FaxId: EmailId } as never), {
    code: 'NOT_SUPPORTED',
  })
})

test('where there are no emails there is none to send', async () => {
  const org = emulator({ tables: [] })

  await refused(org, () => org.execute('SendEmail', { EmailId: org.userId, IssueSend: true }), {
    code: 'TABLE_UNKNOWN',
  })
})
