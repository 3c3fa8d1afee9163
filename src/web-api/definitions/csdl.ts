import type { CustomMessageDefinition } from '../../messages/custom/custom-message.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import { isLookup, type Column } from '../../metadata/column.ts'
import type { Table } from '../../metadata/table.ts'
import { edmType } from '../payload/read-value.ts'
import { csdlOperations } from './csdl-operations.ts'
import {
  tableView,
  type CollectionNavigation,
  type Navigation,
  type SingleNavigation,
} from '../table-view.ts'

type CustomMessages = ReadonlyMap<string, CustomMessageDefinition>

interface Documents {
  readonly messages: CustomMessages | undefined
  plain?: string
  annotated?: string
}

/** Custom messages come with the code of an organization, so that one catalog has few sets of them: the last counts. */
const kept = new WeakMap<Catalog, Documents>()

/**
 * The CSDL document of the organization: `$metadata`.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-service-documents#csdl-metadata-document
 */
export function csdl(catalog: Catalog, annotated: boolean, messages?: CustomMessages): string {
  let documents = kept.get(catalog)
  if (documents === undefined || documents.messages !== messages) {
    kept.set(catalog, (documents = { messages }))
  }
  return annotated
    ? (documents.annotated ??= writeDocument(catalog, true, messages))
    : (documents.plain ??= writeDocument(catalog, false, messages))
}

function writeDocument(
  catalog: Catalog,
  annotated: boolean,
  messages: CustomMessages | undefined,
): string {
  const { declarations, imports } = csdlOperations(catalog, messages?.values() ?? [])
  const tables = catalog.names.map((name) => catalog.table(name))
  const types = tables.map((table) => entityType(table, catalog, annotated)).join('\n')
  const sets = tables
    .filter(({ entitySetName }) => entitySetName !== '')
    .map((table) => entitySet(table, catalog, annotated))
    .join('\n')
  return `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
${VOCABULARIES.map(vocabulary).join('\n')}
<edmx:DataServices>
<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">
${BASE_TYPES}
${types}
${COMMON_TYPES}
${declarations}
<EntityContainer Name="System">
${sets}
${imports}
</EntityContainer>
</Schema>
</edmx:DataServices>
</edmx:Edmx>
`
}

/** Where the terms are told that are not part of OData itself: of alternate keys and of formatted values. */
const VOCABULARIES = ['OData.Community.Keys.V1', 'OData.Community.Display.V1'] as const

function vocabulary(namespace: (typeof VOCABULARIES)[number]): string {
  const [, , alias = ''] = namespace.split('.')
  return `<edmx:Reference Uri="http://vocabularies.odata.org/${namespace}.xml"><edmx:Include Namespace="${namespace}" Alias="${alias}" /><edmx:IncludeAnnotations TermNamespace="${namespace}" /></edmx:Reference>`
}

/** Users and teams are principals, and so is the table of both: their key is the principal's. */
const PRINCIPALS: ReadonlySet<string> = new Set(['systemuser', 'team', 'owner'])

const BASE_TYPES = `<EntityType Name="crmbaseentity" Abstract="true" />
<EntityType Name="expando" BaseType="mscrm.crmbaseentity" OpenType="true" />
<EntityType Name="crmmodelbaseentity" Abstract="true" />
<EntityType Name="principal" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="ownerid" /></Key><Property Name="ownerid" Type="Edm.Guid" /></EntityType>`

// https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-complex-enum-types
const COMMON_TYPES = `<EnumType Name="AccessRights" IsFlags="true">
<Member Name="None" Value="0" /><Member Name="ReadAccess" Value="1" /><Member Name="WriteAccess" Value="2" /><Member Name="AppendAccess" Value="4" /><Member Name="AppendToAccess" Value="16" /><Member Name="CreateAccess" Value="32" /><Member Name="DeleteAccess" Value="65536" /><Member Name="ShareAccess" Value="262144" /><Member Name="AssignAccess" Value="524288" />
</EnumType>
<ComplexType Name="BooleanManagedProperty"><Property Name="Value" Type="Edm.Boolean" Nullable="false" /><Property Name="CanBeChanged" Type="Edm.Boolean" Nullable="false" /><Property Name="ManagedPropertyLogicalName" Type="Edm.String" Unicode="false" /></ComplexType>`

