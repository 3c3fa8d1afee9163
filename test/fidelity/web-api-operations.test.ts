import {
  CustomMessage,
  type CustomMessageDefinition,
  type CustomMessageEvent,
} from '../../src/authoring/custom-message.ts'
import { ROOT, world } from '../web-api/world.ts'

const RATE = {
  name: 'new_Rate',
  binding: 'Entity',
  table: 'account',
  parameters: { Stars: 'Integer', Note: { type: 'String', optional: true } },
  response: { Average: 'Decimal' },
  steps: 'None',
} as const satisfies CustomMessageDefinition

@CustomMessage(RATE)
class Rate {
  run({ parameters }: CustomMessageEvent<{ readonly Stars: number }>) {
    return { Average: parameters.Stars }
  }
}

const TOP = {
  name: 'new_Top',
  binding: 'EntityCollection',
  table: 'account',
  isFunction: true,
  parameters: {},
  response: { Names: 'StringArray' },
  steps: 'None',
} as const satisfies CustomMessageDefinition

@CustomMessage(TOP)
class Top {
  run() {
    return { Names: ['A'] }
  }
}

const handlers = [Rate, Top]
const NAMESPACE = 'Microsoft.Dynamics.CRM.'

describe('a custom message', () => {
  test('is told by $metadata with its parameters, its response and what it is bound to', async () => {
    const { send } = world({ handlers })

    const { text } = await send('GET', '$metadata')

    expect(text).toContain(
      '<Action Name="new_Rate" IsBound="true"><Parameter Name="entity" Type="mscrm.account" Nullable="false" /><Parameter Name="Stars" Type="Edm.Int32" Nullable="false" /><Parameter Name="Note" Type="Edm.String" Unicode="false" /><ReturnType Type="mscrm.new_RateResponse" Nullable="false" /></Action>',
    )
    expect(text).toContain(
      '<ComplexType Name="new_RateResponse"><Property Name="Average" Type="Edm.Decimal" /></ComplexType>',
    )
    expect(text).toContain('<Parameter Name="entityset" Type="Collection(mscrm.account)"')
  })

  test('is called where it is bound, as its definition says', async () => {
    const { org, send } = world({ handlers })
    const id = await org.create('account', { name: 'A' })

    const rated = await send('POST', `accounts(${id})/${NAMESPACE}new_Rate`, { Stars: 5 })
    const top = await send('GET', `accounts/${NAMESPACE}new_Top()`)

    expect(rated.json).toEqual({
      '@odata.context': `${ROOT}$metadata#${NAMESPACE}new_RateResponse`,
      Average: 5,
    })
    expect(top.json.Names).toEqual(['A'])
  })

  test.each([
    ['POST', 'new_Rate', 404, '0x8006088a'],
    ['POST', `accounts/${NAMESPACE}new_Rate`, 404, '0x8006088a'],
    ['POST', `contacts/${NAMESPACE}new_Top`, 404, '0x8006088a'],
    ['GET', `accounts(ID)/${NAMESPACE}new_Rate(Stars=5)`, 404, '0x8006088a'],
    ['POST', `accounts/${NAMESPACE}new_Top`, 405, '0x8004023b'],
    ['POST', `accounts(ID)/${NAMESPACE}new_Rate`, 400, '0x80040203'],
  ])('%s %s is refused with %i', async (method, path, status, code) => {
    const { org, send } = world({ handlers })
    const id = await org.create('account', { name: 'A' })

    const answer = await send(method, path.replace('ID', id), method === 'GET' ? undefined : {})

    expect([answer.status, answer.json.error.code]).toEqual([status, code])
  })
})

describe('an operation of the platform', () => {
  test.each([
    ['GET', `accounts(ID)/${NAMESPACE}WhoAmI()`],
    ['GET', `${NAMESPACE}WhoAmI()`],
    ['GET', 'RetrieveUserPrivileges()'],
    ['GET', `accounts(ID)/${NAMESPACE}RetrieveUserPrivileges()`],
    ['POST', `accounts(ID)/${NAMESPACE}GrantAccess`],
    ['POST', 'AddMembersTeam'],
    ['GET', 'Merge'],
  ])('is found where it is bound, and nowhere else: %s %s', async (method, path) => {
    const { org, send } = world()
    const id = await org.create('account', { name: 'A' })

    const answer = await send(method, path.replace('ID', id), method === 'GET' ? undefined : {})

    expect([answer.status, answer.json.error.code]).toEqual([404, '0x8006088a'])
  })
})
