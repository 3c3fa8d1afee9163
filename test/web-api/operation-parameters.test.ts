import fc from 'fast-check'
import { MESSAGES } from '../../src/messages/index.ts'
import { NOT_EMULATED } from '../../src/messages/not-emulated.ts'
import { emulator } from '../../src/testing/index.ts'
import { OPERATIONS, type DeclaredOperation } from '../../src/web-api/definitions/operations.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { answerOf, world, type World } from './world.ts'

const ID = '5e9bafa0-0000-4000-8000-000000000001'

/** What an operation may be bound to, by the name of the type. */
const SETS: Readonly<Record<string, string>> = {
  'mscrm.principal': 'systemusers',
  'mscrm.systemuser': 'systemusers',
  'mscrm.team': 'teams',
  'mscrm.role': 'roles',
  'mscrm.duplicaterule': 'duplicaterules',
}

function addressOf(name: string, { boundTo }: DeclaredOperation, id = ID): string {
  return boundTo === undefined
    ? name
    : `${SETS[boundTo] ?? ''}(${id})/Microsoft.Dynamics.CRM.${name}`
}

/** Calls it with these parameters, in the way of its kind. */
function call(
  send: World['send'],
  name: string,
  operation: DeclaredOperation,
  parameters: Readonly<Record<string, unknown>>,
  id?: string,
) {
  const address = addressOf(name, operation, id)
  return operation.kind === 'action'
    ? send('POST', address, parameters)
    : send('GET', `${address}${inAddress(parameters)}`)
}

function inAddress(parameters: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(parameters)
  const values = names.map((name) => `@${name}=${encodeURIComponent(literal(parameters[name]))}`)
  return `(${names.map((name) => `${name}=@${name}`).join(',')})?${values.join('&')}`
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value)
}

const operations = Object.entries(OPERATIONS)
const required = operations.filter(([, { parameters }]) =>
  Object.values(parameters).some((type) => !type.endsWith('?')),
)

test.each(required)(
  '%s without its parameters is refused by their names',
  async (name, operation) => {
    const { org, send } = world()
    const id = operation.boundTo === 'mscrm.team' ? org.teamId : org.userId
    const before = org.contents()

    const answer = await call(send, name, operation, {}, id)

    const missing = Object.entries(operation.parameters).filter(([, type]) => !type.endsWith('?'))
    expect(answer.json.error).toEqual({
      code: '0x80048d19',
      message: `One or more parameters of the operation '${name}' are missing from the request payload. The missing parameters are: ${missing.map(([each]) => each).join(',')}.`,
    })
    expect(answer.status).toBe(400)
    expect(org.contents()).toEqual(before)
  },
)

const typed = operations.flatMap(([name, operation]) =>
  Object.entries(operation.parameters).map(
    ([parameter, type]) => [name, parameter, type.replace('?', ''), operation] as const,
  ),
)

test.each(typed)('%s: %s is of the type %s', async (name, parameter, type, operation) => {
  const { send } = world()
  const wrong = type === 'Edm.Boolean' ? 'x' : true

  const answer = await call(send, name, operation, { [parameter]: wrong })

  expect(answer.status).toBe(400)
  expect(answer.json.error.code).toBe('0x80048d19')
  expect(answer.json.error.message).toMatch(
    /mscrm\.(?!expando)[a-z]+\)?$/.test(type)
      ? 'EdmEntityObject passed should have the key property value set.'
      : `'${parameter}' of the operation '${name}' is of the type '${type}'`,
  )
})

test.each(operations)('%s takes no parameter it does not declare', async (name, operation) => {
  const { send } = world()

  const answer = await call(send, name, operation, { Nothing: 1 })

  expect(answer.status).toBe(400)
  expect(answer.json.error).toEqual({
    code: '0x80048d19',
    message: `The parameter 'Nothing' in the request payload is not a valid parameter for the operation '${name}'.`,
  })
})

