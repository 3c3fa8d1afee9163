import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { LookupColumn } from '../../metadata/column.ts'
import type { GlobalChoice } from '../../metadata/global-choice.ts'
import { readMenu, readOneToMany } from '../../metadata/import/entity-definitions/relationships.ts'
import { present } from '../../metadata/import/present.ts'
import type {
  NewKey,
  NewManyToMany,
  NewOneToMany,
  NewTable,
  RelationshipUpdate,
  SchemaChange,
  TableSwitches,
} from '../../schema/change.ts'
import {
  bodyMembers,
  changedLabel,
  declaredTypeOf,
  newLabel,
  objectIn,
  objectsIn,
  reading,
  type JsonObject,
} from './read-body.ts'
import { readNewColumn, readNewLookup, readOptions, schemaNameIn } from './read-column.ts'

/** @throws PAYLOAD_INVALID, INVALID_ARGUMENT, NOT_SUPPORTED */
export function readNewTable(json: JsonObject, catalog: Catalog): NewTable {
  const schemaName = schemaNameIn(json, 'the table')
  const attributes = objectsIn(json['Attributes'], 'Attributes')
  const primary = attributes.find((attribute) => attribute['IsPrimaryName'] === true)
  return reading(() => {
    const members = bodyMembers(json, schemaName)
    if (members.flag('IsActivity') === true) {
      throw new DataverseError('NOT_SUPPORTED', 'Custom activity tables are not made here.')
    }
    const type = members.oneOf('TableType', ['Standard', 'Elastic', 'Virtual'] as const)
    if (type !== undefined && type !== 'Standard') {
      throw new DataverseError('NOT_SUPPORTED', `Tables of type ${type} are not made here.`)
    }
    const displayName = newLabel(json, 'DisplayName')
    const displayCollectionName = newLabel(json, 'DisplayCollectionName')
    const description = newLabel(json, 'Description')
    const entitySetName = members.text('EntitySetName')
    const isAuditEnabled = members.flag('IsAuditEnabled')
    const changeTrackingEnabled = members.flag('ChangeTrackingEnabled')
    return {
      schemaName,
      ownership: members.oneOf('OwnershipType', OWNERSHIPS) ?? 'UserOwned',
      hasNotes: members.flag('HasNotes') ?? false,
      hasActivities: members.flag('HasActivities') ?? false,
      primaryName: primary === undefined ? '' : schemaNameIn(primary, 'the column').toLowerCase(),
      columns: attributes.map((attribute) => readNewColumn(attribute, catalog)),
      ...(entitySetName !== undefined && { entitySetName }),
      ...(isAuditEnabled !== undefined && { isAuditEnabled }),
      ...(changeTrackingEnabled !== undefined && { changeTrackingEnabled }),
      ...(displayName !== undefined && { displayName }),
      ...(displayCollectionName !== undefined && { displayCollectionName }),
      ...(description !== undefined && { description }),
    }
  })
}

const OWNERSHIPS = ['UserOwned', 'OrganizationOwned'] as const

/** https://learn.microsoft.com/power-apps/developer/data-platform/define-alternate-keys-entity */
export function readNewKey(json: JsonObject): NewKey {
  const displayName = newLabel(json, 'DisplayName')
  return reading(() => ({
    schemaName: schemaNameIn(json, 'the key'),
    columns: bodyMembers(json, 'the key').texts('KeyAttributes'),
    ...(displayName !== undefined && { displayName }),
  }))
}

/**
 * A one-to-many relationship is sent with its lookup, a many-to-many one with its two tables.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-update-entity-relationships-using-web-api
 * @throws PAYLOAD_INVALID, INVALID_ARGUMENT
 */
export function readNewRelationship(json: JsonObject, catalog: Catalog): SchemaChange {
  const type = declaredTypeOf(json)
  const isManyToMany =
    type === undefined ? 'Entity1LogicalName' in json : type === 'ManyToManyRelationshipMetadata'
  if (isManyToMany) return { kind: 'create-many-to-many', relationship: readNewManyToMany(json) }
  const lookup = readNewLookup(objectIn(json['Lookup'], 'Lookup'), catalog)
  return { kind: 'create-lookup', lookup, relationships: [readNewOneToMany(json, lookup)] }
}

