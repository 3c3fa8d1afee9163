import { readDocument } from '../../../../src/metadata/import/read-document.ts'
import { column, columnOf, page, readTable } from './pages.ts'

/** A description as pages before 2025 print it: with the line breaks of the metadata. */
function described(text: string, rest = '|MaxLength|20|'): string {
  return column('new_Note', 'Memo', rest).replace('**About new_Note**', text)
}

describe('a description of several lines', () => {
  test.each([
    ['lines', 'How it is sent.\n-1 is never,\n2 is twice'],
    ['a list', 'How it is sent:\n\n- never\n- twice'],
    ['numbers', 'How it is sent.\n1. by van\n2. by ship'],
    ['code', 'For example:\n\n{\n  "by": [ "van" ]\n}\n\n# nothing else.'],
    ['an empty last line', 'How it is sent.\n'],
    ['a quote', 'How it is sent.\n> by van'],
    ['rows of names', 'Type: a word\n\nTargets: another'],
  ])('keeps them, and the rows after it (%s)', (_, text) => {
    const table = readTable(page({ writable: `${described(text)}\n${column('new_B', 'Boolean')}` }))
    expect(columnOf(table, 'new_note', 'Memo')).toMatchObject({
      description: text.trim(),
      displayName: 'The new_Note',
      maxLength: 20,
    })
    expect(table.columns).toHaveLength(2)
  })

  test('does not shift the lines that refusals name', () => {
    const text = page({ writable: described('One.\n\nTwo.', '|MaxLength|long|') })
    const line = text.slice(0, text.indexOf('|MaxLength|')).split('\n').length
    expect(() => readTable(text)).toThrow(
      `page.md:${line}: expected a number as MaxLength, found 'long'.`,
    )
  })

  test('a label of an option may have them too', () => {
    const options =
      '\n#### new_Kind Choices/Options\n\n|Value|Label|\n|---|---|\n|1|By\nvan|\n|2|Ship|'
    const table = readTable(page({ writable: column('new_Kind', 'Picklist', '', options) }))
    expect(columnOf(table, 'new_kind', 'Picklist').options).toEqual([
      { value: 1, label: 'By\nvan' },
      { value: 2, label: 'Ship' },
    ])
  })
})

test('rows without a last pipe are rows', () => {
  const text = page({ writable: column('new_Note', 'Memo', '|MaxLength|20|') })
  expect(readTable(text.replaceAll(/\|$/gm, ''))).toEqual(readTable(text))
})

test('blanks that do not break, and tabs, are blanks', () => {
  const text = page({ writable: column('new_Note', 'Memo', '|MaxLength|20|') })
  const odd = text
    .replace('## Writable columns', '##\u00a0Writable\u00a0columns')
    .replace('|MaxLength|20|', '|\u00a0MaxLength\t|\t20\u00a0|')
  expect(readTable(odd)).toEqual(readTable(text))
})

describe("the table's description", () => {
  test('holds nothing that the build of the pages includes', () => {
    const description =
      '[!INCLUDE[](../../includes/applies-to.md)]\n\nSomething sent.\n\n**Added by**: Freight Solution'
    expect(readTable(page({ description })).description).toBe('Something sent.')
  })

  test('may be a list', () => {
    const description = '1. something sent\n2. something lost\n\n- or both'
    expect(readTable(page({ description })).description).toBe(
      'something sent\nsomething lost\nor both',
    )
  })
})

describe('a page that is not whole', () => {
  const whole = page({
    writable: column('new_Note', 'Memo', '|MaxLength|20|'),
    relationships: `## Many-to-One relationships

### <a name="BKMK_new_sender"></a> new_sender

|Property|Value|
|---|---|
|ReferencedEntity|\`account\`|
|ReferencingAttribute|\`new_senderid\`|
|CascadeConfiguration|Delete: \`Restrict\`|
`,
  })

  test.each(['## Read-only', '|CascadeConfiguration', 'Restrict', '### See also'])(
    'is refused though nothing of what it lists is missing: cut before %s',
    (part) => {
      const cut = whole.slice(0, whole.indexOf(part))
      expect(() => readDocument(cut, 'parcel.md')).toThrow(
        `parcel.md:${cut.split('\n').length}: expected 'See also', with which a page ends, found the end of the file: the page is cut off, get the whole of it.`,
      )
    },
  )

  test('is whole under a heading of either level', () => {
    expect(readTable(whole.replace('### See also', '## See also'))).toEqual(readTable(whole))
  })

  test('without front matter, as somebody wrote it by hand, it is taken at its word', () => {
    const own = whole.slice(whole.indexOf('# Parcel'), whole.indexOf('### See also'))
    expect(readTable(own).manyToOne).toHaveLength(1)
  })
})

test('a page in another language is refused at the first section with columns', () => {
  const text = page({ writable: column('new_Note', 'Memo') }).replace(
    '## Writable columns/attributes',
    '## Beschreibbare Spalten/Attribute',
  )
  const line = text.slice(0, text.indexOf('## Beschreibbare')).split('\n').length
  expect(() => readDocument(text, 'parcel.md')).toThrow(
    `parcel.md:${line}: expected a section of columns or relationships under its English name (only pages in English are read), found 'Beschreibbare Spalten/Attribute'.`,
  )
})

test('a column that stands on a page twice is one; in two types it is refused', () => {
  const twice = (type: string) =>
    page({ writable: column('new_A', 'Boolean'), readOnly: column('new_A', type) })
  expect(readTable(twice('Boolean')).columns).toMatchObject([
    { logicalName: 'new_a', validForCreate: true },
  ])
  const text = twice('Integer')
  const line = text.slice(0, text.lastIndexOf('### <a name="BKMK_new_A"')).split('\n').length
  expect(() => readTable(text)).toThrow(
    `page.md:${line}: expected one column new_a, found two of different types.`,
  )
})

test('two pages in one file are refused: their columns would become one table', () => {
  const text = `${page()}\n${page()}`
  const line = text.slice(0, text.lastIndexOf('# Parcel (')).split('\n').length
  expect(() => readDocument(text, 'parcel.md')).toThrow(
    `parcel.md:${line}: expected one table on a page, found a second one, 'Parcel (new_Parcel) table/entity reference (Microsoft Dataverse)'.`,
  )
})

test('a section that is none of a table is passed over', () => {
  const remarks = '## Remarks\n\n### <a name="more"></a> More\n\nText.\n\n'
  const text = page().replace('## Properties', `${remarks}## Properties`)
  expect(readTable(text)).toEqual(readTable(page()))
})

test.each([
  ['<!DOCTYPE html>\n<html><body><h1>Parcel</h1></body></html>', 'HTML: import the Markdown'],
  ['\uFEFF<html lang="en">', 'HTML: import the Markdown'],
  ['<?xml version="1.0"?><edmx:Edmx/>', 'XML: ask the organization for EntityDefinitions'],
  ['<edmx:Edmx Version="4.0"/>', 'XML: ask the organization for EntityDefinitions'],
])('%j is refused with what to get instead', (text, found) => {
  expect(() => readDocument(text, 'parcel.md')).toThrow(
    new RegExp(`^parcel.md:1: expected a table reference page: .*, found ${found}`),
  )
})
