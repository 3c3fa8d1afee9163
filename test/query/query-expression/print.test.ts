import fc from 'fast-check'
import { evaluate } from '../../../src/query/evaluate.ts'
import { parseFetchXml } from '../../../src/query/fetchxml/parse.ts'
import { parseQueryExpression } from '../../../src/query/query-expression/parse.ts'
import { printQueryExpression } from '../../../src/query/query-expression/print.ts'
import type { Query } from '../../../src/query/query.ts'
import { query, world } from '../arbitraries.ts'
import { CALLER as ASKING, sourceOf } from '../world.ts'

const CALLER = { ...ASKING, limits: { links: 1000 } }

test('a printed query reads as one that prints and answers the same', () => {
  fc.assert(
    fc.property(query, world, (random, rows) => {
      const asked = { ...random, choicesByValue: false }
      const json = printQueryExpression(asked)
      const read = parseQueryExpression(JSON.parse(JSON.stringify(json)))

      expect(printQueryExpression(read)).toEqual(json)
      const source = sourceOf(rows)
      expect(evaluate(read, source, CALLER)).toEqual(evaluate(asked, source, CALLER))
    }),
    { numRuns: 200 },
  )
})

test('members have the names of the classes, values their .NET types', () => {
  expect(
    printQueryExpression({
      table: 'account',
      columns: ['name'],
      where: {
        kind: 'and',
        filters: [
          { kind: 'condition', column: 'revenue', operator: 'gt', values: [1000] },
          { kind: 'condition', column: 'creditonhold', operator: 'ne', values: [true] },
        ],
      },
      top: 3,
    }),
  ).toMatchObject({
    EntityName: 'account',
    ColumnSet: { AllColumns: false, Columns: ['name'], AttributeExpressions: [] },
    Criteria: {
      FilterOperator: 'And',
      Conditions: [
        {
          AttributeName: 'revenue',
          Operator: 'GreaterThan',
          Values: [{ Value: 1000, Type: 'System.Int32' }],
          CompareColumns: false,
        },
        {
          AttributeName: 'creditonhold',
          Operator: 'NotEqual',
          Values: [{ Value: true, Type: 'System.Boolean' }],
        },
      ],
      Filters: [],
    },
    LinkEntities: [],
    TopCount: 3,
    Distinct: false,
  })
})

const fetch = (attributes: string, inside: string) =>
  parseFetchXml(`<fetch ${attributes}><entity name='account'>${inside}</entity></fetch>`)

test.each<[string, Query]>([
  ['useraworderby', fetch("useraworderby='true'", '')],
  ['aggregatelimit', fetch("aggregate='true' aggregatelimit='5'", '')],
  [
    'rowaggregate',
    fetch('', "<attribute name='accountid' rowaggregate='CountChildren' alias='n'/>"),
  ],
  [
    'distinct aggregates',
    fetch(
      "aggregate='true'",
      "<attribute name='name' aggregate='countcolumn' distinct='true' alias='n'/>",
    ),
  ],
  [
    "parts of dates in the caller's time zone",
    fetch(
      "aggregate='true'",
      "<attribute name='createdon' groupby='true' dategrouping='year' alias='n'/>",
    ),
  ],
  [
    'comparison of columns of two tables',
    fetch(
      '',
      "<filter><condition attribute='name' operator='eq' valueof='c.fullname'/></filter><link-entity name='contact' from='contactid' to='primarycontactid' alias='c'/>",
    ),
  ],
  [
    'overridequickfindrecordlimitdisabled',
    fetch('', "<filter type='or' isquickfindfields='1' overridequickfindrecordlimitdisabled='1'/>"),
  ],
])('%s, which FetchXML alone has, is refused by name', (what, asked) => {
  expect(() => printQueryExpression(asked)).toThrow(
    expect.objectContaining({
      code: 'NOT_SUPPORTED',
      message: `QueryExpression has no ${what}; FetchXML alone has.`,
    }),
  )
})
