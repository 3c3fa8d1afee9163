import fc from 'fast-check'
import type { AnyEvent } from '../../src/authoring/event.ts'
import { Clock } from '../../src/authoring/services.ts'
import type { Emulator } from '../../src/emulator/emulator.ts'
import type { OrganizationService } from '../../src/messages/organization-service.ts'
import { clockAt } from '../../src/testing/test-clock.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const RUNS = process.env['LONG'] === undefined ? 150 : 10_000
// What must be refused must compile.
const JOBS: string = 'asyncoperation'
const LONGEST_MS = 600_000
const IDS = 5
const CODES = ['north', 'east', 'south']

/** The creation of a project: what its steps and its job create, and where they fail. */
interface Node {
  readonly project: number
  readonly code: number | null
  readonly at20: readonly Node[]
  readonly at40: readonly Node[]
  readonly job: readonly Node[]
  readonly failsAt: 20 | 40 | 'job' | undefined
  /** Whether whoever sends it catches its failure. */
  readonly isCaught: boolean
  /** Whether its steps take a turn of the event loop. */
  readonly waits: boolean
}
type Action =
  | { readonly kind: 'request'; readonly node: Node }
  | { readonly kind: 'settle' | 'turn the clock' }
  | { readonly kind: 'cancel' | 'postpone' | 'resume'; readonly pick: number }
  | { readonly kind: 'remember' | 'go back' }

const { node } = fc.letrec<{ node: Node; children: readonly Node[] }>((tie) => ({
  children: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'tree' },
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(tie('node'), { maxLength: 2, depthIdentifier: 'tree' }) },
  ),
  node: fc.record({
    project: fc.nat(IDS - 1),
    code: fc.option(fc.nat(CODES.length - 1)),
    at20: tie('children'),
    at40: tie('children'),
    job: tie('children'),
    failsAt: fc.oneof(
      { weight: 7, arbitrary: fc.constant(undefined) },
      { weight: 2, arbitrary: fc.constantFrom(20 as const, 40 as const, 'job' as const) },
    ),
    isCaught: fc.boolean(),
    waits: fc.boolean(),
  }),
}))

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('request'), node }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('settle', 'turn the clock') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('cancel', 'postpone', 'resume'),
      pick: fc.nat(20),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('remember', 'go back') }) },
)

const idOf = (project: number) => `aaaaaaaa-0000-4000-8000-00000000000${project}`

/** An organization whose steps and jobs create what the nodes say; a request's tag says which node it is. */
function scripted() {
  const clock = clockAt('2026-03-02T12:00:00Z')
  const nodes = new Map<string, Node>()
  const send = (org: OrganizationService, each: Node): Promise<unknown> => {
    const tag = String(nodes.size)
    nodes.set(tag, each)
    const code = each.code === null ? null : CODES[each.code]
    return org.create('project', { projectid: idOf(each.project), code }, { tag })
  }
  const sendAll = async (event: AnyEvent, children: readonly Node[]) => {
    for (const child of children) {
      await send(event.org, child).catch((error: unknown) => {
        if (!child.isCaught) throw error
      })
    }
  }
  const run = (event: AnyEvent): void | Promise<void> => {
    const { ParentContext, Stage, Mode } = event.context
    const self = nodes.get(String(ParentContext?.SharedVariables['tag']))
    if (self === undefined) return
    const where = Mode === 1 ? 'job' : Stage === 20 ? 20 : 40
    const children = where === 'job' ? self.job : where === 20 ? self.at20 : self.at40
    const end = () => {
      if (self.failsAt === where) event.reject('planned')
    }
    if (children.length === 0 && !self.waits) return end()
    const turn = self.waits ? new Promise((resolve) => setImmediate(resolve)) : Promise.resolve()
    return turn.then(() => sendAll(event, children)).then(end)
  }
  const on = { message: 'Create', table: 'project' } as const
  const steps = [
    step({ ...on, stage: 20 }, run),
    step({ ...on, stage: 40 }, run),
    step({ ...on, stage: 40, mode: 'async' }, run),
  ]
  const org = emulator({ tables: TABLES, steps, services: [[Clock, clock]] })
  return { org, clock, request: (each: Node) => send(org, each) }
}

interface Job {
  readonly node: Node
  readonly state: 'ready' | 'waiting' | 'succeeded' | 'failed' | 'canceled'
  readonly until: number
}

/** The same organization as maps and lists, its rules written out once more. */
class Model {
  projects = new Map<number, number | null>()
  jobs: Job[] = []
  now = 0

