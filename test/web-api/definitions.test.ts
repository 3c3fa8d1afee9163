import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Column } from '../../src/metadata/column.ts'
import { parseLossless, printLossless } from '../../src/rows/lossless-json.ts'
import { Catalog } from '../../src/metadata/catalog.ts'
import { readEntityDefinitions } from '../../src/metadata/import/entity-definitions/read-entity-definitions.ts'
import { emulator } from '../../src/testing/index.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { answerOf, ROOT, world } from './world.ts'

describe('EntityDefinitions', () => {
  test('every table answers with the names clients look for first', async () => {
    const { send } = world()

    const answer = await send('GET', 'EntityDefinitions?$select=EntitySetName,LogicalName')

    expect(answer.status).toBe(200)
    expect(answer.json['@odata.context']).toBe(
      `${ROOT}$metadata#EntityDefinitions(EntitySetName,LogicalName)`,
    )
    expect(answer.json.value).toContainEqual({
      EntitySetName: 'new_parcels',
      LogicalName: 'new_parcel',
      MetadataId: expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
    })
  })

  test('one table is found by logical name, by encoded quotes, and by its id', async () => {
    const { send } = world()

    const byName = await send(
      'GET',
      "EntityDefinitions(LogicalName='account')?$select=EntitySetName",
    )
    const encoded = await send(
      'GET',
      'EntityDefinitions(LogicalName=%27account%27)?%24select=EntitySetName',
    )
    const byId = await send(
      'GET',
      `EntityDefinitions(${byName.json.MetadataId as string})?$select=EntitySetName`,
    )

    expect(byName.json).toMatchObject({ EntitySetName: 'accounts' })
    expect(encoded.json).toEqual(byName.json)
    expect(byId.json.EntitySetName).toBe('accounts')
  })

  test('$filter compares members, enumerations and managed values', async () => {
    const { send } = world()
    const found = async (filter: string) =>
      (
        (
          await send(
            'GET',
            `EntityDefinitions?$select=LogicalName&$filter=${encodeURIComponent(filter)}`,
          )
        ).json.value as readonly { readonly LogicalName: string }[]
      ).map((each) => each.LogicalName)

    expect(await found("LogicalName eq 'account'")).toEqual(['account'])
    expect(await found("LogicalName eq 'account' or LogicalName eq 'contact'")).toEqual([
      'account',
      'contact',
    ])
    expect(await found("IsPrivate eq false and (LogicalName eq 'new_parcel')")).toEqual([
      'new_parcel',
    ])
    expect(
      await found(
        "OwnershipType eq Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned' and not (LogicalName eq 'contact')",
      ),
    ).toContain('account')
    expect(await found('CanCreateAttributes/Value eq true and ObjectTypeCode eq 1')).toEqual([
      'account',
    ])
    expect(await found("LogicalName eq 'nosuch'")).toEqual([])
  })

  test('what the service refuses is refused with its codes', async () => {
    const { send } = world()

    const top = await send('GET', 'EntityDefinitions?$top=1')
    const starts = await send('GET', "EntityDefinitions?$filter=startswith(LogicalName,'a')")
    const unknown = await send('GET', 'EntityDefinitions?$select=Nosuch')
    const missing = await send('GET', "EntityDefinitions(LogicalName='nosuch')")

    expect([top.status, top.json.error.code]).toEqual([400, '0x80060888'])
    expect([starts.status, starts.json.error.code]).toEqual([501, '0x8006088a'])
    expect(starts.json.error.message).toBe(
      'The "startswith" function isn\'t supported for Metadata Entities',
    )
    expect([unknown.status, missing.status]).toEqual([400, 404])
  })

  test('a member is read alone, and raw', async () => {
    const { send } = world()

    expect(
      (await send('GET', "EntityDefinitions(LogicalName='account')/ObjectTypeCode/$value")).text,
    ).toBe('1')
    expect(
      (await send('GET', "EntityDefinitions(LogicalName='account')/LogicalName")).json.value,
    ).toBe('account')
    expect((await send('GET', "EntityDefinitions(LogicalName='account')/Nosuch")).status).toBe(404)
  })
})

