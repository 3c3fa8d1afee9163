import type { Page, Query } from '../../src/query/query.ts'
import { ask, CALLER, column, guid, numberOf, ref, type World } from './world.ts'

const WORLD: World = {
  account: [
    {
      accountid: guid(1),
      name: 'b',
      industrycode: 1,
      revenue: 2,
      parentaccountid: ref('account', 3),
      createdon: '2026-01-01T00:00:00Z',
      creditonhold: true,
    },
    {
      accountid: guid(2),
      name: 'A',
      industrycode: 2,
      revenue: 1,
      parentaccountid: ref('account', 2),
      createdon: '2025-01-01T00:00:00Z',
      creditonhold: false,
    },
    { accountid: guid(3), name: 'c', industrycode: 3 },
    {
      accountid: guid(4),
      name: 'B',
      industrycode: 1,
      revenue: 2,
      parentaccountid: ref('account', 99),
    },
  ],
}

const numbers = (page: Page) => page.rows.map((row) => numberOf(row['accountid']))
const sorted = (name: string, descending: boolean, more: Partial<Query> = {}) =>
  numbers(
    ask({ table: 'account', columns: [], order: [{ column: name, descending }], ...more }, WORLD),
  )

describe('order (order-rows)', () => {
  test.each([
    ['name', [2, 1, 4, 3], [3, 1, 4, 2]],
    ['revenue', [3, 2, 1, 4], [1, 4, 2, 3]],
    ['createdon', [3, 4, 2, 1], [1, 2, 3, 4]],
    // Brewing, Fishing, Mining
    ['industrycode', [2, 3, 1, 4], [1, 4, 3, 2]],
    // By the names A and c; 99 is no row, so it has no name.
    ['parentaccountid', [3, 4, 2, 1], [1, 2, 3, 4]],
    ['parentaccountidname', [3, 4, 2, 1], [1, 2, 3, 4]],
    // Free, Held
    ['creditonhold', [3, 4, 2, 1], [1, 2, 3, 4]],
    ['accountid', [1, 2, 3, 4], [4, 3, 2, 1]],
  ])('%s', (name, ascending, descending) => {
    expect(sorted(name, false)).toEqual(ascending)
    expect(sorted(name, true)).toEqual(descending)
  })

  test('choices are sorted by their labels in the caller’s language, where there are several', () => {
    const world = {
      account: [1, 2, 3].map((statuscode) => ({ accountid: guid(statuscode), statuscode })),
    }
    const sorted = (languageCode: number) =>
      column(
        ask(
          {
            table: 'account',
            columns: ['statuscode', 'statuscodename'],
            order: [{ column: 'statuscode', descending: false }],
          },
          world,
          { ...CALLER, languageCode },
        ),
        'statuscodename',
      )

    expect(sorted(1033)).toEqual(['Closed', 'Open', 'Paused'])
    expect(sorted(1031)).toEqual(['Geschlossen', 'Offen', 'Paused'])
    expect(sorted(1040)).toEqual(['Aperto', 'Closed', 'Paused'])
  })

  test('choices are sorted by value where that is asked for', () => {
    expect(sorted('industrycode', false, { choicesByValue: true })).toEqual([1, 4, 2, 3])
  })

  test('several orders apply one after the other', () => {
    const order = [
      { column: 'revenue', descending: true },
      { column: 'name', descending: false },
      { column: 'accountid', descending: true },
    ]

    expect(numbers(ask({ table: 'account', columns: [], order }, WORLD))).toEqual([4, 1, 2, 3])
  })

  test('the orders of a link come after those of the table, unless an order names the link', () => {
    const world: World = {
      contact: [
        { contactid: guid(1), fullname: 'x', parentcustomerid: ref('account', 1) },
        { contactid: guid(2), fullname: 'y', parentcustomerid: ref('account', 2) },
        { contactid: guid(3), fullname: 'x', parentcustomerid: ref('account', 2) },
      ],
      account: [
        { accountid: guid(1), name: 'b' },
        { accountid: guid(2), name: 'a' },
      ],
    }
    const link = {
      kind: 'inner',
      table: 'account',
      from: 'accountid',
      to: 'parentcustomerid',
      alias: 'a',
      columns: [],
    } as const
    const order = { column: 'name', descending: false }
    const ids = (query: Partial<Query>) =>
      ask({ table: 'contact', columns: [], ...query }, world).rows.map((row) =>
        numberOf(row['contactid']),
      )

    expect(
      ids({
        order: [{ column: 'fullname', descending: false }],
        links: [{ ...link, order: [order] }],
      }),
    ).toEqual([3, 1, 2])
    expect(
      ids({
        order: [
          { ...order, link: 'a' },
          { column: 'fullname', descending: true },
        ],
        links: [link],
      }),
    ).toEqual([2, 3, 1])
  })

  test.each(['interests', 'logo', 'contract'])('%s cannot be sorted by', (name) => {
    expect(() => sorted(name, false)).toThrow(
      expect.objectContaining({ code: 'QUERY_CONDITION_INVALID' }),
    )
  })

  test('an unknown column is refused', () => {
    expect(() => sorted('nope', false)).toThrow(expect.objectContaining({ code: 'COLUMN_UNKNOWN' }))
  })
})

