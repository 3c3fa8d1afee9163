import type { Column } from '../../src/metadata/column.ts'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { PROJECT, TABLES } from '../support/tables.ts'
import { answerOf, ROOT, world } from '../web-api/world.ts'

const label = (Label: string) => ({ LocalizedLabels: [{ Label, LanguageCode: 1033 }] })

async function send(org: Emulator, method: string, path: string, body?: string, headers = {}) {
  const api = createWebApi({ catalog: org.catalog, service: () => org })
  return answerOf(await api({ method, url: ROOT + path, headers, body }))
}

describe('columns that clients send for the platform to keep (entity-attribute-metadata)', () => {
  const KEPT = {
    timezoneruleversionnumber: 4,
    utcconversiontimezonecode: 92,
    processid: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
    stageid: 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb',
    traversedpath: 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb',
  }

  test('are kept as they are sent, by Create and by Update', async () => {
    const org = emulator()

    const created = await org.create('account', { name: 'Contoso', ...KEPT })
    const updated = await org.create('account', { name: 'Fabrikam' })
    await org.update('account', updated, KEPT)

    expect(org.peek('account', created)).toMatchObject(KEPT)
    expect(org.peek('account', updated)).toMatchObject(KEPT)
  })

  test('are empty where they are not sent, but for the version of the zone’s rules', async () => {
    const org = emulator()

    const id = await org.create('account', { name: 'Contoso' })

    expect(org.peek('account', id)).toMatchObject({
      timezoneruleversionnumber: 0,
      utcconversiontimezonecode: null,
      processid: null,
    })
  })
})

test.each(['timezonerule', 'timezonelocalizedname'])(
  '%s, a table of the platform that is not there, is refused by its name',
  async (table) => {
    const org = emulator()

    await refused(org, () => org.retrieveMultiple({ table, columns: 'all' }), {
      code: 'TABLE_UNKNOWN',
      message: expect.stringContaining(`'${table}'`) as unknown,
    })
  },
)

describe('columns that repeat another one (web-api-properties)', () => {
  test.each(['owneridname', 'owneridyominame', 'owneridtype', 'statuscodename'])(
    '%s is no property: annotations tell it',
    async (companion) => {
      const org = emulator()
      const id = await org.create('account', { name: 'Contoso' })
      const all = { prefer: 'odata.include-annotations="*"' }

      const chosen = await send(org, 'GET', `accounts(${id})?$select=${companion}`)
      const read = await send(org, 'GET', `accounts(${id})`, undefined, all)

      const formatted = 'OData.Community.Display.V1.FormattedValue'
      expect(chosen.status).toBe(400)
      expect(read.json).not.toHaveProperty([companion])
      expect(read.json).toHaveProperty([`_ownerid_value@${formatted}`])
      expect(read.json).toHaveProperty([`statuscode@${formatted}`], 'Active')
    },
  )
})

describe('columns that only the platform writes (entity-attribute-metadata)', () => {
  test('are ignored, by Create and by Update', async () => {
    const org = emulator({ tables: TABLES })
    const other = { table: 'account', id: await org.create('account', { name: 'Contoso' }) }
    const ignored = {
      owningbusinessunit: null,
      owninguser: null,
      owningteam: { table: 'team', id: other.id },
      merged: true,
      masterid: { table: 'contact', id: other.id },
      fullname: 'Somebody',
    }

    const id = await org.create('contact', { firstname: 'Ana', lastname: 'Diaz', ...ignored })
    const before = org.peek('contact', id)
    // What must be ignored must compile.
    const table: string = 'contact'
    await org.update(table, id, ignored)

    expect(before).toMatchObject({
      owninguser: { id: org.userId },
      owningbusinessunit: { id: org.businessUnitId },
      owningteam: null,
      merged: false,
      masterid: null,
      fullname: 'Ana Diaz',
    })
    expect(org.peek('contact', id)).toEqual({
      ...before,
      versionnumber: expect.anything() as unknown,
    })
  })
})