/** All activities share the columns of this one, and its key. */
const ACTIVITY = 'activitypointer'

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-entitytypes#type-inheritance */
function baseOf(table: Table, catalog: Catalog): string {
  if (PRINCIPALS.has(table.logicalName)) return 'principal'
  const isActivity = table.definition.isActivity === true && table.logicalName !== ACTIVITY
  const base = isActivity ? catalog.find(ACTIVITY) : undefined
  return base?.primaryId === table.primaryId ? ACTIVITY : 'crmbaseentity'
}

function entityType(table: Table, catalog: Catalog, annotated: boolean): string {
  const view = tableView(table)
  const base = baseOf(table, catalog)
  const inherited = base === ACTIVITY ? tableView(catalog.table(ACTIVITY)) : undefined
  const isOwnKey = base === 'crmbaseentity'
  const key = isOwnKey ? `<Key><PropertyRef Name="${xml(table.primaryId)}" /></Key>` : ''
  const properties = [...view.properties.values()]
    .filter(({ name }) => inherited?.properties.has(name) !== true)
    .filter(({ name }) => base !== 'principal' || name !== 'ownerid')
    .map(({ name, column }) => property(name, column, annotated))
  const navigations = declaredNavigations(table, catalog)
    .filter(({ name }) => isOwn(name, table, catalog))
    .map((navigation) =>
      navigation.kind === 'single'
        ? singleNavigation(table, navigation, catalog)
        : collectionNavigation(table, navigation, catalog),
    )
  const parts = [key, ...properties, ...navigations, annotated ? alternateKeys(table) : '']
  return `<EntityType Name="${xml(table.logicalName)}" BaseType="mscrm.${base}">${parts.join('')}</EntityType>`
}

function property(name: string, column: Column, annotated: boolean): string {
  const type = edmType(column)
  const facet =
    type === 'Edm.String' ? ' Unicode="false"' : type === 'Edm.Decimal' ? ' Scale="Variable"' : ''
  const inner = annotated ? propertyAnnotations(column) : ''
  const start = `<Property Name="${xml(name)}" Type="${type}"${facet}`
  return inner === '' ? `${start} />` : `${start}>${inner}</Property>`
}

function propertyAnnotations(column: Column): string {
  const { description } = column
  const isComputed = isLookup(column) || (!column.validForCreate && !column.validForUpdate)
  return (
    (description === undefined
      ? ''
      : `<Annotation Term="Org.OData.Core.V1.Description" String="${xml(description)}" />`) +
    (isComputed
      ? '<Annotation Term="Org.OData.Core.V1.Computed" Bool="true" /><Annotation Term="Org.OData.Core.V1.Permissions"><EnumMember>Org.OData.Core.V1.PermissionType/Read</EnumMember></Annotation>'
      : '')
  )
}

/**
 * Told as never empty, lookups that may be empty too: so does the platform.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-navigation-properties#single-valued-navigation-properties
 */
function singleNavigation(table: Table, navigation: SingleNavigation, catalog: Catalog): string {
  const { name, column, target } = navigation
  const known = target === undefined ? undefined : catalog.find(target)
  const type = target ?? 'principal'
  const relationship = table.manyToOne.find(
    (each) => each.referencingColumn === column.logicalName && each.referencedTable === target,
  )
  const partner = relationship?.referencedNavigation
  return `<NavigationProperty Name="${xml(name)}" Type="mscrm.${xml(type)}" Nullable="false"${partnerOf(partner, known, catalog)}><ReferentialConstraint Property="_${xml(column.logicalName)}_value" ReferencedProperty="${xml(known?.primaryId ?? 'ownerid')}" /></NavigationProperty>`
}

function collectionNavigation(
  table: Table,
  { name, table: other, relationship, link }: CollectionNavigation,
  catalog: Catalog,
): string {
  const known = catalog.find(other)
  const partner =
    link.kind === 'many-to-many'
      ? name
      : table.oneToMany.find((each) => each.schemaName === relationship)?.referencingNavigation
  return `<NavigationProperty Name="${xml(name)}" Type="Collection(mscrm.${xml(other)})"${partnerOf(partner, known, catalog)} />`
}

