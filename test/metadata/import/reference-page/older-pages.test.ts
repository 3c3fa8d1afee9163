import { columnOf, readTable } from './pages.ts'

const PROPERTIES_2022 = `## Properties

|Property|Value|
|--------|-----|
|CollectionSchemaName|new_Parcels|
|DisplayCollectionName|Parcels|
|DisplayName|Parcel|
|EntitySetName|new_parcels|
|IsBPFEntity|False|
|LogicalCollectionName|new_parcels|
|LogicalName|new_parcel|
|OwnershipType|UserOwned|
|PrimaryIdAttribute|new_parcelid|
|PrimaryNameAttribute|new_name|
|SchemaName|new_Parcel|
`

describe('pages of 2022 to June 2024', () => {
  const table = readTable(`---
title: "Parcel (new_Parcel)  table/entity reference | Microsoft Docs"
search.app: 
  - PowerApps
---

# Parcel (new_Parcel)  table/entity reference

> [!NOTE]
> Unsure about table vs. entity? See [Developers](/powerapps/x).

Something sent.

**Added by**: Basic Solution Solution


## Messages

|Message|SDK Assembly|
|-|-|
|Create|<xref:Microsoft.Xrm.Sdk.Messages.CreateRequest> or <br /><xref:Microsoft.Xrm.Sdk.IOrganizationService.Create*>|
|BulkRetain|This message is to be executed only by Dataverse to trigger registered plug-ins and flows.||

${PROPERTIES_2022}
<a name="writable-attributes"></a>

## Writable columns/attributes

- [new_ParcelId](#BKMK_new_ParcelId)
- [new_Open](#BKMK_new_Open)
- [new_Kind](#BKMK_new_Kind)
- [new_Price](#BKMK_new_Price)
- [CustomerId](#BKMK_CustomerId)
- [OwnerId](#BKMK_OwnerId)
- [new_Sender](#BKMK_new_Sender)
- [new_Photo](#BKMK_new_Photo)
- [statecode](#BKMK_statecode)
- [statuscode](#BKMK_statuscode)


### <a name="BKMK_new_ParcelId"></a> new_ParcelId

|Property|Value|
|--------|-----|
|Description|Unique identifier|
|DisplayName|Parcel|
|IsValidForForm|False|
|IsValidForRead|True|
|IsValidForUpdate|False|
|LogicalName|new_parcelid|
|RequiredLevel|SystemRequired|
|Type|Uniqueidentifier|


### <a name="BKMK_new_Open"></a> new_Open

**Added by**: Active Solution Solution

|Property|Value|
|--------|-----|
|Description||
|DisplayName|Open|
|IsValidForForm|True|
|IsValidForRead|True|
|LogicalName|new_open|
|RequiredLevel|None|
|Type|Boolean|

#### new_Open Choices/Options

|Value|Label|Description|
|-----|-----|--------|
|1|Yes||
|0|No||

**DefaultValue**: 0



### <a name="BKMK_new_Kind"></a> new_Kind

|Property|Value|
|--------|-----|
|IsValidForRead|True|
|LogicalName|new_kind|
|RequiredLevel|ApplicationRequired|
|Type|Picklist|

#### new_Kind Options

|Value|Label|Description|
|-----|-----|--------|
|756150000|Global|Everywhere|
|756150001|Contact||


### <a name="BKMK_new_Price"></a> new_Price

|Property|Value|
|--------|-----|
|LogicalName|new_price|
|MaxValue|922337203685477|
|MinValue|-922337203685477|
|Precision|2|
|PrecisionSource|2|
|RequiredLevel|None|
|Type|Money|


### <a name="BKMK_CustomerId"></a> CustomerId

|Property|Value|
|--------|-----|
|IsValidForCreate|False|
|LogicalName|customerid|
|RequiredLevel|None|
|Targets|account,contact|
|Type|Customer|


### <a name="BKMK_OwnerId"></a> OwnerId

|Property|Value|
|--------|-----|
|LogicalName|ownerid|
|RequiredLevel|SystemRequired|
|Targets|systemuser,team|
|Type|Owner|


### <a name="BKMK_new_Sender"></a> new_Sender

|Property|Value|
|--------|-----|
|LogicalName|new_sender|
|RequiredLevel|None|
|Targets|account|
|Type|Lookup|


### <a name="BKMK_new_Photo"></a> new_Photo

|Property|Value|
|--------|-----|
|IsPrimaryImage|True|
|LogicalName|new_photo|
|MaxHeight|144|
|MaxWidth|144|
|RequiredLevel|None|
|Type|Image|


### <a name="BKMK_statecode"></a> statecode

|Property|Value|
|--------|-----|
|LogicalName|statecode|
|RequiredLevel|SystemRequired|
|Type|State|

#### statecode Choices/Options

|Value|Label|DefaultStatus|InvariantName|
|-----|-----|-------------|-------------|
|0|Active|1|Active|
|1|Inactive|2|Inactive|



### <a name="BKMK_statuscode"></a> statuscode

|Property|Value|
|--------|-----|
|LogicalName|statuscode|
|RequiredLevel|None|
|Type|Status|

#### statuscode Choices/Options

|Value|Label|State|
|-----|-----|-----|
|1|Active|0|
|2|Inactive|1|


<a name="read-only-attributes"></a>

## Read-only columns/attributes

- [CreatedBy](#BKMK_CreatedBy)
- [CreatedByName](#BKMK_CreatedByName)
- [ModifiedBy](#BKMK_ModifiedBy)
- [OwningUser](#BKMK_OwningUser)


### <a name="BKMK_CreatedBy"></a> CreatedBy

|Property|Value|
|--------|-----|
|LogicalName|createdby|
|RequiredLevel|None|
|Targets|systemuser|
|Type|Lookup|


### <a name="BKMK_CreatedByName"></a> CreatedByName

|Property|Value|
|--------|-----|
|FormatName|Text|
|LogicalName|createdbyname|
|MaxLength|100|
|RequiredLevel|None|
|Type|String|


### <a name="BKMK_ModifiedBy"></a> ModifiedBy

|Property|Value|
|--------|-----|
|LogicalName|modifiedby|
|RequiredLevel|None|
|Targets|systemuser|
|Type|Lookup|


### <a name="BKMK_OwningUser"></a> OwningUser

|Property|Value|
|--------|-----|
|LogicalName|owninguser|
|RequiredLevel|None|
|Targets|systemuser|
|Type|Lookup|

<a name="onetomany"></a>

## One-To-Many Relationships

Listed by **SchemaName**.


### <a name="BKMK_new_parcel_parent"></a> new_parcel_parent

Same as the [new_parcel_parent](new_parcel.md#BKMK_new_parcel_parent) many-to-one relationship for the [new_parcel](new_parcel.md) table/entity.

|Property|Value|
|--------|-----|
|ReferencingEntity|new_parcel|
|ReferencingAttribute|new_parent|
|IsHierarchical|True|
|IsCustomizable|False|
|ReferencedEntityNavigationPropertyName|new_parcel_parent|
|AssociatedMenuConfiguration|Behavior: UseCollectionName<br />Group: Details<br />Label: <br />Order: 10000|
|CascadeConfiguration|Assign: NoCascade<br />Delete: RemoveLink<br />Merge: NoCascade<br />Reparent: NoCascade<br />Share: NoCascade<br />Unshare: NoCascade|

<a name="manytoone"></a>

## Many-To-One Relationships

Each Many-To-One relationship is defined by a corresponding One-To-Many relationship with the related table. Listed by **SchemaName**.

- [lk_parcel_createdby](#BKMK_lk_parcel_createdby)
- [lk_parcel_modifiedby](#BKMK_lk_parcel_modifiedby)
- [user_new_parcel](#BKMK_user_new_parcel)
- [owner_new_parcel](#BKMK_owner_new_parcel)
- [contact_parcels](#BKMK_contact_parcels)
- [account_one](#BKMK_account_one)
- [account_two](#BKMK_account_two)


### <a name="BKMK_lk_parcel_createdby"></a> lk_parcel_createdby

**Added by**: System Solution Solution

See the [lk_parcel_createdby](systemuser.md#BKMK_lk_parcel_createdby) one-to-many relationship for the [systemuser](systemuser.md) table/entity.

### <a name="BKMK_lk_parcel_modifiedby"></a> lk_parcel_modifiedby

See systemuser Table [lk_parcel_modifiedby](systemuser.md#BKMK_lk_parcel_modifiedby) One-To-Many relationship.

### <a name="BKMK_user_new_parcel"></a> user_new_parcel

See systemuser Entity [user_new_parcel](systemuser.md#BKMK_user_new_parcel) One-To-Many relationship.

### <a name="BKMK_owner_new_parcel"></a> owner_new_parcel

See the [owner_new_parcel](owner.md#BKMK_owner_new_parcel) one-to-many relationship for the [owner](owner.md) table/entity.

### <a name="BKMK_contact_parcels"></a> contact_parcels

See the [contact_parcels](contact.md#BKMK_contact_parcels) one-to-many relationship for the [contact](contact.md) table/entity.

### <a name="BKMK_account_one"></a> account_one

See the [account_one](account.md#BKMK_account_one) one-to-many relationship for the [account](account.md) table/entity.

### <a name="BKMK_account_two"></a> account_two

See the [account_two](account.md#BKMK_account_two) one-to-many relationship for the [account](account.md) table/entity.
<a name="manytomany"></a>

## Many-To-Many Relationships

Relationship details provided where the Parcel table is the first table in the relationship. Listed by **SchemaName**.

- [new_one](#BKMK_new_one)
- [new_two](#BKMK_new_two)


### <a name="BKMK_new_one"></a> new_one

IntersectEntityName: new_parcel_user<br />
#### Table 1

|Property|Value|
|--------|-----|
|IntersectAttribute|new_parcelid|
|IsCustomizable|False|
|LogicalName|new_parcel|
|NavigationPropertyName|new_one|
|AssociatedMenuConfiguration|Behavior: DoNotDisplay<br />Group: Details<br />Label: <br />Order: 10000|

#### Table 2

|Property|Value|
|--------|-----|
|LogicalName|systemuser|
|IntersectAttribute|systemuserid|
|NavigationPropertyName|new_one|
|AssociatedMenuConfiguration|Behavior: DoNotDisplay<br />Group: Details<br />Label: <br />Order: |


### <a name="BKMK_new_two"></a> new_two

See the [new_two](team.md#BKMK_new_two) many-to-many relationship for the [team](team.md) table/entity.

### See also

[Dataverse table/entity reference](../about-entity-reference.md)  
<xref href="Microsoft.Dynamics.CRM.new_parcel?text=new_parcel EntityType" />`)

  test('plain rows in alphabetical order are read', () => {
    expect(table).toMatchObject({
      logicalName: 'new_parcel',
      displayName: 'Parcel',
      description: 'Something sent.',
      tableType: 'Standard',
      ownership: 'UserOwned',
    })
    expect(table.columns).toHaveLength(14)
  })

  test('messages have no mark and rule nothing out', () => {
    expect(table.messages).toEqual([
      { name: 'Create', isEvent: true },
      { name: 'BulkRetain', isEvent: true },
    ])
  })

  test('flags are printed when false, so their absence is true', () => {
    const flags = (name: string) => {
      const found = table.columns.find((c) => c.logicalName === name)
      return [found?.validForCreate, found?.validForUpdate]
    }
    expect(flags('new_parcelid')).toEqual([true, false])
    expect(flags('customerid')).toEqual([false, true])
    expect(flags('statecode')).toEqual([true, true])
    expect(flags('createdby')).toEqual([false, false])
  })

  test('a Boolean has its labels in a table and its default below', () => {
    expect(columnOf(table, 'new_open', 'Boolean')).toMatchObject({
      trueLabel: 'Yes',
      falseLabel: 'No',
      defaultValue: false,
    })
  })

  test('choices have columns of their own', () => {
    expect(columnOf(table, 'new_kind', 'Picklist')).toMatchObject({
      defaultValue: null,
      options: [
        { value: 756150000, label: 'Global', description: 'Everywhere' },
        { value: 756150001, label: 'Contact' },
      ],
    })
    expect(columnOf(table, 'statecode', 'State').options).toEqual([
      { value: 0, label: 'Active', defaultStatus: 1, invariantName: 'Active' },
      { value: 1, label: 'Inactive', defaultStatus: 2, invariantName: 'Inactive' },
    ])
    expect(columnOf(table, 'statuscode', 'Status').options).toEqual([
      { value: 1, label: 'Active', state: 0 },
      { value: 2, label: 'Inactive', state: 1 },
    ])
  })

  test('targets without blanks are two', () => {
    expect(columnOf(table, 'customerid', 'Customer').targets).toEqual(['account', 'contact'])
  })

  test('name columns belong to their lookup', () => {
    expect(columnOf(table, 'createdbyname', 'String').attributeOf).toBe('createdby')
  })

  test('one-to-many prints its cascade, with six members', () => {
    expect(table.oneToMany[0]).toMatchObject({
      referencingTable: 'new_parcel',
      referencingColumn: 'new_parent',
      isHierarchical: true,
      cascade: { assign: 'NoCascade', delete: 'RemoveLink' },
      menu: { Behavior: 'UseCollectionName', Group: 'Details', Label: null, Order: 10000 },
    })
    expect(Object.keys(table.oneToMany[0]?.cascade ?? {})).toHaveLength(6)
  })

  test('a many-to-one sentence tells the table; its lookup is the one it must be', () => {
    expect(
      table.manyToOne.map((r) => [r.schemaName, r.referencedTable, r.referencingColumn]),
    ).toEqual([
      ['lk_parcel_createdby', 'systemuser', 'createdby'],
      ['lk_parcel_modifiedby', 'systemuser', 'modifiedby'],
      ['user_new_parcel', 'systemuser', 'owninguser'],
      ['owner_new_parcel', 'owner', 'ownerid'],
      ['contact_parcels', 'contact', 'customerid'],
      ['account_one', 'account', undefined],
      ['account_two', 'account', undefined],
    ])
  })

  test('many-to-many has two tables of rows, or a sentence', () => {
    expect(table.manyToMany).toEqual([
      {
        schemaName: 'new_one',
        intersectTable: 'new_parcel_user',
        isCustomizable: false,
        sides: [
          {
            table: 'new_parcel',
            intersectColumn: 'new_parcelid',
            navigation: 'new_one',
            menu: { Behavior: 'DoNotDisplay', Group: 'Details', Label: null, Order: 10000 },
          },
          {
            table: 'systemuser',
            intersectColumn: 'systemuserid',
            navigation: 'new_one',
            menu: { Behavior: 'DoNotDisplay', Group: 'Details', Label: null, Order: null },
          },
        ],
      },
      { schemaName: 'new_two', sides: [{ table: 'new_parcel' }, { table: 'team' }] },
    ])
  })
})

