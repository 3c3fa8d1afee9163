import { Catalog } from '../../../src/metadata/catalog.ts'
import { isLookup } from '../../../src/metadata/column.ts'
import {
  CASCADE_ACTIONS,
  type CascadeAction,
  type CascadeType,
  type OneToManyDefinition,
} from '../../../src/metadata/relationship.ts'
import { PLATFORM_TABLES } from '../../../src/metadata/platform/index.ts'

const catalog = new Catalog(PLATFORM_TABLES)
const names = PLATFORM_TABLES.map((table) => table.logicalName)
const manyToOne = PLATFORM_TABLES.flatMap((table) => table.manyToOne)

function duplicates(values: readonly (string | number | undefined)[]): unknown[] {
  return values.filter((value, index) => values.indexOf(value) !== index)
}

describe('names', () => {
  test('tables, entity sets and object type codes are each used once', () => {
    expect(duplicates(names)).toEqual([])
    expect(duplicates(PLATFORM_TABLES.map((table) => table.entitySetName))).toEqual([])
    expect(duplicates(PLATFORM_TABLES.map((table) => table.objectTypeCode))).toEqual([])
  })

  test('a relationship has a schema name of its own', () => {
    const manyToMany = new Set(
      PLATFORM_TABLES.flatMap((table) => table.manyToMany.map((r) => r.schemaName)),
    )
    expect(duplicates([...manyToOne.map((r) => r.schemaName), ...manyToMany])).toEqual([])
  })

  test('entity sets are spelled as the platform spells them', () => {
    const sets = Object.fromEntries(PLATFORM_TABLES.map((t) => [t.logicalName, t.entitySetName]))

    expect(sets).toMatchObject({
      systemuser: 'systemusers',
      businessunit: 'businessunits',
      transactioncurrency: 'transactioncurrencies',
      principalobjectaccess: 'principalobjectaccessset',
      sdkmessageprocessingstep: 'sdkmessageprocessingsteps',
      plugintracelog: 'plugintracelogs',
      asyncoperation: 'asyncoperations',
      usersettings: 'usersettingscollection',
      pluginassembly: 'pluginassemblies',
    })
  })

  test('the type codes that other columns name are the platform’s', () => {
    const codes = Object.fromEntries(PLATFORM_TABLES.map((t) => [t.logicalName, t.objectTypeCode]))

    expect(codes).toMatchObject({
      account: 1,
      contact: 2,
      lead: 4,
      owner: 7,
      systemuser: 8,
      team: 9,
      businessunit: 10,
      organization: 1019,
      transactioncurrency: 9105,
      sdkmessage: 4606,
      sdkmessageprocessingstep: 4608,
      asyncoperation: 4700,
    })
  })
})

describe.each(PLATFORM_TABLES.map((table) => [table.logicalName, table] as const))(
  '%s',
  (_, table) => {
    const columns = new Map(table.columns.map((column) => [column.logicalName, column]))

    test('every column has one name, in lower case', () => {
      expect(duplicates(table.columns.map((column) => column.logicalName))).toEqual([])
      expect(table.columns.filter((c) => c.logicalName !== c.schemaName.toLowerCase())).toEqual([])
    })

    test('the primary id and the primary name are columns', () => {
      expect(columns.get(table.primaryId)).toMatchObject({
        type: 'Uniqueidentifier',
        requiredLevel: 'SystemRequired',
        validForUpdate: false,
      })
      if (table.primaryName !== undefined)
        expect(columns.get(table.primaryName)?.type).toBe('String')
    })

    test('the columns of its alternate keys are columns', () => {
      for (const key of table.keys) {
        for (const column of key.columns) expect(columns.has(column)).toBe(true)
      }
    })

    test('the companions it names are columns', () => {
      for (const { attributeOf } of table.columns) {
        if (attributeOf !== undefined) expect(columns.has(attributeOf)).toBe(true)
      }
    })

    test('every target of a lookup has a relationship, and every relationship its lookup', () => {
      for (const column of table.columns.filter(isLookup)) {
        const referred = table.manyToOne
          .filter((r) => r.referencingColumn === column.logicalName)
          .map((r) => r.referencedTable)
        // Owner columns name users and teams; their relationship is with `owner`.
        if (column.type === 'Owner') expect(referred).toEqual(['owner'])
        else if (column.targets.length > 0) expect(referred).toEqual(column.targets)
      }
      for (const { referencingColumn } of table.manyToOne) {
        expect(columns.has(referencingColumn ?? '')).toBe(true)
      }
    })

    test('no two lookups share a navigation property', () => {
      expect(duplicates(table.manyToOne.map((r) => r.referencingNavigation))).toEqual([])
    })

    test('choices have options of different values, and a default among them', () => {
      for (const column of table.columns) {
        if (!('options' in column)) continue
        const values = column.options.map((option) => option.value)
        expect(values.length).toBeGreaterThan(0)
        expect(duplicates(values)).toEqual([])
        if (column.defaultValue !== null) expect(values).toContain(column.defaultValue)
      }
    })

    test('every state has a default status of its own', () => {
      const state = columns.get('statecode')
      const status = columns.get('statuscode')
      if (state?.type !== 'State' || status?.type !== 'Status') return expect(state).toBe(status)

      for (const { value, defaultStatus } of state.options) {
        expect(status.options).toContainEqual(
          expect.objectContaining({ value: defaultStatus, state: value }),
        )
      }
    })

    test('money has a base column and a currency to convert with', () => {
      for (const column of table.columns) {
        if (column.type !== 'Money' || column.isBaseCurrency) continue
        expect(columns.get(`${column.logicalName}_base`)).toMatchObject({
          isBaseCurrency: true,
          validForCreate: false,
          validForUpdate: false,
        })
        expect(columns.has('transactioncurrencyid') && columns.has('exchangerate')).toBe(true)
      }
    })

    test('user-owned rows have the owner’s columns and no others do', () => {
      const owned = ['ownerid', 'owninguser', 'owningteam', 'owningbusinessunit', 'owneridtype']
      const has = owned.filter((name) => columns.has(name) && name !== table.primaryId)
      if (table.logicalName === 'owner') expect(has).toEqual(['owneridtype'])
      else expect(has).toEqual(table.ownership === 'UserOwned' ? owned : [])
    })
  },
)

