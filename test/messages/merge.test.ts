import { emulator } from '../../src/testing/emulator.ts'
import { id, lookup, text, to } from '../../src/metadata/platform/columns.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import { CASCADE_ACTIONS, type OneToManyDefinition } from '../../src/metadata/relationship.ts'
import { refused } from '../support/organization.ts'
import { image, step } from '../support/steps.ts'
import { madeUp, standardColumns } from '../support/tables.ts'

/** Refers to accounts by two lookups, which merging treats differently. */
const visit = madeUp('Visit', [
  text('Name', 50),
  lookup('HostId', to('account', 'visit_host', { delete: 'RemoveLink', merge: 'Cascade' })),
  lookup('GuestId', to('account', 'visit_guest', { delete: 'RemoveLink', merge: 'NoCascade' })),
])
const tables = [visit]

async function world(options: Parameters<typeof emulator>[0] = {}) {
  const org = emulator({ tables, ...options })
  const account = async (values: object) => ({
    table: 'account',
    id: await org.create('account', values),
  })
  const Target = await account({ name: 'Contoso' })
  const Subordinate = await account({ name: 'Contoso Ltd', telephone1: '555' })
  const request = { Target, Subordinate, PerformParentingChecks: false }
  return { org, account, Target, Subordinate, request }
}

test('Merge takes columns over and deactivates the subordinate, which is not deleted (merge-entity-using-web-api)', async () => {
  const { org, Target, Subordinate, request } = await world()

  await org.execute('Merge', { ...request, UpdateContent: { telephone1: '555' } })

  expect(org.peek('account', Target.id)).toMatchObject({
    name: 'Contoso',
    telephone1: '555',
    statecode: 0,
  })
  expect(org.peek('account', Subordinate.id)).toMatchObject({
    statecode: 1,
    merged: true,
    masterid: Target,
  })
})

test('Merge re-points rows by relationships that say Cascade, and no others', async () => {
  const { org, Target, Subordinate, request } = await world()
  const id = await org.create('visit', { name: 'Tour', hostid: Subordinate, guestid: Subordinate })

  await org.execute('Merge', request)

  expect(org.peek('visit', id)).toMatchObject({ hostid: Target, guestid: Subordinate })
})

test('each re-pointed row is an Update with its steps, one deeper, inside the Merge', async () => {
  const seen: unknown[] = []
  const { org, Subordinate, request } = await world({
    steps: [
      step(
        { table: 'visit', message: 'Update' },
        ({ context, id }) =>
          void seen.push(id, context.Depth, context.ParentContext?.ParentContext?.MessageName),
      ),
    ],
  })
  const id = await org.create('visit', { name: 'Tour', hostid: Subordinate })

  await org.execute('Merge', request)

  expect(seen).toEqual([id, 2, 'Merge'])
})

test('SYSTEM re-points them, on behalf of the caller (merge-entity-using-web-api)', async () => {
  const seen: unknown[] = []
  const { org, Subordinate, request } = await world({
    steps: [
      step({ table: 'visit', message: 'Update' }, ({ context }) => {
        seen.push(context.UserId, context.InitiatingUserId)
      }),
    ],
  })
  await org.create('visit', { name: 'Tour', hostid: Subordinate })

  await org.execute('Merge', request)

  expect(seen).toEqual([org.systemUserId, org.userId])
})

test('its steps see Target, SubordinateId, UpdateContent and PerformParentingChecks, and images of the target', async () => {
  const seen: unknown[] = []
  const { org, Target, Subordinate, request } = await world({
    steps: [
      step(
        {
          table: 'account',
          message: 'Merge',
          stage: 40,
          preImages: image(['telephone1']),
          postImages: image(['telephone1']),
        },
        ({ context, preImage, postImage }) =>
          void seen.push(context.InputParameters, preImage, postImage),
      ),
    ],
  })

  await org.execute('Merge', { ...request, UpdateContent: { telephone1: '555' } })

  expect(seen).toEqual([
    {
      Target: { LogicalName: 'account', Id: Target.id, Name: null },
      SubordinateId: Subordinate.id,
      UpdateContent: { LogicalName: 'account', Id: '', Attributes: { telephone1: '555' } },
      PerformParentingChecks: false,
    },
    { telephone1: null },
    { telephone1: '555' },
  ])
})

