import type { CascadeConfiguration } from '../relationship.ts'
import {
  bigint,
  companionOf,
  dateTime,
  dayShown,
  decimal,
  entityName,
  boolean,
  choice,
  id,
  int32,
  integer,
  lookup,
  owner,
  text,
  to,
  type Part,
} from './columns.ts'

/** Relationship names of who made and last changed a row. */
export interface StampNames {
  readonly createdby: string
  readonly createdonbehalfby: string
  readonly modifiedby: string
  readonly modifiedonbehalfby: string
}

/** Relationship names of the owner and what is derived from it. */
export interface OwnerNames {
  readonly ownerid: string
  readonly owninguser: string
  readonly owningteam: string
  readonly owningbusinessunit: string
}

/** Who and when; the platform writes them on every Create and Update. */
export function stamps(names: StampNames): readonly Part[] {
  return [
    dateTime('CreatedOn', 'read-only'),
    lookup('CreatedBy', to('systemuser', names.createdby), 'read-only'),
    lookup('CreatedOnBehalfBy', to('systemuser', names.createdonbehalfby), 'read-only'),
    dateTime('ModifiedOn', 'read-only'),
    lookup('ModifiedBy', to('systemuser', names.modifiedby), 'read-only'),
    lookup('ModifiedOnBehalfBy', to('systemuser', names.modifiedonbehalfby), 'read-only'),
    bigint('VersionNumber', 'read-only'),
  ]
}

/** Owner columns of a UserOwned table; the platform derives all but `ownerid`. */
export function ownership(
  names: OwnerNames,
  cascades: {
    readonly owner?: CascadeConfiguration
    readonly businessUnit?: CascadeConfiguration
  } = {},
): readonly Part[] {
  return [
    owner(to('owner', names.ownerid, cascades.owner)),
    companionOf('ownerid', entityName('OwnerIdType', 'SystemRequired')),
    companionOf('ownerid', text('OwnerIdName', 100, 'SystemRequired', 'read-only')),
    companionOf('ownerid', text('OwnerIdYomiName', 100, 'SystemRequired', 'read-only')),
    lookup('OwningUser', to('systemuser', names.owninguser), 'read-only'),
    lookup('OwningTeam', to('team', names.owningteam), 'read-only'),
    lookup(
      'OwningBusinessUnit',
      to('businessunit', names.owningbusinessunit, cascades.businessUnit),
      'read-only',
    ),
  ]
}

/** What an import of old rows may set on Create. */
export const MIGRATION: readonly Part[] = [
  int32('ImportSequenceNumber', 'create-only'),
  dayShown('OverriddenCreatedOn', 'create-only'),
]

/** The time zone a client wrote the row in. */
export const TIME_ZONE: readonly Part[] = [
  integer('TimeZoneRuleVersionNumber', [-1, 2_147_483_647]),
  integer('UTCConversionTimeZoneCode', [-1, 2_147_483_647]),
]

/** The currency of a row's money; a currency that rows use is not deleted. */
export function currency(
  relationship: string,
  cascade: CascadeConfiguration = { delete: 'Restrict' },
): readonly Part[] {
  return [
    lookup('TransactionCurrencyId', to('transactioncurrency', relationship, cascade)),
    decimal('ExchangeRate', [1e-12, 100_000_000_000], 12, 'read-only'),
  ]
}

/** The organization a row of an OrganizationOwned table belongs to. */
export function ofOrganization(relationship: string, ...traits: readonly 'SystemRequired'[]): Part {
  return lookup('OrganizationId', to('organization', relationship), 'read-only', ...traits)
}

const COMPONENT_STATES = {
  0: 'Published',
  1: 'Unpublished',
  2: 'Deleted',
  3: 'Deleted Unpublished',
}

/** What tables whose rows travel in solutions have. */
export function componentColumns(schemaName: string): readonly Part[] {
  return [
    choice('ComponentState', COMPONENT_STATES, null, 'SystemRequired', 'read-only'),
    boolean('IsManaged', false, 'SystemRequired', 'read-only'),
    dayShown('OverwriteTime', 'SystemRequired', 'read-only'),
    id('SolutionId', 'SystemRequired', 'read-only'),
    id(`${schemaName}IdUnique`, 'SystemRequired', 'read-only'),
  ]
}
