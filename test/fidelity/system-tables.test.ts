import type { Column } from '../../src/metadata/column.ts'
import { Catalog } from '../../src/metadata/catalog.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'

const catalog = new Catalog(PLATFORM_TABLES)

type Facts = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const text = (maxLength: number) => ({ type: 'String', maxLength })
const memo = { type: 'Memo' }
const no = { type: 'Boolean', defaultValue: false }
const yes = { type: 'Boolean', defaultValue: true }
const whole = { type: 'Integer' }
const guid = { type: 'Uniqueidentifier' }
const date = { type: 'DateTime' }
const entityName = { type: 'EntityName' }
const managed = { type: 'ManagedProperty' }
const to = (...targets: readonly string[]) => ({ type: 'Lookup', targets })
const options = (...values: readonly number[]) => ({
  type: 'Picklist',
  options: values.map((value) => expect.objectContaining({ value }) as unknown),
})

const TABLES: Readonly<Record<string, Facts>> = {
  sdkmessage: {
    sdkmessageid: guid,
    name: text(256),
    isprivate: no,
    isactive: yes,
    autotransact: { type: 'Boolean' },
    expand: { type: 'Boolean' },
    template: { type: 'Boolean' },
    workflowsdkstepenabled: { type: 'Boolean' },
    isvalidforexecuteasync: { type: 'Boolean' },
    isreadonly: { type: 'Boolean' },
    availability: whole,
    categoryname: text(25),
    executeprivilegename: text(100),
    customizationlevel: whole,
  },
  sdkmessagefilter: {
    sdkmessagefilterid: guid,
    sdkmessageid: to('sdkmessage'),
    primaryobjecttypecode: entityName,
    secondaryobjecttypecode: entityName,
    iscustomprocessingstepallowed: { type: 'Boolean' },
    isvisible: { type: 'Boolean' },
    workflowsdkstepenabled: { type: 'Boolean' },
    availability: whole,
    restrictionlevel: whole,
  },
  sdkmessageprocessingstep: {
    name: { ...text(256), requiredLevel: 'SystemRequired' },
    description: text(256),
    sdkmessageid: { ...to('sdkmessage'), requiredLevel: 'SystemRequired' },
    sdkmessagefilterid: to('sdkmessagefilter'),
    eventhandler: { ...to('plugintype', 'serviceendpoint'), requiredLevel: 'SystemRequired' },
    plugintypeid: to('plugintype'),
    stage: {
      ...options(5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 80, 90),
      defaultValue: 10,
      requiredLevel: 'SystemRequired',
    },
    mode: { ...options(0, 1), requiredLevel: 'SystemRequired' },
    rank: { ...whole, requiredLevel: 'SystemRequired' },
    filteringattributes: text(100_000),
    asyncautodelete: no,
    supporteddeployment: { ...options(0, 1, 2), defaultValue: 0 },
    invocationsource: { ...options(0, 1, -1), defaultValue: 0 },
    impersonatinguserid: to('systemuser'),
    configuration: text(1_073_741_823),
    sdkmessageprocessingstepsecureconfigid: to('sdkmessageprocessingstepsecureconfig'),
    statecode: { type: 'State' },
    statuscode: { type: 'Status' },
    canbebypassed: no,
    canusereadonlyconnection: no,
    enablepluginprofiler: no,
    category: text(100),
    eventexpander: { type: 'String' },
    introducedversion: { type: 'String' },
    runtimeintegrationproperties: { type: 'String' },
    iscustomizable: managed,
    ishidden: managed,
    customizationlevel: whole,
  },
  sdkmessageprocessingstepimage: {
    name: { ...text(256), requiredLevel: 'SystemRequired' },
    entityalias: { ...text(256), requiredLevel: 'SystemRequired' },
    imagetype: { ...options(0, 1, 2), requiredLevel: 'SystemRequired' },
    messagepropertyname: { ...text(256), requiredLevel: 'SystemRequired' },
    attributes: text(100_000),
    sdkmessageprocessingstepid: to('sdkmessageprocessingstep'),
    description: { type: 'String' },
    relatedattributename: { type: 'String' },
  },
  asyncoperation: {
    operationtype: {
      type: 'Picklist',
      options: expect.arrayContaining(
        [1, 90, 91].map((value) => expect.objectContaining({ value }) as unknown),
      ) as unknown,
    },
    errorcode: whole,
    message: memo,
    friendlymessage: { ...memo, maxLength: 100_000 },
    retrycount: whole,
    startedon: date,
    completedon: date,
    executiontimespan: { type: 'Double' },
    sequence: { type: 'BigInt' },
    data: memo,
    postponeuntil: date,
    depth: whole,
    correlationid: guid,
    requestid: guid,
  },
  plugintracelog: {
    plugintracelogid: guid,
    typename: text(1024),
    messagename: text(1024),
    primaryentity: text(1000),
    messageblock: memo,
    exceptiondetails: memo,
    configuration: memo,
    secureconfiguration: memo,
    profile: memo,
    mode: options(0, 1),
    operationtype: options(0, 1, 2),
    depth: whole,
    correlationid: guid,
    requestid: guid,
    pluginstepid: guid,
    persistencekey: guid,
    issystemcreated: { type: 'Boolean' },
    performanceconstructorstarttime: date,
    performanceconstructorduration: whole,
    performanceexecutionstarttime: date,
    performanceexecutionduration: whole,
    createdon: date,
    createdby: to('systemuser'),
    organizationid: guid,
  },
}

