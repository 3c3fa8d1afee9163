import type { Entity } from '../../src/pipeline/execution-context.ts'
import { decodeContext } from '../../src/remote-execution/decode.ts'
import type { KindOf } from '../../src/remote-execution/wire.ts'
import { ASSET, bodyWith, CREATE, SITE, STEP, USER, wireReference, wireTarget } from './contexts.ts'

const kindOf: KindOf = (table, column) =>
  table === 'demo_asset' && column === 'demo_bought' ? 'DateOnly' : undefined

function attributesOf(text: string) {
  return (decodeContext(text, kindOf).InputParameters['Target'] as Entity).Attributes
}

test('columns arrive in the shapes rows hold', () => {
  expect(attributesOf(CREATE)).toEqual({
    demo_name: 'Pump 7',
    demo_kind: 2,
    demo_price: 12.5,
    demo_weight: 1,
    demo_serial: 9223372036854775807n,
    demo_tags: [1, 3],
    ownerid: { table: 'systemuser', id: USER },
    createdon: '2023-11-14T22:13:20Z',
    demo_seen: '2023-11-14T22:13:20.123Z',
    demo_bought: '2023-11-15',
    modifiedonbehalfby: null,
    iscustomizable: {
      Value: true,
      CanBeChanged: true,
      ManagedPropertyLogicalName: 'iscustomizable',
    },
    demo_assetid: ASSET,
  })
})

test('choices and money are parameters with a value, typed or not', () => {
  const choice = {
    __type: 'OptionSetValue:http://schemas.microsoft.com/xrm/2011/Contracts',
    Value: 1,
  }
  const money = { __type: 'Money:http://schemas.microsoft.com/xrm/2011/Contracts', Value: 12.5 }
  const context = decodeContext(
    bodyWith({
      MessageName: 'SetState',
      InputParameters: [
        { key: 'State', value: choice },
        { key: 'Status', value: { Value: -1 } },
        { key: 'Fee', value: money },
      ],
    }),
  )

  expect(context.InputParameters).toEqual({
    State: { Value: 1 },
    Status: { Value: -1 },
    Fee: { Value: 12.5 },
  })
})

test('the printed texts of choices and lookups are kept', () => {
  const target = decodeContext(CREATE).InputParameters['Target'] as Entity

  expect(target.FormattedValues).toEqual({ demo_kind: 'Pump', ownerid: 'Ada' })
})

test('the members of a context are read', () => {
  expect(decodeContext(CREATE)).toMatchObject({
    MessageName: 'Create',
    Stage: 40,
    Mode: 0,
    PrimaryEntityName: 'demo_asset',
    PrimaryEntityId: ASSET,
    OutputParameters: { id: ASSET },
    SharedVariables: { IsAutoTransact: true, AcceptLang: 'en-US' },
    ParentContext: null,
    OperationCreatedOn: new Date(1_700_000_000_123),
    OwningExtension: {
      LogicalName: 'sdkmessageprocessingstep',
      Id: STEP,
      Name: 'Hook: Create of demo_asset',
    },
    InitiatingUserAgent: '',
  })
})

test('a parent context is read as deep as it goes', () => {
  const parent = JSON.parse(bodyWith({ Stage: 30 })) as object
  const context = decodeContext(bodyWith({ ParentContext: { ...parent, ParentContext: parent } }))

  expect(context.ParentContext?.ParentContext?.Stage).toBe(30)
  expect(context.ParentContext?.ParentContext?.ParentContext).toBeNull()
})

test('newer members may be missing and unknown ones are ignored', () => {
  const context = decodeContext(
    bodyWith({ InitiatingUserAgent: undefined, EnvironmentId: 'x', Anything: [1] }),
  )

  expect(context).not.toHaveProperty('InitiatingUserAgent')
  expect(context).not.toHaveProperty('Anything')
})

test.each([
  ['empty', []],
  ['null', null],
  ['absent', undefined],
])('bags and images that are %s are empty', (_, removed) => {
  const context = decodeContext(
    bodyWith({
      InputParameters: removed,
      PreEntityImages: removed,
      PostEntityImages: removed,
      SharedVariables: removed,
      ParentContext: undefined,
    }),
  )

  expect(context).toMatchObject({
    InputParameters: {},
    PreEntityImages: {},
    PostEntityImages: {},
    SharedVariables: {},
    ParentContext: null,
  })
})

