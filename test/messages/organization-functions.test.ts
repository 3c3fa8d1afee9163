import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'

const organization = () => emulator({ tables: [] })

describe('RetrieveTotalRecordCount', () => {
  test('counts all rows of each table', async () => {
    const org = organization()
    for (const name of ['A', 'B', 'C']) await org.create('account', { name })
    await org.create('contact', { lastname: 'D' })

    const answer = await org.execute('RetrieveTotalRecordCount', {
      EntityNames: ['account', 'contact', 'lead', 'account'],
    })

    expect(answer).toEqual({
      EntityRecordCountCollection: {
        Count: 3,
        IsReadOnly: false,
        Keys: ['account', 'contact', 'lead'],
        Values: [3, 1, 0],
      },
    })
  })

  test('inside a transaction counts what it has done', async () => {
    const org = organization()

    const answer = await org.transaction(async (inner) => {
      await inner.create('account', { name: 'A' })
      return inner.execute('RetrieveTotalRecordCount', { EntityNames: ['account'] })
    })

    expect(answer.EntityRecordCountCollection.Values).toEqual([1])
  })

  test('of a table that is not there is refused', async () => {
    const org = organization()
    const count = (EntityNames: unknown) =>
      org.execute('RetrieveTotalRecordCount', { EntityNames: EntityNames as string[] })

    await refused(org, () => count(['nothing']), { code: 'TABLE_UNKNOWN' })
    await refused(org, () => count('account'), { code: 'INVALID_ARGUMENT' })
  })
})

test('RetrieveCurrentOrganization tells what the organization is', async () => {
  const org = organization()

  const { Detail } = await org.execute('RetrieveCurrentOrganization', { AccessType: 'Default' })

  expect(Detail).toMatchObject({
    OrganizationId: org.organizationId,
    FriendlyName: 'emulated',
    UrlName: 'emulated',
    OrganizationVersion: expect.stringMatching(/^9\.2\./) as string,
    State: 'Enabled',
    Endpoints: { Count: 0, IsReadOnly: false, Keys: [], Values: [] },
  })
})

test('RetrieveOrganizationInfo tells no solutions', async () => {
  expect(await organization().execute('RetrieveOrganizationInfo', {})).toEqual({
    organizationInfo: { InstanceType: 'Developer', Solutions: [] },
  })
})

test('the base language is the one that is available and provisioned', async () => {
  const org = organization()
  await org.update('organization', org.organizationId, { languagecode: 1031 })

  expect(await org.execute('RetrieveAvailableLanguages', {})).toEqual({ LocaleIds: [1031] })
  expect(await org.execute('RetrieveProvisionedLanguages', {})).toEqual({
    RetrieveProvisionedLanguages: [1031],
  })
})

test.each([
  [
    {
      Line1: '123 Maple St.',
      City: 'Seattle',
      StateOrProvince: 'WA',
      PostalCode: '98007',
      Country: 'USA',
    },
    '123 Maple St.\r\nSeattle, WA 98007\r\nUSA',
  ],
  [
    {
      Line1: '1-2-3 Sakura',
      City: 'Nagoya',
      StateOrProvince: 'Aichi',
      PostalCode: '455-2345',
      Country: 'JAPAN',
    },
    '455-2345\r\nAichi\r\nNagoya\r\n1-2-3 Sakura\r\nJAPAN',
  ],
  [{ City: 'Bern' }, 'Bern'],
  [{}, ''],
])(
  'FormatAddress writes %j as its country does (web-api-functions-actions-sample)',
  async (parts, Address) => {
    expect(await organization().execute('FormatAddress', parts)).toEqual({ Address })
  },
)