test('a text column that is imported may take more than one that is made (types-of-fields)', async () => {
  const columns = PROJECT.columns.map((column) =>
    column.logicalName === 'name' ? ({ ...column, maxLength: 10_000 } as Column) : column,
  )
  const org = emulator({ tables: [{ ...PROJECT, columns }] })

  const id = await org.create('project', { name: 'x'.repeat(10_000) })

  expect(org.peek('project', id)?.['name']).toHaveLength(10_000)
})

describe('formats of whole numbers (types-of-fields)', () => {
  test.each(['None', 'Duration', 'TimeZone', 'Language', 'Locale'])(
    '%s is presentation: any number is stored',
    async (format) => {
      const columns = PROJECT.columns.map((column) =>
        column.logicalName === 'count' ? ({ ...column, format } as Column) : column,
      )
      const org = emulator({ tables: [{ ...PROJECT, columns }] })

      const id = await org.create('project', { count: 123_456 })

      expect(org.peek('project', id)).toMatchObject({ count: 123_456 })
    },
  )
})

describe('a column that is made with nothing said of its limits', () => {
  test.each([
    ['String', { maxLength: 100 }],
    ['Decimal', { precision: 2 }],
    ['File', { maxSizeInKB: 32_768 }],
    ['Image', { maxSizeInKB: 10_240 }],
  ])('of type %s takes %j (create-update-column-definitions)', async (type, limits) => {
    const org = emulator({ tables: [PROJECT] })
    const body = {
      '@odata.type': `Microsoft.Dynamics.CRM.${type}AttributeMetadata`,
      AttributeTypeName: { Value: `${type}Type` },
      SchemaName: 'new_Odd',
      DisplayName: label('Odd'),
      ...(type === 'Decimal' && { MinValue: 0, MaxValue: 10 }),
    }

    await send(
      org,
      'POST',
      "EntityDefinitions(LogicalName='project')/Attributes",
      JSON.stringify(body),
    )

    expect(org.catalog.table('project').columns.get('new_odd')).toMatchObject(limits)
  })
})

describe('what a lookup is', () => {
  test('a navigation property is told by upper and lower case', async () => {
    const { org, send: sendTo } = world()
    const account = await org.create('account', { name: 'Contoso' })

    const answer = await sendTo('POST', 'new_parcels', {
      'new_accountid@odata.bind': `/accounts(${account})`,
    })

    expect(answer.status).toBe(400)
    expect(org.contents().get('new_parcel')).toBeUndefined()
  })

  test('a reference that a step sets has an id: a key alone is refused', async () => {
    const org = emulator({
      tables: TABLES,
      steps: [
        step({ table: 'project', message: 'Create', writes: ['leadid'] }, ({ target }) => {
          const key = { table: 'contact', keyAttributes: { emailaddress1: 'ana@example.com' } }
          Object.assign(target as object, { leadid: key })
        }),
      ],
    })

    await refused(org, () => org.create('project', { name: 'Bridge' }), { code: 'PAYLOAD_INVALID' })
  })
})

describe('who changed a row on behalf of another', () => {
  test('is forgotten with the next Update that is nobody else’s', async () => {
    const org = emulator({ tables: TABLES })
    const id = await org.create('project', { name: 'Bridge' })
    const other = await org.create('systemuser', {
      lastname: 'Diaz',
      domainname: 'diaz@emulated.example',
      internalemailaddress: 'diaz@emulated.example',
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
    })

    await org.as(org.userId, { initiatedBy: other }).update('project', id, { name: 'Tunnel' })
    const before = org.peek('project', id)?.['modifiedonbehalfby']
    await org.update('project', id, { name: 'Dam' })

    expect(before).toEqual({ table: 'systemuser', id: other })
    expect(org.peek('project', id)).toMatchObject({ modifiedonbehalfby: null })
  })
})

describe('texts in filters (filter-rows)', () => {
  test.each([
    ["contains(name,'r%d')", ['Bridge', 'Broad']],
    ["startswith(name,'_r')", ['Bridge', 'Broad']],
    ["endswith(name,'[de]')", ['Bridge', 'Broad']],
    ["contains(name,'BRI')", ['Bridge']],
    ["name eq 'bridge  '", ['Bridge']],
  ])('%s', async (filter, names) => {
    const org = emulator({ tables: TABLES })
    for (const name of ['Bridge', 'Broad', 'Tunnel']) await org.create('project', { name })

    const query = `$select=name&$orderby=name&$filter=${encodeURIComponent(filter)}`
    const { json } = await send(org, 'GET', `projects?${query}`)

    expect((json as { value: { name: string }[] }).value.map(({ name }) => name)).toEqual(names)
  })
})