test.each(Object.keys(TABLES))('%s has the columns that its page describes', (name) => {
  const { columns } = catalog.table(name)

  for (const [column, facts] of Object.entries(TABLES[name] ?? {})) {
    expect([column, columns.get(column)]).toMatchObject([column, facts])
  }
})

test('the columns of a trace log row are read-only', () => {
  const isWritten = (column: Column) => column.validForCreate || column.validForUpdate

  const written = [...catalog.table('plugintracelog').columns.values()].filter(isWritten)

  expect(written).toEqual([])
})

test('sets and names of the registration tables are the platform’s', () => {
  expect(
    ['sdkmessage', 'sdkmessagefilter', 'sdkmessageprocessingstep', 'sdkmessageprocessingstepimage']
      .map((name) => catalog.table(name))
      .map(({ entitySetName, primaryName, ownership }) => [entitySetName, primaryName, ownership]),
  ).toEqual([
    ['sdkmessages', 'name', 'OrganizationOwned'],
    ['sdkmessagefilters', 'name', 'OrganizationOwned'],
    ['sdkmessageprocessingsteps', 'name', 'OrganizationOwned'],
    ['sdkmessageprocessingstepimages', 'name', 'OrganizationOwned'],
  ])
})

test.each([
  ['sdkmessageid_sdkmessagefilter', 'sdkmessage', 'sdkmessagefilter', 'Restrict'],
  [
    'sdkmessagefilterid_sdkmessageprocessingstep',
    'sdkmessagefilter',
    'sdkmessageprocessingstep',
    'Restrict',
  ],
  ['plugintype_sdkmessageprocessingstep', 'plugintype', 'sdkmessageprocessingstep', 'Cascade'],
  [
    'serviceendpoint_sdkmessageprocessingstep',
    'serviceendpoint',
    'sdkmessageprocessingstep',
    'Cascade',
  ],
  ['plugintypeid_sdkmessageprocessingstep', 'plugintype', 'sdkmessageprocessingstep', 'Restrict'],
] as const)('%s leads from %s to %s', (name, referencedTable, referencingTable, onDelete) => {
  expect(catalog.relationship(name)).toMatchObject({
    kind: 'one-to-many',
    referencedTable,
    referencingTable,
    cascade: { delete: onDelete },
  })
})

test('a job has the states and statuses of the asynchronous service', () => {
  const statuses = catalog.table('asyncoperation').columns.get('statuscode')

  const pairs =
    statuses?.type === 'Status' ? statuses.options.map(({ value, state }) => [state, value]) : []

  expect(pairs).toEqual([
    [0, 0],
    [1, 10],
    [2, 20],
    [2, 21],
    [2, 22],
    [3, 30],
    [3, 31],
    [3, 32],
  ])
})

test('tables are not changed by messages: those that would are refused by name', async () => {
  const org = emulator()
  const create: string = 'CreateEntity'

  await refused(org, () => org.execute(create, {}), { code: 'NOT_SUPPORTED' })
})

test.each(['attributeimageconfig', 'entityimageconfig'])(
  'a query for %s is refused by name: what image columns are, definitions tell',
  async (table) => {
    await expect(emulator().retrieveMultiple({ table, columns: 'all' })).rejects.toMatchObject({
      code: 'TABLE_UNKNOWN',
      message: expect.stringContaining(`'${table}'`),
    })
  },
)
