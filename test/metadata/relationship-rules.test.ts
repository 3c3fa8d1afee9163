import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Catalog } from '../../src/metadata/catalog.ts'
import { readEntityDefinitions } from '../../src/metadata/import/entity-definitions/read-entity-definitions.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import {
  assertRelationshipRules,
  cascadeOfNew,
  isParental,
  type RelationshipChange,
} from '../../src/metadata/relationship-rules.ts'
import {
  CASCADE_ACTIONS,
  CASCADE_TYPES,
  type CascadeAction,
  type CascadeType,
  type OneToManyDefinition,
} from '../../src/metadata/relationship.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { id, lookup, table } from './definitions.ts'

// https://learn.microsoft.com/power-apps/maker/data-platform/create-edit-entity-relationships

const customer = { ...lookup('customerid', 'account', 'contact'), type: 'Customer' as const }
const TABLES = [
  table('account'),
  table('contact', { columns: [id('contactid'), lookup('accountid', 'account')] }),
  table('new_house', {
    isCustom: true,
    columns: [
      id('new_houseid'),
      customer,
      lookup('new_streetid', 'new_street'),
      { ...lookup('new_cityid', 'account'), requiredLevel: 'SystemRequired' },
    ],
  }),
  table('new_street', { isCustom: true }),
  table('new_law', { isCustom: true, ownership: 'OrganizationOwned' }),
]
const catalogWith = (...relationships: readonly OneToManyDefinition[]) =>
  new Catalog(
    TABLES.map((definition) => ({
      ...definition,
      manyToOne: relationships.filter((r) => r.referencingTable === definition.logicalName),
    })),
  )

const relationship = (more: Partial<OneToManyDefinition> = {}): OneToManyDefinition => ({
  schemaName: 'new_street_house',
  referencedTable: 'new_street',
  referencingTable: 'new_house',
  referencingColumn: 'new_streetid',
  ...more,
})
const check = (
  told: OneToManyDefinition,
  more: Partial<RelationshipChange> = {},
  ...others: readonly OneToManyDefinition[]
) => {
  assertRelationshipRules({ relationship: told, catalog: catalogWith(...others), ...more })
}
const refusal = (code: string, number: number) =>
  expect.objectContaining({ code, number }) as unknown as Error

/** By action, in the order NoCascade, Cascade, Active, UserOwned, RemoveLink, Restrict. */
const LEGAL: { readonly [A in CascadeAction]: readonly boolean[] } = {
  assign: [true, true, true, true, false, false],
  share: [true, true, true, true, false, false],
  unshare: [true, true, true, true, false, false],
  reparent: [true, true, true, true, false, false],
  rollupView: [true, true, true, true, false, false],
  // NoCascade: of relationships of the platform.
  delete: [false, true, false, false, true, true],
  // Taken, and replaced by what the table that is referred to asks for.
  merge: [true, true, false, false, false, false],
  archive: [true, true, false, false, true, true],
}
const CASES = CASCADE_ACTIONS.flatMap((action) =>
  CASCADE_TYPES.map((type, at) => [action, type, LEGAL[action][at] === true] as const),
)

