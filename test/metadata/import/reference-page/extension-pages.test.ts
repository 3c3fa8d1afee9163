import { readDocument } from '../../../../src/metadata/import/read-document.ts'
import { extended } from '../../../../src/metadata/extend.ts'
import type { TableDefinition } from '../../../../src/metadata/table-definition.ts'
import { column, columnOf, page, readExtension, readTable } from './pages.ts'

const NOTE =
  'The Freight Suite Parcel table extends the [Microsoft Dataverse Parcel table](/power-apps/reference/entities/new_parcel).'

function extensionPage(sections: string, note = NOTE): string {
  return `---
title: "Parcel (new_Parcel) table/entity reference (Freight Suite)"
---

# Parcel (new_Parcel) table/entity reference (Freight Suite)

Something sent.

> [!NOTE]
> ${note}



${sections}

### See also

[Dataverse table/entity reference](../about-entity-reference.md)  
`
}

function changed(entries: string): string {
  return `## Customized columns/attributes

Freight Suite
modifies the definition of columns/attributes defined in other solutions. Listed by **SchemaName**.

${entries}`
}

function applied(base: TableDefinition, text: string): TableDefinition {
  return extended(base, [readExtension(text)])
}

describe('the note', () => {
  test('of two tables that a page extends the one named first counts', () => {
    const text = extensionPage(
      changed(
        '### <a name="BKMK_new_To"></a> new_To\n\n|Property|Value|\n|---|---|\n|Targets|van|',
      ),
      `The Freight Suite Parcel (new_Parcel) table extends [Parcel (new_Parcel) table (Microsoft Dataverse)](/power-apps/reference/entities/new_parcel) and [Parcel table (Suite)](/suite/reference/entities/other).
>
> This page has the changes only.
> See the [Parcel table](/power-apps/reference/entities/another) for the rest.`,
    )
    expect(readDocument(text, 'parcel.md')).toMatchObject({
      kind: 'extension-page',
      extension: { extends: 'new_parcel', changedColumns: [{ addedTargets: ['van'] }] },
    })
  })

  test('an address with an empty part ends in the table all the same', () => {
    const text = extensionPage('', 'Suite extends the [Parcel table](/suite/entities//new_parcel).')
    expect(readExtension(text).extends).toBe('new_parcel')
  })
})

describe('messages', () => {
  const MESSAGES = `## Messages

| Name <br />Is Event? |Web API Operation |SDK for .NET |
| ---- | ----- |----- |
| \`Create\`<br />Event: False |x |y|
| \`Restore\`<br />Event: True |x |y|
`
  test('what a product adds is added; the base keeps its word', () => {
    const base = readTable(
      page({
        messages: '## Messages\n\n| Name |x |\n| --- | --- |\n| `Create`<br />Event: True |x|\n',
      }),
    )
    expect(applied(base, extensionPage(MESSAGES)).messages).toEqual([
      { name: 'Create', isEvent: true },
      { name: 'Restore', isEvent: true },
    ])
  })

  test('a base that rules no message out does not begin to', () => {
    expect(applied(readTable(page()), extensionPage(MESSAGES)).messages).toBeUndefined()
  })
})

