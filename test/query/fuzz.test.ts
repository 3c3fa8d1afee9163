import fc from 'fast-check'
import { DataverseError } from '../../src/errors/dataverse-error.ts'
import { evaluate } from '../../src/query/evaluate.ts'
import { parseFetchXml } from '../../src/query/fetchxml/parse.ts'
import { printFetchXml } from '../../src/query/fetchxml/print.ts'
import { parseODataQuery, type ODataOptions } from '../../src/query/odata/parse-query.ts'
import { parseQueryExpression } from '../../src/query/query-expression/parse.ts'
import { printQueryExpression } from '../../src/query/query-expression/print.ts'
import { CALLER, catalog, guid, ref, sourceOf, tableNamed } from './world.ts'

const NUMBER_OF_RUNS = process.env['LONG'] === '1' ? 100_000 : 1_000

const SOURCE = sourceOf({
  account: [
    {
      accountid: guid(1),
      name: 'Contoso',
      revenue: 5,
      primarycontactid: ref('contact', 11),
      createdon: '2026-03-02T08:00:00Z',
    },
    { accountid: guid(2), name: 'Fabrikam', parentaccountid: ref('account', 1), interests: [1, 9] },
  ],
  contact: [{ contactid: guid(11), fullname: 'Ann', parentcustomerid: ref('account', 1) }],
})

const FETCHES = [
  `<fetch top="3"><entity name="account"><attribute name="name"/><order attribute="name" descending="true"/><filter type="or"><condition attribute="name" operator="like" value="C%"/><condition attribute="revenue" operator="between"><value>1</value><value>9</value></condition></filter></entity></fetch>`,
  `<fetch count="2" page="1" distinct="true" returntotalrecordcount="true"><entity name="account"><all-attributes/><link-entity name="contact" from="contactid" to="primarycontactid" alias="c" link-type="outer"><attribute name="fullname" alias="who"/><filter><condition attribute="fullname" operator="not-null"/></filter></link-entity></entity></fetch>`,
  `<fetch aggregate="true"><entity name="account"><attribute name="revenue" aggregate="sum" alias="total"/><attribute name="createdon" groupby="true" dategrouping="fiscal-period" alias="period"/><order alias="total"/></entity></fetch>`,
  `<fetch><entity name="account"><filter><link-entity name="contact" from="parentcustomerid" to="accountid" link-type="not any"><filter><condition attribute="fullname" operator="eq" value="x"/></filter></link-entity><condition attribute="createdon" operator="last-x-days" value="3"/><condition attribute="accountid" operator="under" value="${guid(1)}"/><condition attribute="interests" operator="contain-values"><value>9</value></condition></filter></entity></fetch>`,
]

const OPTIONS: readonly ODataOptions[] = [
  {
    select: 'name,_primarycontactid_value',
    filter: "contains(name,'o') and (revenue gt 1 or revenue eq null)",
    orderby: 'name desc,revenue',
    top: '3',
    count: 'true',
  },
  {
    filter: `primarycontactid/fullname eq 'Ann' or _parentaccountid_value eq ${guid(1)}`,
    expand:
      "primarycontactid($select=fullname;$expand=parentcustomerid_account),Account_Tasks($filter=subject eq 'x')",
  },
  {
    filter:
      "contact_customer_accounts/any(c:c/fullname eq 'Ann') and not contact_customer_accounts/all(c:c/annualincome lt 5)",
  },
  {
    filter:
      "Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['a','b']) or Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=3)",
  },
  {
    filter: "createdon ge 2026-01-01T00:00:00Z and interests eq '1,9' and name eq @p",
    aliases: { '@p': "'x'" },
  },
  {
    apply:
      'filter(revenue gt 1)/groupby((industrycode,primarycontactid/fullname),aggregate(revenue with sum as total,$count as n))',
  },
]

/** Pieces that mean something to a parser. */
const PIECES = [
  '<',
  '>',
  '/',
  '"',
  "'",
  '(',
  ')',
  '[',
  ']',
  ',',
  ';',
  '=',
  ':',
  '&lt;',
  '&x;',
  '<filter>',
  '</filter>',
  '<condition ',
  'value="',
  ' and ',
  ' not ',
  ' eq ',
  'null',
  '-',
  '0',
  '9999999999',
  '1e999',
  '2026-13-01',
  '@p',
  '$',
  '%',
  '\u0000',
  '\ud800',
  'é',
  '__proto__',
  'constructor',
  '<!--',
  ']]>',
  '<![CDATA[',
  'true',
  'all',
  'any(',
]

