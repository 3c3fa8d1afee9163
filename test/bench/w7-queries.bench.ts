import type { Query } from '../../src/index.ts'
import { parseFetchXml } from '../../src/query/fetchxml/parse.ts'
import { parseODataQuery } from '../../src/query/odata/parse-query.ts'
import { assertEqual, type Benchmark, type Measurement, type Side } from './harness.ts'
import {
  CATALOG,
  PARENTS,
  SALES,
  bareSales,
  emulatedSales,
  parentAt,
  sqliteAsk,
  sqliteObstacle,
  type Ask,
  type Sale,
} from './sales.ts'

export const w7: Benchmark = {
  name: 'w7',
  question: 'queries on 100 000 rows, ms',
  measurements: () => [...QUESTIONS.flatMap(besideBoth), ...TEXTS],
}

/** One question to three sides. Each answers the same, told as text, once; `at` makes it another one. */
interface Question {
  readonly name: string
  /**
   * How often it is asked in a round. Garbage that is collected before each round takes compiled code with it: a
   * round is long enough for that to be compiled again.
   */
  readonly times: number
  /** Against the bare loop, where every row is looked at: more would be a wrong way to look. */
  readonly ratio?: number
  readonly bare: (at: number) => Answer
  readonly query: (at: number) => Query
  readonly sql: string
  readonly values: (at: number) => (string | number)[]
  /** What of a row is compared. */
  readonly told: readonly string[]
}

type Answer = readonly object[]

const NAMED = ['name', 'quantity']

const QUESTIONS: readonly Question[] = [
  {
    name: 'one row by indexed text',
    times: 20_000,
    bare: (at) => {
      const sale = bareSales().byName.get(`SALE ${spread(at)}`.toLowerCase())
      return sale === undefined ? [] : [named(sale)]
    },
    query: (at) => sales([is('name', 'eq', `SALE ${spread(at)}`)]),
    sql: 'select name, quantity from sale where name = ?',
    values: (at) => [`SALE ${spread(at)}`],
    told: NAMED,
  },
  {
    name: '100 rows by indexed lookup',
    times: 1000,
    bare: (at) => (bareSales().byParent.get(parentAt(at % PARENTS).id) ?? []).map(named),
    query: (at) => sales([is('parentid', 'eq', parentAt(at % PARENTS).id)]),
    sql: 'select name, quantity from sale where parentid = ? order by id',
    values: (at) => [parentAt(at % PARENTS).id],
    told: NAMED,
  },
  {
    name: 'range, order, top 50',
    times: 5,
    ratio: 2,
    bare: (at) =>
      first(50, descending, ({ amount }) => amount >= 25_000 + at && amount < 75_000).map(named),
    query: (at) => ({
      ...sales([is('amount', 'ge', 25_000 + at), is('amount', 'lt', 75_000)]),
      order: [{ column: 'quantity', descending: true }],
      top: 50,
    }),
    sql: `select name, quantity from sale where amount >= ? and amount < 75000
      order by quantity desc, id limit 50`,
    values: (at) => [25_000 + at],
    told: NAMED,
  },
  {
    name: 'contains',
    times: 5,
    ratio: 2,
    bare: (at) => {
      const part = `${777 - at}`.toLowerCase()
      return bareSales()
        .sales.filter(({ name }) => name.toLowerCase().includes(part))
        .map(named)
    },
    query: (at) => sales([is('name', 'like', `%${777 - at}%`)]),
    sql: 'select name, quantity from sale where name like ? order by id',
    values: (at) => [`%${777 - at}%`],
    told: NAMED,
  },
  {
    name: 'join to parent with a condition',
    times: 1000,
    bare: (at) => {
      const { parentsByName, byParent } = bareSales()
      const parent = parentsByName.get(parentAt(at % PARENTS).name.toLowerCase())
      if (parent === undefined) return []
      return (byParent.get(parent.id) ?? []).map((sale) => ({
        name: sale.name,
        'p.name': parent.name,
      }))
    },
    query: (at) => ({
      table: 'benchsale',
      columns: ['name'],
      links: [
        {
          kind: 'inner',
          table: 'benchparent',
          from: 'benchparentid',
          to: 'parentid',
          alias: 'p',
          columns: ['name'],
          where: is('name', 'eq', parentAt(at % PARENTS).name),
        },
      ],
    }),
    sql: `select s.name, p.name as "p.name" from sale s join parent p on p.id = s.parentid
      where p.name = ? order by s.id`,
    values: (at) => [parentAt(at % PARENTS).name],
    told: ['name', 'p.name'],
  },
  {
    // As many rows as an organization aggregates, almost.
    name: 'group-by of 49 000 rows with count, sum, average',
    times: 5,
    ratio: 2,
    bare: (at) => grouped(49_000 - at),
    query: (at) => ({
      table: 'benchsale',
      columns: [],
      aggregate: true,
      where: is('amount', 'lt', 49_000 - at),
      groups: [{ column: 'kind', alias: 'kind' }],
      aggregates: [
        { function: 'count', column: 'benchsaleid', alias: 'n' },
        { function: 'sum', column: 'quantity', alias: 'total' },
        { function: 'avg', column: 'quantity', alias: 'mean' },
      ],
      order: [{ column: 'kind', descending: false }],
      choicesByValue: true,
    }),
    // Averages of integers are integers.
    sql: `select kind, count(*) as n, sum(quantity) as total, cast(avg(quantity) as int) as mean
      from sale where amount < ? group by kind order by kind`,
    values: (at) => [49_000 - at],
    told: ['kind', 'n', 'total', 'mean'],
  },
  page(1, 5),
  page(1000, 3),
]

