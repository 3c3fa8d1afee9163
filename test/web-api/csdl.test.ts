import { parsed, type Element } from '../support/csdl-model.ts'
import { isSchemaOperation } from '../../src/web-api/requests/schema-actions.ts'
import { SCHEMA_OPERATIONS } from '../../src/web-api/definitions/schema-operations.ts'
import { world } from './world.ts'

const named = (element: Element | undefined, name: string, attribute: string) =>
  element?.children.find((child) => child.name === name && child.attributes['Name'] === attribute)

async function schema(path = '$metadata', headers = {}) {
  const { send, org } = world()
  const answer = await send('GET', path, undefined, headers)
  expect(answer.status).toBe(200)
  expect(answer.headers['Content-Type']).toBe('application/xml')
  const edmx = parsed(answer.text).children[0]
  const services = edmx?.children.find(({ name }) => name === 'edmx:DataServices')
  return { schema: services?.children[0], org, answer, edmx }
}

test('every table is an entity type and a set', async () => {
  const { schema: found, org } = await schema()
  const container = named(found, 'EntityContainer', 'System')

  for (const name of org.catalog.names) {
    expect(named(found, 'EntityType', name)).toBeDefined()
    const { entitySetName } = org.catalog.table(name)
    // Some tables are the platform's own.
    if (entitySetName === '') continue
    expect(named(container, 'EntitySet', entitySetName)?.attributes).toMatchObject({
      EntityType: `mscrm.${name}`,
    })
  }
})

test('columns are properties of their type, lookups with their way to the other row', async () => {
  const { schema: found } = await schema()
  const parcel = named(found, 'EntityType', 'new_parcel')
  const type = (name: string) => named(parcel, 'Property', name)?.attributes['Type']

  expect(type('new_name')).toBe('Edm.String')
  expect(type('new_big')).toBe('Edm.Int64')
  expect(type('new_due')).toBe('Edm.Date')
  expect(type('new_tags')).toBe('Edm.String')
  expect(type('_new_accountid_value')).toBe('Edm.Guid')
  expect(type('new_accountid')).toBeUndefined()
  const navigation = named(parcel, 'NavigationProperty', 'new_AccountId')
  expect(navigation?.attributes).toEqual({
    Name: 'new_AccountId',
    Type: 'mscrm.account',
    Nullable: 'false',
    Partner: 'new_account_parcels',
  })
  expect(navigation?.children[0]?.attributes).toEqual({
    Property: '_new_accountid_value',
    ReferencedProperty: 'accountid',
  })
  expect(
    named(named(found, 'EntityType', 'account'), 'NavigationProperty', 'new_account_parcels')
      ?.attributes,
  ).toMatchObject({ Type: 'Collection(mscrm.new_parcel)', Partner: 'new_AccountId' })
})

test('every type a navigation property names is there', async () => {
  const { schema: found } = await schema()
  const types = new Set(
    found?.children
      .filter((child) => child.name === 'EntityType')
      .map((child) => child.attributes['Name']),
  )

  for (const type of found?.children ?? []) {
    for (const child of type.children) {
      if (child.name !== 'NavigationProperty') continue
      const target = /^(?:Collection\()?mscrm\.(\w+)\)?$/.exec(child.attributes['Type'] ?? '')?.[1]
      expect(types).toContain(target)
    }
  }
})

test('annotations tell alternate keys and read-only properties, when they are asked for', async () => {
  const plain = await schema()
  const byOption = await schema('$metadata?annotations=true')
  const byPreference = await schema('$metadata', { prefer: 'odata.include-annotations="*"' })

  expect(plain.answer.text).not.toContain('<Annotation')
  expect(byOption.answer.text).toContain('OData.Community.Keys.V1.AlternateKeys')
  expect(byOption.answer.text).toContain('Org.OData.Core.V1.Computed')
  expect(byPreference.answer.text).toBe(byOption.answer.text)
})

test('functions and actions are declared with their parameters, and imported where they are bound to nothing', async () => {
  const { schema: found } = await schema()
  const container = named(found, 'EntityContainer', 'System')
  const parameters = (kind: string, name: string) =>
    named(found, kind, name)
      ?.children.filter((child) => child.name === 'Parameter')
      .map(({ attributes }) => [attributes['Name'], attributes['Type']])

  expect(parameters('Function', 'WhoAmI')).toEqual([])
  expect(named(found, 'Function', 'WhoAmI')?.children).toMatchObject([
    { name: 'ReturnType', attributes: { Type: 'mscrm.WhoAmIResponse', Nullable: 'false' } },
  ])
  expect(parameters('Function', 'RetrieveUserPrivileges')).toEqual([['entity', 'mscrm.systemuser']])
  expect(named(found, 'Function', 'RetrieveUserPrivileges')?.attributes['IsBound']).toBe('true')
  expect(parameters('Action', 'Merge')).toEqual([
    ['Target', 'mscrm.crmbaseentity'],
    ['Subordinate', 'mscrm.crmbaseentity'],
    ['UpdateContent', 'mscrm.crmbaseentity'],
    ['PerformParentingChecks', 'Edm.Boolean'],
  ])
  expect(named(container, 'FunctionImport', 'WhoAmI')?.attributes['Function']).toBe('mscrm.WhoAmI')
  expect(named(container, 'ActionImport', 'Merge')?.attributes['Action']).toBe('mscrm.Merge')
  expect(named(container, 'FunctionImport', 'RetrieveUserPrivileges')).toBeUndefined()
})

test('every type an operation names is there', async () => {
  const { schema: found } = await schema()
  const types = new Set(
    found?.children
      .filter(({ name }) => /^(?:Entity|Complex|Enum)Type$/.test(name))
      .map((child) => child.attributes['Name']),
  )

  for (const { name, children } of found?.children ?? []) {
    if (!/^(?:Function|Action|ComplexType)$/.test(name)) continue
    for (const { attributes } of children) {
      const type = /mscrm\.(\w+)/.exec(attributes['Type'] ?? '')?.[1]
      if (type !== undefined) expect(types).toContain(type)
    }
  }
})

test('what is asked of definitions is declared, too, and each that is declared is there', async () => {
  const { schema: found } = await schema()
  const { send } = world()
  const declared = Object.entries(SCHEMA_OPERATIONS)

  for (const [name, { kind }] of declared) {
    const element = kind === 'function' ? 'Function' : 'Action'
    expect(named(found, element, name)).toBeDefined()
    expect(isSchemaOperation(name)).toBe(true)
  }
  expect((await send('GET', 'GetValidManyToMany')).json.EntityNames).toContain('account')
})
