import fc from 'fast-check'
import { Catalog, columnOf } from '../../src/metadata/catalog.ts'
import type { DataverseError } from '../../src/errors/dataverse-error.ts'
import { without } from './without.ts'
import { extension, id, lookup, table, text } from './definitions.ts'

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return (error as DataverseError).code
  }
  throw new TypeError('nothing was refused')
}

describe('tables', () => {
  const catalog = new Catalog([
    table('account', { columns: [id('accountid'), text('name')] }),
    table('contact'),
    table('hidden', { entitySetName: '' }),
  ])

  test('a table is found by its name and by its set', () => {
    expect(catalog.table('account').logicalName).toBe('account')
    expect(catalog.findBySet('contacts')).toBe(catalog.table('contact'))
    expect(catalog.names).toEqual(['account', 'contact', 'hidden'])
  })

  test('what nobody told of is not found, and refused by name', () => {
    expect(catalog.find('lead')).toBeUndefined()
    expect(catalog.findBySet('leads')).toBeUndefined()
    expect(codeOf(() => catalog.table('lead'))).toBe('TABLE_UNKNOWN')
    expect(codeOf(() => catalog.relationship('x'))).toBe('RELATIONSHIP_UNKNOWN')
    expect(codeOf(() => columnOf(catalog.table('account'), 'nme'))).toBe('COLUMN_UNKNOWN')
  })

  test('a table without a set is not the one without a name', () => {
    expect(catalog.findBySet('')).toBeUndefined()
  })

  test('a later definition of a table replaces an earlier one', () => {
    const both = new Catalog([table('account'), table('account', { displayName: 'Second' })])
    expect(both.names).toEqual(['account'])
    expect(both.table('account').definition.displayName).toBe('Second')
  })

  test('a table that lists its messages offers those; one that does not offers all', () => {
    const listed = new Catalog([
      table('a', {
        messages: [
          { name: 'Create', isEvent: true },
          { name: 'Upsert', isEvent: false },
        ],
      }),
      table('b'),
    ])
    const offers = (name: string, message: string) => listed.table(name).offers(message)
    expect([offers('a', 'Create'), offers('a', 'Upsert'), offers('a', 'Delete')]).toEqual([
      true,
      true,
      false,
    ])
    expect([listed.table('a').isEvent('Create'), listed.table('a').isEvent('Upsert')]).toEqual([
      true,
      false,
    ])
    expect([offers('b', 'Delete'), listed.table('b').isEvent('Upsert')]).toEqual([true, true])
  })
})