  request(each: Node): boolean {
    const before = { projects: new Map(this.projects), jobs: [...this.jobs] }
    if (this.create(each)) return true
    Object.assign(this, before)
    return false
  }

  /** Inside a transaction a failure is one, caught or not. */
  create(each: Node): boolean {
    const { project, code, failsAt } = each
    if (!each.at20.every((child) => this.create(child)) || failsAt === 20) return false
    if (this.projects.has(project)) return false
    if (code !== null && [...this.projects.values()].includes(code)) return false
    this.projects.set(project, code)
    if (!each.at40.every((child) => this.create(child)) || failsAt === 40) return false
    this.jobs.push({ node: each, state: 'ready', until: 0 })
    return true
  }

  settle(): void {
    for (;;) {
      const at = this.jobs.findIndex(
        ({ state, until }) => state === 'ready' || (state === 'waiting' && until <= this.now),
      )
      const job = this.jobs[at]
      if (job === undefined) return
      const { node } = job
      this.jobs[at] = { ...job, state: 'succeeded' }
      const succeeded = node.job.every((child) => this.request(child) || child.isCaught)
      if (!succeeded || node.failsAt === 'job') this.jobs[at] = { ...job, state: 'failed' }
    }
  }

  /** @returns whether a client may do that. */
  change(kind: 'cancel' | 'postpone' | 'resume', at: number): boolean {
    const job = this.jobs[at]
    if (job === undefined || (job.state !== 'ready' && job.state !== 'waiting')) return false
    if (kind === 'resume' && job.state === 'ready') return false
    const state = kind === 'cancel' ? 'canceled' : kind === 'postpone' ? 'waiting' : 'ready'
    this.jobs[at] = { ...job, state, until: this.now + 1 }
    return true
  }

  copy(): Model {
    return Object.assign(new Model(), this, {
      projects: new Map(this.projects),
      jobs: [...this.jobs],
    })
  }
}

test(
  'any requests and jobs leave what a plain model of the rules leaves',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 14 }), async (actions) => {
        const { org, clock, request } = scripted()
        let model = new Model()
        let moment = { snapshot: org.snapshot(), model: model.copy() }
        for (const each of actions) {
          const before = org.contents()
          const now = model.now
          switch (each.kind) {
            case 'request': {
              const succeeded = await ended(request(each.node))
              expect(succeeded).toBe(model.request(each.node))
              if (!succeeded) expectUnchanged(org, before)
              break
            }
            case 'settle':
              await org.settle()
              model.settle()
              break
            case 'turn the clock':
              clock.advance({ hours: 1 })
              model.now++
              break
            case 'remember':
              moment = { snapshot: org.snapshot(), model: model.copy() }
              break
            case 'go back':
              org.restore(moment.snapshot)
              model = moment.model.copy()
              model.now = now
              break
            case 'cancel':
            case 'postpone':
            case 'resume': {
              const job = org.jobs[each.pick]
              if (job === undefined) break
              const until = new Date(clock.now().getTime() + 3_600_000).toISOString()
              const values = {
                cancel: { statecode: 3, statuscode: 32 },
                postpone: { postponeuntil: until },
                resume: { statecode: 0 },
              }[each.kind]
              const succeeded = await ended(org.update(JOBS, job.id, values))
              expect(succeeded).toBe(model.change(each.kind, each.pick))
              if (!succeeded) expectUnchanged(org, before)
              break
            }
            default:
              each satisfies never
          }

          expect(org.jobs.map(({ rowId, state }) => [rowId, state])).toEqual(
            model.jobs.map(({ node, state }) => [idOf(node.project), state]),
          )
          for (const [code, name] of CODES.entries()) {
            const holder = [...model.projects].find(([, its]) => its === code)?.[0]
            expect(org.findByKey('project', { code: name })).toBe(
              holder === undefined ? undefined : idOf(holder),
            )
          }
          expect(org.contents().get('project')?.length ?? 0).toBe(model.projects.size)
        }
      }),
      { numRuns: RUNS },
    )
  },
  LONGEST_MS,
)

/** Rows are immutable values: what was not written to is the very same row. */
function expectUnchanged(org: Emulator, before: Contents): void {
  const now = org.contents()
  const isSame =
    now.size === before.size &&
    [...now].every(([table, rows]) => {
      const were = before.get(table)
      return were?.length === rows.length && rows.every((row, index) => row === were[index])
    })
  if (!isSame) expect(now).toEqual(before)
}
type Contents = ReturnType<Emulator['contents']>

function ended(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  )
}
