import { parseQueryExpression } from '../../../src/query/query-expression/parse.ts'

const filter = (...Conditions: object[]) => ({ EntityName: 'account', Criteria: { Conditions } })

function deep(levels: number): unknown {
  let list: readonly unknown[] = []
  for (let level = 0; level < levels; level++) list = [list]
  return list
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/queryexpression */
describe('a QueryExpression', () => {
  test('becomes a query, member by member', () => {
    expect(
      parseQueryExpression({
        '@odata.type': '#Microsoft.Dynamics.CRM.QueryExpression',
        EntityName: 'account',
        ColumnSet: {
          AllColumns: false,
          Columns: ['name'],
          AttributeExpressions: [
            { AttributeName: 'revenue', Alias: 'money' },
            { AttributeName: 'accountnumber' },
          ],
        },
        Criteria: {
          FilterOperator: 'Or',
          FilterHint: 'union',
          IsQuickFindFilter: true,
          Conditions: [
            {
              AttributeName: 'accountid',
              Operator: 'In',
              Values: [{ Value: '5a8d…', Type: 'System.Guid' }, 'b'],
            },
            {
              AttributeName: 'name',
              Operator: 'Equal',
              Values: ['accountnumber'],
              CompareColumns: true,
            },
            { EntityName: 'c', AttributeName: 'fullname', Operator: 'Null', Values: [] },
          ],
          Filters: [
            { FilterOperator: 'And', Conditions: [{ AttributeName: 'name', Operator: 'NotNull' }] },
          ],
          AnyAllFilterLinkEntity: {
            LinkFromEntityName: 'account',
            LinkFromAttributeName: 'accountid',
            LinkToEntityName: 'contact',
            LinkToAttributeName: 'parentcustomerid',
            JoinOperator: 'NotAny',
            LinkCriteria: {
              Conditions: [{ AttributeName: 'fullname', Operator: 'Like', Values: ['a%'] }],
            },
          },
        },
        LinkEntities: [
          {
            LinkFromAttributeName: 'primarycontactid',
            LinkToEntityName: 'contact',
            LinkToAttributeName: 'contactid',
            JoinOperator: 'LeftOuter',
            EntityAlias: 'c',
            Columns: { Columns: ['fullname'] },
            LinkCriteria: {},
            Orders: [{ AttributeName: 'fullname', OrderType: 'Ascending' }],
            LinkEntities: [],
          },
        ],
        Orders: [{ AttributeName: 'name', OrderType: 'Descending', EntityName: 'c', Alias: null }],
        PageInfo: {
          PageNumber: 2,
          Count: 10,
          PagingCookie: '<cookie/>',
          ReturnTotalRecordCount: true,
        },
        TopCount: null,
        Distinct: true,
        NoLock: true,
        QueryHints: 'ForceOrder',
        DataSource: 'retained',
        ForceSeek: true,
      }),
    ).toEqual({
      table: 'account',
      columns: ['name', 'accountnumber'],
      aliased: [{ column: 'revenue', alias: 'money' }],
      where: {
        kind: 'or',
        hint: 'union',
        quickFind: true,
        filters: [
          { kind: 'condition', column: 'accountid', operator: 'in', values: ['5a8d…', 'b'] },
          {
            kind: 'condition',
            column: 'name',
            operator: 'eq',
            values: [],
            otherColumn: 'accountnumber',
          },
          { kind: 'condition', column: 'fullname', operator: 'null', values: [], link: 'c' },
          {
            kind: 'and',
            filters: [{ kind: 'condition', column: 'name', operator: 'not-null', values: [] }],
          },
          {
            kind: 'link',
            quantifier: 'not any',
            table: 'contact',
            from: 'parentcustomerid',
            to: 'accountid',
            where: {
              kind: 'and',
              filters: [
                { kind: 'condition', column: 'fullname', operator: 'like', values: ['a%'] },
              ],
            },
          },
        ],
      },
      links: [
        {
          kind: 'outer',
          table: 'contact',
          from: 'contactid',
          to: 'primarycontactid',
          alias: 'c',
          columns: ['fullname'],
          where: { kind: 'and', filters: [] },
          order: [{ column: 'fullname', descending: false }],
        },
      ],
      order: [{ column: 'name', descending: true, link: 'c' }],
      page: { size: 10, number: 2, cookie: '<cookie/>' },
      count: true,
      distinct: true,
      hints: { noLock: true, options: 'ForceOrder', dataSource: 'retained' },
    })
  })

  test('with expressions that group or compute is an aggregate query, its dates in UTC', () => {
    expect(
      parseQueryExpression({
        EntityName: 'account',
        ColumnSet: {
          AttributeExpressions: [
            { AttributeName: 'createdon', Alias: 'y', HasGroupBy: true, DateTimeGrouping: 'Year' },
            { AttributeName: 'revenue', Alias: 'r', AggregateType: 'Sum', HasGroupBy: false },
          ],
        },
        Orders: [{ Alias: 'r', OrderType: 'Descending' }],
        TopCount: 3,
      }),
    ).toEqual({
      table: 'account',
      columns: [],
      aggregate: true,
      groups: [{ column: 'createdon', alias: 'y', utc: true, date: 'year' }],
      aggregates: [{ function: 'sum', column: 'revenue', alias: 'r' }],
      order: [{ column: 'r', descending: true }],
      top: 3,
    })
  })

  test('a PagingInfo nobody filled in asks for nothing', () => {
    expect(
      parseQueryExpression({
        EntityName: 'account',
        ColumnSet: { AllColumns: true, Columns: [] },
        PageInfo: { PageNumber: 0, Count: 0, PagingCookie: null, ReturnTotalRecordCount: false },
      }),
    ).toEqual({ table: 'account', columns: 'all' })
  })
})

const joinedBy = (JoinOperator: string) => ({
  EntityName: 'account',
  LinkEntities: [
    {
      LinkToEntityName: 'contact',
      LinkToAttributeName: 'contactid',
      LinkFromAttributeName: 'primarycontactid',
      JoinOperator,
    },
  ],
})

test('a natural join is an inner one', () => {
  expect(parseQueryExpression(joinedBy('Natural'))).toEqual(parseQueryExpression(joinedBy('Inner')))
})

test('a FetchExpression is the FetchXML it holds', () => {
  expect(
    parseQueryExpression({ Query: "<fetch top='2'><entity name='account'/></fetch>" }),
  ).toEqual({
    table: 'account',
    columns: 'all',
    top: 2,
  })
})

test('a QueryByAttribute asks for equal values, and for empty columns where one is null', () => {
  expect(
    parseQueryExpression({
      EntityName: 'account',
      ColumnSet: { Columns: ['name'] },
      Attributes: ['name', 'revenue'],
      Values: [{ Value: 'Contoso', Type: 'System.String' }, null],
      Orders: [{ AttributeName: 'name', OrderType: 'Ascending' }],
    }),
  ).toEqual({
    table: 'account',
    columns: ['name'],
    where: {
      kind: 'and',
      filters: [
        { kind: 'condition', column: 'name', operator: 'eq', values: ['Contoso'] },
        { kind: 'condition', column: 'revenue', operator: 'null', values: [] },
      ],
    },
    order: [{ column: 'name', descending: false }],
  })
})

test.each<[string, unknown, string, string]>([
  ['a text', 'account', 'PAYLOAD_INVALID', 'Query: a QueryExpression was expected, not "account".'],
  ['no table', { ColumnSet: {} }, 'PAYLOAD_INVALID', 'Query.EntityName: a text was expected'],
  [
    'what no JSON has in place of a text',
    { EntityName: { id: 10n } },
    'PAYLOAD_INVALID',
    'Query.EntityName: a text was expected, not an object.',
  ],
  [
    'lists in lists without end',
    filter({ AttributeName: 'name', Operator: 'In', Values: [deep(50_000)] }),
    'PAYLOAD_INVALID',
    'Query.Criteria.Conditions[0].Values[0]: a text, a number, true or false was expected, not a list.',
  ],
  [
    'a long text in place of a number',
    { EntityName: 'account', TopCount: 'x'.repeat(1000) },
    'PAYLOAD_INVALID',
    `Query.TopCount: a whole number was expected, not "${'x'.repeat(60)}…".`,
  ],
  [
    'a member it does not have',
    { EntityName: 'account', UserAwareOrderBy: true },
    'PAYLOAD_INVALID',
    "Query: QueryExpression has no member 'UserAwareOrderBy'",
  ],
  [
    'a SubQueryExpression',
    { EntityName: 'account', SubQueryExpression: { EntityName: 'contact' } },
    'NOT_SUPPORTED',
    'Query: SubQueryExpression is not evaluated.',
  ],
  [
    'an operator nobody knows',
    filter({ AttributeName: 'name', Operator: 'Alike', Values: ['a'] }),
    'QUERY_OPERATOR_UNKNOWN',
    "Query.Criteria.Conditions[0]: 'Alike' is not a condition operator.",
  ],
  [
    'full-text search',
    filter({ AttributeName: 'name', Operator: 'Contains', Values: ['a'] }),
    'QUERY_OPERATOR_UNKNOWN',
    "'Contains' is not a condition operator.",
  ],
  [
    'a column of another table to compare with',
    filter({ AttributeName: 'name', Operator: 'Equal', Values: ['c.name'], CompareColumns: true }),
    'QUERY_CONDITION_INVALID',
    'columns of two tables are compared in FetchXML only',
  ],
  [
    'two columns to compare with',
    filter({ AttributeName: 'name', Operator: 'Equal', Values: ['a', 'b'], CompareColumns: true }),
    'PAYLOAD_INVALID',
    'Query.Criteria.Conditions[0].Values: the name of one column was expected',
  ],
  [
    'a value that is an object',
    filter({ AttributeName: 'name', Operator: 'Equal', Values: [{ Value: {} }] }),
    'PAYLOAD_INVALID',
    'Query.Criteria.Conditions[0].Values[0].Value: a text, a number, true or false was expected',
  ],
  [
    'a join nobody knows',
    joinedBy('Left'),
    'QUERY_LINK_TYPE_INVALID',
    "Query.LinkEntities[0]: JoinOperator 'Left' is not valid here",
  ],
  [
    'a group without alias',
    {
      EntityName: 'account',
      ColumnSet: { AttributeExpressions: [{ AttributeName: 'name', HasGroupBy: true }] },
    },
    'QUERY_ALIAS_MISSING',
    "'name' needs an alias",
  ],
  [
    'an alias to sort by, without groups',
    { EntityName: 'account', Orders: [{ Alias: 'n', OrderType: 'Ascending' }] },
    'PAYLOAD_INVALID',
    'Query.Orders[0].Alias: only an aggregate query is sorted by alias',
  ],
  [
    'an order nobody knows',
    { EntityName: 'account', Orders: [{ AttributeName: 'name', OrderType: 'Up' }] },
    'PAYLOAD_INVALID',
    'Query.Orders[0].OrderType: one of Ascending, Descending was expected, not "Up".',
  ],
  [
    'fewer values than attributes',
    { EntityName: 'account', Attributes: ['name'], Values: [] },
    'PAYLOAD_INVALID',
    'as many Values as Attributes',
  ],
  [
    'numbers as text',
    { EntityName: 'account', TopCount: '3' },
    'PAYLOAD_INVALID',
    'Query.TopCount',
  ],
])('%s is refused', (_, json, code, message) => {
  expect(() => parseQueryExpression(json)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) as string }),
  )
})