function page(number: number, times: number): Question {
  const skipped = (number - 1) * 50
  return {
    name: `page ${number.toLocaleString('en')} of 50 rows`,
    times,
    ratio: 2,
    bare: () => {
      const all = number === 1 ? first(50, descending) : bareSales().sales.toSorted(descending)
      return all.slice(skipped, skipped + 50).map(named)
    },
    query: () => ({
      ...sales([]),
      order: [{ column: 'quantity', descending: true }],
      page: { size: 50, number },
    }),
    sql: 'select name, quantity from sale order by quantity desc, id limit 50 offset ?',
    values: () => [skipped],
    told: NAMED,
  }
}

function sales(filters: readonly ReturnType<typeof is>[]) {
  return {
    table: 'benchsale',
    columns: NAMED,
    where: { kind: 'and', filters },
  } as const
}

function is(column: string, operator: 'eq' | 'ge' | 'lt' | 'like', value: string | number) {
  return { kind: 'condition', column, operator, values: [value] } as const
}

/** Another row each time, far from the last. */
function spread(at: number): number {
  return (at * 7919) % SALES
}

function named({ name, quantity }: Sale): object {
  return { name, quantity }
}

function descending(a: Sale, b: Sale): number {
  return b.quantity - a.quantity || (a.id < b.id ? -1 : 1)
}

/** The first so many without sorting the others. */
function first(
  count: number,
  compare: (a: Sale, b: Sale) => number,
  test: (sale: Sale) => boolean = () => true,
): readonly Sale[] {
  const found: Sale[] = []
  for (const sale of bareSales().sales) {
    if (!test(sale)) continue
    const last = found[count - 1]
    if (last !== undefined && compare(sale, last) >= 0) continue
    let low = 0
    let high = found.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = found[middle]
      if (other !== undefined && compare(other, sale) < 0) low = middle + 1
      else high = middle
    }
    found.splice(low, 0, sale)
    if (found.length > count) found.pop()
  }
  return found
}

