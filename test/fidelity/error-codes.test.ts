import { CODES, hexCode, type ErrorCode } from '../../src/errors/codes.ts'
import { DataverseError } from '../../src/errors/dataverse-error.ts'
import { PLUGIN_HTTP_STATUSES } from '../../src/pipeline/step-event.ts'
import { errorAnswer } from '../../src/web-api/error-answer.ts'
import { limitAnswer } from '../../src/web-api/service-limits.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { step } from '../support/steps.ts'
import { TABLES as tables } from '../support/tables.ts'

/** Our code, the platform's number in both spellings, the HTTP status. */
const TABLE: readonly (readonly [ErrorCode, string, number, number])[] = [
  ['ROW_NOT_FOUND', '0x80040217', -2147220969, 404],
  ['ROW_NOT_FOUND_BY_KEY', '0x80060891', -2147088239, 404],
  ['HANDLER_ROW_NOT_FOUND', '0x80048d02', -2147185406, 404],
  ['RESOURCE_NOT_FOUND', '0x8006088a', -2147088246, 404],
  ['TABLE_UNKNOWN', '0x80041102', -2147217150, 400],
  ['COLUMN_UNKNOWN', '0x80041103', -2147217149, 400],
  ['QUERY_INVALID', '0x80060888', -2147088248, 400],
  ['PAYLOAD_INVALID', '0x80048d19', -2147185383, 400],
  ['DUPLICATE_ROW', '0x80040237', -2147220937, 412],
  ['DUPLICATE_KEY', '0x80060892', -2147088238, 412],
  ['VERSION_MISMATCH', '0x80060882', -2147088254, 412],
  ['VERSION_MISSING', '0x80060883', -2147088253, 400],
  ['DUPLICATE_FOUND', '0x80040333', -2147220685, 412],
  ['KEY_NOT_DEFINED', '0x80060890', -2147088240, 400],
  ['ACCESS_DENIED', '0x80040220', -2147220960, 403],
  ['INVALID_ARGUMENT', '0x80040203', -2147220989, 400],
  ['COLUMN_MISSING', '0x80040200', -2147220992, 400],
  ['STRING_TOO_LONG', '0x80044331', -2147204303, 400],
  ['CHOICE_OUT_OF_RANGE', '0x8004431a', -2147204326, 400],
  ['INTEGER_OUT_OF_RANGE', '0x8004432f', -2147204305, 400],
  ['DECIMAL_OUT_OF_RANGE', '0x80044330', -2147204304, 400],
  ['INVALID_DATE', '0x80040239', -2147220935, 400],
  ['STATUS_INVALID_FOR_STATE', '0x80048408', -2147187704, 400],
  ['READ_INTENT_INCOMPATIBLE', '0x80060881', -2147088255, 400],
  ['WEBHOOK_REFUSED', '0x80050201', -2147155455, 400],
  ['WEBHOOK_TIMED_OUT', '0x80050202', -2147155454, 400],
  ['WEBHOOK_HEADERS_INVALID', '0x80050203', -2147155453, 400],
  ['WEBHOOK_QUERY_INVALID', '0x80050204', -2147155452, 400],
  ['WEBHOOK_UNREACHABLE', '0x80050205', -2147155451, 400],
  ['DELETE_RESTRICTED', '0x80040227', -2147220953, 405],
  ['CASCADE_DELETE_REFUSED', '0x80048103', -2147188477, 400],
  ['METHOD_NOT_ALLOWED', '0x8004023b', -2147220933, 405],
  ['UNEXPECTED', '0x80040216', -2147220970, 500],
  ['HANDLER_FAILED', '0x80040224', -2147220956, 500],
  ['HANDLER_REJECTED', '0x80040265', -2147220891, 400],
  ['DEPTH_EXCEEDED', '0x80044182', -2147204734, 400],
  ['STEP_TIMED_OUT', '0x80044171', -2147204751, 500],
  ['TRANSACTION_DOOMED', '0x8009000c', -2146893812, 500],
  ['TRANSACTION_NOT_STARTED', '0x80040251', -2147220911, 500],
  ['IMAGE_PROPERTY_INVALID', '0x8004416b', -2147204757, 400],
  ['IMAGE_TYPE_INVALID', '0x8004416d', -2147204755, 400],
  ['POST_IMAGE_TOO_EARLY', '0x8004416e', -2147204754, 400],
  ['STEP_NOT_ALLOWED', '0x80044187', -2147204729, 400],
  ['IMAGE_NOT_SUPPORTED', '0x80044189', -2147204727, 400],
  ['MESSAGE_NOT_OFFERED', '0x80040800', -2147219456, 400],
  ['JOB_STATE_INVALID', '0x80044162', -2147204766, 400],
  ['JOB_NOT_COMPLETED', '0x8004416a', -2147204758, 400],
  ['THROTTLED', '0x80072322', -2147015902, 429],
]