describe('Attributes', () => {
  const path = "EntityDefinitions(LogicalName='new_parcel')/Attributes"

  test('each tells its type', async () => {
    const { send } = world()

    const answer = await send(
      'GET',
      `${path}?$select=LogicalName,AttributeType&$filter=LogicalName eq 'new_tags'`,
    )

    expect(answer.json.value).toEqual([
      {
        '@odata.type': '#Microsoft.Dynamics.CRM.MultiSelectPicklistAttributeMetadata',
        LogicalName: 'new_tags',
        AttributeType: 'Virtual',
        MetadataId: expect.any(String),
      },
    ])
  })

  test('a multiple choice tells its default, -1 where it has none', async () => {
    const choice = (name: string, value: number) => ({
      LogicalName: name,
      AttributeTypeName: { Value: 'MultiSelectPicklistType' },
      DefaultFormValue: value,
      OptionSet: { Options: [{ Value: 9 }] },
    })
    const tables = readEntityDefinitions(
      JSON.stringify({
        LogicalName: 'new_crate',
        PrimaryIdAttribute: 'new_crateid',
        Attributes: [choice('new_marks', 9), choice('new_seals', -1)],
      }),
      'crate.json',
    )
    const org = emulator({ tables })
    const api = createWebApi({ catalog: org.catalog, service: () => org })
    const cast = 'Microsoft.Dynamics.CRM.MultiSelectPicklistAttributeMetadata'
    const url = `/api/data/v9.2/EntityDefinitions(LogicalName='new_crate')/Attributes/${cast}?$select=DefaultFormValue`

    const { json } = answerOf(await api({ method: 'GET', url, headers: {} }))

    expect(json.value).toMatchObject([{ DefaultFormValue: 9 }, { DefaultFormValue: -1 }])
  })

  test('a cast keeps one type and leads to its options', async () => {
    const { send } = world()
    const cast = `${path}/Microsoft.Dynamics.CRM.PicklistAttributeMetadata`

    const answer = await send(
      'GET',
      `${cast}?$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet`,
    )

    expect(answer.json.value).toMatchObject([
      {
        LogicalName: 'new_size',
        OptionSet: {
          Options: [
            { Value: 1, Label: { UserLocalizedLabel: { Label: 'Small', LanguageCode: 1033 } } },
            { Value: 2 },
          ],
        },
        GlobalOptionSet: null,
      },
    ])
    expect(answer.json.value[0]).not.toHaveProperty(['@odata.type'])
    expect(
      (
        await send(
          'GET',
          `${path}(LogicalName='new_size')/Microsoft.Dynamics.CRM.PicklistAttributeMetadata/OptionSet?$select=Name`,
        )
      ).json.Name,
    ).toBe('new_parcel_new_size')
    expect(
      (
        await send(
          'GET',
          `${path}(LogicalName='new_name')/Microsoft.Dynamics.CRM.PicklistAttributeMetadata`,
        )
      ).status,
    ).toBe(404)
  })

  test('64-bit bounds keep their digits', async () => {
    const { send } = world()

    const answer = await send('GET', `${path}(LogicalName='new_big')`)

    expect(answer.text).toContain('"MaxValue":9223372036854775807')
  })

  test('properties of one type are not chosen of all', async () => {
    const { send } = world()

    expect((await send('GET', `${path}?$select=Nosuch`)).status).toBe(400)
  })
})

