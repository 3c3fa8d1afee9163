import type { StatusColumn } from '../../src/metadata/column.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { refused } from '../support/organization.ts'
import { PROJECT } from '../support/tables.ts'

/** Status 1 leads to 3, and 3 to 2 (Inactive), which leads nowhere. */
const TRANSITIONS: Readonly<Record<number, readonly number[]>> = { 1: [3], 3: [1, 2] }

const transitionData = (from: number) =>
  `<allowedtransitions xmlns="http://schemas.microsoft.com/crm/2009/WebServices">${(
    TRANSITIONS[from] ?? []
  )
    .map((to) => `<allowedtransition sourcestatusid="${from}" tostatusid="${to}" />`)
    .join('')}</allowedtransitions>`

function strict(enforcesStateTransitions: boolean): TableDefinition {
  return {
    ...PROJECT,
    enforcesStateTransitions,
    columns: PROJECT.columns.map((column) =>
      column.type === 'Status'
        ? ({
            ...column,
            options: column.options.map((option) => ({
              ...option,
              ...(option.value in TRANSITIONS && { transitionData: transitionData(option.value) }),
            })),
          } satisfies StatusColumn)
        : column,
    ),
  }
}

const STRICT = [strict(true)]
const LENIENT = [strict(false)]

async function project(tables: readonly TableDefinition[]) {
  const org = emulator({ tables })
  return { org, id: await org.create('project', { name: 'Bridge' }) }
}

describe('a table that enforces status transitions', () => {
  test('takes those that are told', async () => {
    const { org, id } = await project(STRICT)

    await org.update('project', id, { statuscode: 3 })
    await org.update('project', id, { statecode: 1, statuscode: 2 })

    expect(org.peek('project', id)).toMatchObject({ statecode: 1, statuscode: 2 })
  })

  test('takes the status that the row has', async () => {
    const { org, id } = await project(STRICT)

    await org.update('project', id, { statuscode: 1, name: 'Tunnel' })

    expect(org.peek('project', id)).toMatchObject({ statuscode: 1, name: 'Tunnel' })
  })

  test.each([
    ['both', { statecode: 1, statuscode: 2 }],
    ['the state alone, whose default status it would be', { statecode: 1 }],
  ])('refuses others, sent as %s', async (_, values) => {
    const { org, id } = await project(STRICT)

    await refused(org, () => org.update('project', id, values), {
      code: 'STATUS_TRANSITION_REFUSED',
      number: 0x80048408,
    })
  })

  test('refuses them by SetState, too', async () => {
    const { org, id } = await project(STRICT)

    await refused(
      org,
      () => org.execute('SetState', { target: { table: 'project', id }, state: 1, status: 2 }),
      { code: 'STATUS_TRANSITION_REFUSED' },
    )
  })

  test('lets no row out of a status without an entry', async () => {
    const { org, id } = await project(STRICT)
    await org.update('project', id, { statuscode: 3 })
    await org.update('project', id, { statecode: 1, statuscode: 2 })

    await refused(org, () => org.update('project', id, { statecode: 0, statuscode: 1 }), {
      code: 'STATUS_TRANSITION_REFUSED',
    })
  })

  test('refuses what a PreOperation step sets, too', async () => {
    const org = emulator({
      tables: STRICT,
      steps: [
        {
          id: 'e5000000-0000-4000-8000-000000000001',
          name: 'close',
          message: 'Update',
          table: 'project',
          stage: 20,
          mode: 'sync',
          rank: 1,
          columns: ['name'],
          preImages: [],
          postImages: [],
          writes: ['statecode', 'statuscode'],
          run: ({ target }) => {
            target['statecode'] = 1
            target['statuscode'] = 2
          },
        },
      ],
    })
    const id = await org.create('project', { name: 'Bridge' })

    await refused(org, () => org.update('project', id, { name: 'Tunnel' }), {
      code: 'STATUS_TRANSITION_REFUSED',
    })
  })

  test.each([
    [0, 3, true],
    [0, 1, true],
    [1, 2, false],
    [1, 3, false],
  ])('IsValidStateTransition to state %p, status %p: %p', async (NewState, NewStatus, IsValid) => {
    const { org, id } = await project(STRICT)

    expect(
      await org.execute('IsValidStateTransition', {
        Entity: { table: 'project', id },
        NewState,
        NewStatus,
      }),
    ).toEqual({ IsValid })
  })
})

test('transitions that are told and not enforced are not looked at', async () => {
  const { org, id } = await project(LENIENT)

  await org.update('project', id, { statecode: 1, statuscode: 2 })

  expect(org.peek('project', id)).toMatchObject({ statecode: 1, statuscode: 2 })
})
