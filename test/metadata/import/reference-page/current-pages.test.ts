import { column, columnOf, page, PROPERTIES, readExtension, readTable } from './pages.ts'

describe('the table', () => {
  test('properties are read by their names', () => {
    expect(readTable(page())).toMatchObject({
      logicalName: 'new_parcel',
      schemaName: 'new_Parcel',
      displayName: 'Parcel',
      displayCollectionName: 'Parcels',
      description: 'Something sent.',
      collectionSchemaName: 'new_Parcels',
      logicalCollectionName: 'new_parcels',
      entitySetName: 'new_parcels',
      primaryId: 'new_parcelid',
      primaryName: 'new_name',
      tableType: 'Standard',
      ownership: 'UserOwned',
      keys: [],
    })
  })

  test('rows that a page leaves out are absent', () => {
    const properties = PROPERTIES.replace(/.*(DisplayName|PrimaryNameAttribute|TableType).*\n/g, '')
    const table = readTable(page({ properties, description: '' }))
    expect(Object.keys(table)).not.toEqual(expect.arrayContaining(['displayName']))
    expect(table).not.toHaveProperty('primaryName')
    expect(table).not.toHaveProperty('description')
    expect(table).not.toHaveProperty('messages')
    expect(table.tableType).toBe('Standard')
  })

  test('the order of rows does not matter', () => {
    const properties = PROPERTIES.split('\n').reverse().join('\n')
    expect(readTable(page({ properties }))).toEqual(readTable(page()))
  })

  test('line ends of Windows and a byte order mark do not matter', () => {
    expect(readTable(`\uFEFF${page().replaceAll('\n', '\r\n')}`)).toEqual(readTable(page()))
  })

  test('a table with the key of activitypointer is an activity', () => {
    const properties = PROPERTIES.replace('new_parcelid', 'activityid')
    expect(readTable(page({ properties })).isActivity).toBe(true)
    expect(readTable(page())).not.toHaveProperty('isActivity')
  })

  test('escapes of Markdown are no part of a text', () => {
    const properties = PROPERTIES.replace('**Parcel**', '**new\\_Parcel (50 %) "x" & y**')
    expect(readTable(page({ properties })).displayName).toBe('new_Parcel (50 %) "x" & y')
  })
})

describe('messages', () => {
  const messages = `## Messages

The following table lists the messages for the Parcel table.

| Name <br />Is Event? |Web API Operation |SDK for .NET |
| ---- | ----- |----- |
| \`Create\`<br />Event: True |\`POST\` /new_parcels<br />See [Create](/x) |[Create records](/y)|
| \`Upsert\`<br />Event: False | |<xref:Microsoft.Xrm.Sdk.Messages.UpsertRequest>|
| \`QualifyParcel\`<br />Event: True |**QualifyParcel action** |[Learn](/z)|


## Events

|Name|Web API Operation |SDK for .NET |
| ---- | ----- |----- |
| \`BulkRetain\`|<xref:Microsoft.Dynamics.CRM.BulkRetain?displayProperty=nameWithType />|[x](/y)|

`
  test('messages and events tell on which of them steps can be registered', () => {
    expect(readTable(page({ messages })).messages).toEqual([
      { name: 'Create', isEvent: true },
      { name: 'Upsert', isEvent: false },
      { name: 'QualifyParcel', isEvent: true },
      { name: 'BulkRetain', isEvent: true },
    ])
  })
})

