import { base64Of } from '../../src/rows/bytes.ts'
import { PAPER, PNG } from '../messages/file-columns.ts'
import { PROJECT } from '../support/tables.ts'
import { address, named, refusedBothWays, type Refusal } from './both-ways.ts'
import { bridge, changing, creating, MISSING, options } from './project-requests.ts'

/* What values of a row are refused for, asked for both ways. */
// https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes

const NOT_THERE = { table: 'account', id: MISSING } as const

const invalidValue = (value: unknown, column: string, bounds: string) =>
  `A validation error occurred. The value ${String(value)} of '${column}' on record of type 'project' is outside of the allowed values for this attribute. Accepted Values: ${bounds}`
const PAYLOAD = 'PAYLOAD_INVALID' as const
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

describe('refused by the organization service and by the Web API, with nothing changed', () => {
  test.each(named([...VALUES, ...LOOKUPS, ...AMOUNTS, ...IMAGES]))('%s', (_, refusal) =>
    refusedBothWays({ options, ...refusal }),
  )
})