test('a date may be ISO 8601', () => {
  const context = decodeContext(bodyWith({ OperationCreatedOn: '2026-03-02T10:00:00Z' }))

  expect(context.OperationCreatedOn).toEqual(new Date('2026-03-02T10:00:00Z'))
})

test('an asynchronous context may have no RequestId', () => {
  expect(decodeContext(bodyWith({ RequestId: null, Mode: 1 })).RequestId).toBeNull()
})

test('images are read without a type, by alias', () => {
  const image = { ...wireTarget({ demo_name: 'Pump 7' }), __type: undefined }
  const context = decodeContext(bodyWith({ PreEntityImages: [{ key: 'before', value: image }] }))

  expect(context.PreEntityImages).toEqual({
    before: { LogicalName: 'demo_asset', Id: ASSET, Attributes: { demo_name: 'Pump 7' } },
  })
})

test.each(['collection', 'array'])('activity parties are read from a bare %s', (form) => {
  const party = (type: object) => ({
    ...wireTarget({ partyid: wireReference('contact', SITE), addressused: 'a@b.example' }),
    ...type,
    LogicalName: 'activityparty',
  })
  const value =
    form === 'array'
      ? [party({})]
      : { __type: 'EntityCollection:x', Entities: [party({ __type: undefined })] }
  const body = bodyWith({ InputParameters: [{ key: 'Target', value: wireTarget({ to: value }) }] })

  expect(attributesOf(body)).toEqual({
    to: [{ partyid: { table: 'contact', id: SITE }, addressused: 'a@b.example' }],
  })
})

test('the parameters of Associate are read', () => {
  const context = decodeContext(
    bodyWith({
      MessageName: 'Associate',
      InputParameters: [
        { key: 'Target', value: wireReference('demo_asset', ASSET) },
        {
          key: 'Relationship',
          value: { __type: 'Relationship:x', PrimaryEntityRole: null, SchemaName: 'demo_a_s' },
        },
        { key: 'RelatedEntities', value: [wireReference('demo_site', SITE)] },
      ],
    }),
  )

  expect(context.InputParameters).toEqual({
    Target: { LogicalName: 'demo_asset', Id: ASSET, Name: null },
    Relationship: { SchemaName: 'demo_a_s', PrimaryEntityRole: null },
    RelatedEntities: [{ LogicalName: 'demo_site', Id: SITE, Name: null }],
  })
})

test('a parameter of a type that is not known stays as it came', () => {
  const pair = {
    __type: 'KeyValuePairOfstringstring:#System.Collections.Generic',
    key: 'a',
    value: 'b',
  }
  const context = decodeContext(bodyWith({ SharedVariables: [{ key: 'Changed', value: [pair] }] }))

  expect(context.SharedVariables).toEqual({ Changed: [pair] })
})

test('bodies whose types a tool has stripped are read by their shapes', () => {
  const strip = (text: string) => text.replace(/"__type":"[^"]*",/g, '')

  expect(attributesOf(strip(CREATE))).toEqual(attributesOf(CREATE))
})

test('a key cannot change the prototype of a bag', () => {
  const text = CREATE.replace(
    '{"key":"AcceptLang"',
    '{"key":"__proto__","value":{"x":1}},{"key":"AcceptLang"',
  )

  expect(decodeContext(text).SharedVariables).not.toHaveProperty('x')
})

test.each([
  ['no JSON', 'MessageName=Create', 'is no JSON'],
  ['a list', '[]', 'the body is no object'],
  ['without a message', bodyWith({ MessageName: undefined }), 'MessageName is no text'],
  ['without a stage', bodyWith({ Stage: '40' }), 'Stage is no number'],
  ['with an id that is none', bodyWith({ PrimaryEntityId: '7' }), 'PrimaryEntityId is no GUID'],
])('%s is refused', (_, body, complaint) => {
  expect(() => decodeContext(body)).toThrow(
    expect.objectContaining({
      code: 'CONTEXT_INVALID',
      message: expect.stringContaining(complaint),
    }),
  )
})

test('a column of a type that is not known is refused by name', () => {
  const value = { __type: 'Mystery:x', Anything: 1 }
  const body = bodyWith({ InputParameters: [{ key: 'Target', value: wireTarget({ odd: value }) }] })

  expect(() => decodeContext(body)).toThrow(
    expect.objectContaining({
      code: 'NOT_SUPPORTED',
      message: 'demo_asset.odd carries a value of type Mystery, which is not read.',
    }),
  )
})
