import type { Column } from '../../src/metadata/column.ts'
import type { SchemaChange } from '../../src/schema/change.ts'
import type { Emulator } from '../../src/testing/index.ts'
import { PROJECT } from '../support/tables.ts'
import { address, named, refusedBothWays, type Refusal } from './both-ways.ts'
import { bridge, creating, MISSING, options } from './project-requests.ts'

/* What ids, alternate keys and versions of rows are refused for, asked for both ways. */
// https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes
// https://learn.microsoft.com/power-apps/developer/data-platform/define-alternate-keys-entity

const KEYS: readonly Refusal[] = [
  {
    code: 'DUPLICATE_ROW',
    what: 'an id that another row has',
    status: 412,
    prepare: async (org) => {
      const values = { projectid: await bridge(org) }
      return creating(values, { message: 'Cannot insert duplicate key.' })(org)
    },
  },
  {
    code: 'DUPLICATE_ROW',
    what: 'an Upsert that may only create',
    status: 412,
    prepare: async (org) => {
      const id = await bridge(org)
      return {
        call: (caller) => caller.upsert('project', id, { name: 'x' }, { only: 'create' }),
        request: ['PATCH', `projects(${id})`, { name: 'x' }],
        headers: { 'if-none-match': '*' },
        message: 'A record with matching key values already exists.',
      }
    },
  },
  {
    code: 'DUPLICATE_ROW',
    what: 'a link between two rows that are linked',
    status: 412,
    prepare: async (org) => {
      const target = { table: 'project', id: await bridge(org) } as const
      const contact = { table: 'contact', id: await org.create('contact', { lastname: 'Diaz' }) }
      await org.associate(target, 'project_contacts', contact)
      return {
        call: (caller) => caller.associate(target, 'project_contacts', contact),
        request: [
          'POST',
          `projects(${target.id})/project_contacts/$ref`,
          { '@odata.id': address('contacts', contact.id) },
        ],
        message: 'Cannot insert duplicate key.',
      }
    },
  },
  {
    code: 'DUPLICATE_KEY',
    what: 'values of an alternate key that another row has',
    status: 412,
    prepare: async (org) => {
      await bridge(org, { code: 'B1' })
      return creating(
        { code: 'b1' },
        {
          message:
            'Entity Key code violated. A record with the same value for code already exists. A duplicate record cannot be created. Select one or more unique values and try again.',
        },
      )(org)
    },
  },
  {
    code: 'ROW_NOT_FOUND_BY_KEY',
    what: 'a key that no row has, where nothing is to be created',
    status: 404,
    prepare: () =>
      Promise.resolve({
        call: (caller) =>
          caller.upsert('project', { code: 'B1' }, { name: 'x' }, { only: 'update' }),
        request: ['PATCH', "projects(code='B1')", { name: 'x' }],
        headers: { 'if-match': '*' },
        message: 'A record with the specified key values does not exist in project entity',
      }),
  },
  {
    code: 'KEY_NOT_DEFINED',
    what: 'columns that are no key, which the Web API finds in the address',
    prepare: () =>
      Promise.resolve({
        call: (caller) => caller.upsert('project', { name: 'Bridge' }, {}),
        request: ['PATCH', "projects(name='Bridge')", {}],
        answer: {
          code: 'QUERY_INVALID',
          message:
            /^The key in the request URI is not valid for resource 'Microsoft\.Dynamics\.CRM\.project'/,
        },
      }),
  },
  {
    code: 'ROW_NOT_FOUND',
    what: 'a row that is not there',
    status: 404,
    prepare: () =>
      Promise.resolve({
        call: (caller) => caller.delete('project', MISSING),
        request: ['DELETE', `projects(${MISSING})`],
        message: `Entity 'project' With Id = ${MISSING} Does Not Exist`,
      }),
  },
  {
    code: 'DUPLICATE_FOUND',
    what: 'a row that a duplicate rule finds there already, where the request asks for it',
    status: 412,
    prepare: async (org) => {
      await bridge(org)
      await publishRule(org)
      return {
        call: (caller) =>
          caller.create('project', { name: 'Bridge' }, { suppressDuplicateDetection: false }),
        request: ['POST', 'projects', { name: 'Bridge' }],
        headers: { 'mscrm.suppressduplicatedetection': 'false' },
        message:
          'A record was not created or updated because a duplicate of the current record already exists.',
      }
    },
  },
]

