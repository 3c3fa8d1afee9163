import { emulator, type Emulator } from '../../src/testing/index.ts'
import { refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'
import type { AnyEvent } from '../../src/authoring/event.ts'
import type { Step } from '../../src/pipeline/step.ts'

const tables = TABLES
const MISSING = '66666666-6666-4666-8666-666666666666'
const ref = <T extends string>(table: T, id: string) => ({ table, id })

async function world(steps: readonly Step[] = []) {
  const org = emulator({ tables, steps })
  const project = ref('project', await org.create('project', { name: 'Bridge' }))
  const other = ref('project', await org.create('project', { name: 'Tunnel' }))
  const ana = ref('contact', await org.create('contact', { lastname: 'Ana' }))
  const eva = ref('contact', await org.create('contact', { lastname: 'Eva' }))
  return { org, project, other, ana, eva }
}

/** The links of an intersect table, without what differs from run to run. */
function links(org: Emulator, table: string): readonly unknown[] {
  return (org.contents().get(table) ?? []).map((row) =>
    Object.entries(row)
      .filter(([name]) => name !== `${table}id` && name !== 'versionnumber')
      .map(([, id]) => id),
  )
}

describe('a many-to-many relationship', () => {
  test('links from either side', async () => {
    const { org, project, ana, eva } = await world()

    await org.associate(project, 'project_contacts', ana)
    await org.associate(eva, 'project_contacts', project)

    expect(links(org, 'projectcontact')).toEqual([
      [project.id, ana.id],
      [project.id, eva.id],
    ])
  })

  test('links several rows at once', async () => {
    const { org, project, ana, eva } = await world()

    await org.associate(project, 'project_contacts', [ana, eva])

    expect(links(org, 'projectcontact')).toHaveLength(2)
  })

  test('links all of several rows or none', async () => {
    const { org, project, ana, eva } = await world()
    await org.associate(project, 'project_contacts', eva)

    await refused(org, () => org.associate(project, 'project_contacts', [ana, eva]), {
      code: 'DUPLICATE_ROW',
      number: 0x80040237,
      message: 'Cannot insert duplicate key.',
    })
  })

  test('links no two rows twice, from whichever side', async () => {
    const { org, project, ana } = await world()
    await org.associate(project, 'project_contacts', ana)

    await refused(org, () => org.associate(ana, 'project_contacts', project), {
      code: 'DUPLICATE_ROW',
    })
    await refused(org, () => org.associate(project, 'project_contacts', [ana, ana]), {
      code: 'DUPLICATE_ROW',
    })
  })

  test('unlinks from either side', async () => {
    const { org, project, ana, eva } = await world()
    await org.associate(project, 'project_contacts', [ana, eva])

    await org.disassociate(ana, 'project_contacts', project)
    await org.disassociate(project, 'project_contacts', eva)

    expect(links(org, 'projectcontact')).toEqual([])
  })

  test('has nothing to unlink where no link is, and says nothing', async () => {
    const { org, project, ana, eva } = await world()
    await org.associate(project, 'project_contacts', ana)

    await org.disassociate(project, 'project_contacts', eva)

    expect(links(org, 'projectcontact')).toEqual([[project.id, ana.id]])
  })

  test('takes ids in any spelling', async () => {
    const { org, project, ana } = await world()
    const loud = { table: 'project', id: project.id.toUpperCase() }

    await org.associate(loud, 'project_contacts', { table: 'contact', id: `{${ana.id}}` })
    expect(links(org, 'projectcontact')).toEqual([[project.id, ana.id]])
    await org.disassociate(loud, 'project_contacts', ana)
    expect(links(org, 'projectcontact')).toEqual([])
  })

  test('changes neither row', async () => {
    const { org, project, ana } = await world()
    const before = [org.peek('project', project.id), org.peek('contact', ana.id)]

    await org.associate(project, 'project_contacts', ana)

    expect([org.peek('project', project.id), org.peek('contact', ana.id)]).toEqual(before)
  })
})

describe('a many-to-many relationship of a table with itself', () => {
  test('keeps the direction that the role says', async () => {
    const { org, project, other } = await world()

    await org.associate(project, 'project_projects', other, { role: 'Referencing' })
    await org.associate(project, 'project_projects', other, { role: 'Referenced' })

    expect(links(org, 'projectproject')).toEqual([
      [project.id, other.id],
      [other.id, project.id],
    ])
  })

  test('takes back the link of that direction alone', async () => {
    const { org, project, other } = await world()
    await org.associate(project, 'project_projects', other, { role: 'Referencing' })
    await org.associate(other, 'project_projects', project, { role: 'Referencing' })

    await org.disassociate(project, 'project_projects', other, { role: 'Referencing' })

    expect(links(org, 'projectproject')).toEqual([[other.id, project.id]])
  })

  test('is refused without a role', async () => {
    const { org, project, other } = await world()

    for (const send of [org.associate.bind(org), org.disassociate.bind(org)]) {
      await refused(org, () => send(project, 'project_projects', other), {
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining('PrimaryEntityRole') as unknown,
      })
    }
  })
})

describe('a one-to-many relationship', () => {
  test('sets the lookup, from the one side for several rows', async () => {
    const { org, project, other, ana } = await world()

    await org.associate(ana, 'project_lead', [project, other])

    expect(org.peek('project', project.id)).toMatchObject({ leadid: ana })
    expect(org.peek('project', other.id)).toMatchObject({ leadid: ana })
  })

  test('sets the lookup from the many side for one row', async () => {
    const { org, project, ana } = await world()

    await org.associate(project, 'project_lead', ana)

    expect(org.peek('project', project.id)).toMatchObject({ leadid: ana })
  })

  test('takes several rows from the one side only', async () => {
    const { org, project, ana, eva } = await world()

    await refused(org, () => org.associate(project, 'project_lead', [ana, eva]), {
      code: 'INVALID_ARGUMENT',
    })
  })

  test('moves a row that was linked to another', async () => {
    const { org, project, ana, eva } = await world()
    await org.associate(ana, 'project_lead', project)

    await org.associate(eva, 'project_lead', project)
    await org.associate(eva, 'project_lead', project)

    expect(org.peek('project', project.id)).toMatchObject({ leadid: eva })
  })

  test('clears the lookup, in any spelling of the ids', async () => {
    const { org, project, ana } = await world()
    await org.associate(ana, 'project_lead', project)

    await org.disassociate({ table: 'contact', id: ana.id.toUpperCase() }, 'project_lead', project)

    expect(org.peek('project', project.id)).toMatchObject({ leadid: null })
  })

  test('leaves a lookup that points elsewhere', async () => {
    const { org, project, ana, eva } = await world()
    await org.associate(ana, 'project_lead', project)

    await org.disassociate(eva, 'project_lead', project)

    expect(org.peek('project', project.id)).toMatchObject({ leadid: ana })
  })

  test('of a table with itself needs the role of the target', async () => {
    const { org, project, other } = await world()

    await org.associate(project, 'project_parent', other, { role: 'Referenced' })
    expect(org.peek('project', other.id)).toMatchObject({ parentprojectid: project })
    await org.disassociate(other, 'project_parent', project, { role: 'Referencing' })
    expect(org.peek('project', other.id)).toMatchObject({ parentprojectid: null })
    await refused(org, () => org.associate(project, 'project_parent', other), {
      code: 'INVALID_ARGUMENT',
    })
  })

  test('sets all of several lookups or none', async () => {
    const { org, project, other, ana } = await world([
      step(
        {
          message: 'Update',
          table: 'project',
          preImages: [{ alias: 'image', columns: ['name'] }],
        },
        ({ preImage, reject }) => {
          if (preImage['name'] === 'Tunnel') reject('not the tunnel')
        },
      ),
    ])

    await refused(org, () => org.associate(ana, 'project_lead', [project, other]), {
      message: 'not the tunnel',
    })
  })
})

describe('an association', () => {
  test.each([
    ['an unknown relationship', 'project_unknown', 'RELATIONSHIP_UNKNOWN'],
    ['a relationship of other tables', 'contact_customer_accounts', 'INVALID_ARGUMENT'],
    ['related rows of another table', 'project_parent', 'INVALID_ARGUMENT'],
  ])('is refused for %s', async (_, relationship, code) => {
    const { org, project, ana } = await world()

    for (const send of [org.associate.bind(org), org.disassociate.bind(org)]) {
      await refused(org, () => send(project, relationship, ana, { role: 'Referenced' }), { code })
    }
  })

  test('is refused where a row is missing, whichever', async () => {
    const { org, project, ana } = await world()
    const missing = ref('contact', MISSING)

    for (const relationship of ['project_contacts', 'project_lead']) {
      await refused(org, () => org.associate(project, relationship, missing), {
        code: 'ROW_NOT_FOUND',
      })
      await refused(org, () => org.associate(ref('project', MISSING), relationship, ana), {
        code: 'ROW_NOT_FOUND',
      })
    }
  })

  test('is refused without related rows', async () => {
    const { org, project } = await world()

    await refused(org, () => org.associate(project, 'project_contacts', []), {
      code: 'INVALID_ARGUMENT',
    })
  })
})

describe('the steps of an association', () => {
  const record = (seen: string[]) =>
    (['Associate', 'Disassociate', 'Update', 'Create'] as const).flatMap((message) =>
      ([10, 20, 40] as const).map((stage) =>
        step({ message, stage }, ({ context }) => {
          seen.push(`${context.MessageName} ${context.Stage} ${context.Depth}`)
        }),
      ),
    )

  test('are those of Associate alone over many-to-many', async () => {
    const seen: string[] = []
    const { org, project, ana } = await world(record(seen))
    seen.length = 0

    await org.associate(project, 'project_contacts', ana)
    await org.disassociate(project, 'project_contacts', ana)

    expect(seen).toEqual([
      'Associate 10 1',
      'Associate 20 1',
      'Associate 40 1',
      'Disassociate 10 1',
      'Disassociate 20 1',
      'Disassociate 40 1',
    ])
  })

  test('are those of Associate and of the child’s Update over one-to-many', async () => {
    const seen: string[] = []
    const { org, project, ana } = await world(record(seen))
    seen.length = 0

    await org.associate(ana, 'project_lead', project)

    expect(seen).toEqual([
      'Associate 10 1',
      'Associate 20 1',
      'Update 10 2',
      'Update 20 2',
      'Update 40 2',
      'Associate 40 1',
    ])
  })

  test('do not run when a lookup is written', async () => {
    const seen: string[] = []
    const { org, project, ana } = await world(record(seen))
    seen.length = 0

    await org.update('project', project.id, { leadid: ana })

    expect(seen.filter((line) => line.startsWith('Associate'))).toEqual([])
  })

  test('may be those of one relationship', async () => {
    const run = jest.fn()
    const { org, project, ana } = await world([
      step({ message: 'Associate', relationship: 'project_contacts' }, run),
    ])

    await org.associate(ana, 'project_lead', project)
    expect(run).not.toHaveBeenCalled()
    await org.associate(project, 'project_contacts', ana)
    expect(run).toHaveBeenCalledTimes(1)
  })

  test('see target, relationship and related rows', async () => {
    const seen: AnyEvent[] = []
    const { org, project, ana, eva } = await world([
      step({ message: 'Associate' }, (event) => void seen.push(event)),
    ])

    await org.associate(project, 'project_contacts', [ana, eva])

    expect(seen[0]).toMatchObject({
      id: project.id,
      table: 'project',
      relationship: 'project_contacts',
      related: [ana, eva],
    })
    expect(seen[0]?.context.InputParameters).toEqual({
      Target: { LogicalName: 'project', Id: project.id, Name: null },
      Relationship: { SchemaName: 'project_contacts', PrimaryEntityRole: null },
      RelatedEntities: [
        { LogicalName: 'contact', Id: ana.id, Name: null },
        { LogicalName: 'contact', Id: eva.id, Name: null },
      ],
    })
  })

  test('undo the links when they fail', async () => {
    const { org, project, ana } = await world([
      step({ message: 'Associate', stage: 40 }, ({ reject }) => reject('no')),
    ])

    await refused(org, () => org.associate(project, 'project_contacts', ana), { message: 'no' })
    await refused(org, () => org.associate(ana, 'project_lead', project), { message: 'no' })
  })
})
