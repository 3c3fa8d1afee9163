import { applyPlan } from '../../src/deploy/apply-plan.ts'
import { planSteps, type EndpointGiven, type PlannedWrite } from '../../src/deploy/plan-steps.ts'
import type { ManifestStep } from '../../src/hosts/host-preset.ts'
import type { OrganizationService } from '../../src/messages/organization-service.ts'
import { textOf } from '../../src/rows/value.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { everything } from '../support/organization.ts'
import { TABLES } from '../support/tables.ts'

const HOOK: EndpointGiven = { name: 'Demo hook', url: 'https://host.example/hook', key: 's3cret' }
const USER = '0b000000-0000-4000-8000-0000000000aa'

const REFUSE: ManifestStep = {
  sdkmessageprocessingstepid: '50000000-0000-4000-8000-000000000001',
  name: 'Projects.refuse',
  message: 'Update',
  table: 'project',
  stage: 20,
  mode: 0,
  rank: 1,
  supporteddeployment: 0,
  filteringattributes: 'name,description',
  images: [
    {
      name: 'preImage',
      entityalias: 'preImage',
      imagetype: 0,
      messagepropertyname: 'Target',
      attributes: 'name',
    },
  ],
}
const TELL: ManifestStep = {
  sdkmessageprocessingstepid: '50000000-0000-4000-8000-000000000002',
  name: 'Projects.tell',
  message: 'Create',
  table: 'project',
  stage: 40,
  mode: 1,
  rank: 5,
  supporteddeployment: 0,
  asyncautodelete: true,
  images: [],
}
const LINK: ManifestStep = {
  sdkmessageprocessingstepid: '50000000-0000-4000-8000-000000000003',
  name: 'Links.check',
  message: 'Associate',
  table: null,
  relationship: 'project_contacts',
  stage: 20,
  mode: 0,
  rank: 1,
  supporteddeployment: 0,
  images: [],
}
const STEPS = [REFUSE, TELL, LINK]
const PRE = REFUSE.images

/** An organization and what it was told of by posts. */
function world() {
  const posted: string[] = []
  const org = emulator({
    tables: TABLES,
    postToEndpoint: ({ name }, { context }) =>
      void posted.push(`${textOf(name)}: ${context.MessageName}`),
  })
  return { org, posted }
}

const told = ({ kind, told }: PlannedWrite) => `${kind} ${told}`
const planned = async (
  org: OrganizationService,
  steps: readonly ManifestStep[] = STEPS,
  given: EndpointGiven = HOOK,
) => (await planSteps(org, { steps }, given)).writes.map(told)

async function deploy(
  org: OrganizationService,
  steps: readonly ManifestStep[] = STEPS,
  given: EndpointGiven = HOOK,
) {
  const plan = await planSteps(org, { steps }, given)
  await applyPlan(org, plan)
  return plan
}

test('the first plan makes the endpoint, its steps and their images, and reads only', async () => {
  const { org } = world()
  const before = everything(org)

  expect(await planned(org)).toEqual([
    'create endpoint Demo hook: https://host.example/hook',
    'create Projects.refuse: Update of project, 20 sync',
    'create Projects.refuse: pre-image preImage: name',
    'create Projects.tell: Create of project, 40 async',
    'create Links.check: Associate of project_contacts, 20 sync',
  ])
  expect(everything(org)).toEqual(before)
})

test('what is applied is called, and applying it again writes nothing', async () => {
  const { org, posted } = world()

  await deploy(org)
  const id = await org.create('project', { name: 'Bridge' })
  await org.update('project', id, { name: 'Tunnel' })
  await org.settle()

  expect(posted).toEqual(['Demo hook: Update', 'Demo hook: Create'])
  const before = everything(org)
  expect(await deploy(org)).toEqual({ writes: [], unchanged: 3 })
  expect(everything(org)).toEqual(before)
})

test('the order of columns is no difference', async () => {
  const { org } = world()
  await deploy(org)

  expect(
    await planned(org, [{ ...REFUSE, filteringattributes: 'description,name' }, TELL, LINK]),
  ).toEqual([])
})

