import { DataverseError } from '../../src/errors/dataverse-error.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const CREATE = { message: 'Create', table: 'project', name: 'Projects.check' } as const
const MISSING = '66666666-6666-4666-8666-666666666666'

function raise(thrown: unknown): never {
  // A handler may throw anything.
  throw thrown
}

describe('what the caller sees when a step throws', () => {
  test('a refusal passes as it is, with all it carries', async () => {
    const refuse = step(CREATE, ({ reject }) =>
      reject('Not today.', {
        httpStatus: 409,
        subErrorCode: 7,
        operationStatus: 1,
        details: { a: 'b' },
      }),
    )
    const org = emulator({ tables, steps: [refuse] })

    await refused(org, () => org.create('project', { name: 'Bridge' }), {
      code: 'HANDLER_REJECTED',
      number: 0x80040265,
      message: 'Not today.',
      details: { httpStatus: 409, subErrorCode: 7, operationStatus: 1, details: { a: 'b' } },
    })
  })

  test('a refusal passes through every level it came from', async () => {
    const steps = [
      step({ message: 'Create', table: 'account' }, async ({ org }) => {
        await org.create('contact', { lastname: 'Diaz' })
      }),
      step({ message: 'Create', table: 'contact', stage: 40 }, async ({ org }) => {
        await org.create('project', { name: 'Bridge' })
      }),
      step(CREATE, ({ reject }) => reject('Not today.')),
    ]
    const org = emulator({ tables, steps })

    await refused(org, () => org.create('account', { name: 'Contoso' }), {
      code: 'HANDLER_REJECTED',
      message: 'Not today.',
    })
  })

  test.each([
    ['an error', new RangeError('too far'), 'RangeError: too far'],
    ['anything else', 'just text', 'just text'],
    ['nothing', undefined, 'undefined'],
  ])('%s that is not a refusal is the handler’s own fault, named', async (_, thrown, text) => {
    for (const isAsync of [false, true]) {
      const fail = step(
        CREATE,
        isAsync
          ? async () => {
              await Promise.resolve()
              raise(thrown)
            }
          : () => raise(thrown),
      )
      const org = emulator({ tables, steps: [fail] })

      await refused(org, () => org.create('project', { name: 'Bridge' }), {
        code: 'HANDLER_FAILED',
        number: 0x80040224,
        message: `An unexpected error occurred from ISV code. (ErrorType = ClientError) Unexpected exception from plug-in (Execute): Projects.check: ${text}`,
        details: thrown === undefined ? {} : { cause: thrown },
      })
    }
  })

  test('the platform’s own refusal of a call keeps its code', async () => {
    const nested = step(CREATE, async ({ org }) => {
      await org.create('contact', { contactid: MISSING, lastname: 'x'.repeat(51) })
    })
    const org = emulator({ tables, steps: [nested] })

    await refused(org, () => org.create('project', { name: 'Bridge' }), { code: 'STRING_TOO_LONG' })
  })

  test('a missing row that a handler ran into has a code of its own', async () => {
    const nested = step(CREATE, async ({ org }) => {
      await org.retrieve('contact', MISSING)
    })
    const org = emulator({ tables, steps: [nested] })

    await refused(org, () => org.create('project', { name: 'Bridge' }), {
      code: 'HANDLER_ROW_NOT_FOUND',
      number: 0x80048d02,
      message: `Entity 'contact' With Id = ${MISSING} Does Not Exist`,
      cause: expect.objectContaining({ code: 'ROW_NOT_FOUND' }) as unknown,
    })
  })

  test('a missing row of the request itself has the platform’s code', async () => {
    const org = emulator({
      tables,
      steps: [step({ ...CREATE, message: 'Update' }, () => undefined)],
    })

    await refused(org, () => org.update('project', MISSING, { name: 'Tunnel' }), {
      code: 'ROW_NOT_FOUND',
      number: 0x80040217,
    })
  })

  test('a DataverseError of the handler’s making passes', async () => {
    const fail = step(CREATE, () => {
      throw new DataverseError(
        'ACCESS_DENIED',
        'Principal user is missing prvCreateProject privilege.',
      )
    })
    const org = emulator({ tables, steps: [fail] })

    await refused(org, () => org.create('project', { name: 'Bridge' }), { code: 'ACCESS_DENIED' })
  })
})
