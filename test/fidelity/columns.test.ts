import type { Emulator } from '../../src/emulator/emulator.ts'
import { Clock } from '../../src/authoring/services.ts'
import { hexCode } from '../../src/errors/codes.ts'
import { DataverseError } from '../../src/errors/dataverse-error.ts'
import type { Values } from '../../src/rows/value.ts'
import { clockAt } from '../../src/testing/test-clock.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { everything, refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { PROJECT, TABLES } from '../support/tables.ts'
import { answerOf, ROOT } from '../web-api/world.ts'

const NOW = '2026-03-02T15:04:05Z'
const services = [[Clock, clockAt(NOW)]] as const

async function organization() {
  const org = emulator({ tables: TABLES, services })
  return { org, id: await org.create('project', { name: 'Bridge', code: 'A', region: 'N' }) }
}

/** What the Web API answers a request with a body. */
async function sent(org: Emulator, method: string, path: string, body?: object) {
  const api = createWebApi({ catalog: org.catalog, service: () => org })
  return answerOf(
    await api({ method, url: ROOT + path, headers: {}, body: JSON.stringify(body ?? {}) }),
  )
}

describe('what is refused when a row is written, by both ways of writing (entity-attribute-metadata)', () => {
  test.each<[string, Values, string, string]>([
    [
      'a text that is too long',
      { name: 'x'.repeat(21) },
      '0x80044331',
      "A validation error occurred.  The length of the 'name' attribute of the 'project' entity exceeded the maximum allowed length of '20'.",
    ],
    [
      'a choice that is no option',
      { phase: 5 },
      '0x8004431a',
      "A validation error occurred. The value 5 of 'phase' on record of type 'project' is outside the valid range. Accepted Values: 1,2,3",
    ],
    [
      'one of several choices that is no option',
      { tags: [1, 9] },
      '0x8004431a',
      "A validation error occurred. The value 9 of 'tags' on record of type 'project' is outside the valid range. Accepted Values: 1,2,3",
    ],
    [
      'a whole number out of range',
      { number: 1001 },
      '0x8004432f',
      "A validation error occurred. The value 1001 of 'number' on record of type 'project' is outside of the allowed values for this attribute. Accepted Values: 0 to 1000",
    ],
    [
      'an amount out of range',
      { budget: 1_000_001 },
      '0x80044330',
      "A validation error occurred. The value 1000001 of 'budget' on record of type 'project' is outside of the allowed values for this attribute. Accepted Values: -1000000 to 1000000",
    ],
    [
      'characters that XML cannot hold',
      { name: 'a\u0001' },
      '0x80040278',
      "The field 'name' contains one or more invalid characters.",
    ],
    [
      'a date before 1753',
      { startson: '1752-12-31T10:00:00Z' },
      '0x80040239',
      'DateTime is less than minumum value supported by CrmDateTime. Actual value: 12/31/1752 10:00:00, Minimum value supported: 01/01/1753 00:00:00',
    ],
    [
      'a status of another state',
      { statuscode: 2 },
      '0x80048408',
      '2 is not a valid status code for state code ProjectState.Active on project',
    ],
  ])('%s', async (_, values, number, message) => {
    const { org, id } = await organization()
    const wire = { ...values, ...(Array.isArray(values['tags']) && { tags: '1,9' }) }
    const before = everything(org)

    const created = org.create('project', { name: 'Tunnel', ...values })
    await expect(created).rejects.toMatchObject({ message })
    const updated = await org.update('project', id, values).catch((error: unknown) => error)
    const posted = await sent(org, 'POST', 'projects', { name: 'Tunnel', ...wire })
    const patched = await sent(org, 'PATCH', `projects(${id})`, wire)

    expect(updated).toBeInstanceOf(DataverseError)
    expect(hexCode((updated as DataverseError).code)).toBe(number)
    expect([posted.status, posted.json.error]).toEqual([400, { code: number, message }])
    expect([patched.status, patched.json.error.code]).toEqual([400, number])
    expect(everything(org)).toEqual(before)
  })

  test('null in a column that always has a value', async () => {
    const { org } = await organization()
    const message = 'Attribute: currencyname cannot be set to NULL'
    const values = { currencyname: null }

    await refused(org, () => org.update('transactioncurrency', org.currencyId, values), {
      code: 'INVALID_ARGUMENT',
      message,
    })
    const { status, json } = await sent(
      org,
      'PATCH',
      `transactioncurrencies(${org.currencyId})`,
      values,
    )
    expect([status, json.error]).toEqual([400, { code: '0x80040203', message }])
  })

  test('a new row without a column that only the client can give', async () => {
    const { org } = await organization()
    const values = {
      isocurrencycode: 'EUR',
      currencysymbol: '€',
      currencyprecision: 2,
      exchangerate: 2,
    }
    const message = "Attribute 'currencyname' cannot be NULL"

    await refused(org, () => org.create('transactioncurrency', values), {
      code: 'COLUMN_MISSING',
      message,
    })
    const { status, json } = await sent(org, 'POST', 'transactioncurrencies', values)
    expect([status, json.error.message]).toEqual([400, message])
  })

  test('a column that is not there, with an error of its own each way', async () => {
    const { org, id } = await organization()

    await refused(org, () => org.update('project', id, { nam: 'x' }), {
      number: 0x80041103,
      message:
        "'project' entity doesn't contain attribute with Name = 'nam' and NameMapping = 'Logical'.",
    })
    const { status, json } = await sent(org, 'PATCH', `projects(${id})`, { nam: 'x' })
    expect([status, json.error.code]).toEqual([400, '0x80048d19'])
    expect(json.error.message).toContain(
      "Invalid property 'nam' was found in entity 'Microsoft.Dynamics.CRM.project'.",
    )
  })

  test('a date after the year 9999', async () => {
    const { org } = await organization()

    await refused(
      org,
      () => org.create('project', { name: 'Tunnel', startson: '9999-12-31T23:00:00-02:00' }),
      { number: 0x80040239 },
    )
  })

  test('an id that another row has', async () => {
    const { org, id } = await organization()
    const message = 'Cannot insert duplicate key.'

    await refused(org, () => org.create('project', { projectid: id }), {
      code: 'DUPLICATE_ROW',
      message,
    })
    const { status, json } = await sent(org, 'POST', 'projects', { projectid: id })
    expect([status, json.error]).toEqual([412, { code: '0x80040237', message }])
  })

  test('an Update without an id', async () => {
    const { org } = await organization()

    await refused(org, () => org.update('project', '', { name: 'x' }), {
      number: 0x80040203,
      message: 'Entity Id must be specified for Update',
    })
  })

  test('more than 150 choices, and the same one twice is once', async () => {
    const options = Array.from({ length: 151 }, (_, index) => ({ value: index + 1 }))
    const wide = {
      ...PROJECT,
      columns: PROJECT.columns.map((column) =>
        column.type === 'MultiSelectPicklist' ? { ...column, options } : column,
      ),
    }
    const org = emulator({ tables: [wide] })
    const tags = options.map(({ value }) => value)

    await refused(org, () => org.create('project', { tags }), { code: 'VALUE_OUT_OF_RANGE' })
    const id = await org.create('project', { tags: [3, 1, 3] })
    expect(org.peek('project', id)?.['tags']).toEqual([1, 3])
  })

  test('an expected version, where the table has optimistic concurrency switched off', async () => {
    const org = emulator({ tables: [{ ...PROJECT, optimisticConcurrency: false }] })
    const id = await org.create('project', { name: 'Bridge' })

    const expected = { code: 'OPTIMISTIC_CONCURRENCY_OFF', number: 0x8006088d }
    await refused(org, () => org.update('project', id, { name: 'x' }, { ifVersion: 1n }), expected)
    await refused(org, () => org.delete('project', id, { ifVersion: 1n }), expected)
  })
})

