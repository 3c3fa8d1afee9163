import { DataverseError } from '../errors/dataverse-error.ts'
import type { Catalog } from './catalog.ts'
import type { Column } from './column.ts'
import {
  CASCADE_ACTIONS,
  type CascadeAction,
  type CascadeConfiguration,
  type CascadeType,
  type OneToManyDefinition,
} from './relationship.ts'
import { hasOwners, type OneToMany, type Table } from './table.ts'

export interface RelationshipChange {
  /** As it is to be; what its cascade leaves out stays, or is as `cascadeOfNew` says. */
  readonly relationship: OneToManyDefinition
  /** As it was; absent where the relationship is a new one. */
  readonly former?: OneToMany | OneToManyDefinition
  /** Its lookup, where the catalog does not know that column yet. */
  readonly lookup?: Column
  /** With both tables. Whether the relationship is in there already does not matter. */
  readonly catalog: Catalog
}

/**
 * Whether somebody may make a relationship like this, or change one into this. Relationships that come with the
 * platform keep to fewer rules (several parental ones lead to an activity), so definitions of whole
 * organizations are asked for legal types only: `assertCascadeTypes`. Those that the platform makes itself
 * with a table (to its notes, activities and connections) are not asked at all.
 * https://learn.microsoft.com/power-apps/maker/data-platform/create-edit-entity-relationships
 * @throws CASCADE_TYPE_INVALID, CASCADE_NEEDS_OWNERS, CASCADE_REPARENT_UNOWNED, CASCADE_UNLINKS_REQUIRED,
 * CASCADE_DELETE_FIXED, CASCADE_CHANGE_INVALID, PARENT_OF_SYSTEM_TABLE, PARENTS_EXCEEDED, TABLE_UNKNOWN
 */
export function assertRelationshipRules(change: RelationshipChange): void {
  const { former, catalog } = change
  const cascade: CascadeConfiguration = {
    ...cascadeOfNew({ referencedTable: change.relationship.referencedTable }),
    ...former?.cascade,
    ...change.relationship.cascade,
  }
  const relationship = { ...change.relationship, cascade }
  assertCascadeTypes(relationship)
  const child = catalog.table(relationship.referencingTable)
  const parent = catalog.table(relationship.referencedTable)
  const before = former?.cascade
  if (before !== undefined && isOfSystem(parent, child)) assertSystemKept(relationship, before)
  if (changes('delete', cascade, before) && cascade.delete === 'NoCascade') {
    throw illegal(relationship.schemaName, 'delete', 'NoCascade')
  }
  assertOwners({ relationship, cascade, before, parent, child })
  assertUnlinkable(change, cascade, child)
  if (isParental(cascade) && (before === undefined || !isParental(before))) {
    assertMayBeParent(relationship, parent, child)
  }
}

/** Which types an action takes. `Archive`: as shipped tables have it. */
const LEGAL: { readonly [A in CascadeAction]: readonly CascadeType[] } = {
  assign: ['NoCascade', 'Cascade', 'Active', 'UserOwned'],
  share: ['NoCascade', 'Cascade', 'Active', 'UserOwned'],
  unshare: ['NoCascade', 'Cascade', 'Active', 'UserOwned'],
  reparent: ['NoCascade', 'Cascade', 'Active', 'UserOwned'],
  rollupView: ['NoCascade', 'Cascade', 'Active', 'UserOwned'],
  delete: ['NoCascade', 'Cascade', 'RemoveLink', 'Restrict'],
  merge: ['NoCascade', 'Cascade'],
  archive: ['NoCascade', 'Cascade', 'RemoveLink', 'Restrict'],
}

/**
 * Whether each action has a type that it takes, whoever made the relationship.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/cascadeconfiguration
 * @throws CASCADE_TYPE_INVALID
 */
export function assertCascadeTypes({
  schemaName,
  cascade,
}: Pick<OneToManyDefinition, 'schemaName' | 'cascade'>): void {
  if (cascade === undefined) return
  for (const action of CASCADE_ACTIONS) {
    const type = cascade[action]
    if (type !== undefined && !LEGAL[action].includes(type)) {
      throw illegal(schemaName, action, type)
    }
  }
}

/**
 * What a new relationship does where its maker says nothing: it refers, and no more. What becomes of its rows when
 * two are merged is up to the table it refers to, whatever its maker says.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-metadata-operations-sample#create-1n-relationship
 */
export function cascadeOfNew({
  referencedTable,
  cascade,
}: Pick<OneToManyDefinition, 'referencedTable' | 'cascade'>): Required<CascadeConfiguration> {
  return {
    assign: 'NoCascade',
    delete: 'RemoveLink',
    reparent: 'NoCascade',
    share: 'NoCascade',
    unshare: 'NoCascade',
    rollupView: 'NoCascade',
    archive: 'NoCascade',
    ...cascade,
    merge: mergeOf(referencedTable),
  }
}

/** Whether rows belong to those they refer to: they follow their owner, their shares or their end. */
export function isParental(cascade: CascadeConfiguration | undefined): boolean {
  if (cascade === undefined) return false
  return cascade.delete === 'Cascade' || FOLLOWING.some((action) => follows(cascade[action]))
}