/** 25 rows; every name occurs three times, some are empty. */
const MANY: World = {
  account: Array.from({ length: 25 }, (_, at) => ({
    accountid: guid(((at * 7) % 25) + 1),
    name: at % 4 === 0 ? null : `Name "${at % 9}" & <co>`,
    revenue: at % 3,
    industrycode: (at % 3) + 1,
    createdon: `2026-01-0${(at % 5) + 1}T00:00:00Z`,
    creditonhold: at % 2 === 0,
    parentaccountid: at % 2 === 0 ? ref('account', (at % 6) + 1) : null,
  })),
}

function allPages(
  query: Query,
  size: number,
  world = MANY,
): { rows: unknown[]; cookies: (string | undefined)[] } {
  const rows: unknown[] = []
  const cookies: (string | undefined)[] = []
  let cookie: string | undefined
  for (let number = 1; number < 100; number++) {
    const page = ask(
      { ...query, page: { size, number, ...(cookie === undefined ? {} : { cookie }) } },
      world,
    )
    rows.push(...page.rows)
    cookies.push(page.cookie)
    if (!page.moreRows) break
    cookie = page.cookie
  }
  return { rows, cookies }
}

describe('pages (page-results)', () => {
  test.each([
    'name',
    'revenue',
    'industrycode',
    'createdon',
    'creditonhold',
    'parentaccountid',
    'accountid',
  ])('pages sorted by %s hold every row once, in order', (name) => {
    for (const descending of [false, true]) {
      const query: Query = {
        table: 'account',
        columns: [name],
        order: [{ column: name, descending }],
      }
      const whole = ask(query, MANY).rows

      for (const size of [1, 7, 24, 25, 26]) expect(allPages(query, size).rows).toEqual(whole)
    }
  })

  test('a cookie names the sorted columns and the key of the first and last row', () => {
    const world: World = {
      account: [
        { accountid: guid(1), name: 'Ann & "Co" <1>' },
        { accountid: guid(2), name: 'Bob' },
        { accountid: guid(3), name: 'Cid' },
      ],
    }
    const order = [{ column: 'name', descending: false }]
    const page = ask({ table: 'account', columns: [], order, page: { size: 2, number: 1 } }, world)

    expect(page.cookie).toBe(
      '<cookie page="1"><name last="Bob" first="Ann &amp; &quot;Co&quot; &lt;1&gt;" />' +
        `<accountid last="{${guid(2)}}" first="{${guid(1)}}" /></cookie>`,
    )
  })

  test('an empty value is told as such', () => {
    const order = [{ column: 'name', descending: false }]
    const page = ask({ table: 'account', columns: [], order, page: { size: 2, number: 1 } }, MANY)

    expect(page.cookie).toContain('<name lastnull="1" firstnull="1" />')
  })

  test('GUIDs in a cookie are in capitals and braces', () => {
    const ids = ['aaaaaaaa-0000-0000-0000-00000000000a', 'bbbbbbbb-0000-0000-0000-00000000000b']
    const page = ask(
      { table: 'account', columns: [], page: { size: 1, number: 1 } },
      { account: ids.map((accountid) => ({ accountid })) },
    )

    expect(page.cookie).toContain('last="{AAAAAAAA-0000-0000-0000-00000000000A}"')
  })

  test('without a cookie the number of the page decides', () => {
    const query: Query = { table: 'account', columns: [] }

    expect(numbers(ask({ ...query, page: { size: 10, number: 3 } }, MANY))).toEqual([
      21, 22, 23, 24, 25,
    ])
    expect(ask({ ...query, page: { size: 10, number: 4 } }, MANY)).toEqual({
      rows: [],
      moreRows: false,
    })
  })

  test('the last page has no cookie', () => {
    expect(
      ask({ table: 'account', columns: [], page: { size: 25, number: 1 } }, MANY),
    ).not.toHaveProperty('cookie')
  })

  test('rows that came meanwhile before the place of the cookie do not shift the page', () => {
    const query: Query = { table: 'account', columns: [], page: { size: 10, number: 1 } }
    const { cookie = '' } = ask(query, MANY)
    const grown: World = { account: [...(MANY['account'] ?? []), { accountid: guid(0) }] }

    const page = ask({ ...query, page: { size: 10, number: 2, cookie } }, grown)
    expect(numbers(page)[0]).toBe(11)
  })

  test.each([
    '',
    'x',
    '<cookie page="1"></cookie>',
    '<cookie page="1"><name last="x" first="y" /></cookie>',
    '<cookie page="1"><accountid last="x" first="y" /></cookie>',
  ])('the cookie %p is refused', (cookie) => {
    expect(() =>
      ask({ table: 'account', columns: [], page: { size: 10, number: 2, cookie } }, MANY),
    ).toThrow(expect.objectContaining({ code: 'QUERY_PAGING_INVALID' }))
  })

  test('rows sorted by a link’s column have no cookie and are paged by number', () => {
    const query: Query = {
      table: 'account',
      columns: ['name'],
      links: [
        {
          kind: 'outer',
          table: 'account',
          from: 'accountid',
          to: 'parentaccountid',
          alias: 'p',
          columns: [],
          order: [{ column: 'name', descending: true }],
        },
      ],
    }
    const { rows, cookies } = allPages(query, 6)

    expect(cookies.every((cookie) => cookie === undefined)).toBe(true)
    expect(rows).toEqual(ask(query, MANY).rows)
  })

  test('rows that a link brings several times have no cookie; those with one match have', () => {
    const link = { kind: 'inner', table: 'account', alias: 'p', columns: [] } as const
    const page = { size: 2, number: 1 }
    const up = ask(
      {
        table: 'account',
        columns: [],
        page,
        links: [{ ...link, from: 'accountid', to: 'parentaccountid' }],
      },
      MANY,
    )
    const down = ask(
      {
        table: 'account',
        columns: [],
        page,
        links: [{ ...link, from: 'parentaccountid', to: 'accountid' }],
      },
      MANY,
    )

    expect(up).toHaveProperty('cookie')
    expect(down).not.toHaveProperty('cookie')
  })
})