test.each(TABLE)(
  '%s is the platform’s %s, and answered with its status',
  (code, hex, decimal, status) => {
    const answer = errorAnswer(new DataverseError(code, 'Told.'))
    const { error } = JSON.parse(String(answer.body)) as { readonly error: object }

    expect(hexCode(code)).toBe(hex)
    expect((CODES[code] ?? 0) | 0).toBe(decimal)
    expect(answer.status).toBe(status)
    expect(error).toEqual({ code: hex, message: 'Told.' })
  },
)

test.each([
  ['requests', '0x80072322'],
  ['time', '0x80072321'],
  ['concurrency', '0x80072326'],
] as const)('the service protection limit of %s is 429 with its own code', (kind, code) => {
  const answer = limitAnswer({ kind, retryAfterSeconds: 3 })

  expect(answer.status).toBe(429)
  expect(JSON.parse(String(answer.body))).toMatchObject({ error: { code } })
})

test('a handler may ask for seventeen HTTP statuses, those of PluginHttpStatusCode', () => {
  expect(PLUGIN_HTTP_STATUSES).toEqual([
    400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 417, 424, 429, 500, 502, 503, 504,
  ])
})

test('annotations of an error are texts, and only those that were asked for', () => {
  const refusal = new DataverseError('HANDLER_REJECTED', 'Taken.', {
    operationStatus: 1,
    subErrorCode: 12,
    details: { row: 'Diaz' },
  })
  const errorOf = (filter?: (term: string) => boolean) =>
    (JSON.parse(String(errorAnswer(refusal, filter).body)) as { readonly error: object }).error
  const prefix = '@Microsoft.PowerApps.CDS.ErrorDetails.'

  expect(errorOf()).toEqual({ code: '0x80040265', message: 'Taken.' })
  expect(errorOf(() => true)).toMatchObject({
    [`${prefix}OperationStatus`]: '1',
    [`${prefix}SubErrorCode`]: '12',
    [`${prefix}ApiExceptionHttpStatusCode`]: '400',
    [`${prefix}ApiExceptionMessageName`]: 'IsvAborted',
    [`${prefix}row`]: 'Diaz',
    '@Microsoft.PowerApps.CDS.InnerError.Message': 'Taken.',
  })
  expect(errorOf((term) => term.endsWith('SubErrorCode'))).toEqual({
    code: '0x80040265',
    message: 'Taken.',
    [`${prefix}SubErrorCode`]: '12',
  })
})

describe('the annotations of an error (compose-http-requests-handle-errors)', () => {
  const namespace = '@Microsoft.PowerApps.CDS.'
  const TYPE = 'Step.onCreate20'

  async function annotationsOf(work: Promise<unknown>): Promise<Readonly<Record<string, string>>> {
    const error: unknown = await work.catch((thrown: unknown) => thrown)
    const { body } = errorAnswer(error, () => true)
    return (JSON.parse(String(body)) as { readonly error: Record<string, string> }).error
  }

  test('have a help link and what the failed step had traced', async () => {
    const failing = step({ table: 'contact', message: 'Create' }, ({ trace, reject }) => {
      trace('one')
      trace('two')
      reject('no')
    })
    const org = emulator({ tables, steps: [failing] })

    const error = await annotationsOf(org.create('contact', { lastname: 'Diaz' }))

    expect(error[`${namespace}HelpLink`]).toBe(
      'http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a80040265&client=platform',
    )
    expect(error[`${namespace}TraceText`]).toBe(
      `\r\n[handlers: ${TYPE}]\r\n[${failing.id}: ${TYPE}: Create of contact]\r\n\r\none\r\ntwo\r\n`,
    )
  })

  test('name the step that failed, the innermost one, and whose fault it is', async () => {
    let correlation = ''
    const inner = step({ table: 'contact', message: 'Create' }, ({ context }) => {
      correlation = context.CorrelationId
      throw new RangeError('out of reach')
    })
    const outer = step({ table: 'account', message: 'Create' }, async ({ org }) => {
      await org.create('contact', { lastname: 'Diaz' })
    })
    const org = emulator({ tables, steps: [inner, outer] })

    const error = await annotationsOf(org.create('account', { name: 'Contoso' }))

    expect(error).toMatchObject({
      [`${namespace}ErrorDetails.ApiExceptionSourceKey`]: `Plugin/${TYPE}`,
      [`${namespace}ErrorDetails.ApiStepKey`]: inner.id,
      [`${namespace}ErrorDetails.ApiDepthKey`]: '2',
      [`${namespace}ErrorDetails.ApiActivityIdKey`]: correlation,
      [`${namespace}ErrorDetails.ApiPluginSolutionNameKey`]: 'Active',
      [`${namespace}ErrorDetails.ApiStepSolutionNameKey`]: 'Active',
      [`${namespace}ErrorDetails.ApiExceptionCategory`]: 'ClientError',
    })
  })

  test('name no step where none has failed', async () => {
    const org = emulator({ tables })

    const error = await annotationsOf(org.create('contact', { lastname: 'x'.repeat(1000) }))

    expect(error).not.toHaveProperty([`${namespace}ErrorDetails.ApiStepKey`])
    expect(error).not.toHaveProperty([`${namespace}TraceText`])
    expect(error).toHaveProperty([`${namespace}ErrorDetails.ApiExceptionCategory`], 'ClientError')
  })
})
