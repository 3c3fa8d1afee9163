import { CASCADE_ACTIONS, CASCADE_TYPES } from '../metadata/relationship.ts'
import type {
  CascadeConfiguration,
  ManyToManyDefinition,
  ManyToManySide,
  OneToManyDefinition,
} from '../metadata/relationship.ts'
import type {
  AlternateKey,
  MessageDefinition,
  Ownership,
  TableDefinition,
} from '../metadata/table-definition.ts'
import type { JsonSchema } from './column-schema.ts'
import type { Part } from './part.ts'

/** What a file says of the table itself, apart from its title, its description and its columns. */
export type TableFacts = Omit<TableDefinition, 'displayName' | 'description' | 'columns'>

/** The table's part under `x-dataverse`: its names first, then what grows. */
export function tableToJson(table: TableDefinition): JsonSchema {
  return {
    logicalName: table.logicalName,
    schemaName: table.schemaName,
    entitySetName: table.entitySetName,
    displayCollectionName: table.displayCollectionName,
    collectionSchemaName: table.collectionSchemaName,
    logicalCollectionName: table.logicalCollectionName,
    primaryId: table.primaryId,
    primaryName: table.primaryName,
    tableType: table.tableType,
    ownership: table.ownership,
    isIntersect: table.isIntersect,
    isActivity: table.isActivity,
    isCustom: table.isCustom,
    objectTypeCode: table.objectTypeCode,
    enforcesStateTransitions: table.enforcesStateTransitions,
    changeTrackingEnabled: table.changeTrackingEnabled,
    isAuditEnabled: table.isAuditEnabled,
    optimisticConcurrency: table.optimisticConcurrency,
    messages: table.messages?.map(({ name, isEvent }) => ({ name, isEvent })),
    keys: table.keys.map(({ logicalName, schemaName, displayName, columns, indexStatus }) => ({
      logicalName,
      schemaName,
      displayName,
      columns,
      indexStatus,
    })),
    manyToOne: table.manyToOne.map((told) => oneToManyToJson(told, 'referencingTable', table)),
    oneToMany: table.oneToMany.map((told) => oneToManyToJson(told, 'referencedTable', table)),
    manyToMany: table.manyToMany.map(manyToManyToJson),
  } satisfies Record<keyof TableFacts, unknown>
}

type End = 'referencingTable' | 'referencedTable'

/** The end that is this table itself goes without saying. */
function oneToManyToJson(told: OneToManyDefinition, own: End, table: TableDefinition): JsonSchema {
  const { cascade } = told
  const printed = {
    schemaName: told.schemaName,
    referencedTable: told.referencedTable,
    referencedColumn: told.referencedColumn,
    referencedNavigation: told.referencedNavigation,
    referencingTable: told.referencingTable,
    referencingColumn: told.referencingColumn,
    referencingNavigation: told.referencingNavigation,
    isHierarchical: told.isHierarchical,
    isCustomizable: told.isCustomizable,
    cascade:
      cascade && Object.fromEntries(CASCADE_ACTIONS.map((action) => [action, cascade[action]])),
    menu: told.menu,
  } satisfies Record<keyof OneToManyDefinition, unknown>
  return told[own] === table.logicalName ? { ...printed, [own]: undefined } : printed
}

function manyToManyToJson(told: ManyToManyDefinition): JsonSchema {
  return {
    schemaName: told.schemaName,
    intersectTable: told.intersectTable,
    isCustomizable: told.isCustomizable,
    sides: told.sides.map(({ table, intersectColumn, navigation, menu }) => ({
      table,
      intersectColumn,
      navigation,
      menu,
    })),
  } satisfies Record<keyof ManyToManyDefinition, unknown>
}

const TABLE_TYPES = ['Standard', 'Elastic', 'Virtual'] as const
const OWNERSHIPS = [
  'UserOwned',
  'TeamOwned',
  'BusinessOwned',
  'OrganizationOwned',
  'BusinessParented',
  'None',
] as const satisfies readonly Ownership[]