describe('relationships, keys and choices', () => {
  test('a table expands them all', async () => {
    const { send } = world()

    const { json } = await send(
      'GET',
      "EntityDefinitions(LogicalName='new_parcel')?$select=LogicalName&$expand=Keys,ManyToOneRelationships($select=SchemaName,ReferencingEntityNavigationPropertyName;$filter=ReferencingAttribute eq 'new_parentid'),OneToManyRelationships($select=SchemaName),ManyToManyRelationships",
    )

    expect(json.Keys).toContainEqual(expect.objectContaining({ KeyAttributes: ['new_code'] }))
    expect(json.ManyToOneRelationships).toMatchObject([
      { SchemaName: 'new_parcel_parent', ReferencingEntityNavigationPropertyName: 'new_ParentId' },
    ])
    expect(json.OneToManyRelationships).toMatchObject([
      { SchemaName: 'new_parcel_parent' },
      { SchemaName: 'new_parcel_FileAttachments' },
    ])
    expect(json.ManyToManyRelationships).toMatchObject([
      {
        IntersectEntityName: 'new_parcel_contact',
        Entity1LogicalName: 'new_parcel',
        Entity2IntersectAttribute: 'contactid',
      },
    ])
  })

  test('RelationshipDefinitions are found by name and cast by type', async () => {
    const { send } = world()

    const one = await send('GET', "RelationshipDefinitions(SchemaName='new_parcel_parent')")
    const filtered = await send(
      'GET',
      "RelationshipDefinitions/Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata?$select=SchemaName&$filter=ReferencedEntity eq 'new_parcel'",
    )
    const many = await send(
      'GET',
      "RelationshipDefinitions/Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata?$filter=SchemaName eq 'new_parcel_contact'",
    )

    expect(one.json).toMatchObject({
      '@odata.type': '#Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata',
      CascadeConfiguration: { Delete: 'Restrict', Assign: 'NoCascade' },
    })
    expect(filtered.json.value).toMatchObject([
      { SchemaName: 'new_parcel_FileAttachments' },
      { SchemaName: 'new_parcel_parent' },
    ])
    expect(many.json.value).toHaveLength(1)
  })

  test('GlobalOptionSetDefinitions take no $filter', async () => {
    const { send } = world()

    expect((await send('GET', 'GlobalOptionSetDefinitions')).status).toBe(200)
    expect((await send('GET', "GlobalOptionSetDefinitions?$filter=Name eq 'x'")).status).toBe(400)
    expect((await send('GET', "GlobalOptionSetDefinitions(Name='nosuch')")).status).toBe(404)
  })
})

const folder = join(__dirname, '..', '..', '..', 'shared', 'tables', 'definitions')
const present = existsSync(folder)

;(present ? describe : describe.skip)('what real organizations told', () => {
  const files = present ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
  const CASTS = ['Picklist', 'MultiSelectPicklist', 'State', 'Status', 'Boolean']

  test.each(files)('reading %s and asking for it gives the same table', async (file) => {
    const [definition] = readEntityDefinitions(readFileSync(join(folder, file), 'utf8'), file)
    if (definition === undefined) return
    const catalog = new Catalog([definition])
    const { org } = world()
    const api = createWebApi({ catalog, service: () => org.as(org.userId) })
    const get = async (path: string) => {
      const url = `/api/data/v9.2/${path}`
      return parseLossless(answerOf(await api({ method: 'GET', url, headers: {} })).text) as Json
    }
    const table = `EntityDefinitions(LogicalName='${definition.logicalName}')`

    const answer = await get(
      `${table}?$expand=Attributes,OneToManyRelationships,ManyToOneRelationships,ManyToManyRelationships,Keys`,
    )
    for (const cast of CASTS) {
      const path = `${table}/Attributes/Microsoft.Dynamics.CRM.${cast}AttributeMetadata`
      for (const { LogicalName, OptionSet } of (await get(`${path}?$expand=OptionSet`)).value) {
        Object.assign(answer.Attributes.find((each) => each.LogicalName === LogicalName) ?? {}, {
          OptionSet,
        })
      }
    }
    const [again] = readEntityDefinitions(printLossless(answer), file)

    expect(again?.columns.map(essence)).toEqual(definition.columns.map(essence))
    expect(again?.keys).toEqual(definition.keys)
    expect(names(again?.manyToOne)).toEqual(names(definition.manyToOne))
    expect(names(again?.oneToMany)).toEqual(names(definition.oneToMany))
    expect(names(again?.manyToMany)).toEqual(names(definition.manyToMany))
  })
})

interface Json {
  readonly value: readonly { readonly LogicalName: string; readonly OptionSet: unknown }[]
  readonly Attributes: readonly { readonly LogicalName: string }[]
}

const names = (list: readonly { readonly schemaName: string }[] | undefined) =>
  list?.map((each) => each.schemaName).sort()

/** A column with what is presentation only left out. */
const essence = (column: Column) =>
  JSON.parse(printLossless({ ...column, imeMode: undefined, isLocalizable: undefined })) as object