test('a step that is not there any more is deleted, its images with it', async () => {
  const { org } = world()
  await deploy(org)

  expect(await planned(org, [TELL, LINK])).toEqual(['delete Projects.refuse'])
  await deploy(org, [TELL, LINK])

  expect(org.peek('sdkmessageprocessingstep', REFUSE.sdkmessageprocessingstepid)).toBeUndefined()
  expect(await planned(org, [TELL, LINK])).toEqual([])
})

test('no steps are left where none are wanted', async () => {
  const { org } = world()
  await deploy(org)

  await deploy(org, [])

  expect(await planSteps(org, { steps: [] }, HOOK)).toEqual({ writes: [], unchanged: 0 })
  expect(org.peek('sdkmessageprocessingstep', TELL.sdkmessageprocessingstepid)).toBeUndefined()
})

describe('what has changed is written, and nothing else:', () => {
  test.each<[string, ManifestStep, string[]]>([
    ['a rank', { ...TELL, rank: 7 }, ['update Projects.tell: rank 5 → 7']],
    [
      'a user',
      { ...TELL, impersonatinguserid: USER },
      [`update Projects.tell: impersonatinguserid none → ${USER}`],
    ],
    [
      'filtering columns',
      { ...REFUSE, filteringattributes: 'name' },
      ['update Projects.refuse: filteringattributes name,description → name'],
    ],
    [
      'an image’s columns',
      { ...REFUSE, images: PRE.map((image) => ({ ...image, attributes: 'name,description' })) },
      ['update Projects.refuse: pre-image preImage: attributes name → name,description'],
    ],
    [
      'an image’s name',
      { ...REFUSE, images: PRE.map((image) => ({ ...image, entityalias: 'before' })) },
      ['create Projects.refuse: pre-image before: name', 'delete Projects.refuse: image preImage'],
    ],
  ])('%s', async (_, changed, writes) => {
    const { org } = world()
    await org.create('systemuser', {
      systemuserid: USER,
      lastname: 'Robot',
      domainname: 'robot@contoso.example',
      internalemailaddress: 'robot@contoso.example',
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
    })
    await deploy(org)
    const steps = STEPS.map((step) =>
      step.sdkmessageprocessingstepid === changed.sdkmessageprocessingstepid ? changed : step,
    )

    expect(await planned(org, steps)).toEqual(writes)
    await deploy(org, steps)

    expect(await planned(org, steps)).toEqual([])
  })

  test('filtering columns that are taken away', async () => {
    const { org } = world()
    await deploy(org)
    const everyUpdate = { ...REFUSE }
    delete everyUpdate.filteringattributes

    await deploy(org, [everyUpdate, TELL, LINK])

    expect(await planned(org, [everyUpdate, TELL, LINK])).toEqual([])
    expect(
      org.peek('sdkmessageprocessingstep', REFUSE.sdkmessageprocessingstepid)?.[
        'filteringattributes'
      ] ?? null,
    ).toBeNull()
  })

  test('the address of the endpoint', async () => {
    const { org } = world()
    await deploy(org)
    const moved = { name: 'Demo hook', url: 'https://new.example/hook' }

    expect(await planned(org, STEPS, moved)).toEqual([
      'update endpoint Demo hook: url https://host.example/hook → https://new.example/hook',
    ])
    await deploy(org, STEPS, moved)

    // The address need not be repeated.
    expect(await planned(org, STEPS, { name: 'Demo hook' })).toEqual([])
  })
})

test('what somebody changed by hand is changed back', async () => {
  const { org } = world()
  await deploy(org)
  await org.update('sdkmessageprocessingstep', TELL.sdkmessageprocessingstepid, { rank: 9 })
  const image = await org.retrieveMultiple({
    table: 'sdkmessageprocessingstepimage',
    columns: ['sdkmessageprocessingstepimageid'],
  })
  for (const row of image.rows) {
    const id = textOf(row['sdkmessageprocessingstepimageid'])
    await org.delete('sdkmessageprocessingstepimage', id)
  }

  expect(await planned(org)).toEqual([
    'create Projects.refuse: pre-image preImage: name',
    'update Projects.tell: rank 9 → 5',
  ])
})