describe('overriddencreatedon', () => {
  test('in the future is refused', async () => {
    const { org } = await organization()

    await refused(
      org,
      () => org.create('project', { overriddencreatedon: '2026-03-02T15:04:06Z' }),
      { code: 'INVALID_ARGUMENT' },
    )
  })

  test('is ignored by Update', async () => {
    const { org, id } = await organization()

    await org.update('project', id, { overriddencreatedon: '2001-01-01T00:00:00Z' })

    expect(org.peek('project', id)).toMatchObject({ createdon: NOW, overriddencreatedon: null })
  })
})

describe('an amount whose base is beyond its column', () => {
  test.each([
    [922_337, 'BASE_CURRENCY_OVERFLOW', 0x80048cec],
    [-922_337, 'BASE_CURRENCY_UNDERFLOW', 0x80048ceb],
  ] as const)('%p is refused', async (budget, code, number) => {
    const { org } = await organization()
    const transactioncurrencyid = {
      table: 'transactioncurrency',
      id: await org.create('transactioncurrency', {
        currencyname: 'Grain',
        isocurrencycode: 'GRN',
        currencysymbol: 'g',
        currencyprecision: 2,
        exchangerate: 1e-10,
      }),
    }

    await refused(org, () => org.create('project', { budget, transactioncurrencyid }), {
      code,
      number,
    })
  })
})

describe('the order of checks and steps', () => {
  test('no step at PreValidation runs for values that cannot be', async () => {
    let runs = 0
    const org = emulator({
      tables: TABLES,
      steps: [step({ message: 'Create', table: 'project', stage: 10 }, () => void runs++)],
    })

    await refused(org, () => org.create('project', { name: 'x'.repeat(21) }), {
      code: 'STRING_TOO_LONG',
    })

    expect(runs).toBe(0)
  })

  test.each([10, 20] as const)(
    'what a step at stage %i writes is held against its column, too',
    async (stage) => {
      const org = emulator({
        tables: TABLES,
        steps: [
          step({ message: 'Create', table: 'project', stage, writes: ['name'] }, ({ target }) => {
            ;(target as Record<string, unknown>)['name'] = 'x'.repeat(21)
          }),
        ],
      })

      await refused(org, () => org.create('project', { name: 'Bridge' }), {
        code: 'STRING_TOO_LONG',
      })
    },
  )

  test('timezoneruleversionnumber is in the Target of a Create from PostOperation on', async () => {
    const seen: unknown[] = []
    const org = emulator({
      steps: [10, 20, 40].map((stage) =>
        step({ message: 'Create', table: 'account', stage: stage as 10 }, ({ target }) => {
          seen.push((target as Record<string, unknown>)['timezoneruleversionnumber'])
        }),
      ),
    })

    await org.create('account', { name: 'Contoso' })

    expect(seen).toEqual([undefined, undefined, 0])
  })
})