describe('columns', () => {
  const writable = [
    column('new_ParcelId', 'Uniqueidentifier'),
    column(
      'new_Name',
      'String',
      '|Format|Text|\n|FormatName|Json|\n|ImeMode|Auto|\n|IsLocalizable|False|\n|MaxLength|100|',
    ),
    column('new_Notes', 'Memo', '|Format|TextArea|\n|FormatName|TextArea|\n|MaxLength|1073741823|'),
    column('new_Count', 'Integer', '|MaxValue|2147483647|\n|MinValue|-1|'),
    column('new_Big', 'BigInt', '|MaxValue|9223372036854775807|\n|MinValue|-9223372036854775808|'),
    column(
      'new_Rate',
      'Decimal',
      '|ImeMode|Disabled|\n|MaxValue|100000000000|\n|MinValue|1E-12|\n|Precision|12|\n|SourceTypeMask|0|',
    ),
    column('new_Level', 'Double', '|MaxValue|1000000000|\n|MinValue|0|\n|Precision|5|'),
    column(
      'new_Price',
      'Money',
      '|ImeMode|Disabled|\n|IsBaseCurrency|False|\n|MaxValue|1000|\n|MinValue|0|\n|Precision|4|\n|PrecisionSource|2 (TransactionCurrency.CurrencyPrecision)|',
    ),
    column(
      'new_Open',
      'Boolean',
      '|GlobalChoiceName|`new_parcel_open`|\n|DefaultValue|False|\n|True Label|Yes|\n|False Label|No|',
    ),
    column(
      'new_Due',
      'DateTime',
      '|CanChangeDateTimeBehavior|True|\n|DateTimeBehavior|DateOnly|\n|Format|DateOnly|\n|ImeMode|Inactive|\n|SourceTypeMask|0|',
    ),
    column(
      'new_Kind',
      'Picklist',
      '|DefaultFormValue|-1|\n|GlobalChoiceName|`new_kind`|',
      '\n#### new_Kind Choices/Options\n\n|Value|Label|\n|---|---|\n|371|**Connector**|\n|372|**Connector**|',
    ),
    column(
      'new_Tags',
      'MultiSelectPicklist',
      '|DefaultFormValue||\n|GlobalChoiceName|`new_tags`|',
      '\n#### new_Tags Choices/Options\n\n|Value|Label|\n|---|---|\n|192350000|**A**|',
    ),
    column(
      'new_Empty',
      'Picklist',
      '|DefaultFormValue|2|',
      '\n#### new_Empty Choices/Options\n\n|Value|Label|\n|---|---|',
    ),
    column(
      'statecode',
      'State',
      '|DefaultFormValue||',
      '\n#### statecode Choices/Options\n\n|Value|Details|\n|---|---|\n|0|Label: **Active**<br />DefaultStatus: 1<br />InvariantName: `Active`|\n|1|Label: **Off: for good**<br />DefaultStatus: <br />InvariantName: `Inactive`|',
    ),
    column(
      'statuscode',
      'Status',
      '|DefaultFormValue|-1|',
      '\n#### statuscode Choices/Options\n\n|Value|Details|\n|---|---|\n|1|Label: **Active**<br />State:0<br />TransitionData: None|\n|2|Label: **Inactive**<br />State:1<br />TransitionData: None|',
    ),
    column('OwnerId', 'Owner', '|Targets|systemuser, team|'),
    column('OwnerIdType', 'EntityName'),
    column('new_Any', 'Lookup', '|Targets||'),
    column('ImportSequenceNumber', 'Integer', '|MaxValue|2147483647|\n|MinValue|-2147483648|'),
    column('OverriddenCreatedOn', 'DateTime', '|DateTimeBehavior|UserLocal|\n|Format|DateOnly|'),
    column(
      'new_Photo',
      'Image',
      '|CanStoreFullImage|False|\n|IsPrimaryImage|True|\n|MaxHeight|144|\n|MaxSizeInKB|30720|\n|MaxWidth|144|',
    ),
    column('IsCustomizable', 'ManagedProperty'),
  ].join('\n')
  const readOnly = [
    column('new_Scan', 'File', '|MaxSizeInKB|131072|'),
    column('new_Scan_Name', 'String', '|MaxLength|200|'),
    column('new_PhotoId', 'Uniqueidentifier'),
    column(
      'new_Photo_Timestamp',
      'BigInt',
      '|MaxValue|9223372036854775807|\n|MinValue|-9223372036854775808|',
    ),
    column('OwnerIdName', 'String', '|MaxLength|100|'),
    column(
      'new_Price_Base',
      'Money',
      '|IsBaseCurrency|True|\n|MaxValue|922337203685477|\n|MinValue|-922337203685477|\n|Precision|4|\n|PrecisionSource|0 (Precision property)|',
    ),
  ].join('\n')
  const table = readTable(page({ writable, readOnly }))

  test('every section becomes a column, in the order of the page', () => {
    expect(table.columns).toHaveLength(28)
    expect(table.columns[1]?.schemaName).toBe('new_Name')
  })

  test('what all columns print is read', () => {
    expect(columnOf(table, 'new_name', 'String')).toMatchObject({
      schemaName: 'new_Name',
      displayName: 'The new_Name',
      description: 'About new_Name',
      requiredLevel: 'None',
      validForForm: true,
      validForRead: true,
    })
  })

  test('texts have their length, and the newer name of their format', () => {
    expect(columnOf(table, 'new_name', 'String')).toMatchObject({
      maxLength: 100,
      format: 'Json',
      imeMode: 'Auto',
      isLocalizable: false,
    })
    expect(columnOf(table, 'new_notes', 'Memo').maxLength).toBe(1073741823)
  })

  test('bounds keep every digit, in either spelling', () => {
    expect(columnOf(table, 'new_big', 'BigInt')).toMatchObject({
      min: -9223372036854775808n,
      max: 9223372036854775807n,
    })
    expect(columnOf(table, 'new_rate', 'Decimal')).toMatchObject({
      min: 1e-12,
      max: 1e11,
      precision: 12,
    })
    expect(columnOf(table, 'new_count', 'Integer')).toMatchObject({ min: -1, max: 2147483647 })
    expect(columnOf(table, 'new_level', 'Double')).toMatchObject({ min: 0, max: 1e9, precision: 5 })
  })

  test('the source of a precision is the number before its meaning', () => {
    expect(columnOf(table, 'new_price', 'Money')).toMatchObject({
      precisionSource: 2,
      precision: 4,
      isBaseCurrency: false,
    })
    expect(columnOf(table, 'new_price_base', 'Money')).toMatchObject({
      precisionSource: 0,
      isBaseCurrency: true,
    })
  })

  test('booleans have a default and labels', () => {
    expect(columnOf(table, 'new_open', 'Boolean')).toMatchObject({
      defaultValue: false,
      trueLabel: 'Yes',
      falseLabel: 'No',
      globalChoiceName: 'new_parcel_open',
    })
  })

  test('dates have a behaviour and a format', () => {
    expect(columnOf(table, 'new_due', 'DateTime')).toMatchObject({
      behavior: 'DateOnly',
      format: 'DateOnly',
      canChangeBehavior: true,
    })
  })

  test('choices keep every option, two with one label too', () => {
    expect(columnOf(table, 'new_kind', 'Picklist').options).toEqual([
      { value: 371, label: 'Connector' },
      { value: 372, label: 'Connector' },
    ])
    expect(columnOf(table, 'new_empty', 'Picklist').options).toEqual([])
  })

  test('-1 and blank are no default', () => {
    expect(columnOf(table, 'new_kind', 'Picklist').defaultValue).toBeNull()
    expect(columnOf(table, 'new_tags', 'MultiSelectPicklist').defaultValue).toBeNull()
    expect(columnOf(table, 'new_empty', 'Picklist').defaultValue).toBe(2)
    expect(columnOf(table, 'statuscode', 'Status').defaultValue).toBeNull()
  })

  test('states have their default status, statuses their state', () => {
    expect(columnOf(table, 'statecode', 'State').options).toEqual([
      { value: 0, label: 'Active', defaultStatus: 1, invariantName: 'Active' },
      { value: 1, label: 'Off: for good', defaultStatus: null, invariantName: 'Inactive' },
    ])
    expect(columnOf(table, 'statuscode', 'Status').options).toEqual([
      { value: 1, label: 'Active', state: 0 },
      { value: 2, label: 'Inactive', state: 1 },
    ])
  })

  test('targets are names, or none', () => {
    expect(columnOf(table, 'ownerid', 'Owner').targets).toEqual(['systemuser', 'team'])
    expect(columnOf(table, 'new_any', 'Lookup').targets).toEqual([])
  })

  test('files and images have their limits', () => {
    expect(columnOf(table, 'new_scan', 'File').maxSizeInKB).toBe(131072)
    expect(columnOf(table, 'new_photo', 'Image')).toMatchObject({
      maxSizeInKB: 30720,
      maxHeight: 144,
      maxWidth: 144,
      canStoreFullImage: false,
      isPrimaryImage: true,
    })
  })

  test('companions belong to the column they repeat', () => {
    const owners = table.columns.filter((c) => c.attributeOf !== undefined)
    expect(owners.map((c) => [c.logicalName, c.attributeOf])).toEqual([
      ['owneridtype', 'ownerid'],
      ['new_scan_name', 'new_scan'],
      ['new_photo_timestamp', 'new_photoid'],
      ['owneridname', 'ownerid'],
    ])
  })

  test.each([
    ['new_name', true, true],
    ['new_parcelid', true, false],
    ['overriddencreatedon', true, false],
    ['importsequencenumber', true, false],
    ['statecode', false, true],
    ['statuscode', true, true],
    ['new_scan', false, false],
  ])('%s: Create %s, Update %s', (name, create, update) => {
    const found = table.columns.find((c) => c.logicalName === name)
    expect([found?.validForCreate, found?.validForUpdate]).toEqual([create, update])
  })

  test('a bare pipe in a description is text', () => {
    const [piped] = readTable(
      page({ writable: column('new_A', 'EntityName').replace('About new_A', 'a | b \\| c') }),
    ).columns
    expect(piped?.description).toBe('a | b | c')
  })

  test('blank descriptions and display names are absent', () => {
    const [blank] = readTable(
      page({
        writable: column('new_A', 'EntityName')
          .replace('**About new_A**', '')
          .replace('**The new_A**', ''),
      }),
    ).columns
    expect(blank).not.toHaveProperty('description')
    expect(blank).not.toHaveProperty('displayName')
  })

  test('columns may be called like a row or a section', () => {
    const named = readTable(
      page({
        writable: ['DisplayName', 'Type', 'State', 'Description', 'id']
          .map((n) => column(n, 'EntityName'))
          .join('\n'),
      }),
    )
    expect(named.columns.map((c) => c.schemaName)).toEqual([
      'DisplayName',
      'Type',
      'State',
      'Description',
      'id',
    ])
  })

  test('a logical name is what its row says, capitals and all', () => {
    const [odd] = readTable(
      page({ writable: column('Period1', 'EntityName').replace('`period1`', '`firstHalf`') }),
    ).columns
    expect(odd).toMatchObject({ schemaName: 'Period1', logicalName: 'firstHalf' })
  })

  test('limits a page leaves out are the widest of the type', () => {
    expect(
      columnOf(readTable(page({ writable: column('new_P', 'Image') })), 'new_p', 'Image')
        .maxSizeInKB,
    ).toBe(30720)
    expect(
      columnOf(readTable(page({ writable: column('new_I', 'Integer') })), 'new_i', 'Integer').min,
    ).toBe(-2147483648)
  })
})

