import {
  describeMessages,
  describeSteps,
  describeTables,
  describeTrace,
} from '../../src/cli/start/describe.ts'
import { paintFor } from '../../src/cli/start/paint.ts'
import { requestsToTry } from '../../src/cli/start/requests-to-try.ts'
import { textTable } from '../../src/cli/start/text-table.ts'
import type { CustomMessageDefinition } from '../../src/messages/custom/custom-message.ts'
import { Catalog } from '../../src/metadata/catalog.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import type { MessageTrace, StepTrace, TraceNode } from '../../src/pipeline/trace.ts'
import { id, table, text } from '../metadata/definitions.ts'
import { image, step } from '../support/steps.ts'

describe('textTable', () => {
  test('columns are as wide as their widest cell, and lines end with their text', () => {
    const shown = textTable(
      ['a', 'long head'],
      [
        ['wide cell', 'x'],
        ['y', ''],
      ],
    )

    expect(shown.split('\n')).toEqual([
      'a          long head',
      '─────────  ─────────',
      'wide cell  x',
      'y',
    ])
  })

  test('a column without a single entry is left out', () => {
    expect(textTable(['a', 'b', 'c'], [['1', '', '3']]).split('\n')).toEqual([
      'a  c',
      '─  ─',
      '1  3',
    ])
  })

  test('without rows all heads stay', () => {
    expect(textTable(['a', 'b'], [])).toBe('a  b\n─  ─')
  })
})

describe('describeTables', () => {
  const parcel = table('new_parcel')

  test('own tables get a line each, all others one line together', () => {
    const catalog = new Catalog([...PLATFORM_TABLES.slice(0, 2), parcel])

    const lines = describeTables(catalog, ['new_parcel']).split('\n')

    expect(lines[0]).toMatch(/^table +entity set +columns$/)
    expect(lines[2]).toMatch(/^new_parcel +new_parcels +1$/)
    expect(lines.slice(3)).toEqual(['Built in, 2: businessunit, organization'])
  })

  test('without tables of its own an organization has the one line only', () => {
    expect(describeTables(new Catalog([parcel]), [])).toBe('Built in, 1: new_parcel')
  })
})

describe('describeSteps', () => {
  const nothing = () => undefined

  test('steps stand in the order the pipeline runs them', () => {
    const at = (name: string, spec: Parameters<typeof step>[0]) =>
      step({ table: 'account', name, ...spec }, nothing)

    const shown = describeSteps([
      at('A.later', { message: 'Update', stage: 40, mode: 'async' }),
      at('A.after', { message: 'Update', stage: 40, rank: 2 }),
      at('A.created', { message: 'Create', stage: 40 }),
      at('A.second', { message: 'Update', stage: 20, rank: 10 }),
      at('A.first', { message: 'Update', stage: 20, rank: 2 }),
      at('A.before', { message: 'Update', stage: 10, rank: 99 }),
    ])

    expect(shown.match(/A\.\w+/g)).toEqual([
      'A.created',
      'A.before',
      'A.first',
      'A.second',
      'A.after',
      'A.later',
    ])
  })

  test('a step shows what it filters on, its images and what it writes', () => {
    const spec = {
      ...{ message: 'Update', table: 'account', name: 'A.stamp', rank: 5 },
      ...{ columns: ['name', 'revenue'], writes: ['description'] },
      ...{ preImages: image(['name']), postImages: image('all') },
    }

    const [, , line] = describeSteps([step(spec, nothing)]).split('\n')

    expect(line?.split(/ {2,}/)).toEqual([
      'Update',
      'account',
      '20 PreOperation',
      'sync',
      '5',
      'A.stamp',
      'name, revenue',
      'pre: name; post: all columns',
      'description',
    ])
  })

  test('a step is on its relationship, its table or any table', () => {
    const shown = describeSteps([
      step({ message: 'Associate', relationship: 'account_leads' }, nothing),
      step({ message: 'Delete', table: 'account' }, nothing),
      step({ message: 'Delete' }, nothing),
    ])

    const [, , ...lines] = shown.split('\n')
    expect(lines.map((line) => line.split(/ {2,}/)[1])).toEqual([
      'account_leads',
      'account',
      'any table',
    ])
  })
})

describe('describeMessages', () => {
  test('each custom message shows where it is bound, what it takes and what it answers', () => {
    const definition: CustomMessageDefinition = {
      name: 'sample_Close',
      binding: 'Entity',
      table: 'account',
      parameters: { Reason: 'String' },
      response: { Done: 'Boolean' },
      steps: 'None',
    }

    const lines = describeMessages(new Map([['sample_Close', definition]]))

    expect(lines.join('\n').split('\n').slice(-1)[0]?.split(/ {2,}/)).toEqual([
      'sample_Close',
      'account',
      'action',
      'Reason',
      'Done',
    ])
  })

  test('without any nothing is shown', () => {
    expect(describeMessages(new Map())).toEqual([])
  })
})

const message = (spec: Partial<MessageTrace> = {}): MessageTrace => ({
  kind: 'message',
  ...{ message: 'Update', table: 'account', id: '', depth: 1, columns: [], children: [] },
  ...{ durationMs: 1.234, error: undefined },
  ...spec,
})
const ran = (spec: Partial<StepTrace> = {}): StepTrace => ({
  kind: 'step',
  ...{ step: 'A.stamp', message: 'Update', table: 'account', stage: 20, mode: 'sync', depth: 1 },
  ...{ children: [], lines: [], durationMs: 0.5, error: undefined },
  ...spec,
})