/** The facts that `tableToJson` printed. */
export function tableFromJson(x: Part): TableFacts {
  const logicalName = x.member('logicalName').text()
  const messages = x.member('messages')
  return {
    logicalName,
    schemaName: x.member('schemaName').text(),
    ...x.told({
      displayCollectionName: 'text',
      collectionSchemaName: 'text',
      logicalCollectionName: 'text',
      primaryName: 'text',
      isIntersect: 'boolean',
      isActivity: 'boolean',
      isCustom: 'boolean',
      objectTypeCode: 'number',
      enforcesStateTransitions: 'boolean',
      changeTrackingEnabled: 'boolean',
      isAuditEnabled: 'boolean',
      optimisticConcurrency: 'boolean',
    }),
    entitySetName: x.member('entitySetName').text(),
    primaryId: x.member('primaryId').text(),
    tableType: x.member('tableType').oneOf(TABLE_TYPES),
    ownership: x.member('ownership').oneOf(OWNERSHIPS),
    ...(messages.isPresent && { messages: messages.items().map(messageFromJson) }),
    keys: x.member('keys').items().map(keyFromJson),
    manyToOne: x
      .member('manyToOne')
      .items()
      .map((told) => oneToManyFromJson(told, 'referencingTable', logicalName)),
    oneToMany: x
      .member('oneToMany')
      .items()
      .map((told) => oneToManyFromJson(told, 'referencedTable', logicalName)),
    manyToMany: x.member('manyToMany').items().map(manyToManyFromJson),
  }
}

function messageFromJson(message: Part): MessageDefinition {
  return { name: message.member('name').text(), isEvent: message.member('isEvent').boolean() }
}

function keyFromJson(key: Part): AlternateKey {
  const status = key.member('indexStatus')
  return {
    logicalName: key.member('logicalName').text(),
    schemaName: key.member('schemaName').text(),
    ...key.told({ displayName: 'text' }),
    columns: key.member('columns').texts(),
    ...(status.isPresent && { indexStatus: status.oneOf(['Failed']) }),
  }
}

function oneToManyFromJson(told: Part, own: End, logicalName: string): OneToManyDefinition {
  const table = (end: End) => {
    const named = told.member(end)
    return end === own && !named.isPresent ? logicalName : named.text()
  }
  const cascade = told.member('cascade')
  return {
    schemaName: told.member('schemaName').text(),
    referencedTable: table('referencedTable'),
    referencingTable: table('referencingTable'),
    ...told.told({
      referencedColumn: 'text',
      referencingColumn: 'text',
      referencedNavigation: 'text',
      referencingNavigation: 'text',
      isHierarchical: 'boolean',
      isCustomizable: 'boolean',
    }),
    ...(cascade.isPresent && { cascade: cascadeFromJson(cascade) }),
    ...menuFromJson(told),
  }
}

function cascadeFromJson(cascade: Part): CascadeConfiguration {
  return Object.fromEntries(
    CASCADE_ACTIONS.map((action) => [action, cascade.member(action)] as const)
      .filter(([, rule]) => rule.isPresent)
      .map(([action, rule]) => [action, rule.oneOf(CASCADE_TYPES)]),
  )
}

function manyToManyFromJson(told: Part): ManyToManyDefinition {
  const sides = told.member('sides')
  const [first, second] = sides.items()
  if (first === undefined || second === undefined) return sides.refuse('two sides')
  return {
    schemaName: told.member('schemaName').text(),
    ...told.told({ intersectTable: 'text', isCustomizable: 'boolean' }),
    sides: [sideFromJson(first), sideFromJson(second)],
  }
}

function sideFromJson(side: Part): ManyToManySide {
  return {
    ...side.told({ table: 'text', intersectColumn: 'text', navigation: 'text' }),
    ...menuFromJson(side),
  }
}

type Menu = NonNullable<OneToManyDefinition['menu']>

function menuFromJson(told: Part): { readonly menu?: Menu } {
  const menu = told.member('menu')
  if (!menu.isPresent) return {}
  return { menu: Object.fromEntries(menu.entries().map(([name, part]) => [name, menuValue(part)])) }
}

function menuValue(part: Part): Menu[string] {
  const { value } = part
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  return part.number()
}