const CASCADE =
  'Archive: `NoCascade`<br />Assign: `NoCascade`<br />Delete: `Restrict`<br />Merge: `NoCascade`<br />Reparent: `NoCascade`<br />RollupView: `NoCascade`<br />Share: `NoCascade`<br />Unshare: `Cascade`'
const MENU =
  'AvailableOffline: True<br />Behavior: `UseLabel`<br />Group: `Details`<br />Label: Card: holders<br />MenuId: null<br />Order: 110<br />QueryApi: null<br />ViewId: `00000000-0000-0000-0000-000000000000`'

describe('relationships', () => {
  test('many-to-one tells both tables, both columns and the cascade', () => {
    const relationships = `## Many-to-One relationships

### <a name="BKMK_new_owner"></a> new_owner

One-To-Many Relationship: [systemuser new_owner](systemuser.md#BKMK_new_owner)

|Property|Value|
|---|---|
|ReferencedEntity|\`systemuser\`|
|ReferencedAttribute|\`systemuserid\`|
|ReferencingAttribute|\`new_any\`|
|ReferencingEntityNavigationPropertyName|\`new_Any_systemuser\`|
|IsHierarchical||
|CascadeConfiguration|${CASCADE}|
`
    expect(readTable(page({ relationships })).manyToOne).toEqual([
      {
        schemaName: 'new_owner',
        referencedTable: 'systemuser',
        referencedColumn: 'systemuserid',
        referencingTable: 'new_parcel',
        referencingColumn: 'new_any',
        referencingNavigation: 'new_Any_systemuser',
        cascade: {
          archive: 'NoCascade',
          assign: 'NoCascade',
          delete: 'Restrict',
          merge: 'NoCascade',
          reparent: 'NoCascade',
          rollupView: 'NoCascade',
          share: 'NoCascade',
          unshare: 'Cascade',
        },
      },
    ])
  })

  test('one-to-many tells the lookup and the menu, not the cascade', () => {
    const relationships = `## One-to-Many relationships

- [new_a](#BKMK_new_a)
- [new_self](#BKMK_new_self-one-to-many)

### <a name="BKMK_new_a"></a> new_a

Many-To-One Relationship: [account new_a](account.md#BKMK_new_a)

|Property|Value|
|---|---|
|ReferencingEntity|\`account\`|
|ReferencingAttribute|\`new_parcelid\`|
|ReferencedEntityNavigationPropertyName|\`new_a\`|
|IsCustomizable|\`False\`|
|AssociatedMenuConfiguration|${MENU}|

### <a name="BKMK_new_self-one-to-many"></a> new_self

Many-To-One Relationship: [new_parcel new_self](#BKMK_new_self-many-to-one)

|Property|Value|
|---|---|
|ReferencingEntity|\`new_parcel\`|
|ReferencingAttribute|\`new_parentid\`|
|ReferencedEntityNavigationPropertyName|\`Referencednew_self\`|
`
    const [first, self] = readTable(page({ relationships })).oneToMany
    expect(first).toEqual({
      schemaName: 'new_a',
      referencedTable: 'new_parcel',
      referencingTable: 'account',
      referencingColumn: 'new_parcelid',
      referencedNavigation: 'new_a',
      isCustomizable: false,
      menu: {
        AvailableOffline: true,
        Behavior: 'UseLabel',
        Group: 'Details',
        Label: 'Card: holders',
        MenuId: null,
        Order: 110,
        QueryApi: null,
        ViewId: '00000000-0000-0000-0000-000000000000',
      },
    })
    expect(self).toMatchObject({ schemaName: 'new_self', referencingTable: 'new_parcel' })
  })

  const manyToMany = (rows: string) => `## Many-to-Many relationships

### <a name="BKMK_new_link"></a> new_link

${rows}
`
  test('many-to-many has the own side first, and of the other side its table', () => {
    const relationships =
      manyToMany(`See [systemuser new_link Many-To-Many Relationship](systemuser.md#BKMK_new_link)

|Property|Value|
|---|---|
|IntersectEntityName|\`new_parcel_user\`|
|IsCustomizable|False|
|SchemaName|\`new_link\`|
|IntersectAttribute|\`new_parcelid\`|
|NavigationPropertyName|\`new_Links\`|
|AssociatedMenuConfiguration|Behavior: \`DoNotDisplay\`|`)
    expect(readTable(page({ relationships })).manyToMany).toEqual([
      {
        schemaName: 'new_link',
        intersectTable: 'new_parcel_user',
        isCustomizable: false,
        sides: [
          {
            table: 'new_parcel',
            intersectColumn: 'new_parcelid',
            navigation: 'new_Links',
            menu: { Behavior: 'DoNotDisplay' },
          },
          { table: 'systemuser' },
        ],
      },
    ])
  })

  test('a self-referencing many-to-many has the own table on both sides', () => {
    const relationships = manyToMany(`This is a self-referencing many-to-many relationship.

|Property|Value|
|---|---|
|IntersectEntityName|\`new_parcel_parcel\`|
|IsCustomizable|False|
|SchemaName|\`new_link\`|
|Entity1IntersectAttribute|\`new_parcelidone\`|
|Entity2IntersectAttribute|\`new_parcelidtwo\`|
|Entity1NavigationPropertyName|\`new_link\`|
|Entity2NavigationPropertyName|\`new_link\`|
|Entity1AssociatedMenuConfiguration|Behavior: \`DoNotDisplay\`|
|Entity2AssociatedMenuConfiguration|Behavior: \`UseLabel\`|`)
    expect(readTable(page({ relationships })).manyToMany[0]?.sides).toEqual([
      {
        table: 'new_parcel',
        intersectColumn: 'new_parcelidone',
        navigation: 'new_link',
        menu: { Behavior: 'DoNotDisplay' },
      },
      {
        table: 'new_parcel',
        intersectColumn: 'new_parcelidtwo',
        navigation: 'new_link',
        menu: { Behavior: 'UseLabel' },
      },
    ])
  })

  test('a table without collection name that keeps a many-to-many relationship is an intersect table', () => {
    const properties = PROPERTIES.replace(/.*CollectionSchemaName.*\n/, '').replace(
      /.*LogicalCollectionName.*\n/,
      '',
    )
    const relationships = manyToMany(`
|Property|Value|
|---|---|
|IntersectEntityName|\`new_parcel\`|
|IsCustomizable|False|
|SchemaName|\`new_link\`|`)
    const table = readTable(page({ properties, relationships }))
    expect(table.isIntersect).toBe(true)
    expect(table.manyToMany[0]?.sides).toEqual([{}, {}])
    expect(readTable(page({ relationships }))).not.toHaveProperty('isIntersect')
  })
})

