import { lookup, text, to } from '../../src/metadata/platform/columns.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { madeUp } from '../support/tables.ts'

/** A table whose rows lie below each other, by this lookup. */
const tree = (name: string, more: Partial<TableDefinition> = {}): TableDefinition => ({
  ...madeUp(name, [
    text('Name', 50),
    lookup(
      'UpperId',
      to(name.toLowerCase(), `${name}_upper`, { delete: 'RemoveLink' }, { isHierarchical: true }),
    ),
    lookup('BesideId', to(name.toLowerCase(), `${name}_beside`, { delete: 'RemoveLink' })),
  ]),
  ...more,
})
const tables = [
  tree('Box'),
  tree('new_box', { isCustom: true }),
  tree('Account'),
  tree('Contact'),
  tree('Subject'),
]

// Those of users and of business units are in the tests of the directory.
describe.each([
  ['box', 'HIERARCHY_LOOP', 0x80040387],
  ['new_box', 'CUSTOM_HIERARCHY_LOOP', 0x80045908],
  ['account', 'ACCOUNT_LOOP', 0x80040507],
  ['contact', 'CONTACT_LOOP', 0x8004050a],
  ['subject', 'SUBJECT_LOOP', 0x80043e01],
])('a row of %s', (table, code, number) => {
  const three = async () => {
    const org = emulator({ tables })
    const make = async (upper?: { table: string; id: string }) => ({
      table,
      id: await org.create(table, { name: 'Row', upperid: upper }),
    })
    const top = await make()
    const middle = await make(top)
    return { org, top, middle, bottom: await make(middle) }
  }

  test('does not come to lie below itself, nor below a row below it', async () => {
    const { org, top, middle, bottom } = await three()

    for (const upperid of [top, middle, bottom]) {
      await refused(org, () => org.update(table, top.id, { upperid }), { code, number })
    }
  })

  test('does not by Associate either', async () => {
    const { org, top, bottom } = await three()
    const relationship = org.catalog
      .table(table)
      .manyToOne.find(({ referencingColumn }) => referencingColumn === 'upperid')?.schemaName

    await refused(
      org,
      () => org.associate(bottom, relationship ?? '', top, { role: 'Referenced' }),
      {
        code,
        number,
      },
    )
  })

  test('may stand in a circle by a lookup that makes no hierarchy', async () => {
    const { org, top, bottom } = await three()
    await org.update(table, bottom.id, { besideid: top })

    await org.update(table, top.id, { besideid: bottom })

    expect(org.peek(table, top.id)).toMatchObject({ besideid: bottom })
  })
})
