import fc from 'fast-check'
import { ROOT, world } from './world.ts'

const ask = async (query?: unknown, more: Readonly<Record<string, string>> = {}) => {
  const { send } = world()
  return send('GET', addressOf(query, more))
}

/** Every parameter behind an alias; a query that is missing is not named. */
function addressOf(query: unknown, more: Readonly<Record<string, string>> = {}): string {
  const parameters = {
    ...(query !== undefined && { Query: JSON.stringify(query) }),
    ...more,
  }
  const names = Object.keys(parameters)
  const values = Object.entries(parameters).map(
    ([name, value]) => `@${name}=${encodeURIComponent(value)}`,
  )
  return `RetrieveMetadataChanges(${names.map((name) => `${name}=@${name}`).join(',')})?${values.join('&')}`
}

const when = (PropertyName: string, ConditionOperator: unknown, Type: string, Value: unknown) => ({
  PropertyName,
  ConditionOperator,
  Value: { Type, Value },
})
const named = (name: string) => ({
  Conditions: [when('LogicalName', 'Equals', 'System.String', name)],
})
const only = (...PropertyNames: readonly string[]) => ({ AllProperties: false, PropertyNames })

/** What only the answer as a whole has. */
const ENVELOPE = { '@odata.context': '' }

interface Named {
  readonly LogicalName: string
}
const tables = (answer: { readonly json: { readonly EntityMetadata: readonly Named[] } }) =>
  answer.json.EntityMetadata.map((each) => each.LogicalName)

describe('what is asked for is told', () => {
  test('of a table, with its columns and their types (query-schema-definitions)', async () => {
    const answer = await ask({
      Criteria: named('new_parcel'),
      Properties: only('SchemaName', 'Attributes'),
      AttributeQuery: {
        Criteria: {
          FilterOperator: 'And',
          Conditions: [when('LogicalName', 'In', 'System.String[]', "['new_name','new_parcelid']")],
        },
        Properties: only('SchemaName'),
      },
    })

    const [table] = answer.json.EntityMetadata
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({
      '@odata.context': `${ROOT}$metadata#Microsoft.Dynamics.CRM.RetrieveMetadataChangesResponse`,
      ServerVersionStamp: expect.stringMatching(/^\d+!\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/),
      DeletedMetadata: { Count: 0, IsReadOnly: false, Keys: [], Values: [] },
    })
    expect(table).toMatchObject({ LogicalName: 'new_parcel', SchemaName: 'new_Parcel' })
    expect(table.Attributes).toMatchObject([
      { LogicalName: 'new_parcelid', SchemaName: 'new_parcelId' },
      {
        '@odata.type': '#Microsoft.Dynamics.CRM.ComplexStringAttributeMetadata',
        LogicalName: 'new_name',
        SchemaName: 'new_name',
        MetadataId: expect.any(String),
        HasChanged: null,
      },
    ])
    expect(table.Attributes[0]).not.toHaveProperty('@odata.type')
  })

  test('the rest is null, or an empty collection', async () => {
    const answer = await ask({ Criteria: named('account'), Properties: only('SchemaName') })

    expect(answer.json.EntityMetadata).toHaveLength(1)
    expect(answer.json.EntityMetadata[0]).toMatchObject({
      SchemaName: 'Account',
      EntitySetName: null,
      DisplayName: null,
      Privileges: [],
      Attributes: [],
      Keys: [],
    })
  })

  test('it is what EntityDefinitions tells', async () => {
    const { send } = world()

    const defined = await send('GET', "EntityDefinitions(LogicalName='account')")
    const asked = await send('GET', addressOf({ Criteria: named('account') }))

    expect({ ...asked.json.EntityMetadata[0], ...ENVELOPE }).toMatchObject({
      ...defined.json,
      ...ENVELOPE,
    })
  })

  test('options come with their column', async () => {
    const answer = await ask({
      Criteria: named('new_parcel'),
      Properties: only('Attributes'),
      AttributeQuery: { Criteria: named('new_size'), Properties: only('OptionSet') },
    })

    expect(answer.json.EntityMetadata[0].Attributes).toMatchObject([
      { LogicalName: 'new_size', OptionSet: { Options: [{ Value: 1 }, { Value: 2 }] } },
    ])
  })

  test('relationships and keys have queries of their own', async () => {
    const answer = await ask({
      Criteria: named('new_parcel'),
      Properties: only('ManyToOneRelationships', 'ManyToManyRelationships', 'Keys'),
      RelationshipQuery: {
        Criteria: {
          Conditions: [
            when(
              'RelationshipType',
              'Equals',
              'Microsoft.Xrm.Sdk.Metadata.RelationshipType',
              'OneToManyRelationship',
            ),
          ],
        },
        Properties: only('ReferencingEntity'),
      },
      KeyQuery: { Properties: only('KeyAttributes') },
    })

    const [table] = answer.json.EntityMetadata
    expect(table.ManyToOneRelationships).not.toEqual([])
    for (const each of table.ManyToOneRelationships as readonly object[]) {
      expect(each).toMatchObject({ ReferencingEntity: 'new_parcel', ReferencedEntity: null })
    }
    expect(table.ManyToManyRelationships).toEqual([])
    expect(table.OneToManyRelationships).toEqual([])
    expect(table.Keys[0].KeyAttributes).not.toEqual([])
  })

  test('labels in other languages only are none', async () => {
    const answer = async (LabelQuery: object) =>
      (
        await ask({
          Criteria: named('new_parcel'),
          Properties: only('DisplayName'),
          LabelQuery,
        })
      ).json.EntityMetadata[0].DisplayName.LocalizedLabels as readonly unknown[]

    expect(await answer({ FilterLanguages: [1033], MissingLabelBehavior: 0 })).toHaveLength(1)
    expect(await answer({ FilterLanguages: [1031] })).toEqual([])
    expect(await answer({ FilterLanguages: [] })).toHaveLength(1)
  })

  test('without a query it is everything', async () => {
    const { send } = world()

    const answer = await send('GET', 'RetrieveMetadataChanges')

    expect(tables(answer)).toEqual(expect.arrayContaining(['account', 'new_parcel']))
    expect(answer.json.EntityMetadata[0].Attributes).not.toEqual([])
  })
})