test.each([10, 20, 40] as const)(
  'its steps at %i may have images of the row that is given up',
  async (stage) => {
    const seen: unknown[] = []
    const columns = ['telephone1', 'statecode']
    const given = { alias: 'given', columns, property: 'SubordinateId' }
    const { org, Subordinate, request } = await world({
      steps: [
        step(
          {
            table: 'account',
            message: 'Merge',
            stage,
            preImages: [...image(['name']), given],
            postImages: stage === 40 ? [given] : [],
          },
          ({ context, preImage, preImages, postImages }) =>
            void seen.push(
              preImage,
              preImages['given'],
              postImages['given'],
              context.PreEntityImages['given']?.Id,
            ),
        ),
      ],
    })

    await org.execute('Merge', request)

    expect(seen).toEqual([
      { name: 'Contoso' },
      { telephone1: '555', statecode: 0 },
      stage === 40 ? { telephone1: '555', statecode: 1 } : undefined,
      Subordinate.id,
    ])
  },
)

test('Merge leaves out tables that are not there, and re-points activities with their pointers', async () => {
  const account = PLATFORM_TABLES.find(({ logicalName }) => logicalName === 'account')
  const toWorkItems: OneToManyDefinition = {
    schemaName: 'account_workitems',
    referencedTable: 'account',
    referencingTable: 'workitem',
    referencingColumn: 'regardingobjectid',
    cascade: Object.fromEntries(CASCADE_ACTIONS.map((action) => [action, 'Cascade'] as const)),
  }
  const inspection = {
    ...madeUp(
      'Inspection',
      [
        text('Subject', 50),
        lookup(
          'RegardingObjectId',
          to('account', 'Account_Inspections', { delete: 'RemoveLink', merge: 'Cascade' }),
        ),
        ...standardColumns('inspection'),
      ],
      { primaryName: 'subject', primaryId: id('ActivityId', 'SystemRequired', 'create-only') },
    ),
    isActivity: true,
  }
  const { org, Target, Subordinate, request } = await world({
    tables: [
      inspection,
      ...(account === undefined
        ? []
        : [{ ...account, oneToMany: [...account.oneToMany, toWorkItems] }]),
    ],
  })
  const activity = await org.create('inspection', { regardingobjectid: Subordinate })

  await org.execute('Merge', request)

  expect(org.catalog.table('account').oneToMany.map((r) => r.referencingTable)).toContain(
    'workitem',
  )
  for (const table of ['inspection', 'activitypointer']) {
    expect(org.peek(table, activity)).toMatchObject({ regardingobjectid: Target })
  }
})

test('a step that refuses a re-pointed row undoes the whole Merge', async () => {
  const { org, Subordinate, request } = await world({
    steps: [step({ table: 'visit', message: 'Update', stage: 40 }, ({ reject }) => reject('no'))],
  })
  await org.create('visit', { name: 'Tour', hostid: Subordinate })

  await refused(
    org,
    () => org.execute('Merge', { ...request, UpdateContent: { telephone1: '555' } }),
    { code: 'HANDLER_REJECTED' },
  )
})

test('Merge refuses a row with itself, an inactive row, and rows that do not exist', async () => {
  const { org, Target, Subordinate, request } = await world()
  const missing = { table: 'account', id: '00000000-0000-4000-8000-00000000dead' }

  await refused(org, () => org.execute('Merge', { ...request, Subordinate: Target }), {
    code: 'MERGE_IDENTICAL',
  })
  await refused(org, () => org.execute('Merge', { ...request, Subordinate: missing }), {
    code: 'ROW_NOT_FOUND',
  })
  await refused(org, () => org.execute('Merge', { ...request, Target: missing }), {
    code: 'ROW_NOT_FOUND',
  })
  await org.update('account', Subordinate.id, { statecode: 1 })
  await refused(org, () => org.execute('Merge', request), { code: 'MERGE_INACTIVE' })
})