describe('pages of 2024, first form', () => {
  test('empty backticks are no name', () => {
    const table = readTable(`# Parcel

## Properties

| Property | Value |
| --- | --- |
| **SchemaName** | \`new_Parcel\` |
| **EntitySetName** | \`new_parcels\`|
| **LogicalName** | \`new_parcel\` |
| **PrimaryIdAttribute** | \`new_parcelid\` |
| **TableType** | \`Elastic\` |
| **OwnershipType** | \`None\` |

## Many-to-One relationships

### <a name="BKMK_new_a"></a> new_a

One-To-Many Relationship: [account new_a](account.md#BKMK_new_a)

|Property|Value|
|--------|-----|
|ReferencedEntity|\`account\`|
|ReferencedAttribute|\`accountid\`|
|ReferencingAttribute|\`new_accountid\`|
|ReferencedEntityNavigationPropertyName|\`\`|
|CascadeConfiguration|Archive: \`Restrict\`|
|IsHierarchical||
|IsRelationshipAttributeDenormalized||
`)
    expect(table.tableType).toBe('Elastic')
    expect(table.manyToOne).toEqual([
      {
        schemaName: 'new_a',
        referencedTable: 'account',
        referencedColumn: 'accountid',
        referencingTable: 'new_parcel',
        referencingColumn: 'new_accountid',
        cascade: { archive: 'Restrict' },
      },
    ])
  })
})

