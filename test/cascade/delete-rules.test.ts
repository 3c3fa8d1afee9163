import { isActive } from '../../src/cascade/active.ts'
import { deleteRules } from '../../src/cascade/delete-rules.ts'
import { Catalog } from '../../src/metadata/catalog.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import { CASCADE_TABLES } from '../support/cascade-tables.ts'
import { id, lookup, table, text } from '../metadata/definitions.ts'

const catalog = new Catalog([...PLATFORM_TABLES, ...CASCADE_TABLES])

describe('the rules of a Delete', () => {
  test('name every relationship into the table but those that do nothing', () => {
    const { rules } = deleteRules(catalog.table('root'), catalog)

    expect(rules.map(({ column, type }) => [column, type])).toEqual([
      ['cascadeid', 'Cascade'],
      ['removelinkid', 'RemoveLink'],
      ['restrictid', 'Restrict'],
      ['unknownid', 'RemoveLink'],
      ['eitherid', 'Cascade'],
    ])
  })

  test('name the intersect tables that hold links of it, at each end', () => {
    const { links } = deleteRules(catalog.table('leaf'), catalog)

    expect(links.map(({ table: { logicalName }, column }) => [logicalName, column])).toEqual([
      ['leafroot', 'leafid'],
      ['leafleaf', 'leafidone'],
      ['leafleaf', 'leafidtwo'],
    ])
  })

  test.each(['systemuser', 'team'])('of a %s are those of its owner row, too', (name) => {
    const { rules } = deleteRules(catalog.table(name), catalog)

    expect(rules.find(({ relationship }) => relationship === 'owner_keepsake')).toMatchObject({
      column: 'ownerid',
      type: 'Cascade',
      referencedTable: 'owner',
    })
  })

  test('leave out what a document tells of a table nobody defined', () => {
    const parent = table('parent', {
      oneToMany: [
        {
          schemaName: 'parent_ghost',
          referencedTable: 'parent',
          referencingTable: 'ghost',
          referencingColumn: 'parentid',
        },
      ],
    })
    const alone = new Catalog([parent])

    expect(deleteRules(alone.table('parent'), alone).rules).toEqual([])
  })

  test('leave alone a lookup that is never empty, where no document tells its rules', () => {
    const told = {
      schemaName: 'parent_child',
      referencedTable: 'parent',
      referencingTable: 'child',
      referencingColumn: 'parentid',
    }
    const rulesWith = (requiredLevel: 'None' | 'SystemRequired') => {
      const child = table('child', {
        columns: [id('childid'), { ...lookup('parentid', 'parent'), requiredLevel }],
      })
      const both = new Catalog([table('parent', { oneToMany: [told] }), child])
      return deleteRules(both.table('parent'), both).rules.map(({ type }) => type)
    }

    expect(rulesWith('None')).toEqual(['RemoveLink'])
    expect(rulesWith('SystemRequired')).toEqual([])
  })
})

describe('an active row', () => {
  const withState = (name: string) =>
    new Catalog([table(name, { columns: [id(`${name}id`), text('statecode')] })]).table(name)

  // https://learn.microsoft.com/power-apps/developer/data-platform/configure-entity-relationship-cascading-behavior
  test.each([
    ['account', 0],
    ['project', 0],
    ['quote', 1],
    ['contract', 2],
    ['appointment', 3],
    ['serviceappointment', 3],
    ['recurringappointmentmaster', 3],
  ])('of %s is in state %i, and in no other', (name, active) => {
    const states = [0, 1, 2, 3].filter((statecode) => isActive(withState(name), { statecode }))

    expect(states).toEqual([active])
  })

  test('is any row of a table without states', () => {
    const plain = new Catalog([table('plain')]).table('plain')

    expect(isActive(plain, {})).toBe(true)
  })
})
