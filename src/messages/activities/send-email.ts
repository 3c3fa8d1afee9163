import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import { PARTY_TABLE } from '../../metadata/party-relationship.ts'
import { PARTICIPATION_TYPES } from '../../metadata/participation.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { idOf, rowNotFound } from '../not-found.ts'
import type { RequestOptions } from '../requests.ts'

export interface SendEmailRequest extends RequestOptions {
  readonly EmailId: string
  /** Whether it is to be sent, or only recorded as sent. */
  readonly IssueSend: boolean
  readonly TrackingToken?: string
}
export interface SendEmailResponse {
  readonly Subject: string
}

/** Of the column `statuscode` of an email; both belong to the state Completed. */
const STATUS = { Sent: 3, PendingSend: 6 } as const
const STATE = { Open: 0, Completed: 1 } as const

/**
 * Hands an email over to be sent, or records it as sent. What steps are registered on is Send.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/sendemail
 */
export const sendEmail: Message<'SendEmail', SendEmailRequest, SendEmailResponse> = {
  name: 'SendEmail',
  standsForAnother: true,
  begin: (request, { catalog }) => emailIn(request, catalog, 'SendEmail'),
  run: async (operation) =>
    (await operation.execute('Send', operation.request)) as SendEmailResponse,
  inputParameters: parametersOf,
  outputParameters: ({ response }) => ({ ...response }),
}

/**
 * There is no mail server here: an email that is to be sent stays `Pending Send`, and a test may set what a
 * server would make of it.
 */
// Unverified: that an email which is not open is refused like this, and that nothing is asked of its sender.
export const send: Message<'Send', SendEmailRequest, SendEmailResponse> = {
  name: 'Send',
  isOuterContext: true,
  images: { pre: true, post: true, properties: ['EmailId'] },

  begin(request, { catalog }) {
    if (request.EmailId === undefined) {
      throw new DataverseError('NOT_SUPPORTED', "The message 'Send' is emulated for emails only.")
    }
    return emailIn(request, catalog, 'Send')
  },

  async check(operation) {
    const { before, subject, id } = operation
    if (before === undefined) throw rowNotFound(subject.logicalName, id)
    if (before['statecode'] !== STATE.Open) {
      throw new DataverseError(
        'INVALID_ARGUMENT',
        `The email with id ${id} is not open: it has been sent, or is not to be.`,
      )
    }
    if (await hasRecipient(operation)) return
    throw new DataverseError(
      'EMAIL_RECIPIENT_MISSING',
      'The e-mail must have at least one recipient before it can be sent',
    )
  },

  async run(operation) {
    const { subject, id, request, tx, before } = operation
    const statuscode = request.IssueSend ? STATUS.PendingSend : STATUS.Sent
    const values = { statecode: STATE.Completed, statuscode }
    await operation.execute('Update', { table: subject.logicalName, id, values })
    operation.after = await tx.get(subject, id)
    const text = before?.['subject']
    return { Subject: typeof text === 'string' ? text : '' }
  },

  inputParameters: parametersOf,
  outputParameters: ({ response }) => ({ ...response }),
}

function emailIn({ EmailId, IssueSend }: SendEmailRequest, catalog: Catalog, message: string) {
  const table = catalog.table('email')
  if (typeof (IssueSend as unknown) !== 'boolean') {
    throw new DataverseError('INVALID_ARGUMENT', `IssueSend of ${message} is true or false.`)
  }
  return { table, id: idOf(table, EmailId, message) }
}

type SendOperation = Operation<SendEmailRequest, SendEmailResponse>

function parametersOf({ request, id }: SendOperation) {
  const { IssueSend, TrackingToken } = request
  return { EmailId: id, IssueSend, ...(TrackingToken !== undefined && { TrackingToken }) }
}

async function hasRecipient({ reader, runtime, id }: SendOperation): Promise<boolean> {
  const parts = ['to', 'cc', 'bcc'].map((column) => PARTICIPATION_TYPES.get(column))
  const parties = await reader.related(runtime.catalog.table(PARTY_TABLE), 'activityid', id)
  return parties.some(({ participationtypemask: part }) => parts.some((mask) => mask === part))
}