describe('extension pages', () => {
  const text = `---
title: "Parcel table/entity reference (Microsoft Dynamics 365)"
---

# Parcel table/entity reference (Microsoft Dynamics 365)

Something sent.

> [!NOTE]
> The Microsoft Dynamics 365 Parcel table extends the [Microsoft Dataverse Parcel table](/power-apps/developer/data-platform/reference/entities/new_parcel).



## Writable columns/attributes

${column('msdyn_Extra', 'String', '|MaxLength|10|')}

## Customized columns/attributes

Microsoft Dynamics 365 Sales
modifies the definition of columns/attributes defined in other solutions. Listed by **SchemaName**.

- [new_Any](#BKMK_new_Any)
- [new_Kind](#BKMK_new_Kind)
- [new_Rate](#BKMK_new_Rate)

### <a name="BKMK_new_Any"></a> new_Any

Changes from [new_Any (Microsoft Dataverse)](/power-apps/x#BKMK_new_Any):

|Property|Value|
|---|---|
|Targets|msdyn_a, msdyn_b|

### <a name="BKMK_new_Kind"></a> new_Kind

Changes from [new_Kind (Microsoft Dataverse)](/power-apps/x#BKMK_new_Kind)

#### new_Kind Choices/Options

|Value|Label|
|---|---|
|9|**Nine**|

### <a name="BKMK_new_Rate"></a> new_Rate

|Property|Value|
|---|---|
|RequiredLevel|ApplicationRequired|
|MinValue|1E-05|
|Precision|3|


### See also
`
  test('a page that extends a table tells what it adds and changes', () => {
    const extension = readExtension(text)
    expect(extension.extends).toBe('new_parcel')
    expect(extension.columns.map((c) => c.logicalName)).toEqual(['msdyn_extra'])
    expect(extension.changedColumns).toEqual([
      { schemaName: 'new_Any', addedTargets: ['msdyn_a', 'msdyn_b'], changes: {} },
      { schemaName: 'new_Kind', changes: { options: [{ value: 9, label: 'Nine' }] } },
      {
        schemaName: 'new_Rate',
        changes: { requiredLevel: 'ApplicationRequired', min: 1e-5, precision: 3 },
      },
    ])
  })

  test('a page with properties defines its table whatever it extends', () => {
    const both = text.replace(
      '## Writable',
      `## Properties\n\n|Property|Value|\n|---|---|\n${PROPERTIES}\n\n## Writable`,
    )
    expect(readTable(both).logicalName).toBe('new_parcel')
  })
})
