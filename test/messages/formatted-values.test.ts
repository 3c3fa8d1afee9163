import { from } from '../../src/query/builder.ts'
import { Clock } from '../../src/authoring/services.ts'
import type { ExecutionContext } from '../../src/pipeline/execution-context.ts'
import { clockAt } from '../../src/testing/test-clock.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { image, step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const NOW = '2026-03-02T15:04:05Z'
const EASTERN = 35

const PROJECT = {
  name: 'Bridge',
  phase: 2,
  tags: [1, 3],
  isurgent: false,
  count: 1234567,
  weight: 1.5,
  budget: -1234.5,
}

function organization(steps: Parameters<typeof emulator>[0] = {}) {
  return emulator({ tables: TABLES, services: [[Clock, clockAt(NOW)]], ...steps })
}

const TEXTS = {
  phase: 'Running',
  tags: 'New; Late',
  isurgent: 'No',
  count: '1,234,567',
  weight: '1.50',
  budget: '-$1,234.50',
  createdon: '3/2/2026 3:04 PM',
  ownerid: 'Calling User',
  statecode: 'Active',
}

describe('formatted values (entity-operations-retrieve)', () => {
  test('come with a row when they are asked for: labels, names, amounts and dates', async () => {
    const org = organization()
    const id = await org.create('project', PROJECT)

    const { row, formattedValues } = await org.execute('Retrieve', {
      table: 'project',
      id,
      formatted: true,
    })

    expect(row).toMatchObject({ phase: 2, name: 'Bridge' })
    expect(formattedValues).toMatchObject(TEXTS)
  })

  test('leave out texts, ids and empty columns', async () => {
    const org = organization()
    const id = await org.create('project', PROJECT)

    const { formattedValues = {} } = await org.execute('Retrieve', {
      table: 'project',
      id,
      columns: ['name', 'projectid', 'colour', 'phase'],
      formatted: true,
    })

    expect(formattedValues).toEqual({ phase: 'Running' })
  })

  test('come with the rows of a query, in their order', async () => {
    const org = organization()
    await org.create('project', PROJECT)
    await org.create('project', { ...PROJECT, phase: 3 })
    const query = from('project').select('phase').orderBy('phase', 'descending').build()

    expect(await org.execute('RetrieveMultiple', { query, formatted: true })).toMatchObject({
      formattedValues: expect.arrayContaining([{ phase: 'Running' }, { phase: 'Done' }]),
    })
    expect(await org.retrieveMultiple(query)).not.toHaveProperty('formattedValues')
  })

  test('show dates in the zone and the patterns of the user who reads', async () => {
    const org = organization()
    const id = await org.create('project', PROJECT)
    await org.update('usersettings', org.userId, {
      timezonecode: EASTERN,
      dateformatstring: 'dd.MM.yyyy',
      timeformatstring: 'HH:mm',
    })

    const { formattedValues } = await org.execute('Retrieve', {
      table: 'project',
      id,
      columns: ['createdon'],
      formatted: true,
    })

    expect(formattedValues).toEqual({ createdon: '02.03.2026 10:04' })
  })

  test('show seconds where the pattern has them', async () => {
    const org = organization()
    const id = await org.create('project', PROJECT)
    const times = { timezonecode: EASTERN, timeformatstring: 'HH:mm:ss' }
    await org.update('usersettings', org.userId, times)

    const { formattedValues } = await org.execute('Retrieve', {
      table: 'project',
      id,
      columns: ['createdon'],
      formatted: true,
    })

    expect(formattedValues).toEqual({ createdon: '3/2/2026 10:04:05' })
  })

  test('show amounts in the currency of their row, and base amounts in that of the organization', async () => {
    const seen: unknown[] = []
    const org = organization({
      steps: [
        step(
          {
            message: 'Update',
            table: 'project',
            stage: 40,
            preImages: image(['budget', 'budget_base']),
          },
          ({ context }) => {
            seen.push(context.PreEntityImages['image']?.FormattedValues)
          },
        ),
      ],
    })
    const euro = await org.create('transactioncurrency', {
      currencyname: 'Euro',
      isocurrencycode: 'EUR',
      currencysymbol: '€',
      currencyprecision: 2,
      exchangerate: 0.5,
    })
    const id = await org.create('project', {
      ...PROJECT,
      transactioncurrencyid: { table: 'transactioncurrency', id: euro },
    })
    await org.create('project', PROJECT)
    const columns = ['budget', 'budget_base'] as const
    const query = from('project')
      .select(...columns)
      .orderBy('budget_base')
      .build()
    const texts = { budget: '-€1,234.50', budget_base: '-$2,469.00' }

    const one = await org.execute('Retrieve', { table: 'project', id, columns, formatted: true })
    const all = await org.execute('RetrieveMultiple', { query, formatted: true })
    await org.update('project', id, { name: 'Tunnel' })

    expect(one.row).toEqual({ projectid: id, budget: -1234.5, budget_base: -2469 })
    expect(one.formattedValues).toEqual(texts)
    expect(all.formattedValues).toEqual([
      texts,
      { budget: '-$1,234.50', budget_base: '-$1,234.50' },
    ])
    expect(seen).toEqual([texts])
  })

  test('are part of what a step sees of the answer', async () => {
    const seen: unknown[] = []
    const org = organization({
      steps: [
        step({ message: 'Retrieve', table: 'project', stage: 40 }, ({ context }) => {
          const entity = context.OutputParameters['BusinessEntity'] as Record<string, unknown>
          seen.push(entity['FormattedValues'])
        }),
      ],
    })
    const id = await org.create('project', PROJECT)

    const answer = await org.execute('Retrieve', {
      table: 'project',
      id,
      columns: ['phase'],
      formatted: true,
    })

    expect(seen).toEqual([{ phase: 'Running' }])
    expect(answer.formattedValues).toEqual({ phase: 'Running' })
  })
})

describe('formatted values in contexts (event-framework)', () => {
  async function contextOf(message: 'Create' | 'Update') {
    let found: ExecutionContext | undefined
    const org = organization({
      steps: [
        step(
          {
            message,
            table: 'project',
            stage: 40,
            ...(message === 'Update' && { preImages: image(['phase', 'ownerid', 'createdon']) }),
          },
          ({ context }) => {
            // Read while the step runs, as a step would.
            void context.PreEntityImages['image']?.FormattedValues
            found = context
          },
        ),
      ],
    })
    const id = await org.create('project', PROJECT)
    if (message === 'Update') await org.update('project', id, { phase: 3 })
    return found
  }

  test('images have them, and with them the names of rows that lookups hold', async () => {
    const context = await contextOf('Update')

    expect(context?.PreEntityImages['image']?.FormattedValues).toEqual({
      phase: 'Running',
      ownerid: 'Calling User',
      createdon: '3/2/2026 3:04 PM',
    })
  })

  test('the Target of a Create has those of its choices and dates', async () => {
    const context = await contextOf('Create')
    const { FormattedValues } = context?.InputParameters['Target'] as Record<string, unknown>

    expect(FormattedValues).toMatchObject({
      phase: 'Running',
      statecode: 'Active',
      createdon: '2026-03-02T15:04:05-00:00',
    })
    expect(FormattedValues).not.toHaveProperty('ownerid')
  })

  test('the Target of an Update has none', async () => {
    const context = await contextOf('Update')

    expect(context?.InputParameters['Target']).not.toHaveProperty('FormattedValues')
  })
})