describe('pages of 2018', () => {
  const table = readTable(`---
title: "Parcel Entity Reference| MicrosoftDocs"
---
# Parcel Entity Reference

Something sent.

## Entity Properties

**DisplayName**: Parcel<br />
**SchemaName**: Parcel<br />
**LogicalName**: parcel<br />
**EntitySetName**: parcels<br />
**PrimaryIdAttribute**: parcelid<br />
**PrimaryNameAttribute**: name<br />
**OwnershipType**: None<br />
**IsBPFEntity**: False<br />
<a name="writable-attributes"></a>

## Writable attributes

- [Kind](#BKMK_Kind)
- [Open](#BKMK_Open)
- [StatusCode](#BKMK_StatusCode)


### <a name="BKMK_Kind"></a> Kind

**Description**: Two
lines.<br />
**DisplayName**: <br />
**LogicalName**: kind<br />
**IsValidForForm**: False<br />
**IsValidForRead**: True<br />
**IsValidForUpdate**: False<br />
**RequiredLevel**: SystemRequired<br />
**Type**: Picklist<br />
**Options**:

- **Value**: 0 **Label**: Published
- **Value**: 1 **Label**: Deleted Unpublished



### <a name="BKMK_Open"></a> Open

**LogicalName**: open<br />
**RequiredLevel**: None<br />
**Type**: Boolean<br />
**Options**:

- **TrueOption Value**: 1 **Label**: Managed
- **FalseOption Value**: 0 **Label**: Unmanaged

**DefaultValue**: False


### <a name="BKMK_StatusCode"></a> StatusCode

**LogicalName**: statuscode<br />
**RequiredLevel**: None<br />
**Type**: Status<br />
**Options**:

- **Value**: 1 **Label**: Active **State**: 0

<a name="read-only-attributes"></a>
## Read-only attributes
These attributes return false for both **IsValidForCreate** or **IsValidForUpdate**. Listed by **SchemaName**.

- [VersionNumber](#BKMK_VersionNumber)


### <a name="BKMK_VersionNumber"></a> VersionNumber

**LogicalName**: versionnumber<br />
**RequiredLevel**: None<br />
**Type**: BigInt<br />
**MaxValue**: 9223372036854775807<br />
**MinValue**: -9223372036854775808<br />

<a name="onetomany"></a>

## One-To-Many Relationships

Listed by **SchemaName**.

- [Parcel_Jobs](#BKMK_Parcel_Jobs)


### <a name="BKMK_Parcel_Jobs"></a> Parcel_Jobs

Same as asyncoperation entity [Parcel_Jobs](asyncoperation.md#BKMK_Parcel_Jobs) Many-To-One relationship.

**ReferencingEntity**: asyncoperation<br />
**ReferencingAttribute**: regardingobjectid<br />
**IsHierarchical**: False<br />
**IsCustomizable**: False<br />
**ReferencedEntityNavigationPropertyName**: Parcel_Jobs<br />
**AssociatedMenuConfiguration**:

- **Behavior**: DoNotDisplay
- **Group**: Details
- **Label**: 
- **Order**: 10

**CascadeConfiguration**:

- **Assign**: NoCascade
- **Delete**: Cascade

<a name="manytomany"></a>

## Many-To-Many Relationships

- [parcelroles](#BKMK_parcelroles)


### <a name="BKMK_parcelroles"></a> parcelroles

**IntersectEntityName**: parcelrole<br />
**Entity1LogicalName**: parcel<br />

- **Entity1IntersectAttribute**: parcelid
- **Entity1NavigationPropertyName**: parcelroles
- **Entity1AssociatedMenuConfiguration**:

  - **Behavior**: DoNotDisplay
  - **Group**: Details
  - **Label**: 
  - **Order**: 

**Entity2LogicalName**: [role](role.md)<br />

- **Entity2IntersectAttribute**: roleid
- **Entity2NavigationPropertyName**: parcelroles
- **Entity2AssociatedMenuConfiguration**:

  - **Behavior**: DoNotDisplay
  - **Group**: Details
  - **Label**: 
  - **Order**: 

**IsCustomizable**: True<br />
parcel

`)

  test('bold lines are read like rows', () => {
    expect(table).toMatchObject({
      logicalName: 'parcel',
      displayName: 'Parcel',
      description: 'Something sent.',
    })
    expect(columnOf(table, 'kind', 'Picklist')).toMatchObject({
      description: 'Two\nlines.',
      validForUpdate: false,
      requiredLevel: 'SystemRequired',
      options: [
        { value: 0, label: 'Published' },
        { value: 1, label: 'Deleted Unpublished' },
      ],
    })
    expect(columnOf(table, 'open', 'Boolean')).toMatchObject({
      trueLabel: 'Managed',
      falseLabel: 'Unmanaged',
      defaultValue: false,
    })
    expect(columnOf(table, 'statuscode', 'Status').options).toEqual([
      { value: 1, label: 'Active', state: 0 },
    ])
    expect(columnOf(table, 'versionnumber', 'BigInt').max).toBe(9223372036854775807n)
  })

  test('a lookup printed without targets is found by the name of its relationship', () => {
    const table = readTable(`# Parcel table/entity reference

## Properties

|Property|Value|
|--------|-----|
|EntitySetName|parcels|
|LogicalName|parcel|
|OwnershipType|None|
|PrimaryIdAttribute|parcelid|
|SchemaName|Parcel|

## Read-only columns/attributes

### <a name="BKMK_CreatedBy"></a> CreatedBy

|Property|Value|
|--------|-----|
|LogicalName|createdby|
|Targets||
|Type|Lookup|

## Many-To-One Relationships

### <a name="BKMK_lk_parcel_createdby"></a> lk_parcel_createdby

See systemuser Table [lk_parcel_createdby](systemuser.md#BKMK_lk_parcel_createdby) One-To-Many relationship.

### <a name="BKMK_user_parcel"></a> user_parcel

See systemuser Table [user_parcel](systemuser.md#BKMK_user_parcel) One-To-Many relationship.
`)
    expect(table.manyToOne.map((r) => [r.schemaName, r.referencingColumn])).toEqual([
      ['lk_parcel_createdby', 'createdby'],
      ['user_parcel', undefined],
    ])
  })

  test('a line of a description that looks like a fact is none', () => {
    const table = readTable(`# Parcel Entity Reference

## Entity Properties

**SchemaName**: Parcel<br />
**LogicalName**: parcel<br />
**EntitySetName**: parcels<br />
**PrimaryIdAttribute**: parcelid<br />
**OwnershipType**: None<br />

## Writable attributes

### <a name="BKMK_Kind"></a> Kind

**Description**: How it is sent.
Type: by van or by ship
Example: van<br />
**LogicalName**: kind<br />
**Type**: String<br />
**MaxLength**: 5
`)
    expect(columnOf(table, 'kind', 'String').description).toBe(
      'How it is sent.\nType: by van or by ship\nExample: van',
    )
  })

  test('lists under a configuration are its members', () => {
    expect(table.oneToMany[0]).toMatchObject({
      referencingTable: 'asyncoperation',
      isCustomizable: false,
      menu: { Behavior: 'DoNotDisplay', Group: 'Details', Label: null, Order: 10 },
      cascade: { assign: 'NoCascade', delete: 'Cascade' },
    })
    expect(table.manyToMany).toEqual([
      {
        schemaName: 'parcelroles',
        intersectTable: 'parcelrole',
        isCustomizable: true,
        sides: [
          {
            table: 'parcel',
            intersectColumn: 'parcelid',
            navigation: 'parcelroles',
            menu: { Behavior: 'DoNotDisplay', Group: 'Details', Label: null, Order: null },
          },
          {
            table: 'role',
            intersectColumn: 'roleid',
            navigation: 'parcelroles',
            menu: { Behavior: 'DoNotDisplay', Group: 'Details', Label: null, Order: null },
          },
        ],
      },
    ])
  })
})
