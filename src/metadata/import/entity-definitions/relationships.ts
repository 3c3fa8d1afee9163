import {
  CASCADE_ACTIONS,
  CASCADE_TYPES,
  type CascadeConfiguration,
  type ManyToManyDefinition,
  type ManyToManySide,
  type OneToManyDefinition,
} from '../../relationship.ts'
import { present } from '../present.ts'
import type { Members } from './members.ts'

type Menu = NonNullable<OneToManyDefinition['menu']>

/** One entry of `OneToManyRelationships` or `ManyToOneRelationships`: both tell both ends. */
export function readOneToMany(relationship: Members): OneToManyDefinition {
  return {
    schemaName: relationship.required('SchemaName'),
    referencedTable: relationship.required('ReferencedEntity'),
    referencingTable: relationship.required('ReferencingEntity'),
    referencingColumn: relationship.required('ReferencingAttribute'),
    ...present({
      referencedColumn: relationship.text('ReferencedAttribute'),
      referencedNavigation: relationship.text('ReferencedEntityNavigationPropertyName'),
      referencingNavigation: relationship.text('ReferencingEntityNavigationPropertyName'),
      isHierarchical: relationship.flag('IsHierarchical'),
      isCustomizable: relationship.flag('IsCustomizable'),
      cascade: cascadeOf(relationship.object('CascadeConfiguration')),
      menu: readMenu(relationship.object('AssociatedMenuConfiguration')),
    }),
  }
}

/** Exports of 2021 and before have no Archive, older ones no RollupView. */
function cascadeOf(configuration: Members | undefined): CascadeConfiguration | undefined {
  if (configuration === undefined) return undefined
  const cascade: { -readonly [A in keyof CascadeConfiguration]: CascadeConfiguration[A] } = {}
  for (const action of CASCADE_ACTIONS) {
    const type = configuration.oneOf(`${action[0]?.toUpperCase()}${action.slice(1)}`, CASCADE_TYPES)
    if (type !== undefined) cascade[action] = type
  }
  return cascade
}

/** An `AssociatedMenuConfiguration`. */
export function readMenu(configuration: Members | undefined): Menu | undefined {
  if (configuration === undefined) return undefined
  return { ...configuration.plain(), Label: configuration.label('Label') ?? null }
}

export function readManyToMany(relationship: Members): ManyToManyDefinition {
  return {
    schemaName: relationship.required('SchemaName'),
    intersectTable: relationship.required('IntersectEntityName'),
    sides: [sideOf(relationship, 'Entity1'), sideOf(relationship, 'Entity2')],
    ...present({ isCustomizable: relationship.flag('IsCustomizable') }),
  }
}

function sideOf(relationship: Members, side: 'Entity1' | 'Entity2'): ManyToManySide {
  return present({
    table: relationship.text(`${side}LogicalName`),
    intersectColumn: relationship.text(`${side}IntersectAttribute`),
    navigation: relationship.text(`${side}NavigationPropertyName`),
    menu: readMenu(relationship.object(`${side}AssociatedMenuConfiguration`)),
  })
}