describe('one-to-many relationships', () => {
  const told = {
    schemaName: 'account_orders',
    referencedTable: 'account',
    referencingTable: 'order',
    referencingColumn: 'accountid',
  }
  const ofReferencing = {
    ...told,
    referencedColumn: 'accountid',
    referencingNavigation: 'AccountId',
    cascade: { delete: 'Restrict' },
  } as const
  const ofReferenced = { ...told, referencedNavigation: 'Orders', isCustomizable: false }
  const documents = [
    table('account', { oneToMany: [ofReferenced] }),
    table('order', {
      columns: [id('orderid'), lookup('accountid', 'account')],
      manyToOne: [ofReferencing],
    }),
  ]

  test('both ends become one, whichever document comes first', () => {
    const expected = {
      ...told,
      kind: 'one-to-many',
      referencedColumn: 'accountid',
      referencedNavigation: 'Orders',
      referencingNavigation: 'AccountId',
      isHierarchical: false,
      isCustomizable: false,
      cascade: { delete: 'Restrict' },
    }
    for (const order of [documents, [...documents].reverse()]) {
      const catalog = new Catalog(order)
      expect(catalog.relationship('account_orders')).toEqual(expected)
      expect(catalog.table('account').oneToMany).toEqual([expected])
      expect(catalog.table('order').manyToOne).toEqual([expected])
    }
  })

  test('where both ends tell a cascade, that of the referencing table counts', () => {
    const [, order] = documents
    const account = table('account', {
      oneToMany: [{ ...ofReferenced, cascade: { delete: 'RemoveLink', assign: 'Cascade' } }],
    })
    for (const both of [
      [account, order ?? account],
      [order ?? account, account],
    ]) {
      expect(new Catalog(both).relationship('account_orders')).toHaveProperty('cascade', {
        delete: 'Restrict',
      })
    }
  })

  test('one end alone is enough; the key of the referenced table is its primary id', () => {
    const [account] = documents
    const catalog = new Catalog([account ?? table('account'), table('order')])
    expect(catalog.table('order').manyToOne).toMatchObject([
      { referencedColumn: 'accountid', referencingNavigation: undefined, cascade: undefined },
    ])
    const activity = new Catalog([
      table('task', { primaryId: 'activityid', oneToMany: [{ ...told, referencedTable: 'task' }] }),
    ])
    expect(activity.relationship('account_orders')).toMatchObject({
      referencedColumn: 'activityid',
    })
  })

  test('a relationship whose lookup nobody told is left out until somebody tells it', () => {
    const open = without(told, 'referencingColumn')
    const page = table('order', { manyToOne: [open] })
    expect(new Catalog([page]).table('order').manyToOne).toEqual([])
    expect(
      new Catalog([page, table('account', { oneToMany: [ofReferenced] })]).table('order').manyToOne,
    ).toMatchObject([{ referencingColumn: 'accountid', referencedNavigation: 'Orders' }])
  })

  test('a relationship of a table with itself stands at both of its ends', () => {
    const parent = {
      ...told,
      referencedTable: 'account',
      referencingTable: 'account',
      isHierarchical: true,
    }
    const account = new Catalog([
      table('account', { manyToOne: [parent], oneToMany: [parent] }),
    ]).table('account')
    expect(account.manyToOne).toHaveLength(1)
    expect(account.oneToMany).toEqual(account.manyToOne)
    expect(account.oneToMany[0]?.isHierarchical).toBe(true)
  })
})

describe('many-to-many relationships', () => {
  const told = { schemaName: 'accountleads_association', intersectTable: 'accountleads' }
  const onAccount = table('account', {
    manyToMany: [
      {
        ...told,
        sides: [
          { table: 'account', intersectColumn: 'leadid', navigation: 'leads' },
          { table: 'lead' },
        ],
      },
    ],
  })
  const onLead = table('lead', {
    manyToMany: [
      {
        ...told,
        sides: [
          { table: 'lead', intersectColumn: 'accountid', navigation: 'accounts' },
          { table: 'account' },
        ],
      },
    ],
  })
  const intersect = table('accountleads', {
    columns: [id('accountleadsid'), id('accountid'), id('leadid')],
    manyToMany: [{ ...told, sides: [{}, {}] }],
  })
  const whole = [
    { table: 'account', intersectColumn: 'leadid', navigation: 'leads' },
    { table: 'lead', intersectColumn: 'accountid', navigation: 'accounts' },
  ]
  const byTable = (catalog: Catalog) => {
    const relationship = catalog.relationship('accountleads_association')
    return relationship.kind === 'many-to-many'
      ? [...relationship.sides].sort((a, b) => ((a.table ?? '') < (b.table ?? '') ? -1 : 1))
      : []
  }

  test('the sides told by each page come together in any order of the pages', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([onAccount, onLead, intersect], { minLength: 3 }), (order) =>
        expect(byTable(new Catalog(order))).toEqual(whole),
      ),
    )
    expect(byTable(new Catalog([onAccount, onLead]))).toEqual(whole)
  })

  test('the column of a side nobody told is the one left over in the intersect table', () => {
    expect(byTable(new Catalog([onAccount, intersect]))).toEqual([
      whole[0],
      { table: 'lead', intersectColumn: 'accountid' },
    ])
  })

  test('an intersect table nobody told of is made from all its relationships', () => {
    const listed = (name: string, other: string, column: string) =>
      ({
        schemaName: name,
        intersectTable: 'listmember',
        sides: [
          { table: 'list', intersectColumn: 'listid' },
          { table: other, intersectColumn: column },
        ],
      }) as const
    const catalog = new Catalog([
      table('list', {
        manyToMany: [
          listed('listaccount', 'account', 'entityid'),
          listed('listuser', 'systemuser', 'userid'),
        ],
      }),
    ])
    const made = catalog.table('listmember')
    expect(made.isIntersect).toBe(true)
    expect([...made.columns.keys()]).toEqual([
      'listmemberid',
      'listid',
      'entityid',
      'userid',
      'versionnumber',
    ])
  })

  test('a table that keeps a relationship is an intersect table, whatever its own document says', () => {
    expect(new Catalog([intersect, onAccount]).table('accountleads').isIntersect).toBe(true)
  })

  test('a relationship whose intersect table nobody told is left out', () => {
    const open = {
      schemaName: 'new_two',
      sides: [{ table: 'account' }, { table: 'team' }],
    } as const
    const catalog = new Catalog([table('account', { manyToMany: [open] })])
    expect(catalog.findRelationship('new_two')).toBeUndefined()
    expect(catalog.table('account').manyToMany).toEqual([])
  })

  test('a side keeps its own table when both sides are one table', () => {
    const sides = [
      { table: 'campaign', intersectColumn: 'campaignid' },
      { table: 'campaign', intersectColumn: 'entityid' },
    ] as const
    const self = { schemaName: 's', intersectTable: 'campaignitem', sides }
    const catalog = new Catalog([table('campaign', { manyToMany: [self] })])
    expect(catalog.relationship('s')).toMatchObject({ sides })
    expect(catalog.table('campaign').manyToMany).toHaveLength(1)
  })
})

