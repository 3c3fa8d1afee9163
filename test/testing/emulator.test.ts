import { join, resolve } from 'node:path'
import {
  Clock,
  from,
  Handler,
  inject,
  parseFetchXml,
  PostOperation,
  PreOperation,
  type AnyEvent,
} from 'dataverse-handlers'
import { clockAt, emulator, readSchemaFolder, row } from 'dataverse-handlers/testing'
import { sequentialIds } from '../../src/rows/guid.ts'
import { everything, refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES

@Handler('project')
class Projects {
  constructor(@inject(Clock) private readonly clock: Clock) {}

  @PreOperation('Create', { writes: ['description'] })
  stamp({ target }: AnyEvent) {
    target['description'] = this.clock.now().toISOString()
  }

  @PostOperation('Create', { mode: 'async' })
  async tell({ org, trace }: AnyEvent) {
    trace('telling')
    await org.create('contact', { lastname: 'Told' })
  }
}

describe('an organization for a test', () => {
  test('begins at the same moment in every test, its clock standing still', async () => {
    const org = emulator({ tables })

    const id = await org.create('project', { name: 'Bridge' })

    expect(org.peek('project', id)).toMatchObject({ createdon: '2026-01-01T00:00:00Z' })
  })

  test('makes the same ids in every test', async () => {
    const make = async () => {
      const org = emulator({ tables })
      return [await org.create('project', {}), await org.create('contact', {})]
    }

    expect(await make()).toEqual(await make())
  })

  test('makes ids of its own where it is given a source', async () => {
    const org = emulator({ tables, ids: sequentialIds('12345678') })

    expect(await org.create('project', {})).toMatch(/^12345678-/)
  })

  test('takes the clock it is given, for itself and for handlers', async () => {
    const clock = clockAt('2026-03-02T10:00:00Z')
    const org = emulator({ tables, handlers: [Projects], services: [[Clock, clock]] })

    clock.advance({ days: 1 })
    const id = await org.create('project', { name: 'Bridge' })

    expect(org.peek('project', id)).toMatchObject({
      createdon: '2026-03-03T10:00:00Z',
      description: '2026-03-03T10:00:00.000Z',
    })
  })

  test('knows the tables of the working folder’s schemas unless others are named', () => {
    expect(emulator().catalog.find('exchangesyncidmapping')).toBeDefined()
    expect(emulator().catalog.find('project')).toBeUndefined()
    expect(emulator({ tables }).catalog.find('exchangesyncidmapping')).toBeUndefined()
  })

  test('does not share rows with any other', async () => {
    const [one, two] = [emulator({ tables }), emulator({ tables })]

    await one.create('project', { name: 'Bridge' })

    expect(two.contents().get('project')).toBeUndefined()
  })

  test('refuses steps on tables and columns it does not have', () => {
    const unknownTable = step({ message: 'Create', table: 'projekt' }, () => undefined)
    const unknownColumn = step(
      { message: 'Update', table: 'project', columns: ['nam'] },
      () => undefined,
    )

    expect(() => emulator({ tables, steps: [unknownTable] })).toThrow(
      expect.objectContaining({ code: 'TABLE_UNKNOWN' }),
    )
    expect(() => emulator({ tables, steps: [unknownColumn] })).toThrow(
      expect.objectContaining({ code: 'STEP_COLUMN_UNKNOWN' }),
    )
  })
})

describe('rows to begin with', () => {
  const ID = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'

  test('are created with all that Create does, though no step runs', () => {
    const run = jest.fn()
    const org = emulator({
      tables,
      rows: [
        { table: 'contact', values: { contactid: ID, firstname: 'Ana', lastname: 'Diaz' } },
        {
          table: 'project',
          values: { name: 'Bridge', leadid: { table: 'contact', id: ID }, budget: 5 },
        },
      ],
      steps: [10, 20, 40].map((stage) =>
        step({ message: 'Create', stage: stage as 10 | 20 | 40 }, run),
      ),
    })

    expect(org.peek('contact', ID)).toMatchObject({
      fullname: 'Ana Diaz',
      ownerid: { id: org.userId },
    })
    expect(org.contents().get('project')).toMatchObject([
      { phase: 1, statuscode: 1, budget_base: 5 },
    ])
    expect(run).not.toHaveBeenCalled()
  })

  test.each([
    ['an unknown table', [{ table: 'projekt', values: {} }], 'TABLE_UNKNOWN'],
    ['a refused value', [{ table: 'project', values: { phase: 9 } }], 'CHOICE_OUT_OF_RANGE'],
    [
      'a row that comes before the one it points at',
      [
        { table: 'project', values: { leadid: { table: 'contact', id: ID } } },
        { table: 'contact', values: { contactid: ID } },
      ],
      'ROW_NOT_FOUND',
    ],
  ])('are refused for %s', (_, rows, code) => {
    expect(() => emulator({ tables, rows })).toThrow(expect.objectContaining({ code }))
  })
})

describe('a snapshot', () => {
  test('brings rows and links back as they were', async () => {
    const org = emulator({ tables })
    const project = { table: 'project', id: await org.create('project', { name: 'Bridge' }) }
    const contact = { table: 'contact', id: await org.create('contact', { lastname: 'Diaz' }) }
    await org.associate(project, 'project_contacts', contact)
    const before = everything(org)
    const snapshot = org.snapshot()

    await org.update('project', project.id, { name: 'Tunnel' })
    await org.delete('contact', contact.id)
    await org.create('project', { name: 'Another' })
    org.restore(snapshot)

    expect(everything(org)).toEqual(before)
  })

  test('can be gone back to again and again, and forth to a later one', async () => {
    const org = emulator({ tables })
    const first = org.snapshot()
    await org.create('project', { name: 'Bridge' })
    const [second, later] = [org.snapshot(), everything(org)]

    org.restore(first)
    expect(org.contents().get('project')).toBeUndefined()
    org.restore(second)
    expect(everything(org)).toEqual(later)
    org.restore(first)
    expect(org.contents().get('project')).toBeUndefined()
  })

  test('brings jobs back: those made since never were, those that waited wait again', async () => {
    const org = emulator({ tables, handlers: [Projects] })
    await org.create('project', { name: 'Bridge' })
    const waiting = org.snapshot()
    await org.settle()
    const done = org.snapshot()
    await org.create('project', { name: 'Tunnel' })

    org.restore(waiting)
    expect(org.jobs.map(({ state }) => state)).toEqual(['ready'])
    await org.settle()
    expect(org.contents().get('contact')).toHaveLength(1)
    expect(org.jobs.map(({ state }) => state)).toEqual(['succeeded'])

    org.restore(done)
    expect(org.jobs.map(({ state }) => state)).toEqual(['succeeded'])
    await org.settle()
    expect(org.contents().get('contact')).toHaveLength(1)
  })

  test('of another organization is refused', async () => {
    const org = emulator({ tables })
    await org.create('project', { name: 'Bridge' })
    const other = emulator({ tables }).snapshot()

    await refused(org, async () => org.restore(other), { code: 'INVALID_ARGUMENT' })
  })

  test('is not gone back to while a request or a job runs', async () => {
    const failures: unknown[] = []
    const attempt = step({ message: 'Create', table: 'project', stage: 40 }, () => {
      try {
        org.restore(snapshot)
      } catch (error) {
        failures.push(error)
      }
    })
    const org = emulator({ tables, steps: [attempt, { ...attempt, mode: 'async' }] })
    const snapshot = org.snapshot()

    await org.create('project', { name: 'Bridge' })
    await org.settle()

    expect(failures).toMatchObject([{ code: 'STORE_BUSY' }, { code: 'STORE_BUSY' }])
    expect(org.contents().get('project')).toHaveLength(1)
  })
})

describe('a trace', () => {
  test('tells steps, messages and lines of what ran, in order', async () => {
    const org = emulator({ tables, handlers: [Projects] })

    const trace = await org.trace(async () => {
      await org.create('project', { name: 'Bridge' })
      await org.settle()
    })

    expect(trace.stepNames).toEqual(['Projects.stamp', 'Projects.tell'])
    expect(trace.messages).toMatchObject([
      { message: 'Create', table: 'project', depth: 1, columns: ['name'] },
      { message: 'Create', table: 'contact', depth: 2, columns: ['lastname'] },
    ])
    expect(trace.lines).toEqual(['telling'])
    expect(trace.error).toBeUndefined()
  })

  test('prints as a tree', async () => {
    const nest = step(
      { message: 'Create', table: 'project', name: 'Projects.nest' },
      async ({ org }) => {
        await org.create('contact', { lastname: 'x'.repeat(51) })
      },
    )
    const org = emulator({ tables, steps: [nest] })

    const trace = await org.trace(() => org.create('project', { name: 'Bridge' }))

    const failure =
      "STRING_TOO_LONG: A validation error occurred.  The length of the 'lastname' attribute of the 'contact' entity exceeded the maximum allowed length of '50'."
    expect(String(trace)).toBe(
      [
        `Create project (depth 1) ✗ ${failure}`,
        `  20 Projects.nest ✗ ${failure}`,
        `    Create contact (depth 2) ✗ ${failure}`,
      ].join('\n'),
    )
    expect(trace.error).toMatchObject({ code: 'STRING_TOO_LONG' })
  })

  test('shows cascades below the Delete they belong to', async () => {
    const org = emulator({ tables })
    const account = {
      table: 'account',
      id: await org.create('account', { name: 'Contoso' }),
    } as const
    await org.create('contact', { lastname: 'Diaz', parentcustomerid: account })

    const trace = await org.trace(() => org.delete('account', account.id))

    expect(String(trace)).toBe('Delete account (depth 1)\n  Delete contact (depth 2)')
  })

  test('names the step that wrote what it did not declare', async () => {
    const write = step(
      { message: 'Create', table: 'project', name: 'Projects.write', writes: ['region'] },
      ({ target }) => void (target['code'] = 'x'),
    )
    const org = emulator({ tables, steps: [write] })

    const trace = await org.trace(() => org.create('project', { name: 'Bridge' }))

    expect(trace.steps).toMatchObject([
      { step: 'Projects.write', error: { code: 'STEP_WRITE_UNDECLARED' } },
    ])
  })

  test('holds nothing of what ran before and after', async () => {
    const org = emulator({ tables, handlers: [Projects] })
    await org.create('project', { name: 'before' })

    const trace = await org.trace(() => org.create('contact', { lastname: 'Diaz' }))
    await org.create('project', { name: 'after' })

    expect(trace.messages).toMatchObject([{ message: 'Create', table: 'contact' }])
  })
})

describe('the tables of a test', () => {
  const ROOT = join(__dirname, '..', '..')

  test('are those of the folder that is named', () => {
    const org = emulator({ schemas: join(ROOT, 'schemas') })

    expect(org.catalog.names).toEqual(emulator().catalog.names)
    expect(readSchemaFolder(join(ROOT, 'schemas')).map((table) => table.logicalName)).toContain(
      'account',
    )
  })

  test('are refused where the folder that is named is not there', () => {
    expect(() => emulator({ schemas: 'no-schemas' })).toThrow(
      expect.objectContaining({
        code: 'SCHEMA_INVALID',
        message: `There is no folder ${resolve('no-schemas')}, where the tables are.`,
      }),
    )
  })

  test('are those given, whatever folder is named', () => {
    expect(emulator({ tables, schemas: 'no-schemas' }).catalog.find('project')).toBeDefined()
  })
})

test('rows to begin with may be held against their types', async () => {
  const contactid = 'c0000000-0000-4000-8000-000000000001'
  const org = emulator({
    rows: [
      row('contact', { contactid, lastname: 'Diaz' }),
      row('account', { name: 'Contoso', primarycontactid: { table: 'contact', id: contactid } }),
    ],
  })

  const { rows } = await org.retrieveMultiple(
    from('account').select('name', 'primarycontactid').build(),
  )

  expect(rows).toMatchObject([
    { name: 'Contoso', primarycontactid: { table: 'contact', id: contactid } },
  ])
  // @ts-expect-error -- account has no such column
  expect(row('account', { nmae: 'Contoso' })).toMatchObject({ table: 'account' })
})

test.each([
  ['nothing', undefined],
  ['a query that is not built', from('account').select('name')],
  ['FetchXML as text', '<fetch><entity name="account" /></fetch>'],
])('a query that is %s is refused, told what to give', async (_, query) => {
  const org = emulator()

  await refused(org, () => org.retrieveMultiple(query as never), {
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining("from('account').select('name').build()"),
  })
})

test('FetchXML is a query once it is parsed', async () => {
  const org = emulator({ rows: [row('account', { name: 'Contoso' })] })

  const { rows } = await org.retrieveMultiple(
    parseFetchXml('<fetch><entity name="account"><attribute name="name" /></entity></fetch>'),
  )

  expect(rows).toMatchObject([{ name: 'Contoso' }])
})
