import { readReferencePage } from '../../../../src/metadata/import/reference-page/read-reference-page.ts'
import type { Column, ColumnType } from '../../../../src/metadata/column.ts'
import type { TableDefinition, TableExtension } from '../../../../src/metadata/table-definition.ts'

/** Pages made up for tests, in the words of each year's generator. */

export function readTable(text: string): TableDefinition {
  const told = readReferencePage(text, 'page.md')
  if ('extends' in told) throw new TypeError('an extension page')
  return told
}

export function readExtension(text: string): TableExtension {
  const told = readReferencePage(text, 'page.md')
  if (!('extends' in told)) throw new TypeError('a table page')
  return told
}

export function columnOf<T extends ColumnType>(
  table: { readonly columns: readonly Column[] },
  logicalName: string,
  type: T,
): Column & { readonly type: T } {
  const column = table.columns.find((c) => c.logicalName === logicalName)
  expect(column?.type).toBe(type)
  return column as Column & { readonly type: T }
}

export interface PageParts {
  readonly description?: string
  readonly properties?: string
  readonly messages?: string
  readonly writable?: string
  readonly readOnly?: string
  readonly relationships?: string
}

/** A page of 2025. */
export function page(parts: PageParts = {}): string {
  return `---
title: "Parcel (new_Parcel) table/entity reference (Microsoft Dataverse)"
description: "A page."
search.audienceType: 
  - developer
---

# Parcel (new_Parcel) table/entity reference (Microsoft Dataverse)

${parts.description ?? 'Something sent.'}

${parts.messages ?? ''}
## Properties

The following table lists selected properties for the Parcel table.

|Property|Value|
| --- | --- |
${parts.properties ?? PROPERTIES}

## Writable columns/attributes

These columns/attributes return true for either **IsValidForCreate** or **IsValidForUpdate** (usually both). Listed by **SchemaName**.

${parts.writable ?? column('new_ParcelId', 'Uniqueidentifier')}


## Read-only columns/attributes

${parts.readOnly ?? ''}

${parts.relationships ?? ''}


### See also

[Dataverse table/entity reference](/power-apps/developer/data-platform/reference/about-entity-reference)  
<xref:Microsoft.Dynamics.CRM.new_parcel?displayProperty=fullName>
`
}

export const PROPERTIES = `| **DisplayName** | **Parcel** |
| **DisplayCollectionName** | **Parcels** |
| **SchemaName** | \`new_Parcel\` |
| **CollectionSchemaName** | \`new_Parcels\` |
| **EntitySetName** | \`new_parcels\`|
| **LogicalName** | \`new_parcel\` |
| **LogicalCollectionName** | \`new_parcels\` |
| **PrimaryIdAttribute** | \`new_parcelid\` |
| **PrimaryNameAttribute** |\`new_name\` |
| **TableType** | \`Standard\` |
| **OwnershipType** | \`UserOwned\` |`

/** One column section of 2025; `rows` follow the common ones. */
export function column(schemaName: string, type: string, rows = '', after = ''): string {
  return `### <a name="BKMK_${schemaName}"></a> ${schemaName}

|Property|Value|
|---|---|
|Description|**About ${schemaName}**|
|DisplayName|**The ${schemaName}**|
|IsValidForForm|True|
|IsValidForRead|True|
|LogicalName|\`${schemaName.toLowerCase()}\`|
|RequiredLevel|None|
|Type|${type}|
${rows}${rows === '' ? '' : '\n'}${after}
`
}
