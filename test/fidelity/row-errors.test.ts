import { text } from '../../src/metadata/platform/columns.ts'
import { emulator, giveRole } from '../../src/testing/index.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { ANA, caseFiles, fileOf, SECURED } from '../security/world.ts'
import { ACTIVITY_TABLES } from '../support/activities.ts'
import { step } from '../support/steps.ts'
import { madeUp, PROJECT, standardColumns, TABLES } from '../support/tables.ts'
import { answerOf, ROOT } from '../web-api/world.ts'
import { named, refusedBothWays, type Refusal } from './both-ways.ts'
import { bridge, changing, creating, options } from './project-requests.ts'

/* What states, users and requests are refused for, asked for both ways. */
// https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes
// https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors

const NO_STATE = 'is not a valid status code for state code ProjectState.Active on project'

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
    code: 'ROW_READ_ONLY',
    what: 'a quote that is no draft any more',
    options: { tables: [madeUp('Quote', [text('Name', 50), ...standardColumns('quote')])] },
    prepare: async (org) => {
      const id = await org.create('quote', { name: 'Offer' })
      await org.update('quote', id, { statecode: 1 })
      return {
        call: (caller) => caller.update('quote', id, { name: 'Other' }),
        request: ['PATCH', `quotes(${id})`, { name: 'Other' }],
        message: 'Cannot Update a Read-Only Entity',
      }
    },
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
            columns: ['name'],
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

describe('refused by the organization service and by the Web API, with nothing changed', () => {
  test.each(named([...STATES, ...ACCESS, ...REQUESTS]))('%s', (_, refusal) =>
    refusedBothWays({ options, ...refusal }),
  )
})

test('what nobody expected is 500, with what is known of it (compose-http-requests-handle-errors)', async () => {
  const { catalog } = emulator({ tables: [] })
  const api = createWebApi({
    catalog,
    service() {
      throw new TypeError('The line was cut.')
    },
  })

  const { status, json } = answerOf(
    await api({ method: 'GET', url: `${ROOT}accounts`, headers: {} }),
  )

  expect([status, json]).toEqual([
    500,
    { error: { code: '0x80040216', message: 'An unexpected error occurred. The line was cut.' } },
  ])
})
