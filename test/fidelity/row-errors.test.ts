import { text, type Part } from '../../src/metadata/platform/columns.ts'
import type { Values } from '../../src/rows/value.ts'
import { base64Of } from '../../src/rows/bytes.ts'
import { giveRole, type Emulator } from '../../src/testing/index.ts'
import { PAPER, PNG } from '../messages/file-columns.ts'
import { ANA, caseFiles, fileOf, SECURED } from '../security/world.ts'
import { step } from '../support/steps.ts'
import { ACTIVITY_TABLES } from '../support/activities.ts'
import { madeUp, PROJECT, TABLES } from '../support/tables.ts'
import { address, named, refusedBothWays, type Asked, type Refusal } from './both-ways.ts'

/* What rows and their values are refused for, asked for both ways. */
// https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes
// https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors

const options = { tables: TABLES }
const MISSING = '11111111-0000-4000-8000-000000000000'
const NOT_THERE = { table: 'account', id: MISSING } as const
const WIDE_TABLE: string = 'project'

const bridge = (org: Emulator, values: Values = {}) =>
  org.create('project', { name: 'Bridge', ...values })

/** A new project; `body` where JSON spells the values another way. */
const creating =
  (values: Values, told: Partial<Asked> = {}, body: object = values): Refusal['prepare'] =>
  () =>
    Promise.resolve({
      call: (org) => org.create(WIDE_TABLE, values),
      request: ['POST', 'projects', body],
      ...told,
    })

const changing =
  (values: Values, told: Partial<Asked> = {}, body: object = values): Refusal['prepare'] =>
  async (org) => {
    const id = await bridge(org)
    return {
      call: (caller) => caller.update(WIDE_TABLE, id, values),
      request: ['PATCH', `projects(${id})`, body],
      ...told,
    }
  }

const invalidValue = (value: unknown, column: string, bounds: string) =>
  `A validation error occurred. The value ${String(value)} of '${column}' on record of type 'project' is outside of the allowed values for this attribute. Accepted Values: ${bounds}`
const PAYLOAD = 'PAYLOAD_INVALID' as const
const NO_STATE = 'is not a valid status code for state code ProjectState.Active on project'
const FIRST_MOMENT = 'Minimum value supported: 01/01/1753 00:00:00'

