import fc from 'fast-check'
import { world } from './world.ts'

const CRM = 'Microsoft.Dynamics.CRM.'
const label = { LocalizedLabels: [{ Label: 'Text', LanguageCode: 1033 }] }
const TABLE = "EntityDefinitions(LogicalName='new_parcel')"

/** Requests that are right, to be spoilt in one place. */
const REQUESTS: readonly (readonly [method: string, path: string, body: unknown])[] = [
  [
    'POST',
    'EntityDefinitions',
    {
      SchemaName: 'new_Crate',
      OwnershipType: 'UserOwned',
      HasNotes: true,
      DisplayName: label,
      Attributes: [
        {
          '@odata.type': `${CRM}StringAttributeMetadata`,
          SchemaName: 'new_Name',
          IsPrimaryName: true,
          MaxLength: 100,
          RequiredLevel: { Value: 'None' },
        },
        {
          '@odata.type': `${CRM}PicklistAttributeMetadata`,
          SchemaName: 'new_Kind',
          DisplayName: label,
          OptionSet: { Options: [{ Value: 1, Label: label }] },
        },
      ],
    },
  ],
  [
    'POST',
    `${TABLE}/Attributes`,
    {
      '@odata.type': `${CRM}MoneyAttributeMetadata`,
      SchemaName: 'new_Price',
      Precision: 2,
      MinValue: 0,
      MaxValue: 10,
      DisplayName: label,
    },
  ],
  ['PUT', `${TABLE}/Attributes(LogicalName='new_code')`, { MaxLength: 50, DisplayName: label }],
  [
    'POST',
    `${TABLE}/Keys`,
    { SchemaName: 'new_ByWeight', KeyAttributes: ['new_weight'], DisplayName: label },
  ],
  [
    'POST',
    'RelationshipDefinitions',
    {
      '@odata.type': `${CRM}OneToManyRelationshipMetadata`,
      SchemaName: 'new_lead_parcels',
      ReferencedEntity: 'lead',
      ReferencingEntity: 'new_parcel',
      CascadeConfiguration: { Delete: 'RemoveLink', Assign: 'NoCascade' },
      AssociatedMenuConfiguration: { Order: 1, Label: label },
      Lookup: { SchemaName: 'new_LeadId', DisplayName: label },
    },
  ],
  [
    'POST',
    'RelationshipDefinitions',
    {
      '@odata.type': `${CRM}ManyToManyRelationshipMetadata`,
      SchemaName: 'new_lead_parcel',
      IntersectEntityName: 'new_lead_parcel',
      Entity1LogicalName: 'lead',
      Entity2LogicalName: 'new_parcel',
    },
  ],
  ['POST', 'GlobalOptionSetDefinitions', { Name: 'new_kinds', Options: [{ Label: label }] }],
  [
    'POST',
    'InsertOptionValue',
    {
      EntityLogicalName: 'new_parcel',
      AttributeLogicalName: 'new_size',
      Value: 9,
      Label: label,
    },
  ],
  [
    'POST',
    'CreatePolymorphicLookupAttribute',
    {
      Lookup: { SchemaName: 'new_PlaceId' },
      OneToManyRelationships: [
        { SchemaName: 'new_a', ReferencedEntity: 'account', ReferencingEntity: 'new_parcel' },
      ],
    },
  ],
]

/** Every place in a body, as the names and numbers that lead there. */
function placesIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [[]]
  return [
    [],
    ...Object.entries(value).flatMap(([name, inner]) =>
      placesIn(inner).map((place) => [name, ...place]),
    ),
  ]
}

function spoilt(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by
  if (Array.isArray(value)) {
    return value.map((item: unknown, i) => (String(i) === name ? spoilt(item, rest, by) : item))
  }
  const object = value as Readonly<Record<string, unknown>>
  return { ...object, [name]: spoilt(object[name], rest, by) }
}

const request = fc
  .constantFrom(...REQUESTS)
  .chain(([method, path, body]) =>
    fc
      .tuple(fc.constantFrom(...placesIn(body)), fc.jsonValue({ maxDepth: 2 }))
      .map(([place, by]) => ({ method, path, body: spoilt(body, place, by) })),
  )

test('every request above is answered as it should be', async () => {
  for (const [method, path, body] of REQUESTS) {
    const { send } = world()
    expect((await send(method, path, body)).status).toBeLessThan(300)
  }
})

test('a body that is spoilt in one place is taken, or refused with a code', async () => {
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, body }) => {
      const { send, org } = world()
      const before = org.catalog

      const answer = await send(method, path, body)

      if (answer.status < 400) return
      expect([400, 404, 501]).toContain(answer.status)
      expect(answer.json.error.code).toMatch(/^(?:0x[0-9a-f]{8}|[A-Z_]+)$/)
      expect(org.catalog).toBe(before)
    }),
    { numRuns: 150 },
  )
})