describe('a new relationship', () => {
  test.each(CASES)('%s of %s: %s', (action: CascadeAction, type: CascadeType, isLegal) => {
    const work = () => {
      check(relationship({ cascade: { [action]: type } }))
    }

    if (isLegal) work()
    else expect(work).toThrow(refusal('CASCADE_TYPE_INVALID', 0x80048204))
  })

  test('refers and no more, where nothing else is said', () => {
    expect(cascadeOfNew({ referencedTable: 'new_street' })).toEqual({
      assign: 'NoCascade',
      delete: 'RemoveLink',
      merge: 'NoCascade',
      reparent: 'NoCascade',
      share: 'NoCascade',
      unshare: 'NoCascade',
      rollupView: 'NoCascade',
      archive: 'NoCascade',
    })
    expect(() => {
      check(relationship())
    }).not.toThrow()
  })

  test.each(['account', 'contact', 'lead', 'incident'])('to %s cascades Merge', (name) => {
    expect(cascadeOfNew({ referencedTable: name }).merge).toBe('Cascade')
  })

  test('does what the table it refers to asks for when rows are merged, whatever is told', () => {
    const told = [
      ['account', 'NoCascade', 'Cascade'],
      ['new_street', 'Cascade', 'NoCascade'],
    ] as const

    for (const [referencedTable, merge, kept] of told) {
      expect(cascadeOfNew({ referencedTable, cascade: { merge } }).merge).toBe(kept)
      expect(() => {
        check(relationship({ referencedTable, cascade: { merge } }))
      }).not.toThrow()
    }
  })

  test('follows an owner only where rows of both tables have one', () => {
    const ofLaw = { referencingTable: 'new_law', referencingColumn: 'new_streetid' }

    expect(() => {
      check(relationship({ ...ofLaw, cascade: { assign: 'UserOwned' } }))
    }).toThrow(refusal('CASCADE_NEEDS_OWNERS', 0x80044156))
    expect(() => {
      check(relationship({ referencedTable: 'new_law', cascade: { share: 'UserOwned' } }))
    }).toThrow(refusal('CASCADE_NEEDS_OWNERS', 0x80044156))
  })

  test('cascades Reparent only to rows that have owners', () => {
    const ofLaw = { referencingTable: 'new_law', referencingColumn: 'new_streetid' }

    expect(() => {
      check(relationship({ ...ofLaw, cascade: { reparent: 'Cascade' } }))
    }).toThrow(refusal('CASCADE_REPARENT_UNOWNED', 0x80048107))
  })

  test('does not empty a lookup that must have a value, be it there already or not', () => {
    const toCity = relationship({ referencedTable: 'account', referencingColumn: 'new_cityid' })
    const refused = refusal('CASCADE_UNLINKS_REQUIRED', 0x80048104)

    expect(() => {
      check(toCity)
    }).toThrow(refused)
    expect(() => {
      check(relationship({ referencingColumn: 'new_laterid' }), {
        lookup: { ...lookup('new_laterid', 'new_street'), requiredLevel: 'SystemRequired' },
      })
    }).toThrow(refused)
    expect(() => {
      check({ ...toCity, cascade: { delete: 'Restrict' } })
    }).not.toThrow()
  })

  test.each([
    [{ assign: 'Cascade' }],
    [{ share: 'Active' }],
    [{ unshare: 'UserOwned' }],
    [{ reparent: 'Cascade' }],
    [{ delete: 'Cascade' }],
  ] as const)('of %j makes rows belong to others, and they belong to one', (cascade) => {
    const known = relationship({ schemaName: 'known', referencingColumn: 'new_cityid', cascade })
    expect(isParental(cascade)).toBe(true)

    expect(() => {
      check(relationship({ cascade }), {}, known)
    }).toThrow(refusal('PARENTS_EXCEEDED', 0x80047007))
    expect(() => {
      check(relationship(), {}, known)
    }).not.toThrow()
    expect(() => {
      check(relationship({ cascade }), {}, relationship({ cascade }))
    }).not.toThrow()
  })

  test('of a customer may be one of several parents', () => {
    const parental = { delete: 'Cascade', merge: 'Cascade' } as const
    const of = (referencedTable: string) =>
      relationship({
        schemaName: `new_house_${referencedTable}`,
        referencedTable,
        referencingColumn: 'customerid',
        cascade: parental,
      })

    expect(() => {
      check(of('contact'), {}, of('account'))
    }).not.toThrow()
  })

  test('does not make rows of a table of the platform belong to those of a custom one', () => {
    const ofContact = { referencingTable: 'contact', referencingColumn: 'accountid' }

    expect(() => {
      check(relationship({ ...ofContact, cascade: { delete: 'Cascade' } }))
    }).toThrow(refusal('PARENT_OF_SYSTEM_TABLE', 0x80047102))
    expect(() => {
      check(relationship(ofContact))
    }).not.toThrow()
  })

  test('of a table that nobody defined is refused', () => {
    expect(() => {
      check(relationship({ referencedTable: 'new_ghost' }))
    }).toThrow(expect.objectContaining({ code: 'TABLE_UNKNOWN' }) as Error)
  })
})