describe('changed options', () => {
  const STATES = `
#### statecode Choices/Options

|Value|Details|
|---|---|
|0|Label: **Open**<br />DefaultStatus: 1<br />InvariantName: \`Open\`|
`
  const STATUSES = `
#### statuscode Choices/Options

|Value|Details|
|---|---|
|1|Label: **Waiting**<br />State:0<br />TransitionData: None|
`
  const KINDS = '\n#### new_Kind Choices/Options\n\n|Value|Label|\n|---|---|\n|3|**Box**|\n'
  const base = readTable(
    page({
      writable: [
        column('new_Kind', 'Picklist', '|DefaultFormValue|3|', KINDS),
        column('statecode', 'State', '|DefaultFormValue|0|', STATES),
        column('statuscode', 'Status', '|DefaultFormValue|1|', STATUSES),
      ].join('\n'),
    }),
  )
  const options = (name: string, rows: string) =>
    extensionPage(
      changed(
        `### <a name="BKMK_${name}"></a> ${name}\n\nChanges from [${name}](/x#BKMK_${name}):\n\n#### ${name} Choices/Options\n\n|Value|Label|\n|---|---|\n${rows}`,
      ),
    )

  test('are added to those of the base; bold with nothing in it is no label', () => {
    const table = applied(base, options('new_Kind', '|9|**Bag**|\n|3|****|\n|4|****|'))
    expect(columnOf(table, 'new_kind', 'Picklist').options).toEqual([
      { value: 3, label: 'Box' },
      { value: 9, label: 'Bag' },
      { value: 4 },
    ])
  })

  test('of a state give it another label; a new one has no default status', () => {
    const table = applied(base, options('statecode', '|0|**Under way**|\n|1|**Done**|'))
    expect(columnOf(table, 'statecode', 'State').options).toEqual([
      { value: 0, label: 'Under way', defaultStatus: 1, invariantName: 'Open' },
      { value: 1, label: 'Done', defaultStatus: null },
    ])
  })

  test('of a status give it another label; a new one without its state is left out', () => {
    const table = applied(base, options('statuscode', '|1|**Queued**|\n|2|**Lost**|'))
    expect(columnOf(table, 'statuscode', 'Status').options).toEqual([
      { value: 1, label: 'Queued', state: 0 },
    ])
  })

  test('of a status that is printed with its state are added', () => {
    const text = options('statuscode', '').replace(
      '|Value|Label|\n|---|---|\n',
      '|Value|Details|\n|---|---|\n|2|Label: **Lost**<br />State:0<br />TransitionData: None|\n',
    )
    const { options: all } = columnOf(applied(base, text), 'statuscode', 'Status')
    expect(all).toContainEqual({ value: 2, label: 'Lost', state: 0 })
  })
})

describe('changed rows', () => {
  const base = readTable(
    page({
      writable: [
        column('new_Big', 'BigInt', '|MaxValue|9|\n|MinValue|0|'),
        column('new_Small', 'Integer', '|MaxValue|9|\n|MinValue|0|'),
      ].join('\n'),
    }),
  )
  const bounds = (name: string, rows: string) =>
    extensionPage(
      changed(`### <a name="BKMK_${name}"></a> ${name}\n\n|Property|Value|\n|---|---|\n${rows}`),
    )

  test('bounds of 64 bits keep every digit', () => {
    const table = applied(base, bounds('new_Big', '|MaxValue|9223372036854775807|\n|MinValue|-1|'))
    const { min, max } = columnOf(table, 'new_big', 'BigInt')
    expect({ min, max }).toEqual({ min: -1n, max: 9223372036854775807n })
  })

  test('bounds of other columns are numbers', () => {
    const table = applied(base, bounds('new_Small', '|MaxValue|9007199254740993|'))
    expect(columnOf(table, 'new_small', 'Integer')).toMatchObject({ min: 0, max: 2 ** 53 })
  })

  test.each([
    ['|Type|Quantum|', /expected Type to be one of String, .*, found 'Quantum'/],
    ['|DateTimeBehavior|Sometimes|', /expected DateTimeBehavior to be one of UserLocal, /],
  ])('%s is refused', (row, message) => {
    expect(() => readExtension(bounds('new_Small', row))).toThrow(message)
  })
})

test('targets are added to those of the base; a lookup without a limit gets none', () => {
  const base = readTable(
    page({
      writable: [
        column('new_To', 'Lookup', '|Targets|account, contact|'),
        column('new_About', 'Lookup', '|Targets||'),
      ].join('\n'),
    }),
  )
  const entry = (name: string) =>
    `### <a name="BKMK_${name}"></a> ${name}\n\n|Property|Value|\n|---|---|\n|Targets|contact, lead|\n`
  const table = applied(base, extensionPage(changed(entry('new_To') + entry('new_About'))))
  expect(columnOf(table, 'new_to', 'Lookup').targets).toEqual(['account', 'contact', 'lead'])
  expect(columnOf(table, 'new_about', 'Lookup').targets).toEqual([])
})

