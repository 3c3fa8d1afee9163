import { DataverseError } from '../../../../src/errors/dataverse-error.ts'
import { readReferencePage } from '../../../../src/metadata/import/reference-page/read-reference-page.ts'
import { column, page, PROPERTIES } from './pages.ts'

function refusal(text: string): string {
  try {
    readReferencePage(text, 'new_parcel.md')
  } catch (error) {
    expect(error).toBeInstanceOf(DataverseError)
    expect((error as DataverseError).code).toBe('DOCUMENT_UNREADABLE')
    return (error as DataverseError).message
  }
  throw new TypeError('was read')
}

const lineOf = (text: string, part: string) => text.slice(0, text.indexOf(part)).split('\n').length

test.each(['', '# Some other page\n\nText.\n', '{ not json', '\u0000\u0001'])(
  'a text that is no page is refused (%j)',
  (text) => {
    expect(refusal(text)).toBe(
      `new_parcel.md:1: expected a table reference page: a section 'Properties', or the note that it extends another table, found neither.`,
    )
  },
)

test.each(['LogicalName', 'SchemaName', 'EntitySetName', 'PrimaryIdAttribute', 'OwnershipType'])(
  'a table without %s is refused',
  (row) => {
    const text = page({
      properties: PROPERTIES.split('\n')
        .filter((line) => !line.includes(`**${row}**`))
        .join('\n'),
    })
    expect(refusal(text)).toBe(
      `new_parcel.md:${lineOf(text, '## Properties')}: expected a row ${row} of section 'Properties', found none.`,
    )
  },
)

test('a value that a row cannot have is refused with its line', () => {
  const text = page({ properties: PROPERTIES.replace('`UserOwned`', '`Mine`') })
  expect(refusal(text)).toBe(
    `new_parcel.md:${lineOf(text, '`Mine`')}: expected OwnershipType to be one of UserOwned, TeamOwned, BusinessOwned, OrganizationOwned, BusinessParented, None, found 'Mine'.`,
  )
})

test.each([
  ['Integer', '|MaxValue|many|', `expected a number as MaxValue, found 'many'`],
  ['Integer', '|MaxValue|1.5|', `expected a whole number as MaxValue, found '1.5'`],
  ['BigInt', '|MaxValue|9.2E+18|', `expected a whole number as MaxValue, found '9.2E+18'`],
  ['Boolean', '|DefaultValue|maybe|', `expected DefaultValue True or False, found 'maybe'`],
  ['Money', '|PrecisionSource|7|', `expected PrecisionSource 0, 1 or 2, found '7'`],
  [
    'Picklist',
    '\n|Value|Label|\n|---|---|\n|one|**One**|',
    `expected a whole number as Value, found 'one'`,
  ],
  [
    'Status',
    '\n|Value|Details|\n|---|---|\n|1|Label: **A**|',
    'expected the State of a status, found none',
  ],
])('a column of type %s with %j is refused', (type, rows, message) => {
  const text = page({ writable: column('new_Broken', type, rows) })
  expect(refusal(text)).toBe(
    `new_parcel.md:${lineOf(text, rows.split('\n').at(-1) ?? '')}: ${message}.`,
  )
})

test('a column without a type, or of an unknown one, is refused', () => {
  const without = page({ writable: column('new_A', 'String').replace('|Type|String|\n', '') })
  expect(refusal(without)).toBe(
    `new_parcel.md:${lineOf(without, '### <a name="BKMK_new_A"')}: expected a row Type of new_A, found none.`,
  )
  const unknown = page({ writable: column('new_A', 'Quantum') })
  expect(refusal(unknown)).toMatch(/expected Type to be one of String, .*, found 'Quantum'\.$/)
})

test('an unknown cascade is refused', () => {
  const relationships = `## Many-to-One relationships

### <a name="BKMK_new_a"></a> new_a

|Property|Value|
|---|---|
|ReferencedEntity|\`account\`|
|ReferencingAttribute|\`new_a\`|
|CascadeConfiguration|Delete: \`Explode\`|
`
  expect(refusal(page({ relationships }))).toMatch(
    /expected Delete of new_a to be one of NoCascade, .*found 'Explode'/,
  )
})

test('a relationship that names no table is refused', () => {
  const relationships =
    '## Many-to-One relationships\n\n### <a name="BKMK_new_a"></a> new_a\n\nSomething.\n'
  expect(refusal(page({ relationships }))).toMatch(/expected the table new_a refers to, found none/)
})

test('a page that ends before what it lists is refused at the list', () => {
  const whole = page({
    writable: `- [new_A](#BKMK_new_A)\n- [new_B](#BKMK_new_B)\n\n${column('new_A', 'EntityName')}\n${column('new_B', 'EntityName')}`,
  })
  const cut = whole.slice(0, whole.indexOf('### <a name="BKMK_new_B"'))
  expect(readReferencePage(whole, 'new_parcel.md')).toHaveProperty('columns.length', 2)
  expect(refusal(cut)).toBe(
    `new_parcel.md:${lineOf(cut, '- [new_B]')}: expected a section for new_B, which is listed here, found none.`,
  )
})