interface Change {
  readonly at: number
  readonly length: number
  readonly kind: 'delete' | 'repeat' | 'insert' | 'swap'
  readonly piece: string
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 30 }),
  kind: fc.constantFrom('delete', 'repeat', 'insert', 'swap'),
  piece: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })),
})

function changed(text: string, changes: readonly Change[]): string {
  return changes.reduce((before, { at, length, kind, piece }) => {
    const start = Math.floor(at * before.length)
    const part = before.slice(start, start + length)
    const rest = before.slice(start + length)
    switch (kind) {
      case 'delete':
        return before.slice(0, start) + rest
      case 'repeat':
        return before.slice(0, start) + part.repeat(3) + rest
      case 'insert':
        return before.slice(0, start) + piece + part + rest
      case 'swap':
        return before.slice(0, start) + piece + rest
      default:
        return kind satisfies never
    }
  }, text)
}

/** What is refused is refused with a code; anything else thrown is a crash. */
function answerOrRefusal(work: () => unknown): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof DataverseError)) throw error
    expect(error.message).not.toBe('')
  }
}

const changes = fc.array(change, { minLength: 1, maxLength: 4 })

test('changed FetchXML is answered or refused with a code', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FETCHES), changes, (seed, made) => {
      answerOrRefusal(() => {
        const query = parseFetchXml(changed(seed, made), catalog)
        evaluate(query, SOURCE, CALLER)
        printFetchXml(query)
      })
    }),
    { numRuns: NUMBER_OF_RUNS },
  )
})

test('changed OData options are answered or refused with a code', () => {
  fc.assert(
    fc.property(fc.constantFrom(...OPTIONS), fc.nat(), changes, (seed, choice, made) => {
      const names = (Object.keys(seed) as (keyof ODataOptions)[]).filter(
        (name) => name !== 'aliases',
      )
      const name = names[choice % names.length] ?? 'filter'
      const options = { ...seed, [name]: changed(String(seed[name] ?? ''), made) }

      answerOrRefusal(() => {
        const { query } = parseODataQuery(options, tableNamed('account'), catalog)
        evaluate(query, SOURCE, CALLER)
        printFetchXml(query)
      })
    }),
    { numRuns: NUMBER_OF_RUNS },
  )
})

/** A member of an object or list, whichever the number leads to, with another value in its place. */
function replaced(json: unknown, choice: number, value: unknown): unknown {
  if (typeof json !== 'object' || json === null) return value
  const names = Object.keys(json)
  const name = names[choice % (names.length + 1)]
  if (name === undefined) return value
  const inner = (json as Readonly<Record<string, unknown>>)[name]
  const changedInner = replaced(inner, Math.floor(choice / (names.length + 1)), value)
  if (!Array.isArray(json)) return { ...json, [name]: changedInner }
  return json.map((item: unknown, at) => (String(at) === name ? changedInner : item))
}

test('changed QueryExpressions are answered or refused with a code', () => {
  const seeds = FETCHES.flatMap((text) => {
    const query = parseFetchXml(
      text.replace(
        '<attribute name="createdon"',
        '<attribute usertimezone="false" name="createdon"',
      ),
    )
    return [printQueryExpression(query)]
  })
  const value = fc.oneof(
    fc.constantFrom(...PIECES),
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom<unknown>([], {}, [{}], -1, 1.5, { Value: { Value: 1 } }),
  )

  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(), value), { minLength: 1, maxLength: 3 }),
      (seed, made) => {
        const json = made.reduce<unknown>(
          (before, [choice, other]) => replaced(before, choice, other),
          seed,
        )

        answerOrRefusal(() => {
          const query = parseQueryExpression(json, catalog)
          evaluate(query, SOURCE, CALLER)
          printFetchXml(query)
        })
      },
    ),
    { numRuns: NUMBER_OF_RUNS },
  )
})

test('a QueryExpression nested beyond all measure is refused', () => {
  let Criteria: object = {}
  for (let depth = 0; depth < 50_000; depth++) Criteria = { Filters: [Criteria] }

  expect(() => parseQueryExpression({ EntityName: 'account', Criteria })).toThrow(
    expect.objectContaining({ code: 'PAYLOAD_INVALID' }),
  )
})