describe('extensions', () => {
  const base = table('account', {
    columns: [id('accountid'), lookup('objectid', 'contact'), text('rating')],
  })

  test('add columns and relationships, and targets to a lookup', () => {
    const catalog = new Catalog(
      [base],
      [
        extension('account', {
          columns: [text('msdyn_x')],
          changedColumns: [
            { schemaName: 'ObjectId', addedTargets: ['lead', 'contact'], changes: {} },
            { schemaName: 'Rating', changes: { requiredLevel: 'ApplicationRequired' } },
          ],
          manyToOne: [
            {
              schemaName: 'r',
              referencedTable: 'lead',
              referencingTable: 'account',
              referencingColumn: 'objectid',
            },
          ],
        }),
      ],
    )
    const account = catalog.table('account')
    expect([...account.columns.keys()]).toEqual(['accountid', 'objectid', 'rating', 'msdyn_x'])
    expect(account.columns.get('objectid')).toHaveProperty('targets', ['contact', 'lead'])
    expect(account.columns.get('rating')?.requiredLevel).toBe('ApplicationRequired')
    expect(account.manyToOne.map((r) => r.schemaName)).toEqual(['r'])
  })

  test('add nothing twice', () => {
    const added = extension('account', { columns: [text('rating', { displayName: 'Other' })] })
    const account = new Catalog([base], [added]).table('account')
    expect(account.definition.columns).toHaveLength(3)
    expect(account.columns.get('rating')).not.toHaveProperty('displayName')
  })

  test('put new options beside the known ones', () => {
    const choice = {
      ...text('kind'),
      type: 'Picklist',
      defaultValue: null,
      options: [
        { value: 1, label: 'One' },
        { value: 2, label: 'Two' },
      ],
    } as const
    const changed = extension('account', {
      changedColumns: [
        {
          schemaName: 'kind',
          changes: {
            options: [
              { value: 2, label: 'Zwei' },
              { value: 3, label: 'Three' },
            ],
          },
        },
      ],
    })
    const account = new Catalog([{ ...base, columns: [choice] }], [changed]).table('account')
    expect(account.columns.get('kind')).toHaveProperty('options', [
      { value: 1, label: 'One' },
      { value: 2, label: 'Zwei' },
      { value: 3, label: 'Three' },
    ])
  })

  test('of a table nobody told of are refused', () => {
    expect(codeOf(() => new Catalog([base], [extension('lead')]))).toBe('DEFINITION_INVALID')
  })
})