describe('conditions', () => {
  const found = async (...Conditions: readonly object[]) =>
    tables(await ask({ Criteria: { Conditions }, Properties: only('SchemaName') }))
  const isNew = when('LogicalName', 'GreaterThan', 'System.String', 'new_')

  test('compare by name or number of the operator', async () => {
    for (const operator of ['Equals', 0]) {
      expect(await found(when('LogicalName', operator, 'System.String', 'account'))).toEqual([
        'account',
      ])
    }
    expect(await found(when('LogicalName', 'NotEquals', 'System.String', 'account'))).not.toContain(
      'account',
    )
    expect(
      await found(isNew, when('LogicalName', 3, 'System.String[]', ['new_parcel'])),
    ).not.toContain('new_parcel')
    expect(await found(when('ObjectTypeCode', 'LessThan', 'System.Int32', '2'))).toEqual([
      'account',
    ])
  })

  test('take texts, numbers, flags, ids, times and enumerations', async () => {
    const account = (await ask({ Criteria: named('account') })).json.EntityMetadata[0]
    const isAccount = when('LogicalName', 'Equals', 'System.String', 'account')

    for (const condition of [
      when('MetadataId', 'Equals', 'System.Guid', (account.MetadataId as string).toUpperCase()),
      when('ObjectTypeCode', 'Equals', 'System.Int32', '1'),
      when('IsCustomEntity', 'Equals', 'System.Boolean', 'False'),
      when('IsCustomEntity', 'Equals', 'System.Boolean', false),
      when('IsCustomizable', 'Equals', 'System.Boolean', 'true'),
      when('CreatedOn', 'LessThan', 'System.DateTime', '2020-01-01T00:00:00Z'),
      when('OwnershipType', 'Equals', 'Microsoft.Xrm.Sdk.Metadata.OwnershipTypes', 'UserOwned'),
      { PropertyName: 'EntityColor', ConditionOperator: 'Equals', Value: null },
    ]) {
      expect(await found(isAccount, condition)).toEqual(['account'])
      const opposite = {
        ...condition,
        ConditionOperator: condition.ConditionOperator === 'Equals' ? 'NotEquals' : 'GreaterThan',
      }
      expect(await found(isAccount, opposite)).toEqual([])
    }
  })

  test('all hold or any, filters inside filters', async () => {
    const Criteria = {
      FilterOperator: 1,
      Conditions: [when('LogicalName', 'Equals', 'System.String', 'contact')],
      Filters: [{ FilterOperator: 'And', ...named('account') }],
    }

    expect(tables(await ask({ Criteria }))).toEqual(['account', 'contact'])
    expect(tables(await ask({ Criteria: { ...Criteria, FilterOperator: 'And' } }))).toEqual([])
  })
})

describe('the stamp', () => {
  const query = { Criteria: named('new_parcel'), Properties: only('SchemaName') }

  test('of the present tells that nothing has changed', async () => {
    const { send } = world()
    const { ServerVersionStamp: stamp } = (await send('GET', addressOf(query))).json

    const answer = await send('GET', addressOf(query, { ClientVersionStamp: `'${stamp}'` }))

    expect(answer.json).toMatchObject({ ServerVersionStamp: stamp, EntityMetadata: [] })
  })

  test('of the past tells all that is asked', async () => {
    const { send } = world()
    const { ServerVersionStamp: stamp } = (await send('GET', addressOf(query))).json
    await send('POST', "EntityDefinitions(LogicalName='new_parcel')/Attributes", {
      '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
      SchemaName: 'new_Extra',
      MaxLength: 10,
    })

    const answer = await send(
      'GET',
      addressOf(query, {
        ClientVersionStamp: `'${stamp}'`,
        DeletedMetadataFilters: "Microsoft.Dynamics.CRM.DeletedMetadataFilters'All'",
      }),
    )

    expect(answer.status).toBe(200)
    expect(answer.json.ServerVersionStamp).not.toBe(stamp)
    expect(tables(answer)).toEqual(['new_parcel'])
  })
})

