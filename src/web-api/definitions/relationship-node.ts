import type { Catalog } from '../../metadata/catalog.ts'
import { CASCADE_ACTIONS } from '../../metadata/relationship.ts'
import type { ManyToMany, OneToMany } from '../../metadata/table.ts'
import { isCustomName } from '../../schema/names.ts'
import { label, managed, metadataId, NO_LINKS, type MetadataNode } from './node.ts'

export function oneToManyNode(relationship: OneToMany): MetadataNode {
  const isReference = isReferenced(relationship)
  return {
    type: 'OneToManyRelationshipMetadata',
    baseType: 'RelationshipMetadataBase',
    members: {
      ReferencedAttribute: relationship.referencedColumn,
      ReferencedEntity: relationship.referencedTable,
      ReferencingAttribute: relationship.referencingColumn,
      ReferencingEntity: relationship.referencingTable,
      IsHierarchical: relationship.isHierarchical,
      EntityKey: null,
      IsRelationshipAttributeDenormalized: false,
      ReferencedEntityNavigationPropertyName:
        relationship.referencedNavigation ?? relationship.schemaName,
      ReferencingEntityNavigationPropertyName:
        relationship.referencingNavigation ?? relationship.referencingColumn,
      RelationshipBehavior: isReference ? 1 : 0,
      IsDenormalizedLookup: null,
      DenormalizedAttributeName: null,
      ...common(relationship.schemaName, {
        RelationshipType: 'OneToManyRelationship',
        SecurityTypes: isReference ? 'Append' : 'None',
        IsCustomRelationship: isCustomName(relationship.referencingColumn),
      }),
      AssociatedMenuConfiguration: menuOf(relationship.menu),
      CascadeConfiguration: cascade(relationship),
      RelationshipAttributes: [],
      IsCustomizable: managed(relationship.isCustomizable ?? true, 'iscustomizable'),
    },
    links: NO_LINKS,
  }
}

/**
 * Whether setting the lookup takes rights to append: not of what the platform sets on every row.
 * Unverified: for which other relationships of the platform.
 */
function isReferenced({ referencingColumn }: OneToMany): boolean {
  return !KEPT_BY_PLATFORM.has(referencingColumn)
}

const KEPT_BY_PLATFORM: ReadonlySet<string> = new Set([
  'createdby',
  'createdonbehalfby',
  'modifiedby',
  'modifiedonbehalfby',
  'organizationid',
  'ownerid',
  'owningbusinessunit',
  'owningteam',
  'owninguser',
  'transactioncurrencyid',
])

export function manyToManyNode(relationship: ManyToMany): MetadataNode {
  const [first, second] = relationship.sides
  const { schemaName } = relationship
  return {
    type: 'ManyToManyRelationshipMetadata',
    baseType: 'RelationshipMetadataBase',
    members: {
      Entity1LogicalName: first.table ?? null,
      Entity2LogicalName: second.table ?? null,
      IntersectEntityName: relationship.intersectTable,
      Entity1IntersectAttribute: first.intersectColumn ?? null,
      Entity2IntersectAttribute: second.intersectColumn ?? null,
      Entity1NavigationPropertyName: first.navigation ?? schemaName,
      Entity2NavigationPropertyName: second.navigation ?? schemaName,
      ...common(schemaName, {
        RelationshipType: 'ManyToManyRelationship',
        SecurityTypes: 'None',
        IsCustomRelationship: isCustomName(relationship.intersectTable),
      }),
      Entity1AssociatedMenuConfiguration: menuOf(first.menu),
      Entity2AssociatedMenuConfiguration: menuOf(second.menu),
      IsCustomizable: managed(relationship.isCustomizable ?? true, 'iscustomizable'),
    },
    links: NO_LINKS,
  }
}

/** Every relationship of the organization. */
export function allRelationships(catalog: Catalog): readonly MetadataNode[] {
  const byName = new Map<string, MetadataNode>()
  for (const name of catalog.names) {
    const { manyToOne, oneToMany, manyToMany } = catalog.table(name)
    for (const each of [...manyToOne, ...oneToMany]) {
      if (!byName.has(each.schemaName)) byName.set(each.schemaName, oneToManyNode(each))
    }
    for (const each of manyToMany) {
      if (!byName.has(each.schemaName)) byName.set(each.schemaName, manyToManyNode(each))
    }
  }
  return [...byName.values()]
}

interface Kind {
  readonly RelationshipType: string
  readonly SecurityTypes: string
  readonly IsCustomRelationship: boolean
}

function common(
  schemaName: string,
  { RelationshipType, SecurityTypes, IsCustomRelationship }: Kind,
): Readonly<Record<string, unknown>> {
  return {
    IsCustomRelationship,
    IsValidForAdvancedFind: true,
    SchemaName: schemaName,
    SecurityTypes,
    IsManaged: false,
    RelationshipType,
    IntroducedVersion: '1.0.0.0',
    MetadataId: metadataId('Relationship', schemaName),
    HasChanged: null,
  }
}

const MENU = {
  Behavior: 'UseCollectionName',
  Group: 'Details',
  Order: 10000,
  IsCustomizable: true,
  Icon: null,
  ViewId: '00000000-0000-0000-0000-000000000000',
  AvailableOffline: true,
  MenuId: null,
  QueryApi: null,
  Label: label(undefined),
} as const

/** What documents told, over what the platform prints of others. */
function menuOf(told: OneToMany['menu']): Readonly<Record<string, unknown>> {
  if (told === undefined) return MENU
  const { Label } = told
  return { ...MENU, ...told, Label: label(typeof Label === 'string' ? Label : undefined) }
}

/** Actions no document told of are printed as what they then do, which is nothing; a deleted row is unlinked. */
function cascade({ cascade: told }: OneToMany): Readonly<Record<string, string>> {
  return Object.fromEntries(
    CASCADE_ACTIONS.map((action) => [
      action.charAt(0).toUpperCase() + action.slice(1),
      told?.[action] ?? (action === 'delete' ? 'RemoveLink' : 'NoCascade'),
    ]),
  )
}
