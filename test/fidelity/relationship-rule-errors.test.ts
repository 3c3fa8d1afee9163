import { lookup, to } from '../../src/metadata/platform/columns.ts'
import type { CascadeConfiguration } from '../../src/metadata/relationship.ts'
import type { Emulator } from '../../src/testing/index.ts'
import { lookup as newLookup } from '../schema/tables.ts'
import { changed, madeUp, standardColumns } from '../support/tables.ts'
import { named, refusedBothWays, type Asked, type Refusal } from './both-ways.ts'

/* What the definitions of relationships refuse, asked for both ways. */
// https://learn.microsoft.com/power-apps/maker/data-platform/create-edit-entity-relationships

const custom = { isCustom: true }
const HOUSE = {
  ...madeUp('new_House', [
    ...standardColumns('new_house'),
    lookup('new_StreetId', to('new_street', 'new_street_house', { delete: 'Cascade' })),
  ]),
  ...custom,
}
const STREET = { ...madeUp('new_Street', standardColumns('new_street')), ...custom }
/** Always of a street. */
const LAW = {
  ...madeUp(
    'new_Law',
    [
      changed(lookup('new_StreetId', to('new_street', 'new_street_law', { delete: 'Restrict' })), {
        requiredLevel: 'SystemRequired',
      }),
    ],
    { ownership: 'OrganizationOwned' },
  ),
  ...custom,
}
/** Its rows are kept elsewhere. */
const MIRROR = { ...madeUp('new_Mirror', []), ...custom, tableType: 'Virtual' as const }
const tables = [HOUSE, STREET, LAW, MIRROR]

/** `Delete` of `delete`, `Cascade` of `cascade`: names of actions as the Web API has them. */
const configuration = (cascade: CascadeConfiguration) =>
  Object.fromEntries(
    Object.entries(cascade).map(([action, type]) => [
      action.slice(0, 1).toUpperCase() + action.slice(1),
      type,
    ]),
  )

/** A new lookup of `referencingTable`, called new_Other. */
function adding(
  org: Emulator,
  referencedTable: string,
  referencingTable: string,
  cascade: CascadeConfiguration,
): Promise<Asked> {
  const schemaName = 'new_other'
  return Promise.resolve({
    call: () =>
      org.schema.change({
        kind: 'create-lookup',
        lookup: newLookup('new_OtherId'),
        relationships: [{ schemaName, referencedTable, referencingTable, cascade }],
      }),
    request: [
      'POST',
      'RelationshipDefinitions',
      {
        '@odata.type': 'Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata',
        SchemaName: schemaName,
        ReferencedEntity: referencedTable,
        ReferencingEntity: referencingTable,
        CascadeConfiguration: configuration(cascade),
        Lookup: {
          '@odata.type': 'Microsoft.Dynamics.CRM.LookupAttributeMetadata',
          SchemaName: 'new_OtherId',
        },
      },
    ],
  })
}

function changing(
  org: Emulator,
  schemaName: string,
  cascade: CascadeConfiguration,
): Promise<Asked> {
  return Promise.resolve({
    call: () =>
      org.schema.change({ kind: 'update-relationship', relationship: { schemaName, cascade } }),
    request: [
      'PUT',
      `RelationshipDefinitions(SchemaName='${schemaName}')`,
      {
        '@odata.type': 'Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata',
        CascadeConfiguration: configuration(cascade),
      },
    ],
  })
}

/** A new lookup of several tables, each with the same cascade. */
function pointing(
  org: Emulator,
  referencingTable: string,
  targets: readonly string[],
  cascade: CascadeConfiguration,
): Promise<Asked> {
  const relationships = targets.map((referencedTable) => ({
    schemaName: `new_other_${referencedTable}`,
    referencedTable,
    referencingTable,
    cascade,
  }))
  return Promise.resolve({
    call: () =>
      org.schema.change({
        kind: 'create-lookup',
        lookup: newLookup('new_OtherId'),
        relationships,
      }),
    request: [
      'POST',
      'CreatePolymorphicLookupAttribute',
      {
        Lookup: {
          '@odata.type': 'Microsoft.Dynamics.CRM.ComplexLookupAttributeMetadata',
          AttributeType: 'Lookup',
          SchemaName: 'new_OtherId',
        },
        OneToManyRelationships: relationships.map(({ schemaName, referencedTable }) => ({
          SchemaName: schemaName,
          ReferencedEntity: referencedTable,
          ReferencingEntity: referencingTable,
          CascadeConfiguration: configuration(cascade),
        })),
      },
    ],
  })
}

function linking(org: Emulator, first: string, second: string): Promise<Asked> {
  const schemaName = 'new_linked'
  return Promise.resolve({
    call: () =>
      org.schema.change({
        kind: 'create-many-to-many',
        relationship: { schemaName, sides: [{ table: first }, { table: second }] },
      }),
    request: [
      'POST',
      'RelationshipDefinitions',
      {
        '@odata.type': 'Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata',
        SchemaName: schemaName,
        IntersectEntityName: schemaName,
        Entity1LogicalName: first,
        Entity2LogicalName: second,
      },
    ],
  })
}

const RULES: readonly Refusal[] = [
  {
    code: 'CASCADE_TYPE_INVALID',
    what: 'a type that the action does not take',
    prepare: (org) => adding(org, 'account', 'new_house', { delete: 'UserOwned' }),
  },
  {
    code: 'CASCADE_NEEDS_OWNERS',
    what: 'UserOwned where rows have no owner',
    prepare: (org) => adding(org, 'account', 'new_law', { assign: 'UserOwned' }),
  },
  {
    code: 'CASCADE_REPARENT_UNOWNED',
    what: 'Reparent where rows have no owner',
    prepare: (org) => adding(org, 'account', 'new_law', { reparent: 'Cascade' }),
  },
  {
    code: 'CASCADE_UNLINKS_REQUIRED',
    what: 'RemoveLink of a lookup that is never empty',
    prepare: (org) => changing(org, 'new_street_law', { delete: 'RemoveLink' }),
  },
  {
    code: 'PARENTS_EXCEEDED',
    what: 'a second parent',
    prepare: (org) => adding(org, 'account', 'new_house', { delete: 'Cascade' }),
  },
  {
    code: 'PARENTS_EXCEEDED',
    what: 'two parents through one lookup',
    prepare: (org) => pointing(org, 'new_street', ['account', 'contact'], { delete: 'Cascade' }),
  },
  {
    code: 'PARENT_OF_SYSTEM_TABLE',
    what: 'a custom parent of a table of the platform',
    prepare: (org) => adding(org, 'new_law', 'contact', { delete: 'Cascade' }),
  },
  {
    code: 'CASCADE_DELETE_FIXED',
    what: 'another Delete of a relationship of the platform',
    prepare: (org) => changing(org, 'account_primary_contact', { delete: 'Restrict' }),
  },
  {
    code: 'CASCADE_CHANGE_INVALID',
    what: 'another Merge of a relationship of the platform',
    prepare: (org) => changing(org, 'account_primary_contact', { merge: 'NoCascade' }),
  },
  {
    code: 'MANY_TO_MANY_VIRTUAL',
    what: 'links with rows of a virtual table',
    prepare: (org) => linking(org, 'account', 'new_mirror'),
  },
]

describe('refused by the organization service and by the Web API, with nothing changed', () => {
  test.each(named(RULES.map((each) => ({ ...each, options: { tables } }))))('%s', (_, refusal) =>
    refusedBothWays(refusal),
  )
})