describe('changed relationships', () => {
  const RELATIONSHIPS = `## Many-to-One relationships

### <a name="BKMK_new_sender"></a> new_sender

One-To-Many Relationship: [account new_sender](account.md#BKMK_new_sender)

|Property|Value|
|---|---|
|ReferencedEntity|\`account\`|
|ReferencingAttribute|\`new_senderid\`|
|CascadeConfiguration|Assign: \`Cascade\`<br />Delete: \`RemoveLink\`|

## One-to-Many relationships

### <a name="BKMK_new_labels"></a> new_labels

|Property|Value|
|---|---|
|ReferencingEntity|\`new_label\`|
|ReferencingAttribute|\`new_parcelid\`|
|IsCustomizable|\`True\`|
|AssociatedMenuConfiguration|Behavior: \`DoNotDisplay\`<br />Order: 10|
`
  const CHANGES = `## Customized relationships

### Customized Many-to-One relationships

#### <a name="BKMK_new_sender"></a> new_sender

Changes from [new_sender (Microsoft Dataverse)](/x#BKMK_new_sender)

|Property|Value|
|---|---|
|CascadeConfiguration|Delete: \`Restrict\`|

### Customized One-to-many relationships

- [new_labels](#BKMK_new_labels)
- [new_unknown](#BKMK_new_unknown)

#### <a name="BKMK_new_labels"></a> new_labels

|Property|Value|
|--------|-----|
|IsCustomizable|False|
|ReferencedEntityNavigationPropertyName|new_printed|
|AssociatedMenuConfiguration|Order: \`20\`|

#### <a name="BKMK_new_unknown"></a> new_unknown

Changes from [new_unknown](/x):
`
  const base = readTable(page({ relationships: RELATIONSHIPS }))

  test('only what is printed changes, of a cascade and of a menu too', () => {
    const table = applied(base, extensionPage(CHANGES))
    expect(table.manyToOne).toEqual([
      {
        schemaName: 'new_sender',
        referencedTable: 'account',
        referencingTable: 'new_parcel',
        referencingColumn: 'new_senderid',
        cascade: { assign: 'Cascade', delete: 'Restrict' },
      },
    ])
    expect(table.oneToMany).toEqual([
      {
        schemaName: 'new_labels',
        referencedTable: 'new_parcel',
        referencingTable: 'new_label',
        referencingColumn: 'new_parcelid',
        referencedNavigation: 'new_printed',
        isCustomizable: false,
        menu: { Behavior: 'DoNotDisplay', Order: 20 },
      },
    ])
  })

  test('they are no columns and no relationships of their own', () => {
    const extension = readExtension(extensionPage(CHANGES))
    expect(extension).toMatchObject({ changedColumns: [], manyToOne: [], oneToMany: [] })
    expect(extension.changedRelationships?.map((change) => change.schemaName)).toEqual([
      'new_sender',
      'new_labels',
      'new_unknown',
    ])
  })

  test('a cascade that does not exist is refused', () => {
    expect(() => readExtension(extensionPage(CHANGES.replace('Restrict', 'Explode')))).toThrow(
      /expected Delete of new_sender to be one of NoCascade, .*found 'Explode'/,
    )
  })
})

test('a product may change what another one adds, whichever page is read first', () => {
  const adds = readExtension(
    extensionPage(
      `## Writable columns/attributes\n\n${column('new_Depth', 'Decimal', '|Precision|2|')}`,
    ),
  )
  const changes = readExtension(
    extensionPage(
      changed(
        '### <a name="BKMK_new_Depth"></a> new_Depth\n\n|Property|Value|\n|---|---|\n|Precision|4|',
      ),
    ),
  )
  const base = readTable(page())
  expect(extended(base, [changes, adds])).toEqual(extended(base, [adds, changes]))
  expect(columnOf(extended(base, [changes, adds]), 'new_depth', 'Decimal').precision).toBe(4)
})

test('a page that changes nothing leaves a table as it is', () => {
  const base = readTable(page())
  expect(applied(base, extensionPage(''))).toEqual(base)
})