describe('a relationship of the platform', () => {
  const former = relationship({
    schemaName: 'account_contact',
    referencedTable: 'account',
    referencingTable: 'contact',
    referencingColumn: 'accountid',
    cascade: { ...cascadeOfNew({ referencedTable: 'account' }), merge: 'NoCascade' },
  })
  const change = (action: CascadeAction, type: CascadeType, more: object = {}) => {
    check({ ...former, ...more, cascade: { [action]: type } }, { former })
  }

  test('keeps what Delete does', () => {
    expect(() => {
      change('delete', 'Restrict')
    }).toThrow(refusal('CASCADE_DELETE_FIXED', 0x80048203))
  })

  test('keeps what Merge does, and everything where it cannot be customized', () => {
    const refused = refusal('CASCADE_CHANGE_INVALID', 0x80044155)

    expect(() => {
      change('merge', 'Cascade')
    }).toThrow(refused)
    expect(() => {
      change('assign', 'Cascade', { isCustomizable: false })
    }).toThrow(refused)
  })

  test('may be changed otherwise, and stays as it was where nothing is said', () => {
    expect(() => {
      change('assign', 'Cascade')
    }).not.toThrow()
    expect(() => {
      check({ ...former, cascade: {} }, { former })
    }).not.toThrow()
  })

  test('that leaves rows of the deleted alone may stay so; no other may come to it', () => {
    const kept = { ...former, cascade: { ...former.cascade, delete: 'NoCascade' as const } }
    const own = relationship({ cascade: cascadeOfNew({ referencedTable: 'new_street' }) })

    expect(() => {
      check({ ...kept, cascade: { share: 'Cascade' } }, { former: kept })
    }).not.toThrow()
    expect(() => {
      check({ ...own, cascade: { delete: 'NoCascade' } }, { former: own })
    }).toThrow(refusal('CASCADE_TYPE_INVALID', 0x80048204))
  })
})

describe('definitions of an organization', () => {
  test.each(
    CASCADE_ACTIONS.flatMap((action) =>
      CASCADE_TYPES.map((type, at) => {
        const shipped = action === 'delete' && type === 'NoCascade'
        return [action, type, shipped || LEGAL[action][at] === true] as const
      }),
    ),
  )('with %s of %s: %s', (action, type, isLegal) => {
    const tables = TABLES.map((definition) =>
      definition.logicalName === 'new_house'
        ? { ...definition, manyToOne: [relationship({ cascade: { [action]: type } })] }
        : definition,
    )

    if (isLegal) emulator({ tables })
    else expect(() => emulator({ tables })).toThrow(refusal('CASCADE_TYPE_INVALID', 0x80048204))
  })

  test('may hold more parental relationships than anybody could make', () => {
    const parental = { delete: 'Cascade' } as const

    expect(() =>
      catalogWith(
        relationship({ cascade: parental }),
        relationship({ schemaName: 'second', referencingColumn: 'new_cityid', cascade: parental }),
      ),
    ).not.toThrow()
  })
})

/** Real exports, kept outside the project. */
const FOLDER = join(__dirname, '..', '..', '..', 'shared', 'tables', 'definitions')

;(existsSync(FOLDER) ? describe : describe.skip)('real definitions', () => {
  test('are taken as they are', () => {
    const definitions = readdirSync(FOLDER)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => readEntityDefinitions(readFileSync(join(FOLDER, name), 'utf8'), name))

    expect(() => new Catalog([...PLATFORM_TABLES, ...definitions])).not.toThrow()
  })
})