test('Merge refuses rows of different tables, and tables that are not merged', async () => {
  const { org, request } = await world()
  const contact = { table: 'contact', id: await org.create('contact', { lastname: 'Diaz' }) }
  const tour = { table: 'visit', id: await org.create('visit', { name: 'Tour' }) }

  await refused(org, () => org.execute('Merge', { ...request, Subordinate: contact }), {
    code: 'INVALID_ARGUMENT',
  })
  await refused(org, () => org.execute('Merge', { ...request, Target: tour, Subordinate: tour }), {
    code: 'MESSAGE_NOT_OFFERED',
  })
})

test('with PerformParentingChecks rows of different parents are refused', async () => {
  const { org, account, request } = await world()
  const checked = { ...request, PerformParentingChecks: true }
  const one = await account({ name: 'One' })
  const two = await account({ name: 'Two' })
  const below = (parent: object, name: string) => account({ name, parentaccountid: parent })

  const lost = await below(one, 'Lost')
  const kept = await below(two, 'Kept')

  await refused(org, () => org.execute('Merge', { ...checked, Subordinate: lost }), {
    code: 'MERGE_PARENT_LOST',
  })
  await refused(org, () => org.execute('Merge', { ...checked, Target: kept, Subordinate: lost }), {
    code: 'MERGE_PARENTS_DIFFER',
  })
})

test('without PerformParentingChecks they are merged, and those of one parent with it, too', async () => {
  const { org, account, request } = await world()
  const parent = await account({ name: 'Parent' })
  const Target = await account({ name: 'A', parentaccountid: parent })
  const Subordinate = await account({ name: 'B', parentaccountid: parent })

  await org.execute('Merge', { Target, Subordinate, PerformParentingChecks: true })
  await org.execute('Merge', { ...request, Target })

  expect(org.peek('account', request.Subordinate.id)).toMatchObject({ masterid: Target })
})

test('the kept row may not lie below the other one', async () => {
  const { org, Target, Subordinate, request } = await world()
  const parentaccountid = { table: 'account' as const, id: Subordinate.id }
  await org.update('account', Target.id, { parentaccountid })

  await refused(org, () => org.execute('Merge', request), {
    code: 'MERGE_CYCLE',
    number: 0x80045300,
  })
})

describe('cases', () => {
  const incident = madeUp('Incident', [
    text('Name', 50),
    lookup('ParentCaseId', to('incident', 'incident_parent', { delete: 'RemoveLink' })),
    ...standardColumns('incident'),
  ])
  const note = madeUp('Remark', [
    text('Name', 50),
    lookup('CaseId', to('incident', 'remark_case', { delete: 'Cascade', merge: 'Cascade' })),
  ])

  test('keep what they have, and their rows are re-pointed by the caller (merge-entity-using-web-api)', async () => {
    const seen: unknown[] = []
    const org = emulator({
      tables: [incident, note],
      steps: [
        step(
          { table: 'remark', message: 'Update' },
          ({ context }) => void seen.push(context.UserId),
        ),
      ],
    })
    const Target = { table: 'incident', id: await org.create('incident', { name: 'Kept' }) }
    const Subordinate = { table: 'incident', id: await org.create('incident', { name: 'Gone' }) }
    const below = await org.create('remark', { name: 'Seen', caseid: Subordinate })

    await org.execute('Merge', {
      Target,
      Subordinate,
      UpdateContent: { name: 'Changed' },
      PerformParentingChecks: true,
    })

    expect(org.peek('incident', Target.id)).toMatchObject({ name: 'Kept', statecode: 0 })
    expect(org.peek('incident', Subordinate.id)).toMatchObject({ statecode: 1 })
    expect(org.peek('remark', below)).toMatchObject({ caseid: Target })
    expect(seen).toEqual([org.userId])
  })

  test('of different parents are refused where the request checks for that', async () => {
    const org = emulator({ tables: [incident, note] })
    const make = async (values: object) => ({
      table: 'incident',
      id: await org.create('incident', { name: 'Case', ...values }),
    })
    const [first, second] = [await make({}), await make({})]
    const Target = await make({ parentcaseid: first })
    const Subordinate = await make({ parentcaseid: second })

    await refused(
      org,
      () => org.execute('Merge', { Target, Subordinate, PerformParentingChecks: true }),
      { code: 'MERGE_PARENTS_DIFFER', number: 0x80045316 },
    )
  })
})