describe('InitializeFrom', () => {
  test('gives the lookup that leads back, and stores nothing', async () => {
    const org = organization()
    const EntityMoniker = { table: 'account', id: await org.create('account', { name: 'A' }) }

    const answer = await org.execute('InitializeFrom', {
      EntityMoniker,
      TargetEntityName: 'account',
      TargetFieldType: 'ValidForCreate',
    })

    expect(answer).toEqual({
      Entity: { LogicalName: 'account', Attributes: { parentaccountid: EntityMoniker } },
    })
    expect(org.contents().get('account')).toHaveLength(1)
  })

  test.each([
    [
      'a row that is not there',
      { EntityMoniker: { table: 'account', id: '00000000-0000-4000-8000-00000000dead' } },
      'ROW_NOT_FOUND',
    ],
    [
      'a table that no lookup leads from',
      { TargetEntityName: 'transactioncurrency' },
      'INVALID_ARGUMENT',
    ],
    ['a table that is not there', { TargetEntityName: 'nothing' }, 'TABLE_UNKNOWN'],
  ])('of %s is refused', async (_, part, code) => {
    const org = organization()
    const EntityMoniker = { table: 'account', id: await org.create('account', { name: 'A' }) }
    const request = { EntityMoniker, TargetEntityName: 'account', ...part }

    await refused(org, () => org.execute('InitializeFrom', request), { code })
  })
})

test('what is changed is published already', async () => {
  const org = organization()

  expect(await org.execute('PublishXml', { ParameterXml: '<importexportxml />' })).toBeUndefined()
  expect(await org.execute('PublishAllXml', {})).toBeUndefined()
})

describe('RetrieveExchangeRate', () => {
  const currency = (org: ReturnType<typeof organization>, exchangerate: number) =>
    org.create('transactioncurrency', {
      currencyname: 'Crown',
      isocurrencycode: 'CZK',
      currencysymbol: 'Kč',
      currencyprecision: 2,
      exchangerate,
    })

  test('tells the rate that the row of the currency has now', async () => {
    const org = organization()
    const TransactionCurrencyId = await currency(org, 21.5)
    const base = { TransactionCurrencyId: org.currencyId }

    expect(await org.execute('RetrieveExchangeRate', { TransactionCurrencyId })).toEqual({
      ExchangeRate: 21.5,
    })
    await org.update('transactioncurrency', TransactionCurrencyId, { exchangerate: 22 })
    expect(await org.execute('RetrieveExchangeRate', { TransactionCurrencyId })).toEqual({
      ExchangeRate: 22,
    })
    expect(await org.execute('RetrieveExchangeRate', base)).toEqual({ ExchangeRate: 1 })
  })

  test('has two contexts: what PreValidation sets is found above (understand-the-data-context)', async () => {
    const seen: unknown[] = []
    const at = { table: 'transactioncurrency', message: 'RetrieveExchangeRate' } as const
    const org = emulator({
      tables: [],
      steps: [
        step({ ...at, stage: 10 }, ({ context }) => void (context.SharedVariables['note'] = 'set')),
        step(
          { ...at, stage: 40 },
          ({ context }) =>
            void seen.push(
              context.SharedVariables['note'],
              context.ParentContext?.SharedVariables['note'],
              context.InputParameters,
              context.OutputParameters,
            ),
        ),
      ],
    })

    await org.execute('RetrieveExchangeRate', { TransactionCurrencyId: org.currencyId })

    expect(seen).toEqual([
      undefined,
      'set',
      { TransactionCurrencyId: org.currencyId },
      { ExchangeRate: 1 },
    ])
  })

  test('of a currency that is not there is refused', async () => {
    const org = organization()
    const rate = (TransactionCurrencyId: unknown) =>
      org.execute('RetrieveExchangeRate', { TransactionCurrencyId } as never)

    await refused(org, () => rate(org.userId), { code: 'ROW_NOT_FOUND' })
    await refused(org, () => rate(undefined), { code: 'INVALID_ARGUMENT' })
  })
})

test.each([{}, { ParameterXml: '' }])(
  'PublishXml is refused without what to publish: %j',
  async (request) => {
    const org = organization()

    await refused(org, () => org.execute('PublishXml', request as { ParameterXml: string }), {
      code: 'INVALID_ARGUMENT',
      message: "PublishXml needs the parameter 'ParameterXml'.",
    })
  },
)
