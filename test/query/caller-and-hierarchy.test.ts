import type { OperatorName } from '../../src/query/operators.ts'
import type { Value } from '../../src/rows/value.ts'
import { ask, CALLER, guid, numberOf, ref } from './world.ts'

/** Users: 1 leads 2 and 3, 2 leads 4; 9 is nobody's. Teams 50 (of 1) and 51 (of 4). */
const PEOPLE = {
  systemuser: [
    { systemuserid: guid(1), localeid: 1033 },
    { systemuserid: guid(2), parentsystemuserid: ref('systemuser', 1), localeid: 1031 },
    { systemuserid: guid(3), parentsystemuserid: ref('systemuser', 1) },
    { systemuserid: guid(4), parentsystemuserid: ref('systemuser', 2) },
    { systemuserid: guid(9) },
  ],
  team: [{ teamid: guid(50) }, { teamid: guid(51) }],
  teammembership: [
    { teammembershipid: guid(200), teamid: guid(50), systemuserid: guid(1) },
    { teammembershipid: guid(201), teamid: guid(51), systemuserid: guid(4) },
  ],
}

const OWNERS: readonly (Value | undefined)[] = [
  ref('systemuser', 1),
  ref('systemuser', 4),
  ref('systemuser', 9),
  ref('team', 50),
  ref('team', 51),
  null,
]

function owned(operator: OperatorName, context = CALLER): readonly Value[] {
  const account = OWNERS.map((ownerid, at) => ({ accountid: guid(300 + at), ownerid }))
  const page = ask(
    {
      table: 'account',
      columns: ['ownerid'],
      where: { kind: 'condition', column: 'ownerid', operator, values: [] },
    },
    { ...PEOPLE, account },
    context,
  )
  return page.rows.map((row) => row['ownerid'] ?? null)
}

test.each<[OperatorName, Value[]]>([
  ['eq-userid', [ref('systemuser', 1)]],
  [
    'ne-userid',
    [ref('systemuser', 4), ref('systemuser', 9), ref('team', 50), ref('team', 51), null],
  ],
  ['eq-userteams', [ref('team', 50)]],
  ['eq-useroruserteams', [ref('systemuser', 1), ref('team', 50)]],
  ['eq-useroruserhierarchy', [ref('systemuser', 1), ref('systemuser', 4)]],
  [
    'eq-useroruserhierarchyandteams',
    [ref('systemuser', 1), ref('systemuser', 4), ref('team', 50), ref('team', 51)],
  ],
])('%s', (operator, expected) => {
  expect(owned(operator)).toEqual(expected)
})

/** Positions: 71 over 72 over 73, 74 beside. The caller holds 71, as does 9; 4 holds 73. */
describe('where users report by position (hierarchy-security)', () => {
  const position = [
    { positionid: guid(71) },
    { positionid: guid(72), parentpositionid: ref('position', 71) },
    { positionid: guid(73), parentpositionid: ref('position', 72) },
    { positionid: guid(74) },
  ]
  const held = new Map([
    [1, 71],
    [9, 71],
    [4, 73],
    [3, 74],
  ])
  const systemuser = PEOPLE.systemuser.map((user) => {
    const holds = held.get(numberOf(user.systemuserid))
    return { ...user, ...(holds === undefined ? {} : { positionid: ref('position', holds) }) }
  })
  const mine = (operator: OperatorName, userId: string) =>
    ask(
      {
        table: 'account',
        columns: ['ownerid'],
        where: { kind: 'condition', column: 'ownerid', operator, values: [] },
      },
      {
        ...PEOPLE,
        position,
        systemuser,
        account: OWNERS.map((ownerid, at) => ({ accountid: guid(300 + at), ownerid })),
      },
      { ...CALLER, userId, reporting: 'position' },
    ).rows.map((row) => row['ownerid'])

  test('who holds a position below the caller’s reports to the caller', () => {
    expect(mine('eq-useroruserhierarchy', guid(1))).toEqual([
      ref('systemuser', 1),
      ref('systemuser', 4),
    ])
    expect(mine('eq-useroruserhierarchyandteams', guid(1))).toEqual([
      ref('systemuser', 1),
      ref('systemuser', 4),
      ref('team', 50),
      ref('team', 51),
    ])
  })

  test('who holds the same position, one beside it, or none, does not', () => {
    expect(mine('eq-useroruserhierarchy', guid(9))).toEqual([
      ref('systemuser', 4),
      ref('systemuser', 9),
    ])
    expect(mine('eq-useroruserhierarchy', guid(4))).toEqual([ref('systemuser', 4)])
    expect(mine('eq-useroruserhierarchy', guid(2))).toEqual([])
  })
})

