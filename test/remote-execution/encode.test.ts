import { decodeContext } from '../../src/remote-execution/decode.ts'
import {
  encodeContext,
  encodeWebhook,
  encodeWithin,
  SERVICE_BUS_MAX_BYTES,
  WEBHOOK_MAX_BYTES,
} from '../../src/remote-execution/encode.ts'
import { NO_KINDS, type KindOf } from '../../src/remote-execution/wire.ts'
import { ASSET, CREATE, SITE, updateContext, USER } from './contexts.ts'

const TYPE = 'http:\\/\\/schemas.microsoft.com\\/xrm\\/2011\\/Contracts'
const kindOf: KindOf = (_, column) =>
  ({
    demo_kind: 'OptionSetValue' as const,
    demo_price: 'Money' as const,
    createdon: 'DateTime' as const,
    demo_bought: 'DateOnly' as const,
    demo_serial: 'BigInt' as const,
  })[column]

function textOf(value: unknown): string {
  const context = updateContext({
    InputParameters: {
      Target: { LogicalName: 'demo_asset', Id: ASSET, Attributes: value as never },
    },
  })
  const text = encodeContext(context, kindOf)
  return text.slice(text.indexOf('"Attributes":') + 13, text.indexOf(',"EntityState"'))
}

test('members stand in the order of the wire, a parent context within its own', () => {
  const text = encodeContext(decodeContext(CREATE), kindOf)
  const members = Object.keys(JSON.parse(text) as object)

  expect(members).toEqual(Object.keys(JSON.parse(CREATE) as object))
  expect(members).toEqual([...members].sort())
})

test.each([
  ['text', { demo_name: 'a/b\n"\\n' }, '[{"key":"demo_name","value":"a\\/b\\u000a\\"\\\\n"}]'],
  ['an empty column', { demo_name: null }, '[{"key":"demo_name","value":null}]'],
  [
    'a choice',
    { demo_kind: 2 },
    `[{"key":"demo_kind","value":{"__type":"OptionSetValue:${TYPE}","Value":2}}]`,
  ],
  [
    'a sum',
    { demo_price: 12.5 },
    `[{"key":"demo_price","value":{"__type":"Money:${TYPE}","Value":12.5}}]`,
  ],
  [
    'a moment',
    { createdon: '2023-11-14T22:13:20Z' },
    '[{"key":"createdon","value":"\\/Date(1700000000000)\\/"}]',
  ],
  [
    'a day',
    { demo_bought: '2023-11-15' },
    '[{"key":"demo_bought","value":"\\/Date(1700006400000)\\/"}]',
  ],
  [
    '64 bits',
    { demo_serial: 9223372036854775807n },
    '[{"key":"demo_serial","value":9223372036854775807}]',
  ],
  [
    'choices',
    { demo_tags: [1] },
    `[{"key":"demo_tags","value":[{"__type":"OptionSetValue:${TYPE}","Value":1}]}]`,
  ],
  [
    'a lookup',
    { ownerid: { table: 'systemuser', id: USER } },
    `[{"key":"ownerid","value":{"__type":"EntityReference:${TYPE}","Id":"${USER}","KeyAttributes":[],"LogicalName":"systemuser","Name":null,"RowVersion":null}}]`,
  ],
])('%s is written as the platform writes it', (_, attributes, expected) => {
  expect(textOf(attributes)).toBe(expected)
})

test('a parameter bag tells the types of what it holds', () => {
  const text = encodeContext(
    updateContext({
      MessageName: 'Associate',
      InputParameters: {
        Target: { LogicalName: 'demo_asset', Id: ASSET },
        Relationship: { SchemaName: 'demo_a_s', PrimaryEntityRole: null },
        RelatedEntities: [{ LogicalName: 'demo_site', Id: SITE }],
      },
    }),
    NO_KINDS,
  )

  expect(JSON.parse(text)).toMatchObject({
    InputParameters: [
      { key: 'Target', value: { __type: expect.stringMatching(/^EntityReference:/), Id: ASSET } },
      {
        key: 'Relationship',
        value: { __type: expect.stringMatching(/^Relationship:/), SchemaName: 'demo_a_s' },
      },
      { key: 'RelatedEntities', value: [{ __type: expect.stringMatching(/^EntityReference:/) }] },
    ],
  })
})