const FOLLOWING = ['assign', 'reparent', 'share', 'unshare'] as const

function follows(type: CascadeType | undefined): boolean {
  return type === 'Cascade' || type === 'Active' || type === 'UserOwned'
}

const MERGED: ReadonlySet<string> = new Set(['account', 'contact', 'lead', 'incident'])

function mergeOf(referencedTable: string): 'Cascade' | 'NoCascade' {
  return MERGED.has(referencedTable) ? 'Cascade' : 'NoCascade'
}

// Unverified: which tables a relationship must lie between to be one of the platform's own.
function isOfSystem(parent: Table, child: Table): boolean {
  return parent.definition.isCustom !== true && child.definition.isCustom !== true
}

/** Unverified: which changes of a relationship of the platform, other than to Delete, are refused. */
function assertSystemKept(
  { schemaName, cascade = {}, isCustomizable }: OneToManyDefinition,
  before: CascadeConfiguration,
): void {
  if (changes('delete', cascade, before)) {
    throw new DataverseError(
      'CASCADE_DELETE_FIXED',
      `A system relationship's delete cascading action cannot be modified. (${schemaName})`,
    )
  }
  const fixed = isCustomizable === false ? CASCADE_ACTIONS : (['merge'] as const)
  const changed = fixed.find((action) => changes(action, cascade, before))
  if (changed !== undefined) {
    throw new DataverseError(
      'CASCADE_CHANGE_INVALID',
      `Invalid link type for system entity cascading actions. (${schemaName}: ${changed})`,
    )
  }
}

function changes(
  action: CascadeAction,
  cascade: CascadeConfiguration,
  before: CascadeConfiguration | undefined,
): boolean {
  return before === undefined || (before[action] ?? cascade[action]) !== cascade[action]
}

interface OwnersInput {
  readonly relationship: OneToManyDefinition
  readonly cascade: CascadeConfiguration
  readonly before: CascadeConfiguration | undefined
  readonly parent: Table
  readonly child: Table
}

// Unverified: which end must have owners; rows of both are compared for UserOwned, the child's inherit by Reparent.
function assertOwners({ relationship, cascade, before, parent, child }: OwnersInput): void {
  const named = CASCADE_ACTIONS.find((action) => cascade[action] === 'UserOwned')
  if (named !== undefined && !(hasOwners(parent) && hasOwners(child))) {
    throw new DataverseError(
      'CASCADE_NEEDS_OWNERS',
      `Cascade User-Owned is not a valid cascade link type for org-owned entity relationships. (${relationship.schemaName}: ${named})`,
    )
  }
  if (changes('reparent', cascade, before) && follows(cascade.reparent) && !hasOwners(child)) {
    throw new DataverseError(
      'CASCADE_REPARENT_UNOWNED',
      `Cannot perform Cascade Reparent on Non-UserOwned entities. (${relationship.schemaName}: ${child.logicalName})`,
    )
  }
}

function assertUnlinkable(
  { relationship, lookup }: RelationshipChange,
  cascade: CascadeConfiguration,
  child: Table,
): void {
  if (cascade.delete !== 'RemoveLink') return
  const { referencingColumn = '', schemaName } = relationship
  const column = lookup ?? child.columns.get(referencingColumn)
  if (column?.requiredLevel !== 'SystemRequired') return
  throw new DataverseError(
    'CASCADE_UNLINKS_REQUIRED',
    `CascadeDelete is defined as RemoveLink while the foreign key is not nullable. (${schemaName}: ${referencingColumn})`,
  )
}

function assertMayBeParent(relationship: OneToManyDefinition, parent: Table, child: Table): void {
  const { schemaName } = relationship
  if (parent.definition.isCustom === true && child.definition.isCustom !== true) {
    throw new DataverseError(
      'PARENT_OF_SYSTEM_TABLE',
      `A custom entity can not have a parental relationship to a system entity. (${schemaName}: ${parent.logicalName} to ${child.logicalName})`,
    )
  }
  const other = child.manyToOne.find(
    (known) =>
      known.schemaName !== schemaName &&
      isParental(known.cascade) &&
      !sharesLookup(known, relationship, child),
  )
  if (other !== undefined) {
    throw new DataverseError(
      'PARENTS_EXCEEDED',
      `An entity can have only one parental relationship: ${child.logicalName} has ${other.schemaName}, ${schemaName} would be another.`,
    )
  }
}

/** Account and contact of a customer, the tables an activity regards: any number of them may be parents. */
function sharesLookup(
  { referencingColumn }: OneToMany,
  relationship: OneToManyDefinition,
  child: Table,
): boolean {
  if (referencingColumn !== relationship.referencingColumn) return false
  const column = child.columns.get(referencingColumn)
  return column?.type === 'Customer' || referencingColumn === 'regardingobjectid'
}

function illegal(relationship: string, action: CascadeAction, type: CascadeType): DataverseError {
  return new DataverseError(
    'CASCADE_TYPE_INVALID',
    `The cascade link type is not valid for the cascade action. (${relationship}: ${action} ${type})`,
  )
}