/** One lookup with several relationships, as the actions for customers and multi-table lookups send them. */
export function readNewLookups(
  json: JsonObject,
  catalog: Catalog,
): SchemaChange & {
  readonly kind: 'create-lookup'
} {
  const lookup = readNewLookup(objectIn(json['Lookup'], 'Lookup'), catalog)
  return {
    kind: 'create-lookup',
    lookup,
    relationships: objectsIn(json['OneToManyRelationships'], 'OneToManyRelationships').map(
      (relationship) => readNewOneToMany(relationship, lookup),
    ),
  }
}

function readNewOneToMany(json: JsonObject, { logicalName }: LookupColumn): NewOneToMany {
  return reading(() => {
    const named = { ...json, ReferencingAttribute: logicalName }
    return readOneToMany(bodyMembers(named, 'the relationship'))
  })
}

function readNewManyToMany(json: JsonObject): NewManyToMany {
  return reading(() => {
    const members = bodyMembers(json, 'the relationship')
    const side = (name: string) => {
      const navigation = members.text(`${name}NavigationPropertyName`)
      const menu = readMenu(members.object(`${name}AssociatedMenuConfiguration`))
      return {
        table: members.required(`${name}LogicalName`),
        ...(navigation !== undefined && { navigation }),
        ...(menu !== undefined && { menu }),
      }
    }
    const intersectTable = members.text('IntersectEntityName')
    return {
      schemaName: schemaNameIn(json, 'the relationship'),
      sides: [side('Entity1'), side('Entity2')],
      ...(intersectTable !== undefined && { intersectTable }),
    }
  })
}

/** What of a relationship may change. */
export function readChangedRelationship(json: JsonObject, schemaName: string): RelationshipUpdate {
  return reading(() => {
    // The names of its ends are needed to read it, and not looked at.
    const ends = { ReferencedEntity: '-', ReferencingEntity: '-', ReferencingAttribute: '-' }
    const read = readOneToMany(
      bodyMembers({ ...json, ...ends, SchemaName: schemaName }, schemaName),
    )
    const { cascade, isHierarchical, menu } = read
    return {
      schemaName,
      ...(cascade !== undefined && { cascade }),
      ...(isHierarchical !== undefined && { isHierarchical }),
      ...(menu !== undefined && { menu }),
    }
  })
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-update-optionsets */
export function readNewChoice(json: JsonObject): GlobalChoice {
  const type = declaredTypeOf(json) ?? 'OptionSetMetadata'
  if (type !== 'OptionSetMetadata') {
    throw new DataverseError('NOT_SUPPORTED', `Global choices of type ${type} are not made here.`)
  }
  const displayName = newLabel(json, 'DisplayName')
  const description = newLabel(json, 'Description')
  return reading(() => ({
    name: bodyMembers(json, 'the choice').text('Name') ?? '',
    options: readOptions(json['Options']),
    ...(displayName !== undefined && { displayName }),
    ...(description !== undefined && { description }),
  }))
}

export function readChangedLabels(json: JsonObject, mergesLabels: boolean) {
  return reading(() => {
    const displayName = changedLabel(json, 'DisplayName', mergesLabels)
    const description = changedLabel(json, 'Description', mergesLabels)
    return {
      ...(displayName !== undefined && { displayName }),
      ...(description !== undefined && { description }),
    }
  })
}

export function readChangedTableLabels(json: JsonObject, mergesLabels: boolean) {
  const displayCollectionName = reading(() =>
    changedLabel(json, 'DisplayCollectionName', mergesLabels),
  )
  return {
    ...readChangedLabels(json, mergesLabels),
    ...(displayCollectionName !== undefined && { displayCollectionName }),
  }
}

/**
 * https://learn.microsoft.com/power-apps/developer/data-platform/auditing/configure#configure-tables-and-columns
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-change-tracking-synchronize-data-external-systems#enable-change-tracking-for-a-table
 */
export function readChangedSwitches(json: JsonObject, tableName: string): TableSwitches {
  return reading(() => {
    const members = bodyMembers(json, tableName)
    return present({
      isAuditEnabled: members.flag('IsAuditEnabled'),
      changeTrackingEnabled: members.flag('ChangeTrackingEnabled'),
      hasNotes: members.flag('HasNotes'),
      hasActivities: members.flag('HasActivities'),
    })
  })
}