test.each(['CreateMultiple', 'UpdateMultiple', 'UpsertMultiple', 'DeleteMultiple'])(
  '%s is bound to a set, and found nowhere else',
  async (name) => {
    const { org, send } = world()
    const { id } = await org.create('account', { name: 'A' }).then((created) => ({ id: created }))

    for (const path of [name, `accounts(${id})/Microsoft.Dynamics.CRM.${name}`]) {
      const answer = await send('POST', path, { Targets: [] })

      expect(answer.status).toBe(404)
      expect(answer.json.error.code).toBe('0x8006088a')
    }
  },
)

/** Every message by its name, with parameters that others have, of all kinds. */
const names = [
  ...new Set([
    ...MESSAGES.map(({ name }) => name),
    ...NOT_EMULATED.map(({ name }) => name),
    ...Object.keys(OPERATIONS),
    ...['InsertOptionValue', 'InsertStatusValue', 'UpdateOptionValue', 'UpdateStateValue'],
    ...['OrderOption', 'DeleteOptionValue', 'CreateCustomerRelationships', 'ReactivateEntityKey'],
    ...['CreatePolymorphicLookupAttribute', 'CanBeReferenced', 'GetValidReferencedEntities'],
  ]),
]
const parameterNames = [
  ...new Set([
    ...operations.flatMap(([, { parameters }]) => Object.keys(parameters)),
    ...['MemberIds', 'UserId', 'TeamId', 'RoleId', 'Principal', 'Query', 'Entity', 'NewState'],
    ...['NewStatus', 'Columns', 'DataVersion', 'PageInfo', 'LocaleId', 'Targets', 'Requests'],
    ...['OptionSetName', 'AttributeLogicalName', 'EntityLogicalName', 'Label', 'Values', 'Lookup'],
    ...['OneToManyRelationships', 'OneToManyRelationship', '__proto__', 'constructor', 'toString'],
  ]),
]
/** Rows that are there and rows that are not, and all kinds of values. */
function values(ids: readonly string[]) {
  const id = fc.constantFrom(ID, ...ids)
  const row = fc
    .tuple(fc.constantFrom('account', 'systemuser', 'team', 'new_parcel', 'role'), id)
    .map(([table, each]) => ({
      '@odata.type': `Microsoft.Dynamics.CRM.${table}`,
      [`${table}id`]: each,
    }))
  const address = fc
    .tuple(fc.constantFrom('accounts', 'systemusers', 'teams', 'roles', 'nothings'), id)
    .map(([set, each]) => ({ '@odata.id': `${set}(${each})` }))
  const leaf = fc.oneof(
    fc.constantFrom<unknown>(null, true, 1, -1.5, 1e21, '', 'x', 'account', 'name', 'ReadAccess'),
    fc.constantFrom<unknown>('2020-01-01', '<fetch/>', 'AAAA', 'new_paper', 'new_photo'),
    id,
    row,
    address,
    fc.jsonValue(),
  )
  const member = fc.constantFrom('AccessMask', 'Principal', 'Depth', 'PrivilegeName', 'EntityName')
  return fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(member, leaf))
}

test.each(['off', 'enforced'] as const)(
  'whatever a message is called with, it is answered or refused (access %s)',
  async (access) => {
    const org = emulator(access === 'off' ? {} : { access })
    const api = createWebApi({ catalog: org.catalog, service: () => org })
    const account = await org.create('account', { name: 'A' })
    const ids = [account, org.userId, org.teamId]
    const parameters = fc.dictionary(fc.constantFrom(...parameterNames), values(ids), {
      maxKeys: 6,
    })
    const place = fc.constantFrom(
      '',
      `accounts(${account})/`,
      `systemusers(${org.userId})/`,
      `teams(${org.teamId})/`,
      'accounts/',
    )

    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        place,
        parameters,
        fc.boolean(),
        async (name, where, sent, isGet) => {
          const address = where === '' ? name : `${where}Microsoft.Dynamics.CRM.${name}`
          const answer = answerOf(
            await api({
              method: isGet ? 'GET' : 'POST',
              url: `/api/data/v9.2/${address}${isGet ? inAddress(sent) : ''}`,
              headers: {},
              body: isGet ? undefined : JSON.stringify(sent),
            }),
          )

          expect(answer.status === 501 || answer.status < 500 ? '' : answer.text).toBe('')
        },
      ),
      { numRuns: 3000 },
    )
  },
)