describe('top and count', () => {
  test('top gives so many rows and tells of no more', () => {
    expect(ask({ table: 'account', columns: [], top: 2 }, WORLD)).toEqual({
      rows: [{ accountid: guid(1) }, { accountid: guid(2) }],
      moreRows: false,
    })
  })

  test('the total counts every row that matches, whatever the page', () => {
    const page = ask(
      { table: 'account', columns: [], count: true, page: { size: 10, number: 3 } },
      MANY,
    )

    expect(page).toMatchObject({ totalCount: 25, totalCountLimitExceeded: false })
  })

  test('more rows than 5000 are not counted, and the answer says so', () => {
    const account = Array.from({ length: 5002 }, (_, at) => ({ accountid: guid(at) }))
    const page = ask({ table: 'account', columns: [], count: true }, { account })

    expect(page).toMatchObject({ totalCount: 5000, totalCountLimitExceeded: true, moreRows: true })
    expect(page.rows).toHaveLength(5000)
  })
})

test('pages of elastic tables hold 500 rows at most', () => {
  const reading = Array.from({ length: 501 }, (_, at) => ({ readingid: guid(at) }))
  for (const query of [{}, { page: { size: 5000, number: 1 } }]) {
    const page = ask({ table: 'reading', columns: [], ...query }, { reading })

    expect(page.rows).toHaveLength(500)
    expect(page.moreRows).toBe(true)
  }
})

describe('distinct (select-columns)', () => {
  test('rows that are alike in the chosen columns come once, without the key', () => {
    const query: Query = {
      table: 'account',
      columns: ['revenue'],
      distinct: true,
      order: [{ column: 'revenue', descending: true }],
    }

    expect(ask(query, MANY).rows).toEqual([{ revenue: 2 }, { revenue: 1 }, { revenue: 0 }])
  })

  test('texts that are equal to the platform are alike', () => {
    const page = ask(
      {
        table: 'account',
        columns: ['name'],
        distinct: true,
        order: [{ column: 'name', descending: false }],
      },
      WORLD,
    )

    expect(column(page, 'name')).toEqual(['A', 'b', 'c'])
  })

  test('the columns of links count too', () => {
    const query: Query = {
      table: 'account',
      columns: ['revenue'],
      distinct: true,
      count: true,
      links: [
        {
          kind: 'inner',
          table: 'account',
          from: 'accountid',
          to: 'parentaccountid',
          alias: 'p',
          columns: ['revenue'],
        },
      ],
    }

    const page = ask(query, MANY)
    const seen = new Set(page.rows.map((row) => JSON.stringify(row)))
    expect(seen.size).toBe(page.rows.length)
    expect(page.totalCount).toBe(page.rows.length)
  })

  test('is paged by number', () => {
    const query: Query = {
      table: 'account',
      columns: ['name'],
      distinct: true,
      order: [{ column: 'name', descending: false }],
    }
    const { rows, cookies } = allPages(query, 3)

    expect(cookies.every((cookie) => cookie === undefined)).toBe(true)
    expect(rows).toEqual(ask(query, MANY).rows)
  })
})