function grouped(below: number): Answer {
  const groups = new Map<number, { kind: number; n: number; total: number }>()
  for (const { amount, kind, quantity } of bareSales().sales) {
    if (amount >= below) continue
    let group = groups.get(kind)
    if (group === undefined) groups.set(kind, (group = { kind, n: 0, total: 0 }))
    group.n++
    group.total += quantity
  }
  return [...groups.values()]
    .sort((a, b) => a.kind - b.kind)
    .map((group) => ({ ...group, mean: Math.trunc(group.total / group.n) }))
}

function besideBoth(question: Question): readonly Measurement[] {
  const { name, ratio } = question
  const ours = emulated(question)
  const obstacle = sqliteObstacle()
  return [
    { name, unit: 'ms', base: bare(question), ours, ...(ratio === undefined ? {} : { ratio }) },
    {
      name: `${name}, beside SQLite`,
      unit: 'ms',
      baseName: 'SQLite',
      base: sqlite(question),
      ours,
      ratio: 1,
      ...(obstacle === undefined ? {} : { obstacle }),
    },
  ]
}

function bare({ times, bare: answer }: Question): Side {
  return () => {
    bareSales()
    return {
      operations: times,
      run() {
        for (let at = 0; at < times; at++) answer(at)
      },
    }
  }
}

function sqlite({ times, sql, values, told, bare: expected }: Question): Side {
  let ask: Ask | undefined
  return () => {
    const asked = (ask ??= sqliteAsk(sql))
    return {
      operations: times,
      run() {
        for (let at = 0; at < times; at++) asked(values(at))
      },
      check() {
        assertEqual('the answer of SQLite', text(asked(values(1)), told), text(expected(1), told))
      },
    }
  }
}

function emulated({ times, query, told, bare: expected }: Question): Side {
  return async () => {
    const org = emulatedSales()
    // An index on text is built when a column was searched a few times: by whoever comes first, once.
    for (let at = 0; at < 5; at++) await org.retrieveMultiple(query(at))
    return {
      operations: times,
      async run() {
        for (let at = 0; at < times; at++) await org.retrieveMultiple(query(at))
      },
      async check() {
        const { rows } = await org.retrieveMultiple(query(1))
        assertEqual('the answer', text(rows, told), text(expected(1), told))
      },
    }
  }
}

function text(answer: Answer, columns: readonly string[]): string {
  const rows = answer.map((row) => columns.map((column) => (row as Told)[column]))
  return rows.length === 0 ? 'nothing' : JSON.stringify(rows)
}
type Told = Readonly<Record<string, unknown>>

const FETCH = `<fetch top="50"><entity name="benchsale">
  <attribute name="name" /><attribute name="quantity" />
  <filter><condition attribute="amount" operator="ge" value="25000" /><condition attribute="amount" operator="lt" value="75000" /></filter>
  <order attribute="quantity" descending="true" />
</entity></fetch>`
const ODATA = {
  select: 'name,quantity',
  filter: 'amount ge 25000 and amount lt 75000',
  orderby: 'quantity desc',
  top: '50',
}
const PARSED = 20_000
/** What text adds to a query that is there already. */
const MOST_MS = 0.02

const TEXTS: readonly Measurement[] = [
  parsing('FetchXML to query', () => parseFetchXml(FETCH, CATALOG)),
  parsing(
    'OData to query',
    () => parseODataQuery(ODATA, CATALOG.table('benchsale'), CATALOG).query,
  ),
]

function parsing(name: string, parse: () => Query): Measurement {
  const repeated = (call: () => unknown, check?: () => void): Side => {
    return () => ({
      operations: PARSED,
      run() {
        for (let i = 0; i < PARSED; i++) call()
      },
      ...(check === undefined ? {} : { check }),
    })
  }
  const json = JSON.stringify(parse())
  return {
    name,
    unit: 'ms',
    baseName: 'JSON.parse',
    base: repeated(() => JSON.parse(json)),
    ours: repeated(parse, () => {
      assertEqual('the first rows asked for', parse().top, 50)
    }),
    most: MOST_MS,
  }
}
