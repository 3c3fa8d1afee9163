import { planReparent } from '../../src/cascade/plan-reparent.ts'
import { Catalog } from '../../src/metadata/catalog.ts'
import { lookup, text, to } from '../../src/metadata/platform/columns.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import type { Row } from '../../src/rows/value.ts'
import type { Reader } from '../../src/store/store.ts'
import { madeUp, standardColumns } from '../support/tables.ts'

const visit = madeUp('Visit', [
  ...standardColumns('visit'),
  text('Name', 50),
  lookup('AboveId', to('account', 'visit_above', { share: 'Cascade', reparent: 'Cascade' })),
  lookup('BesideId', to('account', 'visit_beside')),
])
const catalog = new Catalog([...PLATFORM_TABLES, visit])
const table = catalog.table('visit')

const account = { table: 'account', id: '00000000-0000-4000-8000-000000000001' }
const owner = { table: 'systemuser', id: '00000000-0000-4000-8000-000000000002' }

/** Notes what is read of an organization in which nothing is shared. */
function counted() {
  const reads: string[] = []
  const reader: Reader = {
    get(read) {
      reads.push(`get ${read.logicalName}`)
      return { accountid: account.id, ownerid: owner }
    },
    related(read, column) {
      reads.push(`related ${read.logicalName} ${column}`)
      return []
    },
    byKey: () => undefined,
    count: () => 0,
    select: () => ({ rows: [], moreRows: false }),
  }
  const plan = (row: Row, former?: Row) =>
    planReparent({
      table,
      row: { visitid: '00000000-0000-4000-8000-000000000003', ownerid: owner, ...row },
      ...(former === undefined ? {} : { former }),
      ownerRights: 1,
      catalog,
      reader,
    })
  return { reads, plan }
}

describe('where nothing is shared', () => {
  test('a new row costs one look for each row above it that could give it rights, and no promise', () => {
    const { reads, plan } = counted()

    expect(plan({ aboveid: account, besideid: account })).toEqual([])
    expect(reads).toEqual(['related principalobjectaccess objectid'])
  })

  test('a new row without rows above it costs nothing', () => {
    const { reads, plan } = counted()

    expect(plan({ aboveid: null, besideid: account })).toEqual([])
    expect(reads).toEqual([])
  })

  test('a row that stays where it is costs nothing', () => {
    const { reads, plan } = counted()

    expect(plan({ aboveid: account, besideid: null }, { aboveid: account })).toEqual([])
    expect(reads).toEqual([])
  })

  test('a row that moves costs a look at itself and at the row above', async () => {
    const { reads, plan } = counted()

    expect(await plan({ aboveid: account }, { aboveid: null })).toEqual([])
    expect(reads).toEqual([
      'related principalobjectaccess objectid',
      'get account',
      'related principalobjectaccess objectid',
    ])
  })
})