describe('limits', () => {
  const condition = { kind: 'condition', column: 'name', operator: 'null', values: [] } as const
  const link = (at: number) =>
    ({
      kind: 'outer',
      table: 'account',
      from: 'accountid',
      to: 'parentaccountid',
      alias: `l${at}`,
      columns: [],
    }) as const
  const refused = (query: Partial<Query>) => () =>
    ask({ table: 'account', columns: [], ...query }, WORLD)

  test('fifteen links are answered, sixteen refused', () => {
    const links = Array.from({ length: 16 }, (_, at) => link(at))

    expect(refused({ links: links.slice(1) })).not.toThrow()
    expect(refused({ links })).toThrow(
      expect.objectContaining({
        code: 'QUERY_LINKS_EXCEEDED',
        number: 0x8004430d,
        message: 'Number of link entities in query exceeded maximum limit.',
      }),
    )
  })

  test('nested links and links in filters count', () => {
    const links = Array.from({ length: 8 }, (_, at) => ({ ...link(at), links: [link(at + 100)] }))

    expect(refused({ links })).toThrow(expect.objectContaining({ code: 'QUERY_LINKS_EXCEEDED' }))
    const filters = Array.from(
      { length: 16 },
      () =>
        ({
          kind: 'link',
          quantifier: 'any',
          table: 'account',
          from: 'accountid',
          to: 'parentaccountid',
        }) as const,
    )
    expect(refused({ where: { kind: 'or', filters } })).toThrow(
      expect.objectContaining({ code: 'QUERY_LINKS_EXCEEDED' }),
    )
  })

  test('five hundred conditions are answered, one more is refused; links count', () => {
    const filters = Array.from({ length: 500 }, () => condition)

    expect(refused({ where: { kind: 'or', filters } })).not.toThrow()
    expect(refused({ where: { kind: 'or', filters }, links: [link(1)] })).toThrow(
      expect.objectContaining({ code: 'QUERY_CONDITIONS_EXCEEDED', number: 0x8004430c }),
    )
  })

  test.each([{ top: 0 }, { top: 5001 }, { top: 1.5 }, { top: -1 }])('%p is refused', (query) => {
    expect(refused(query)).toThrow(expect.objectContaining({ code: 'QUERY_TOP_INVALID' }))
  })

  test.each([
    { page: { size: 0, number: 1 } },
    { page: { size: 5001, number: 1 } },
    { page: { size: 10, number: 0 } },
    { page: { size: 10, number: 1 }, top: 1 },
    { page: { size: 5000, number: 11 } },
  ])('%p is refused', (query) => {
    expect(refused(query)).toThrow(expect.objectContaining({ code: 'QUERY_PAGING_INVALID' }))
  })

  test('a second union hint is refused', () => {
    const union = {
      kind: 'or' as const,
      hint: 'union' as const,
      filters: [
        { kind: 'condition' as const, column: 'name', operator: 'not-null' as const, values: [] },
      ],
    }
    const hinted = (...filters: (typeof union)[]) =>
      ask({ table: 'account', columns: [], where: { kind: 'and', filters } }, {})

    expect(hinted(union).rows).toEqual([])
    expect(() => hinted(union, union)).toThrow(
      expect.objectContaining({ code: 'QUERY_CONDITION_INVALID' }),
    )
  })

  test('rows of long-term retention are refused by name', () => {
    expect(refused({ hints: { dataSource: 'retained' } })).toThrow(
      expect.objectContaining({ code: 'NOT_SUPPORTED' }),
    )
  })

  test('limits can be set for one evaluation', () => {
    expect(() =>
      ask({ table: 'account', columns: [], top: 3 }, WORLD, {
        ...CALLER,
        limits: { rowsPerPage: 2 },
      }),
    ).toThrow(expect.objectContaining({ code: 'QUERY_TOP_INVALID' }))
  })
})