describe('an Upsert of an elastic table (use-upsert-insert-update-record)', () => {
  test('writes the row as a whole: what is not sent is as in a new row', async () => {
    const org = emulator({ tables: [{ ...PROJECT, tableType: 'Elastic' }] })
    const values = { name: 'Bridge', region: 'North', phase: 3, isurgent: false, statuscode: 3 }
    const id = await org.create('project', { ...values, code: 'B1' })

    await org.upsert('project', id, { name: 'Tunnel' })

    expect(org.peek('project', id)).toMatchObject({
      name: 'Tunnel',
      description: null,
      phase: 1,
      isurgent: true,
      code: 'B1',
      statuscode: 3,
      ownerid: { id: org.userId },
    })
  })
})

describe('a table that is made', () => {
  test('has Active and Inactive rows, and row versions to compare', async () => {
    const org = emulator()
    await send(
      org,
      'POST',
      'EntityDefinitions',
      JSON.stringify({
        SchemaName: 'new_Crate',
        DisplayName: label('Crate'),
        DisplayCollectionName: label('Crates'),
        OwnershipType: 'UserOwned',
        Attributes: [
          {
            '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
            SchemaName: 'new_Name',
            DisplayName: label('Name'),
            IsPrimaryName: true,
            MaxLength: 100,
          },
        ],
      }),
    )

    const { columns } = org.catalog.table('new_crate')
    const { json } = await send(
      org,
      'GET',
      "EntityDefinitions(LogicalName='new_crate')?$select=IsStateModelAware,IsOptimisticConcurrencyEnabled",
    )

    expect(columns.get('statecode')).toMatchObject({
      options: [
        { value: 0, label: 'Active', defaultStatus: 1 },
        { value: 1, label: 'Inactive', defaultStatus: 2 },
      ],
    })
    expect(columns.get('statuscode')).toMatchObject({
      options: [
        { value: 1, state: 0 },
        { value: 2, state: 1 },
      ],
    })
    expect(json).toMatchObject({ IsStateModelAware: true, IsOptimisticConcurrencyEnabled: true })
  })
})

describe('currencies (transaction-currency-currency-entity)', () => {
  test('have a code, a precision and a rate within the limits of their table', () => {
    const { columns, ownership } = emulator().catalog.table('transactioncurrency')

    expect(ownership).toBe('OrganizationOwned')
    expect(columns.get('isocurrencycode')).toMatchObject({ maxLength: 5 })
    expect(columns.get('currencyprecision')).toMatchObject({ min: 0, max: 10 })
    expect(columns.get('exchangerate')).toMatchObject({ min: 1e-12, max: 1e11, precision: 12 })
  })

  test('the base currency has the rate 1', () => {
    const org = emulator()

    expect(org.peek('transactioncurrency', org.currencyId)).toMatchObject({ exchangerate: 1 })
  })
})

describe('Prefer: return=representation', () => {
  test('answers an Update with 200 and the row', async () => {
    const org = emulator({ tables: TABLES })
    const id = await org.create('project', { name: 'Bridge' })

    const answer = await send(
      org,
      'PATCH',
      `projects(${id})?$select=name`,
      JSON.stringify({ name: 'Tunnel' }),
      { prefer: 'return=representation' },
    )

    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({ name: 'Tunnel' })
  })
})

describe('If-None-Match with the version of a row', () => {
  test.each(['?$expand=leadid', ''])('is not looked at with %j and annotations', async (query) => {
    const org = emulator({ tables: TABLES })
    const id = await org.create('project', { name: 'Bridge' })
    const path = `projects(${id})${query}`
    const etag = (await send(org, 'GET', path)).headers['ETag'] ?? ''

    const same = await send(org, 'GET', path, undefined, {
      'if-none-match': etag,
      ...(query === '' && { prefer: 'odata.include-annotations="*"' }),
    })

    expect(same.status).toBe(200)
  })
})