test('eq-businessid and ne-businessid compare with the business unit of the caller', () => {
  const rows = [
    { accountid: guid(1), owningbusinessunit: ref('businessunit', 100) },
    { accountid: guid(2), owningbusinessunit: ref('businessunit', 101) },
    { accountid: guid(3) },
  ]
  const found = (operator: OperatorName) =>
    ask(
      {
        table: 'account',
        columns: [],
        where: { kind: 'condition', column: 'owningbusinessunit', operator, values: [] },
      },
      { account: rows },
    ).rows

  expect(found('eq-businessid')).toEqual([{ accountid: guid(1) }])
  expect(found('ne-businessid')).toEqual([{ accountid: guid(2) }, { accountid: guid(3) }])
})

test('eq-userlanguage compares with the language of the caller', () => {
  const page = ask(
    {
      table: 'systemuser',
      columns: [],
      where: { kind: 'condition', column: 'localeid', operator: 'eq-userlanguage', values: [] },
    },
    PEOPLE,
  )

  expect(page.rows).toEqual([{ systemuserid: guid(1) }])
})

test.each<[OperatorName, string]>([
  ['eq-userid', 'userId'],
  ['eq-userteams', 'teamIds'],
  ['eq-useroruserhierarchy', 'userId'],
])('%s without a caller is refused', (operator, part) => {
  expect(() => owned(operator, {})).toThrow(
    expect.objectContaining({
      code: 'QUERY_CONTEXT_MISSING',
      message: `'${operator}' needs ${part}, which the context of this query does not tell.`,
    }),
  )
})

/** 1 over 2 and 3, 2 over 4; 5 alone. */
const TREE = {
  account: [
    { accountid: guid(1) },
    { accountid: guid(2), parentaccountid: ref('account', 1) },
    { accountid: guid(3), parentaccountid: ref('account', 1) },
    { accountid: guid(4), parentaccountid: ref('account', 2) },
    { accountid: guid(5) },
  ],
}

function inTree(
  column: string,
  operator: OperatorName,
  start: number,
  world: typeof TREE = TREE,
): readonly Value[] {
  const page = ask(
    {
      table: 'account',
      columns: [],
      where: { kind: 'condition', column, operator, values: [guid(start)] },
    },
    world,
  )
  return page.rows.map((row) => numberOf(row['accountid']))
}

test.each<[OperatorName, number, number[]]>([
  ['under', 1, [2, 3, 4]],
  ['eq-or-under', 1, [1, 2, 3, 4]],
  ['not-under', 1, [1, 5]],
  ['above', 4, [1, 2]],
  ['eq-or-above', 4, [1, 2, 4]],
  ['under', 5, []],
  ['above', 1, []],
  ['under', 77, []],
])('%s %i on the key', (operator, start, expected) => {
  expect(inTree('accountid', operator, start)).toEqual(expected)
})

test.each<[OperatorName, number, number[]]>([
  ['under', 1, [4]],
  ['eq-or-under', 1, [2, 3, 4]],
  ['not-under', 1, [1, 2, 3, 5]],
  ['above', 4, [2, 3, 4]],
])('%s %i on the hierarchy’s lookup looks at the row it points at', (operator, start, expected) => {
  expect(inTree('parentaccountid', operator, start)).toEqual(expected)
})

test('a loop that was imported ends', () => {
  const world = {
    account: [
      { accountid: guid(1), parentaccountid: ref('account', 2) },
      { accountid: guid(2), parentaccountid: ref('account', 1) },
    ],
  }

  expect(inTree('accountid', 'under', 1, world)).toEqual([2])
  expect(inTree('accountid', 'eq-or-above', 1, world)).toEqual([1, 2])
})

test('a hierarchy is followed for as many levels as the limit says', () => {
  const account = Array.from({ length: 120 }, (_, at) => ({
    accountid: guid(at + 1),
    ...(at === 0 ? {} : { parentaccountid: ref('account', at) }),
  }))
  const page = ask(
    {
      table: 'account',
      columns: [],
      where: { kind: 'condition', column: 'accountid', operator: 'under', values: [guid(1)] },
    },
    { account },
  )

  expect(page.rows).toHaveLength(100)
})

test.each(['primarycontactid', 'address1_addressid'])('%s belongs to no hierarchy', (column) => {
  expect(() => inTree(column, 'under', 1)).toThrow(
    expect.objectContaining({ code: 'QUERY_CONDITION_INVALID' }),
  )
})