const VERSIONS: readonly Refusal[] = [
  {
    code: 'VERSION_MISMATCH',
    what: 'another version of the row',
    status: 412,
    prepare: async (org) => {
      const id = await bridge(org)
      return {
        call: (caller) => caller.update('project', id, { name: 'x' }, { ifVersion: 1n }),
        request: ['PATCH', `projects(${id})`, { name: 'x' }],
        headers: { 'if-match': 'W/"1"' },
        message:
          "The version of the existing record doesn't match the RowVersion property provided.",
      }
    },
  },
  {
    code: 'OPTIMISTIC_CONCURRENCY_OFF',
    what: 'an expected version where the table takes none',
    options: { tables: [{ ...PROJECT, optimisticConcurrency: false }] },
    prepare: async (org) => {
      const id = await bridge(org)
      return {
        call: (caller) => caller.delete('project', id, { ifVersion: 1n }),
        request: ['DELETE', `projects(${id})`],
        headers: { 'if-match': 'W/"1"' },
      }
    },
  },
]

const TABLE = "EntityDefinitions(LogicalName='project')"

const label = (Label: string) => ({ LocalizedLabels: [{ Label, LanguageCode: 1033 }] })

const key = (schemaName: string, column: string): SchemaChange => ({
  kind: 'create-key',
  table: 'project',
  key: { schemaName, columns: [column] },
})

/** A second key beside the one by name. */
const secondKey =
  (schemaName: string, column: string): Refusal['prepare'] =>
  async (org) => {
    await org.schema.change(key('new_ByName', 'name'))
    return {
      call: () => org.schema.change(key(schemaName, column)),
      request: [
        'POST',
        `${TABLE}/Keys`,
        { SchemaName: schemaName, DisplayName: label('Key'), KeyAttributes: [column] },
      ],
    }
  }

const DUE: Column = {
  type: 'DateTime',
  logicalName: 'new_due',
  schemaName: 'new_Due',
  displayName: 'Due',
  requiredLevel: 'None',
  validForRead: true,
  validForCreate: true,
  validForUpdate: true,
  behavior: 'DateOnly',
  format: 'DateAndTime',
}

const DEFINITIONS: readonly Refusal[] = [
  {
    code: 'KEY_EXISTS',
    what: 'a key by the name of another',
    prepare: secondKey('new_BYNAME', 'region'),
  },
  {
    code: 'KEY_COLUMNS_TAKEN',
    what: 'a key by the columns of another',
    prepare: secondKey('new_Twin', 'name'),
  },
  {
    code: 'KEY_COLUMN_SECURED',
    what: 'a column of a key that is to be secured',
    prepare: (org) => {
      const code = org.catalog.table('project').columns.get('code')
      return Promise.resolve({
        call: () =>
          org.schema.change({
            kind: 'update-column',
            table: 'project',
            column: { ...code, isSecured: true } as Column,
          }),
        request: ['PUT', `${TABLE}/Attributes(LogicalName='code')`, { IsSecured: true }],
        message:
          'The field code is not securable as it is part of entity keys ( code ). Please remove the field from all entity keys to make it securable.',
      })
    },
  },
  {
    code: 'KEY_UNKNOWN',
    what: 'a key that is not there, to be activated again',
    prepare: (org) =>
      Promise.resolve({
        call: () =>
          org.schema.change({ kind: 'reactivate-key', table: 'project', key: 'new_nosuch' }),
        request: [
          'POST',
          'ReactivateEntityKey',
          { EntityLogicalName: 'project', EntityKeyLogicalName: 'new_nosuch' },
        ],
        message: "The specified entitykey was not found. 'project' has no key 'new_nosuch'.",
      }),
  },
  {
    code: 'DATE_FORMAT_INVALID',
    what: 'a column of days that is to show times',
    prepare: (org) =>
      Promise.resolve({
        call: () => org.schema.change({ kind: 'create-column', table: 'project', column: DUE }),
        request: [
          'POST',
          `${TABLE}/Attributes`,
          {
            '@odata.type': 'Microsoft.Dynamics.CRM.DateTimeAttributeMetadata',
            SchemaName: 'new_Due',
            DisplayName: label('Due'),
            Format: 'DateAndTime',
            DateTimeBehavior: { Value: 'DateOnly' },
          },
        ],
      }),
  },
]

/** Projects of one name are the same. */
async function publishRule(org: Emulator): Promise<void> {
  const id = await org.create('duplicaterule', {
    name: 'Same project',
    baseentityname: 'project',
    matchingentityname: 'project',
  })
  await org.create('duplicaterulecondition', {
    baseattributename: 'name',
    operatorcode: 0,
    regardingobjectid: { table: 'duplicaterule', id },
  })
  await org.execute('PublishDuplicateRule', { DuplicateRuleId: id })
}

describe('refused by the organization service and by the Web API, with nothing changed', () => {
  test.each(named([...KEYS, ...VERSIONS, ...DEFINITIONS]))('%s', (_, refusal) =>
    refusedBothWays({ options, ...refusal }),
  )
})
