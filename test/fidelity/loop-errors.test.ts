import { ORGANIZATION_IDS } from '../../src/emulator/organization-rows.ts'
import { lookup, text, to } from '../../src/metadata/platform/columns.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { emulator } from '../../src/testing/index.ts'
import { madeUp } from '../support/tables.ts'
import { address, named, refusedBothWays, type Refusal } from './both-ways.ts'

/* Rows that would lie below themselves, or below others that do, asked for both ways. */

const ref = <T extends string>(table: T, id: string) => ({ table, id })

/** A table whose rows lie below each other. */
const tree = (name: string, more: Partial<TableDefinition> = {}): TableDefinition => ({
  ...madeUp(name, [
    text('Name', 50),
    lookup(
      'UpperId',
      to(name.toLowerCase(), `${name}_upper`, { delete: 'RemoveLink' }, { isHierarchical: true }),
    ),
  ]),
  ...more,
})

const looped = (
  code: Refusal['code'],
  table: string,
  column = 'upperid',
  more: Partial<TableDefinition> = {},
): Refusal => ({
  code,
  what: `a row of ${table} that would lie below itself`,
  options: {
    tables: column === 'upperid' ? [tree(table[0]?.toUpperCase() + table.slice(1), more)] : [],
  },
  prepare: async (org) => {
    const upper = await org.create(table, { name: 'Upper' })
    const lower = await org.create(table, { name: 'Lower', [column]: ref(table, upper) })
    const { entitySetName = '' } = org.catalog.table(table)
    const values = { [`${column}@odata.bind`]: address(entitySetName, lower) }
    return {
      call: (caller) => caller.update(table, upper, { [column]: ref(table, lower) }),
      request: ['PATCH', `${entitySetName}(${upper})`, values],
    }
  },
})

const LOOPS: readonly Refusal[] = [
  looped('HIERARCHY_LOOP', 'box'),
  looped('CUSTOM_HIERARCHY_LOOP', 'new_box', 'upperid', { isCustom: true }),
  looped('ACCOUNT_LOOP', 'account', 'parentaccountid'),
  looped('CONTACT_LOOP', 'contact'),
  looped('SUBJECT_LOOP', 'subject'),
]

const [ONE, TWO, THREE] = [1, 2, 3].map((at) => `c1c1e000-0000-4000-8000-00000000000${at}`)

/** A row is put below two others that stand in a circle: nobody puts them there, but they came so. */
const circled = (
  code: Refusal['code'],
  table: string,
  column: string,
  values: object = {},
  tables: readonly TableDefinition[] = [],
): Refusal => {
  const { catalog } = emulator({ tables })
  const { primaryId, primaryName = '', entitySetName } = catalog.table(table)
  const row = (id = '', more: object = {}) => ({
    table,
    values: { [primaryId]: id, [primaryName]: id.slice(-4), ...values, ...more },
  })
  const rows = [row(ONE), row(TWO, { [column]: ref(table, ONE ?? '') }), row(THREE)]
  const { rows: stored, ...rest } = emulator({ tables, rows }).save()
  const turned = stored
    .get(table)
    ?.map((each) => (each[primaryId] === ONE ? { ...each, [column]: ref(table, TWO ?? '') } : each))
  return {
    code,
    what: `a row of ${table} that would lie below a circle`,
    options: { tables, saved: { ...rest, rows: new Map([...stored, [table, turned ?? []]]) } },
    prepare: () =>
      Promise.resolve({
        call: (caller) => caller.update(table, THREE ?? '', { [column]: ref(table, ONE ?? '') }),
        request: [
          'PATCH',
          `${entitySetName}(${THREE})`,
          { [`${column}@odata.bind`]: address(entitySetName, ONE ?? '') },
        ],
      }),
  }
}

const unit = ref('businessunit', ORGANIZATION_IDS.businessUnitId)
const CIRCLES: readonly Refusal[] = [
  circled('HIERARCHY_LOOP_EXISTS', 'box', 'upperid', {}, [tree('Box')]),
  circled('CUSTOM_HIERARCHY_LOOP_EXISTS', 'new_box', 'upperid', {}, [
    tree('new_box', { isCustom: true }),
  ]),
  circled('ACCOUNT_LOOP_EXISTS', 'account', 'parentaccountid'),
  circled('CONTACT_LOOP_EXISTS', 'contact', 'upperid', {}, [tree('Contact')]),
  circled('BUSINESS_UNIT_LOOP_EXISTS', 'businessunit', 'parentbusinessunitid', {
    parentbusinessunitid: unit,
  }),
  circled('USER_LOOP_EXISTS', 'systemuser', 'parentsystemuserid', {
    firstname: 'Ann',
    lastname: 'Jones',
    domainname: 'ann@emulated.example',
    internalemailaddress: 'ann@emulated.example',
    businessunitid: unit,
  }),
]

describe('refused by the organization service and by the Web API, with nothing changed', () => {
  test.each(named([...LOOPS, ...CIRCLES]))('%s', (_, refusal) => refusedBothWays(refusal))
})