describe('describeTrace', () => {
  test('what a message set off stands below it, with durations', () => {
    const account = '11111111-0000-4000-8000-000000000001'
    const nested = ran({ stage: 40, step: 'A.tell', children: [message({ message: 'Create' })] })

    const shown = describeTrace(
      message({
        id: account,
        columns: ['name', 'fax'],
        durationMs: 12.3,
        children: [ran(), nested],
      }),
    )

    expect(shown.split('\n')).toEqual([
      `Update account ${account} {name, fax}  12 ms`,
      '  20 PreOperation A.stamp  0.50 ms',
      '  40 PostOperation A.tell  0.50 ms',
      '    Create account  1.23 ms',
    ])
  })

  test('a failure is marked all the way up and told where it arose', () => {
    const error = { code: 'HANDLER_REJECTED', message: 'Not today.' }

    const shown = describeTrace(message({ error, children: [ran(), ran({ error })] }))

    expect(shown.split('\n')).toEqual([
      '✗ Update account  1.23 ms',
      '  20 PreOperation A.stamp  0.50 ms',
      '  ✗ 20 PreOperation A.stamp  0.50 ms',
      '    HANDLER_REJECTED: Not today.',
    ])
  })

  test('a message that fails otherwise than its step tells its own failure, too', () => {
    const inner = message({ error: { code: 'ROW_NOT_FOUND', message: 'Gone.' } })
    const outer: TraceNode = ran({
      error: { code: 'HANDLER_ROW_NOT_FOUND', message: 'Gone.' },
      children: [inner],
    })

    expect(describeTrace(outer).split('\n')).toEqual([
      '✗ 20 PreOperation A.stamp  0.50 ms',
      '  ✗ Update account  1.23 ms',
      '    ROW_NOT_FOUND: Gone.',
      '  HANDLER_ROW_NOT_FOUND: Gone.',
    ])
  })

  test('lines a step wrote stand below it, before what it started', () => {
    const shown = describeTrace(
      ran({ lines: ['hold is on'], children: [message()], mode: 'async', stage: 40 }),
    )

    expect(shown.split('\n')).toEqual([
      '40 PostOperation A.stamp (asynchronous)  0.50 ms',
      '  | hold is on',
      '  Update account  1.23 ms',
    ])
  })

  test('ids of nobody are left out', () => {
    const nobody = '00000000-0000-0000-0000-000000000000'
    expect(describeTrace(message({ message: 'RetrieveMultiple', id: nobody }))).toBe(
      'RetrieveMultiple account  1.23 ms',
    )
  })
})

describe('paintFor', () => {
  const io = (isTTY: boolean, env = {}) => {
    const output = { write: () => undefined, isTTY }
    return { stdout: output, stderr: output, cwd: '', env }
  }

  test('a failure is red on a terminal', () => {
    expect(paintFor(io(true)).failure('✗')).toBe('\u001b[31m✗\u001b[39m')
  })

  test('there are no colours in a file, nor where NO_COLOR is set', () => {
    expect(paintFor(io(false)).failure('✗')).toBe('✗')
    expect(paintFor(io(true, { NO_COLOR: '1' })).failure('✗')).toBe('✗')
  })
})

describe('requestsToTry', () => {
  const parcel = table('new_parcel', {
    columns: [id('new_parcelid'), text('new_code'), text('new_title')],
  })
  const crate = table('new_crate', {
    columns: [id('new_crateid'), text('new_code'), text('new_label')],
    primaryName: 'new_label',
  })
  const root = 'http://127.0.0.1:1/api/data/v9.2'
  const tryOn = (own: readonly (typeof parcel)[], steps: readonly ReturnType<typeof step>[] = []) =>
    requestsToTry(
      { catalog: new Catalog([...PLATFORM_TABLES, ...own]), steps },
      own.map((t) => t.logicalName),
      root,
    )

  test('a row of an own table is made by its name, and rows are read', () => {
    expect(tryOn([crate, parcel])).toEqual([
      `curl -i '${root}/new_crates' -H 'Content-Type: application/json' -d '{"new_label":"First"}'`,
      `curl '${root}/new_crates?$top=3'`,
    ])
  })

  test('a table whose Create sets a step off is preferred; a title does for a name', () => {
    const [create] = tryOn(
      [crate, parcel],
      [step({ message: 'Create', table: 'new_parcel' }, () => undefined)],
    )
    expect(create).toContain(`/new_parcels' -H 'Content-Type: application/json' -d '{"new_title"`)
  })

  test('an account is made where no own table can be written with a text alone', () => {
    const strict = table('new_strict', {
      columns: [text('new_name'), text('new_code', { requiredLevel: 'SystemRequired' })],
    })
    const link = table('new_link', { columns: [text('new_name')], isIntersect: true })
    const unserved = table('new_unserved', { columns: [text('new_name')], entitySetName: '' })

    expect(tryOn([strict, link, unserved])[0]).toContain(`/accounts' `)
  })
})