/** Readers follow it, and back again: only what the other end declares itself. */
function partnerOf(name: string | undefined, other: Table | undefined, catalog: Catalog): string {
  if (other === undefined || name === undefined) return ''
  const isDeclared = declaredNavigations(other, catalog).some((each) => each.name === name)
  return isDeclared && isOwn(name, other, catalog) ? ` Partner="${xml(name)}"` : ''
}

/**
 * Those that can be followed: where documents are few, lookups lead to tables that none defines, and relationships come
 * back by columns that none tells.
 */
function declaredNavigations(table: Table, catalog: Catalog): readonly Navigation[] {
  let found = declared.get(table)
  if (found === undefined || found.catalog !== catalog) {
    const navigations = [...tableView(table).navigations.values()]
    found = { catalog, navigations: navigations.filter((each) => isKnown(each, catalog)) }
    declared.set(table, found)
  }
  return found.navigations
}

const declared = new WeakMap<
  Table,
  { readonly catalog: Catalog; readonly navigations: readonly Navigation[] }
>()

function isKnown(navigation: Navigation, catalog: Catalog): boolean {
  if (navigation.kind === 'single') {
    const { target, column } = navigation
    return target === undefined ? column.type === 'Owner' : catalog.find(target) !== undefined
  }
  const { table, link } = navigation
  const other = catalog.find(table)
  if (link.kind === 'one-to-many') return other?.columns.has(link.column) === true
  const hasColumns = link.column !== undefined && link.otherColumn !== undefined
  return other !== undefined && hasColumns && catalog.find(link.intersectTable) !== undefined
}

/** Not from the table it derives from. */
function isOwn(name: string, table: Table, catalog: Catalog): boolean {
  const isInherited = baseOf(table, catalog) === ACTIVITY
  return !isInherited || !tableView(catalog.table(ACTIVITY)).navigations.has(name)
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-entitytypes#alternate-keys */
function alternateKeys(table: Table): string {
  if (table.keys.length === 0) return ''
  const records = table.keys.map(({ columns }) => {
    const references = columns.map((column) => {
      const name = xml(tableView(table).propertyOf.get(column)?.name ?? column)
      return `<Record Type="OData.Community.Keys.V1.PropertyRef"><PropertyValue Property="Alias" String="${name}" /><PropertyValue Property="Name" PropertyPath="${name}" /></Record>`
    })
    return `<Record Type="OData.Community.Keys.V1.AlternateKey"><PropertyValue Property="Key"><Collection>${references.join('')}</Collection></PropertyValue></Record>`
  })
  return `<Annotation Term="OData.Community.Keys.V1.AlternateKeys"><Collection>${records.join('')}</Collection></Annotation>`
}

function entitySet(table: Table, catalog: Catalog, annotated: boolean): string {
  const bindings = declaredNavigations(table, catalog).map((navigation) => {
    const other = navigation.kind === 'single' ? navigation.target : navigation.table
    const target = other === undefined ? undefined : catalog.find(other)
    if (target === undefined || target.entitySetName === '') return ''
    return `<NavigationPropertyBinding Path="${xml(navigation.name)}" Target="${xml(target.entitySetName)}" />`
  })
  return `<EntitySet Name="${xml(table.entitySetName)}" EntityType="mscrm.${xml(table.logicalName)}">${bindings.join('')}${annotated && table.tracksChanges ? TRACKS_CHANGES : ''}</EntitySet>`
}

const TRACKS_CHANGES =
  '<Annotation Term="Org.OData.Capabilities.V1.ChangeTracking"><Record><PropertyValue Property="Supported" Bool="true" /></Record></Annotation>'

/** As an attribute's value; characters XML has no spelling for are left out. */
function xml(text: string): string {
  return text.replace(
    /[&<>"\u0000-\u0008\u000b\u000c\u000e-\u001f]/g,
    (character) => ESCAPES[character] ?? '',
  )
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}
