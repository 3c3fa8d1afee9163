import type { BypassOptions } from '../../src/messages/requests.ts'
import type { Step } from '../../src/pipeline/step.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { step, type StepSpec } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const tables = TABLES
const CONTACT = { lastname: 'Diaz' }

function organization(more: readonly Step[] = []) {
  const seen: string[] = []
  const at = (name: string, spec: Partial<StepSpec>) =>
    step({ table: 'contact', message: 'Create', name, ...spec }, () => void seen.push(name))
  const steps = [
    at('before', { stage: 10 }),
    at('inside', { stage: 20 }),
    at('after', { stage: 40 }),
    at('later', { stage: 40, mode: 'async' }),
    at('changed', { message: 'Update', stage: 20 }),
  ]
  const org = emulator({ tables, steps: [...steps, ...more] })
  const idOf = (name: string) => steps.find((known) => known.name === name)?.id ?? ''
  return { org, seen, idOf }
}

describe('a request that bypasses custom logic', () => {
  test.each<readonly [string, BypassOptions, readonly string[]]>([
    ['synchronous steps', { sync: true }, ['later']],
    ['asynchronous steps', { async: true }, ['before', 'inside', 'after']],
    ['all steps', { sync: true, async: true }, []],
    ['nothing it names', {}, ['before', 'inside', 'after', 'later']],
  ])('leaves out %s', async (_, bypass, expected) => {
    const { org, seen } = organization()

    await org.create('contact', CONTACT, { bypass })
    await org.settle()

    expect(seen).toEqual(expected)
  })

  test('leaves out the steps whose ids it names, and ignores others', async () => {
    const { org, seen, idOf } = organization()
    const stepIds = [idOf('inside').toUpperCase(), idOf('later'), idOf('changed')]

    await org.create('contact', CONTACT, { bypass: { stepIds } })
    await org.settle()

    expect(seen).toEqual(['before', 'after'])
  })

  test('names as many steps as the organization’s settings allow', async () => {
    const { org, seen, idOf } = organization()
    const stepIds = ['before', 'inside', 'after', 'later'].map(idOf)
    const limit =
      '<BypassBusinessLogicExecutionStepIdsLimit>4</BypassBusinessLogicExecutionStepIdsLimit>'

    await org.update('organization', org.organizationId, {
      orgdborgsettings: `<OrgSettings>${limit}</OrgSettings>`,
    })
    await org.create('contact', CONTACT, { bypass: { stepIds } })
    await org.settle()

    expect(seen).toEqual([])
    await refused(
      org,
      () => org.create('contact', CONTACT, { bypass: { stepIds: [...stepIds, org.userId] } }),
      { code: 'INVALID_ARGUMENT' },
    )
  })

  test.each([true, false])(
    'leaves out a custom step whose canbebypassed is %s (bypass-custom-business-logic)',
    async (canbebypassed) => {
      const { org, seen, idOf } = organization()
      await org.update('sdkmessageprocessingstep', idOf('inside'), { canbebypassed })

      await org.create('contact', CONTACT, { bypass: { sync: true } })

      expect(seen).toEqual([])
    },
  )

  test('names three steps at most', async () => {
    const { org, idOf } = organization()
    const stepIds = ['before', 'inside', 'after', 'later'].map(idOf)

    await refused(org, () => org.create('contact', CONTACT, { bypass: { stepIds } }), {
      code: 'INVALID_ARGUMENT',
    })
  })

  test('names steps by their ids', async () => {
    const { org } = organization()

    await refused(org, () => org.create('contact', CONTACT, { bypass: { stepIds: ['before'] } }), {
      code: 'INVALID_ARGUMENT',
    })
  })

  test('leaves the steps of what its remaining steps send', async () => {
    const outer = step(
      { table: 'account', message: 'Create', stage: 40, mode: 'async' },
      async ({ org }) => {
        await org.create('contact', CONTACT)
      },
    )
    const { org, seen } = organization([outer])

    await org.create('account', { name: 'Contoso' }, { bypass: { sync: true } })
    await org.settle()

    expect(seen).toEqual(['before', 'inside', 'after', 'later'])
  })

  test('leaves the steps of rows its cascade reaches', async () => {
    const seen: string[] = []
    const child = step({ table: 'annotation', message: 'Delete' }, () => void seen.push('child'))
    const own = step({ table: 'account', message: 'Delete' }, () => void seen.push('own'))
    const { org } = organization([child, own])
    const account = await org.create('account', { name: 'Contoso' })
    await org.create('annotation', { objectid: { table: 'account', id: account }, subject: 'Note' })

    await org.delete('account', account, { bypass: { sync: true } })

    expect(seen).toEqual(['child'])
  })

  test('that is an Upsert leaves out the steps of what it turns out to be', async () => {
    const { org, seen } = organization()
    const id = '0a000000-0000-4000-8000-00000000000a'

    await org.upsert('contact', id, CONTACT, { bypass: { sync: true } })
    await org.upsert('contact', id, { firstname: 'Eva' }, { bypass: { sync: true } })

    expect(seen).toEqual([])
  })

  test('does not leave out what the platform does itself', async () => {
    const job = step(
      { table: 'account', message: 'Create', stage: 40, mode: 'async' },
      () => undefined,
    )
    const { org } = organization([job])
    await org.create('account', { name: 'Contoso' })
    const jobId = org.jobs[0]?.id ?? ''

    await refused(org, () => org.delete('asyncoperation', jobId, { bypass: { sync: true } }), {
      code: 'JOB_NOT_COMPLETED',
    })
  })
})

describe('optional parameters', () => {
  test('are parameters of the outer context, and of no other', async () => {
    const seen: unknown[] = []
    const look = (stage: 10 | 20) =>
      step({ table: 'account', message: 'Create', stage }, ({ context }) => {
        seen.push(Object.keys(context.InputParameters))
        if (stage === 20) seen.push(context.ParentContext?.InputParameters)
      })
    const { org } = organization([look(10), look(20)])

    await org.create(
      'account',
      { name: 'Contoso' },
      {
        suppressDuplicateDetection: false,
        suppressCallbackRegistrationExpanderJob: true,
        solutionUniqueName: 'Sales',
        bypass: { async: true, stepIds: ['0a000000-0000-4000-8000-00000000000a'] },
      },
    )

    const options = {
      SuppressDuplicateDetection: false,
      SuppressCallbackRegistrationExpanderJob: true,
      SolutionUniqueName: 'Sales',
      BypassBusinessLogicExecution: 'CustomAsync',
      BypassBusinessLogicExecutionStepIds: '0a000000-0000-4000-8000-00000000000a',
    }
    expect(seen).toEqual([
      expect.arrayContaining(['Target', ...Object.keys(options)]),
      ['Target'],
      expect.objectContaining(options),
    ])
  })

  test('are not there when the request has none', async () => {
    const seen: unknown[] = []
    const look = step({ table: 'account', message: 'Create', stage: 10 }, ({ context }) => {
      seen.push(Object.keys(context.InputParameters))
    })
    const { org } = organization([look])

    await org.create('account', { name: 'Contoso' })

    expect(seen).toEqual([['Target']])
  })
})