const VALUES: readonly Refusal[] = [
  {
    code: 'STRING_TOO_LONG',
    what: 'a text that is too long',
    prepare: changing(
      { name: 'x'.repeat(21) },
      {
        message:
          "A validation error occurred.  The length of the 'name' attribute of the 'project' entity exceeded the maximum allowed length of '20'.",
      },
    ),
  },
  {
    code: 'INVALID_CHARACTERS',
    what: 'characters that XML cannot hold',
    prepare: creating(
      { name: 'a\u0001' },
      { message: "The field 'name' contains one or more invalid characters." },
    ),
  },
  {
    code: 'CHOICE_OUT_OF_RANGE',
    what: 'a choice that is no option',
    prepare: changing(
      { phase: 5 },
      {
        message:
          "A validation error occurred. The value 5 of 'phase' on record of type 'project' is outside the valid range. Accepted Values: 1,2,3",
      },
    ),
  },
  {
    code: 'CHOICE_OUT_OF_RANGE',
    what: 'a state that is no option',
    prepare: changing({ statecode: 7 }),
  },
  {
    code: 'BOOLEAN_OUT_OF_RANGE',
    what: 'a number for yes or no, which OData has another literal for',
    prepare: creating(
      { isurgent: 2 },
      {
        answer: {
          code: PAYLOAD,
          message: /Cannot convert the literal '2' to the expected type 'Edm.Boolean'/,
        },
      },
    ),
  },
  {
    code: 'INTEGER_OUT_OF_RANGE',
    what: 'a whole number beyond its column',
    prepare: creating({ number: 1001 }, { message: invalidValue(1001, 'number', '0 to 1000') }),
  },
  {
    code: 'DECIMAL_OUT_OF_RANGE',
    what: 'a decimal beyond its column',
    prepare: changing(
      { weight: -1001 },
      { message: invalidValue(-1001, 'weight', '-1000 to 1000') },
    ),
  },
  {
    code: 'DECIMAL_OUT_OF_RANGE',
    what: 'an amount beyond its column',
    prepare: creating(
      { budget: 1_000_001 },
      { message: invalidValue(1_000_001, 'budget', '-1000000 to 1000000') },
    ),
  },
  {
    code: 'VALUE_OUT_OF_RANGE',
    what: 'more than 150 choices',
    options: { tables: [withManyTags()] },
    prepare: creating(
      { tags: numbers(151) },
      {
        message:
          "The value is out of range. Column 'tags' of project: it takes at most 150 options.",
      },
      { tags: numbers(151).join() },
    ),
  },
  {
    code: 'INVALID_DATE',
    what: 'a date before 1753',
    prepare: creating(
      { startson: '1752-12-31T10:00:00Z' },
      {
        message: `DateTime is less than minumum value supported by CrmDateTime. Actual value: 12/31/1752 10:00:00, ${FIRST_MOMENT}`,
      },
    ),
  },
  {
    code: 'INVALID_DATE',
    what: 'a date after the year 9999, which is no literal of OData',
    prepare: changing(
      { startson: '9999-12-31T23:00:00-02:00' },
      { answer: { code: PAYLOAD, message: /Cannot convert the literal '9999-12-31T23/ } },
    ),
  },
  {
    code: 'INVALID_DATE',
    what: 'a text that is no date, which is no literal of OData',
    prepare: creating(
      { startson: 'soon' },
      { answer: { code: PAYLOAD, message: /Cannot convert the literal 'soon'/ } },
    ),
  },
  {
    code: PAYLOAD,
    what: 'a value of another type',
    prepare: creating(
      { count: 'Charity' },
      {
        answer: {
          code: PAYLOAD,
          message: /Cannot convert the literal 'Charity' to the expected type 'Edm.Int32'/,
        },
      },
    ),
  },
  {
    code: 'COLUMN_UNKNOWN',
    what: 'a column that is not there, which the Web API calls a property',
    prepare: creating(
      { nam: 'x' },
      {
        message:
          "'project' entity doesn't contain attribute with Name = 'nam' and NameMapping = 'Logical'.",
        answer: {
          code: PAYLOAD,
          message:
            /^Error identified in Payload provided by the user for Entity :'projects', .* Invalid property 'nam' was found in entity 'Microsoft\.Dynamics\.CRM\.project'/,
        },
      },
    ),
  },
  {
    code: 'INVALID_ARGUMENT',
    what: 'null in a column that always has a value',
    prepare: (org) =>
      Promise.resolve({
        call: (caller) =>
          caller.update('transactioncurrency', org.currencyId, { currencyname: null }),
        request: ['PATCH', `transactioncurrencies(${org.currencyId})`, { currencyname: null }],
        message: 'Attribute: currencyname cannot be set to NULL',
      }),
  },
  {
    code: 'COLUMN_MISSING',
    what: 'a new row without a column that only the client can give',
    prepare: () => {
      const values = {
        isocurrencycode: 'EUR',
        currencysymbol: '€',
        currencyprecision: 2,
        exchangerate: 2,
      }
      return Promise.resolve({
        call: (caller) => caller.create('transactioncurrency', values),
        request: ['POST', 'transactioncurrencies', values],
        message: "Attribute 'currencyname' cannot be NULL",
      })
    },
  },
  {
    code: 'INVALID_ARGUMENT',
    what: 'a row that was made in the future',
    prepare: creating({ overriddencreatedon: '2030-01-01T00:00:00Z' }),
  },
  {
    code: 'OWNER_MISSING',
    what: 'nobody as the owner',
    prepare: changing({ ownerid: null }, { message: 'Item does not have an owner.' }),
  },
]

const LOOKUPS: readonly Refusal[] = [
  {
    code: 'ROW_NOT_FOUND',
    what: 'a lookup of a row that is not there',
    status: 404,
    prepare: creating(
      { parentprojectid: { table: 'project', id: MISSING } },
      { message: `Entity 'project' With Id = ${MISSING} Does Not Exist` },
      { 'parentprojectid@odata.bind': address('projects', MISSING) },
    ),
  },
  {
    code: 'INVALID_ARGUMENT',
    what: 'a lookup of another table, which is the fault of the payload',
    prepare: changing(
      { parentprojectid: NOT_THERE },
      {
        answer: { code: PAYLOAD, message: /'account' is not a valid target of 'parentprojectid'/ },
      },
      { 'parentprojectid@odata.bind': address('accounts', MISSING) },
    ),
  },
  {
    code: PAYLOAD,
    what: 'a bare id for a lookup, which the Web API tells from other values',
    prepare: creating(
      { parentprojectid: MISSING },
      {
        answer: {
          code: 'LOOKUP_WRITTEN_AS_COLUMN',
          message:
            /^CRM do not support direct update of Entity Reference properties, Use Navigation properties instead\.$/,
        },
      },
    ),
  },
  {
    code: 'COLUMN_UNKNOWN',
    what: 'a lookup that is not there, bound as a navigation property',
    prepare: creating(
      { nosuchid: NOT_THERE },
      {
        answer: {
          code: PAYLOAD,
          message: /An undeclared property 'nosuchid' which only has property annotations/,
        },
      },
      { 'nosuchid@odata.bind': address('accounts', MISSING) },
    ),
  },
]

const STATES: readonly Refusal[] = [
  {
    code: 'STATUS_INVALID_FOR_STATE',
    what: 'a new row with a status of another state',
    prepare: creating({ statuscode: 2 }, { message: `2 ${NO_STATE}` }),
  },
  {
    code: 'STATUS_INVALID_FOR_STATE',
    what: 'an Update with a status of another state',
    prepare: async (org) => {
      const id = await bridge(org)
      return {
        call: (caller) => caller.update('project', id, { statuscode: 2 }),
        request: ['PATCH', `projects(${id})`, { statuscode: 2 }],
        message: `2 ${NO_STATE} with Id ${id}.`,
      }
    },
  },
  {
    code: 'STATUS_TRANSITION_REFUSED',
    what: 'a transition that the table does not allow',
    options: { tables: [{ ...PROJECT, enforcesStateTransitions: true }] },
    prepare: changing({ statuscode: 3 }),
  },
  {
    code: 'STATE_MISSING',
    what: 'the state of a table without states',
    prepare: async (org) => {
      const id = await org.create('annotation', { subject: 'Note' })
      const row = encodeURIComponent(JSON.stringify({ '@odata.id': `annotations(${id})` }))
      return {
        call: (caller) =>
          caller.execute('IsValidStateTransition', {
            Entity: { table: 'annotation', id },
            NewState: 1,
            NewStatus: 2,
          }),
        request: [
          'GET',
          `IsValidStateTransition(Entity=@row,NewState='1',NewStatus=2)?@row=${row}`,
        ],
      }
    },
  },
]

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

const AMOUNTS: readonly Refusal[] = [
  {
    code: 'CURRENCY_MISSING',
    what: 'an amount without a currency',
    prepare: async (org) => {
      const id = await bridge(org, { budget: 5 })
      return {
        call: (caller) => caller.update('project', id, { transactioncurrencyid: null }),
        request: ['PATCH', `projects(${id})`, { transactioncurrencyid: null }],
        message: 'The currency cannot be null.',
      }
    },
  },
  ...(
    [
      ['BASE_CURRENCY_OVERFLOW', 922_337],
      ['BASE_CURRENCY_UNDERFLOW', -922_337],
    ] as const
  ).map(([code, budget]): Refusal => ({
    code,
    what: `${budget} in a currency that is worth much`,
    prepare: async (org) => {
      const id = await org.create('transactioncurrency', {
        currencyname: 'Grain',
        isocurrencycode: 'GRN',
        currencysymbol: 'g',
        currencyprecision: 2,
        exchangerate: 1e-10,
      })
      return creating(
        { budget, transactioncurrencyid: { table: 'transactioncurrency', id } },
        {},
        { budget, 'transactioncurrencyid@odata.bind': address('transactioncurrencies', id) },
      )(org)
    },
  })),
]

const papers = { tables: [PAPER] }
const IMAGES: readonly Refusal[] = [
  {
    code: 'IMAGE_NOT_PRIMARY',
    what: 'another image than the primary one on Create',
    options: papers,
    prepare: () => {
      const values = { stamp: base64Of(PNG) }
      return Promise.resolve({
        call: (caller) => caller.create('paper', values),
        request: ['POST', 'papers', values],
        message:
          'Non-primary image attribute stamp of entity paper is not allowed to upload during Create operation.',
      })
    },
  },
  {
    code: 'IMAGE_NOT_PROCESSED',
    what: 'an image that is none',
    options: papers,
    prepare: async (org) => {
      const id = await org.create('paper', { name: 'Plan' })
      const values = { cover: base64Of(Buffer.from('plain text')) }
      return {
        call: (caller) => caller.update('paper', id, values),
        request: ['PATCH', `papers(${id})`, values],
      }
    },
  },
]

const ACCESS: readonly Refusal[] = [
  {
    code: 'ACCESS_DENIED',
    what: 'a user without the privilege',
    status: 403,
    options: SECURED,
    prepare: () =>
      Promise.resolve({
        as: ANA.id,
        call: (caller) => caller.create('casefile', { name: 'New' }),
        request: ['POST', 'casefiles', { name: 'New' }],
      }),
  },
  {
    code: 'COLUMN_CREATE_DENIED',
    what: 'a secured column of a new row',
    status: 403,
    options: SECURED,
    prepare: async (org) => {
      await giveRole(org, ANA, caseFiles('Basic'))
      const values = { diagnosis: 'Cold' }
      return {
        as: ANA.id,
        call: (caller) => caller.create('casefile', values),
        request: ['POST', 'casefiles', values],
      }
    },
  },
  {
    code: 'COLUMN_UPDATE_DENIED',
    what: 'a secured column that is changed',
    status: 403,
    options: SECURED,
    prepare: async (org) => {
      await giveRole(org, ANA, caseFiles('Basic'))
      const id = await fileOf(org, ANA)
      const values = { diagnosis: 'Cold' }
      return {
        as: ANA.id,
        call: (caller) => caller.update('casefile', id, values),
        request: ['PATCH', `casefiles(${id})`, values],
      }
    },
  },
  {
    code: 'COLUMN_READ_DENIED',
    what: 'a secured column that is filtered by',
    status: 403,
    options: SECURED,
    prepare: async (org) => {
      await giveRole(org, ANA, caseFiles('Basic'))
      return {
        as: ANA.id,
        call: (caller) =>
          caller.retrieveMultiple({
            table: 'casefile',
            where: { kind: 'condition', column: 'diagnosis', operator: 'eq', values: ['Flu'] },
          }),
        request: ['GET', "casefiles?$filter=diagnosis eq 'Flu'"],
      }
    },
  },
]

const REQUESTS: readonly Refusal[] = [
  {
    code: 'DELETE_RESTRICTED',
    what: 'a currency that rows are in',
    status: 405,
    prepare: async (org) => {
      const id = await org.create('transactioncurrency', {
        currencyname: 'Euro',
        isocurrencycode: 'EUR',
        currencysymbol: '€',
        currencyprecision: 2,
        exchangerate: 2,
      })
      await bridge(org, { transactioncurrencyid: { table: 'transactioncurrency', id } })
      return {
        call: (caller) => caller.delete('transactioncurrency', id),
        request: ['DELETE', `transactioncurrencies(${id})`],
      }
    },
  },
  {
    code: 'TABLE_UNKNOWN',
    what: 'a table nobody defined, which is no segment of an address',
    status: 404,
    prepare: () =>
      Promise.resolve({
        call: (caller) => caller.create('nosuch', { name: 'x' }),
        request: ['POST', 'nosuches', { name: 'x' }],
        answer: {
          code: 'RESOURCE_NOT_FOUND',
          message: /^Resource not found for the segment 'nosuches'/,
        },
      }),
  },
  {
    code: 'COLUMN_UNKNOWN',
    what: 'a column that is not there in a query, which the Web API calls a property',
    prepare: () =>
      Promise.resolve({
        call: (caller) => caller.retrieveMultiple({ table: 'project', columns: ['nam'] }),
        request: ['GET', 'projects?$select=nam'],
        answer: {
          code: 'QUERY_INVALID',
          message:
            /^Could not find a property named 'nam' on type 'Microsoft\.Dynamics\.CRM\.project'/,
        },
      }),
  },
  {
    code: 'MESSAGE_NOT_OFFERED',
    what: 'a message that the table does not take',
    options: { tables: ACTIVITY_TABLES },
    prepare: () =>
      Promise.resolve({
        call: (caller) => caller.create('activitypointer', { subject: 'x' }),
        request: ['POST', 'activitypointers', { subject: 'x' }],
      }),
  },
  {
    code: 'HANDLER_REJECTED',
    what: 'a step that rejects, with its own text',
    options: {
      tables: TABLES,
      steps: [
        step({ table: 'project', message: 'Create' }, ({ reject }) => reject('Not on Sundays.')),
      ],
    },
    prepare: creating({ name: 'Tunnel' }, { message: 'Not on Sundays.' }),
  },
]

/** A project that takes any number of tags. */
function withManyTags() {
  const columns = PROJECT.columns.map((column) =>
    column.type === 'MultiSelectPicklist'
      ? { ...column, options: numbers(151).map((value) => ({ value })) }
      : column,
  )
  return { ...PROJECT, columns }
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

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
  const all = [VALUES, LOOKUPS, STATES, KEYS, VERSIONS, AMOUNTS, IMAGES, ACCESS, REQUESTS].flat()

  test.each(named(all.map((each) => ({ options, ...each }))))('%s', (_, refusal) =>
    refusedBothWays(refusal),
  )
})
