import { Emulator } from '../../src/emulator/emulator.ts'
import { servedOrganization } from '../../src/cli/start/served-organization.ts'
import type { MessageTrace, TraceNode } from '../../src/pipeline/trace.ts'
import { isRowRef, textOf } from '../../src/rows/value.ts'
import { listen } from '../../src/web-api/node-server.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const REQUESTS = 200
const LONGEST_MS = 60_000

const turn = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const nameOf = (i: number) => `Project ${i}`
const fails = (name: unknown) => Number(String(name).slice('Project '.length)) % 7 === 0
const expected = Array.from({ length: REQUESTS }, (_, i) => nameOf(i)).filter(
  (name) => !fails(name),
)

/** Every project has a lead that its own steps create, wait for, and sometimes refuse in the end. */
function organization(): Emulator {
  const on = { table: 'project', message: 'Create' } as const
  return new Emulator({
    tables: TABLES,
    runsJobsAtOnce: true,
    steps: [
      step({ ...on, stage: 10, name: 'Projects.look' }, () => turn(1).then(() => undefined)),
      step(
        { ...on, stage: 20, name: 'Projects.lead', writes: ['leadid'] },
        async ({ org, target }) => {
          const id = await org.create('contact', { lastname: textOf(target['name']) })
          await turn(Math.random() * 2)
          target['leadid'] = { table: 'contact', id }
        },
      ),
      step({ ...on, stage: 40, name: 'Projects.check' }, async ({ org, id, target, reject }) => {
        await org.update('project', id, { description: `checked ${textOf(target['name'])}` })
        if (fails(target['name'])) reject('Every seventh is refused.')
      }),
      step({ ...on, stage: 40, mode: 'async', name: 'Projects.tell' }, async ({ org, id }) => {
        await turn(Math.random() * 2)
        await org.update('project', id, { region: 'told' })
      }),
    ],
  })
}

/** Looks at what is committed while requests run, and collects what nobody may ever see. */
function watched(org: Emulator) {
  const halves: unknown[] = []
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      const contents = org.contents()
      const contacts = new Set((contents.get('contact') ?? []).map((row) => row['contactid']))
      const projects = contents.get('project') ?? []
      for (const project of projects) {
        const { leadid, description } = project
        if (!isRowRef(leadid) || !contacts.has(leadid.id) || description === null)
          halves.push(project)
      }
      if (contacts.size !== projects.length) halves.push([contacts.size, projects.length])
      await turn(1)
    }
  })()
  const ended = async () => {
    isOver = true
    await watching
    return halves
  }
  return { ended }
}

function traced(org: Emulator) {
  const roots: TraceNode[] = []
  org.onTrace((node) => roots.push(node))
  return roots
}

function assertEverythingThere(org: Emulator): void {
  const projects = org.contents().get('project') ?? []
  expect(projects.map((row) => row['name']).sort()).toEqual([...expected].sort())
  expect(projects.every((row) => row['region'] === 'told')).toBe(true)
  expect(org.contents().get('contact')).toHaveLength(expected.length)
  expect(org.jobs).toHaveLength(expected.length)
  expect(org.jobs.every(({ state }) => state === 'succeeded')).toBe(true)
}

/** Of each request: its three steps with what they sent, and why it failed if it did. */
function assertTracesComplete(roots: readonly TraceNode[]): void {
  const requests = roots.filter(
    (node): node is MessageTrace => node.kind === 'message' && node.message === 'Create',
  )
  expect(requests).toHaveLength(REQUESTS)
  for (const { children, error, depth } of requests) {
    expect(depth).toBe(1)
    expect(children).toMatchObject([
      { step: 'Projects.look', children: [] },
      { step: 'Projects.lead', children: [{ message: 'Create', table: 'contact', depth: 2 }] },
      { step: 'Projects.check', children: [{ message: 'Update', table: 'project', depth: 2 }] },
    ])
    expect(children[2]?.error).toEqual(error)
  }
  const refused = requests.filter(({ error }) => error?.code === 'HANDLER_REJECTED')
  expect(refused).toHaveLength(REQUESTS - expected.length)
  const jobs = roots.filter((node) => node.kind === 'step')
  expect(jobs).toHaveLength(expected.length)
  for (const { children } of jobs) expect(children).toMatchObject([{ message: 'Update', depth: 2 }])
}

test(
  'two hundred requests at once lose nothing and show nothing half done',
  async () => {
    const org = organization()
    const roots = traced(org)
    const watch = watched(org)

    const answers = await Promise.allSettled(
      Array.from({ length: REQUESTS }, (_, i) => org.create('project', { name: nameOf(i) })),
    )
    await org.settle()

    expect(await watch.ended()).toEqual([])
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(expected.length)
    assertEverythingThere(org)
    assertTracesComplete(roots)
  },
  LONGEST_MS,
)

test(
  'two hundred requests at once over HTTP lose nothing and show nothing half done',
  async () => {
    const org = organization()
    const roots = traced(org)
    const watch = watched(org)
    const api = createWebApi({ catalog: org.catalog, service: servedOrganization(org) })
    const server = await listen(api, { port: 0 })

    const statuses = await Promise.all(
      Array.from({ length: REQUESTS }, async (_, i) => {
        const response = await fetch(`${server.url}/api/data/v9.2/projects`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ name: nameOf(i) }),
        })
        await response.text()
        return response.status
      }),
    )
    await org.settle()
    await server.close()

    expect(await watch.ended()).toEqual([])
    expect(statuses.filter((status) => status === 204)).toHaveLength(expected.length)
    expect(statuses.filter((status) => status === 400)).toHaveLength(REQUESTS - expected.length)
    assertEverythingThere(org)
    assertTracesComplete(roots)
  },
  LONGEST_MS,
)