test('a step that somebody disabled stays disabled', async () => {
  const { org } = world()
  await deploy(org)
  const id = TELL.sdkmessageprocessingstepid
  await org.update('sdkmessageprocessingstep', id, { statecode: 1, statuscode: 2 })

  expect(await planned(org)).toEqual([])
})

test('a failure in the middle keeps what is written; a new plan holds the rest', async () => {
  const { org } = world()
  let left = 3
  const failing: OrganizationService = {
    create: (table, values) =>
      left-- > 0 ? org.create(table, values) : Promise.reject(new RangeError('Out of luck.')),
    retrieve: (table, id, columns) => org.retrieve(table, id, columns),
    update: (table, id, values) => org.update(table, id, values),
    upsert: (table, id, values) => org.upsert(table, id, values),
    delete: (table, id) => org.delete(table, id),
    associate: (...given) => org.associate(...given),
    disassociate: (...given) => org.disassociate(...given),
    retrieveMultiple: (query) => org.retrieveMultiple(query),
    execute: (message, request) => org.execute(message, request),
  }

  await expect(deploy(failing)).rejects.toMatchObject({
    code: 'DEPLOY_FAILED',
    message:
      'create Projects.tell: Create of project, 40 async failed: Out of luck. 3 of 5 writes are made; plan and apply again to make the rest.',
  })

  expect(await planned(org)).toEqual([
    'create Projects.tell: Create of project, 40 async',
    'create Links.check: Associate of project_contacts, 20 sync',
  ])
  await deploy(org)
  expect(await planned(org)).toEqual([])
})

describe('is refused, and nothing is written:', () => {
  async function refused(
    steps: readonly ManifestStep[],
    given: EndpointGiven,
    message: string,
    prepare: (org: OrganizationService) => Promise<unknown> = () => Promise.resolve(),
  ) {
    const { org } = world()
    await prepare(org)
    const before = everything(org)

    await expect(deploy(org, steps, given)).rejects.toMatchObject({
      code: 'DEPLOY_REFUSED',
      message: expect.stringContaining(message),
    })
    expect(everything(org)).toEqual(before)
  }

  test('an endpoint that is not there, without address or key', async () => {
    const message = "The organization has no service endpoint 'Demo hook'; to make it, its address"
    await refused(STEPS, { name: 'Demo hook' }, message)
    await refused(STEPS, { name: 'Demo hook', url: 'https://host.example/' }, message)
  })

  test('an endpoint that is no webhook', async () => {
    await refused(STEPS, HOOK, "The service endpoint 'Demo hook' is no webhook", (org) =>
      org.create('serviceendpoint', {
        ...{ name: 'Demo hook', contract: 2, connectionmode: 1, messageformat: 2 },
        ...{ namespaceaddress: 'sb://contoso.example', namespaceformat: 2, path: 'queue' },
        ...{
          authtype: 2,
          saskeyname: 'send',
          saskey: 's3cret',
          userclaim: 1,
          solutionnamespace: 'x',
        },
      }),
    )
  })

  test('a message the organization does not have', async () => {
    await refused(
      [{ ...TELL, message: 'sample_Close' }],
      HOOK,
      'Projects.tell is a step of sample_Close, a message the organization does not have',
    )
  })

  test('a table the organization does not have', async () => {
    await refused(
      [{ ...TELL, table: 'bridge' }],
      HOOK,
      'Projects.tell is a step of Create of bridge, an event the organization does not have; is the table there?',
    )
  })

  test('a step that is registered for another endpoint', async () => {
    await refused(
      STEPS,
      { ...HOOK, name: 'Second hook' },
      'Projects.refuse is registered for another endpoint or plug-in already',
      (org) => deploy(org),
    )
  })
})