describe('relationships', () => {
  // https://learn.microsoft.com/power-apps/developer/data-platform/configure-entity-relationship-cascading-behavior
  const SPREADING: readonly CascadeType[] = ['NoCascade', 'Cascade', 'Active', 'UserOwned']
  const DELETING: readonly CascadeType[] = ['NoCascade', 'Cascade', 'RemoveLink', 'Restrict']
  const LEGAL: Readonly<Record<CascadeAction, readonly CascadeType[]>> = {
    assign: SPREADING,
    share: SPREADING,
    unshare: SPREADING,
    reparent: SPREADING,
    rollupView: SPREADING,
    delete: DELETING,
    archive: DELETING,
    merge: ['NoCascade', 'Cascade'],
  }

  test('every cascade is told and legal for its action', () => {
    for (const { schemaName, cascade } of manyToOne) {
      for (const action of CASCADE_ACTIONS) {
        expect([schemaName, action, LEGAL[action].includes(cascade?.[action] ?? 'Active')]).toEqual(
          [schemaName, action, true],
        )
      }
    }
  })

  test('no link that must be there is removed', () => {
    for (const { referencingTable, referencingColumn, cascade } of manyToOne) {
      const column = catalog.table(referencingTable).columns.get(referencingColumn ?? '')
      if (cascade?.delete === 'RemoveLink') expect(column?.requiredLevel).not.toBe('SystemRequired')
    }
  })

  test('both ends are told alike, and both tables are here', () => {
    const oneToMany = PLATFORM_TABLES.flatMap((table) => table.oneToMany)
    const bySchemaName = (a: OneToManyDefinition, b: OneToManyDefinition): number =>
      a.schemaName < b.schemaName ? -1 : 1

    expect([...oneToMany].sort(bySchemaName)).toEqual([...manyToOne].sort(bySchemaName))
    for (const { referencedTable, referencedColumn } of manyToOne) {
      expect(catalog.table(referencedTable).primaryId).toBe(referencedColumn)
    }
  })

  test('the sides of a many-to-many relationship both tell it', () => {
    for (const table of PLATFORM_TABLES) {
      for (const relationship of table.manyToMany) {
        for (const side of relationship.sides) {
          const other = PLATFORM_TABLES.find((t) => t.logicalName === side.table)
          expect(other?.manyToMany).toContainEqual(relationship)
        }
      }
    }
  })

  test('only a table that points at itself is hierarchical', () => {
    const hierarchical = manyToOne.filter((r) => r.isHierarchical)

    expect(hierarchical.map((r) => r.schemaName)).toEqual([
      'business_unit_parent_business_unit',
      'user_parent_user',
      'position_parent_position',
      'account_parent_account',
    ])
    for (const r of hierarchical) expect(r.referencedTable).toBe(r.referencingTable)
  })
})

describe('the catalog of them', () => {
  test('knows every table, and the intersect tables that only relationships tell of', () => {
    expect(catalog.names).toEqual([...names, 'accountleads', 'contactleads'])
    for (const name of catalog.names) expect(catalog.table(name).storedColumns).not.toEqual([])
  })

  test('finds the ends of a relationship merged', () => {
    expect(catalog.relationship('contact_customer_accounts')).toMatchObject({
      referencedTable: 'account',
      referencedNavigation: 'contact_customer_accounts',
      referencingTable: 'contact',
      referencingNavigation: 'parentcustomerid_account',
      cascade: { delete: 'Cascade' },
    })
    expect(catalog.table('account').oneToMany.map((r) => r.schemaName)).toContain(
      'contact_customer_accounts',
    )
  })

  test('membership of teams is an intersect table with its own set', () => {
    expect(catalog.table('teammembership')).toMatchObject({
      isIntersect: true,
      entitySetName: 'teammemberships',
    })
    expect(catalog.table('team').manyToMany[0]?.sides.map((side) => side.intersectColumn)).toEqual([
      'teamid',
      'systemuserid',
    ])
  })
})

describe('messages', () => {
  test('owner rows are read and never written', () => {
    const owner = catalog.table('owner')

    expect(
      ['Retrieve', 'RetrieveMultiple', 'RetrieveEntityChanges'].every((m) => owner.offers(m)),
    ).toBe(true)
    expect(['Create', 'Update', 'Delete', 'Assign'].some((m) => owner.offers(m))).toBe(false)
  })

  test('steps are created and changed, and no step runs on it', () => {
    const step = catalog.table('sdkmessageprocessingstep')

    for (const message of ['Create', 'Update', 'Delete', 'Retrieve', 'SetState']) {
      expect([message, step.offers(message), step.isEvent(message)]).toEqual([message, true, false])
    }
  })

  test('accounts, contacts and leads answer every message', () => {
    for (const name of ['account', 'contact', 'lead']) {
      expect(catalog.table(name).offers('Merge') && catalog.table(name).isEvent('Create')).toBe(
        true,
      )
    }
  })
})
