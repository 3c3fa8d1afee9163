import type { Catalog } from '../../metadata/catalog.ts'
import { CASCADE_ACTIONS, type ManyToManySide } from '../../metadata/relationship.ts'
import type { ManyToMany, OneToMany } from '../../metadata/table.ts'
import { label, managed, metadataId, NO_LINKS, type MetadataNode } from './node.ts'

export function oneToManyNode(relationship: OneToMany): MetadataNode {
  return {
    type: 'OneToManyRelationshipMetadata',
    baseType: 'RelationshipMetadataBase',
    members: {
      ...common(relationship.schemaName, 'OneToManyRelationship'),
      IsCustomizable: managed(relationship.isCustomizable ?? true, 'iscustomizable'),
      ReferencedEntity: relationship.referencedTable,
      ReferencedAttribute: relationship.referencedColumn,
      ReferencedEntityNavigationPropertyName:
        relationship.referencedNavigation ?? relationship.schemaName,
      ReferencingEntity: relationship.referencingTable,
      ReferencingAttribute: relationship.referencingColumn,
      ReferencingEntityNavigationPropertyName:
        relationship.referencingNavigation ?? relationship.referencingColumn,
      IsHierarchical: relationship.isHierarchical,
      EntityKey: null,
      IsDenormalizedLookup: null,
      DenormalizedAttributeName: null,
      IsRelationshipAttributeDenormalized: false,
      RelationshipAttributes: [],
      RelationshipBehavior: 1,
      AssociatedMenuConfiguration: menuOf(relationship.menu),
      CascadeConfiguration: cascade(relationship),
    },
    links: NO_LINKS,
  }
}

export function manyToManyNode(relationship: ManyToMany): MetadataNode {
  const [first, second] = relationship.sides
  return {
    type: 'ManyToManyRelationshipMetadata',
    baseType: 'RelationshipMetadataBase',
    members: {
      ...common(relationship.schemaName, 'ManyToManyRelationship'),
      IsCustomizable: managed(relationship.isCustomizable ?? true, 'iscustomizable'),
      IntersectEntityName: relationship.intersectTable,
      ...side('Entity1', first, relationship),
      ...side('Entity2', second, relationship),
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

function common(schemaName: string, type: string): Readonly<Record<string, unknown>> {
  return {
    MetadataId: metadataId('Relationship', schemaName),
    HasChanged: null,
    SchemaName: schemaName,
    RelationshipType: type,
    IsCustomRelationship: /^[a-z]+_/.test(schemaName),
    IsManaged: false,
    IsValidForAdvancedFind: true,
    SecurityTypes: 'None',
    IntroducedVersion: '1.0.0.0',
  }
}

const MENU = {
  Behavior: 'UseCollectionName',
  Group: 'Details',
  Label: label(undefined),
  Order: 10000,
  IsCustomizable: true,
  Icon: null,
  ViewId: '00000000-0000-0000-0000-000000000000',
  AvailableOffline: true,
  MenuId: null,
  QueryApi: null,
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

function side(
  name: 'Entity1' | 'Entity2',
  { table, intersectColumn, navigation, menu }: ManyToManySide,
  { schemaName }: ManyToMany,
): Readonly<Record<string, unknown>> {
  return {
    [`${name}LogicalName`]: table ?? null,
    [`${name}IntersectAttribute`]: intersectColumn ?? null,
    [`${name}NavigationPropertyName`]: navigation ?? schemaName,
    [`${name}AssociatedMenuConfiguration`]: menuOf(menu),
  }
}