test('the date of an asynchronous operation carries an offset', () => {
  expect(encodeContext(updateContext({ Mode: 1 }), kindOf)).toContain(
    '"OperationCreatedOn":"\\/Date(1700000000123+0000)\\/"',
  )
})

test('images and the owning extension carry no type', () => {
  const image = { LogicalName: 'demo_asset', Id: ASSET, Attributes: {} }
  const wire = JSON.parse(
    encodeContext(updateContext({ PreEntityImages: { before: image } }), kindOf),
  )

  expect(wire.OwningExtension).not.toHaveProperty('__type')
  expect(wire.PreEntityImages[0].value).not.toHaveProperty('__type')
})

test('a webhook request names the event in its headers', () => {
  const { headers, isReduced } = encodeWebhook(updateContext(), kindOf, 'contoso.crm.dynamics.com')

  expect(isReduced).toBe(false)
  expect(headers).toEqual({
    'content-type': 'application/json; charset=utf-8',
    'x-ms-dynamics-organization': 'contoso.crm.dynamics.com',
    'x-ms-dynamics-entity-name': 'demo_asset',
    'x-ms-dynamics-request-name': 'Update',
    'x-ms-correlation-request-id': 'c0000000-0000-4000-8000-000000000001',
  })
})

describe('a body that is too long', () => {
  const long = (length: number) =>
    updateContext({
      InputParameters: {
        Target: {
          LogicalName: 'demo_asset',
          Id: ASSET,
          Attributes: { demo_name: 'ä'.repeat(length / 2) },
        },
      },
      ParentContext: updateContext({ Stage: 30 }),
      OutputParameters: { id: ASSET },
    })

  test('loses its parent, input parameters and images, and says so', () => {
    const { body, headers, isReduced } = encodeWebhook(long(WEBHOOK_MAX_BYTES), kindOf, 'o')

    expect(isReduced).toBe(true)
    expect(headers).toHaveProperty('x-ms-dynamics-msg-size-exceeded')
    expect(decodeContext(body)).toMatchObject({
      InputParameters: {},
      PreEntityImages: {},
      PostEntityImages: {},
      ParentContext: null,
      OutputParameters: { id: ASSET },
      PrimaryEntityId: ASSET,
    })
  })

  test('is measured in bytes, and sooner for Service Bus than for a webhook', () => {
    const context = long(SERVICE_BUS_MAX_BYTES)

    expect(encodeWithin(WEBHOOK_MAX_BYTES, context, kindOf).isReduced).toBe(false)
    expect(encodeWithin(SERVICE_BUS_MAX_BYTES, context, kindOf).isReduced).toBe(true)
  })

  test('is refused when what remains is still too long', () => {
    const context = updateContext({ SharedVariables: { all: 'x'.repeat(WEBHOOK_MAX_BYTES) } })

    expect(() => encodeWebhook(context, kindOf, 'o')).toThrow(
      expect.objectContaining({ code: 'WEBHOOK_TOO_LARGE' }),
    )
  })
})

test('a text that is no date is refused where a date is to be written', () => {
  expect(() => textOf({ createdon: 'yesterday' })).toThrow(
    expect.objectContaining({ code: 'INVALID_DATE' }),
  )
})

test('a query of ours is refused rather than written in a form the platform does not use', () => {
  const context = updateContext({
    MessageName: 'RetrieveMultiple',
    InputParameters: { Query: { table: 'demo_asset', columns: 'all' } },
  })

  expect(() => encodeContext(context, kindOf)).toThrow(
    expect.objectContaining({ code: 'NOT_SUPPORTED' }),
  )
})