describe('what can not be asked is refused', () => {
  test.each([
    ['a property nobody has', { Properties: only('Nothing') }, '0x80060888'],
    [
      'a property of columns nobody has',
      { Properties: only('Attributes'), AttributeQuery: { Properties: only('Nothing') } },
      '0x80060888',
    ],
    ['properties that are no list', { Properties: { PropertyNames: 'Attributes' } }, '0x80040203'],
    ['AllProperties that is no flag', { Properties: { AllProperties: 'maybe' } }, '0x80040203'],
    ['criteria that are no object', { Criteria: [] }, '0x80048d19'],
    ['conditions that are no list', { Criteria: { Conditions: {} } }, '0x80048d19'],
    ['a logical operator', { Criteria: { FilterOperator: 'Xor' } }, '0x80040203'],
    ['no property', { Criteria: { Conditions: [{}] } }, '0x80040203'],
    [
      'an operator',
      { Criteria: { Conditions: [when('LogicalName', 'Like', 'System.String', 'a')] } },
      '0x80040203',
    ],
    [
      'a type',
      { Criteria: { Conditions: [when('LogicalName', 0, 'System.Uri', 'a')] } },
      '0x80040203',
    ],
    [
      'a value of another type',
      { Criteria: { Conditions: [when('LogicalName', 0, 'System.Boolean', 'a')] } },
      '0x80040203',
    ],
    [
      'a member of another type',
      { Criteria: { Conditions: [when('LogicalName', 0, 'System.Boolean', 'true')] } },
      '0x80040203',
    ],
    [
      'a list for one value',
      { Criteria: { Conditions: [when('LogicalName', 0, 'System.String[]', "['a']")] } },
      '0x80040203',
    ],
    [
      'one value for a list',
      { Criteria: { Conditions: [when('LogicalName', 'In', 'System.String', 'a')] } },
      '0x80040203',
    ],
    [
      'a list that is none',
      { Criteria: { Conditions: [when('LogicalName', 'In', 'System.String[]', 'a')] } },
      '0x80040203',
    ],
    [
      'a label',
      { Criteria: { Conditions: [when('DisplayName', 0, 'System.String', 'a')] } },
      '0x80040203',
    ],
    ['languages', { LabelQuery: { FilterLanguages: 1033 } }, '0x80040203'],
  ])('%s', async (_what, query, code) => {
    const answer = await ask(query)

    expect([answer.status, answer.json.error.code]).toEqual([400, code])
  })

  test('the tables of one app', async () => {
    const answer = await ask(undefined, { AppModuleId: '5e9bafa0-0000-4000-8000-000000000001' })

    expect([answer.status, answer.json.error.code]).toEqual([501, 'NOT_SUPPORTED'])
  })

  test('a stamp that never was one', async () => {
    const answer = await ask(undefined, { ClientVersionStamp: "'yesterday'" })

    expect([answer.status, answer.json.error.code]).toEqual([400, '0x80040203'])
  })

  test('another verb, and a path behind it', async () => {
    const { send } = world()

    expect((await send('POST', 'RetrieveMetadataChanges', {})).status).toBe(405)
    expect((await send('GET', 'RetrieveMetadataChanges()/EntityMetadata')).status).toBe(404)
  })

  test('whatever the query is, the answer is coded', async () => {
    const { send } = world()
    const key = fc.constantFrom('Criteria', 'Properties', 'AttributeQuery', 'Conditions', 'Filters')
    const json = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, fc.jsonValue({ maxDepth: 1 }), tie('object'), tie('list')),
      list: fc.array(tie('value'), { maxLength: 2 }),
      object: fc.dictionary(
        fc.oneof(key, fc.constantFrom('PropertyNames', 'PropertyName', 'Value', 'Type')),
        tie('value'),
        { maxKeys: 3 },
      ),
    })).object

    await fc.assert(
      fc.asyncProperty(json, async (query) => {
        const answer = await send(
          'GET',
          addressOf({ Properties: only(), ...query, AttributeQuery: { Properties: only() } }),
        )

        expect(answer.status).toBeLessThan(500)
      }),
      { numRuns: 60 },
    )
  })
})

test('$metadata declares the function', async () => {
  const { send } = world()

  const answer = await send('GET', '$metadata')

  expect(answer.text).toContain(
    '<Function Name="RetrieveMetadataChanges"><Parameter Name="Query" Type="mscrm.EntityQueryExpression" />',
  )
  expect(answer.text).toContain(
    '<FunctionImport Name="RetrieveMetadataChanges" Function="mscrm.RetrieveMetadataChanges" />',
  )
  expect(answer.text).toMatch(
    /<EnumType Name="DeletedMetadataFilters" IsFlags="true">.*<Member Name="All" Value="31" \/>/,
  )
})
