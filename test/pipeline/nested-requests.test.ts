import fc from 'fast-check'
import type { AnyEvent } from '../../src/authoring/event.ts'
import type { OrganizationService } from '../../src/messages/organization-service.ts'
import type { StepStage } from '../../src/pipeline/step.ts'
import { emulator, type Emulator } from '../../src/testing/index.ts'
import { everything, refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { TABLES } from '../support/tables.ts'

const RUNS = process.env['LONG'] === undefined ? 200 : 10_000
jest.setTimeout(RUNS * 500)
const STAGES = [10, 20, 40] as const
const IDS = 4

/** A request, the requests its steps send, and where one of its steps refuses it. */
interface Node {
  readonly action: Action
  readonly at: Readonly<Record<StepStage, readonly Node[]>>
  readonly failsAt: StepStage | undefined
  /** Whether the step that sends it catches its failure. */
  readonly isCaught: boolean
}
type Action =
  | {
      readonly kind: 'create project' | 'update project'
      readonly project: number
      readonly lead: number | null
    }
  | { readonly kind: 'create contact' | 'delete contact'; readonly contact: number }
  | { readonly kind: 'delete project'; readonly project: number }
  | {
      readonly kind: 'associate' | 'disassociate'
      readonly project: number
      readonly contact: number
    }

const index = fc.nat(IDS - 1)
const lead = fc.option(index, { nil: null })
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constantFrom('create project', 'update project'), project: index, lead }),
  fc.record({ kind: fc.constantFrom('create contact', 'delete contact'), contact: index }),
  fc.record({ kind: fc.constant('delete project'), project: index }),
  fc.record({ kind: fc.constantFrom('associate', 'disassociate'), project: index, contact: index }),
)

const { node } = fc.letrec<{ node: Node; children: readonly Node[] }>((tie) => ({
  children: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'tree' },
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(tie('node'), { maxLength: 2, depthIdentifier: 'tree' }) },
  ),
  node: fc.record({
    action,
    at: fc.record({ 10: tie('children'), 20: tie('children'), 40: tie('children') }),
    failsAt: fc.oneof(
      { weight: 15, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom(...STAGES) },
    ),
    isCaught: fc.boolean(),
  }),
}))

const projectId = (project: number) => `aaaaaaaa-0000-4000-8000-00000000000${project}`
const contactId = (contact: number) => `bbbbbbbb-0000-4000-8000-00000000000${contact}`
const projectRef = (project: number) => ({ table: 'project', id: projectId(project) })
const contactRef = (contact: number) => ({ table: 'contact', id: contactId(contact) })

function send(org: OrganizationService, { action: a }: Node, tag: string): Promise<unknown> {
  switch (a.kind) {
    case 'create project':
      return org.create('project', { projectid: projectId(a.project), ...leadOf(a) }, { tag })
    case 'update project':
      return org.update('project', projectId(a.project), leadOf(a), { tag })
    case 'delete project':
      return org.delete('project', projectId(a.project), { tag })
    case 'create contact':
      return org.create('contact', { contactid: contactId(a.contact), lastname: 'c' }, { tag })
    case 'delete contact':
      return org.delete('contact', contactId(a.contact), { tag })
    case 'associate':
    case 'disassociate':
      return org[a.kind](projectRef(a.project), 'project_contacts', contactRef(a.contact), { tag })
    default:
      return a satisfies never
  }
}

/** Some rows are there already, or most requests would find none. */
const AT_FIRST: readonly number[] = [0, 1, 2]
const BEGINNING = AT_FIRST.flatMap((number) => [
  { table: 'project', values: { projectid: projectId(number) } },
  { table: 'contact', values: { contactid: contactId(number), lastname: 'c' } },
])

function leadOf({ lead }: { readonly lead: number | null }) {
  return { leadid: lead === null ? null : contactRef(lead) }
}

/** An organization whose steps send what the nodes say; a request's tag says which node it is. */
function scripted() {
  const nodes = new Map<string, Node>()
  const tagOf = (each: Node): string => {
    const tag = String(nodes.size)
    nodes.set(tag, each)
    return tag
  }
  const run = (event: AnyEvent): void | Promise<void> => {
    const { SharedVariables, Stage, ParentContext } = event.context
    const hasInner = !event.context.MessageName.endsWith('ssociate')
    const bag = hasInner && Stage > 10 ? ParentContext?.SharedVariables : SharedVariables
    const self = nodes.get(String(bag?.['tag']))
    if (self === undefined) return
    const children = self.at[Stage as StepStage]
    // Steps that send nothing answer at once: both ways through the pipeline are taken.
    if (children.length > 0) return sendAll(event, self, children)
    if (self.failsAt === Stage) event.reject('planned')
  }
  const sendAll = async (event: AnyEvent, self: Node, children: readonly Node[]) => {
    for (const child of children) {
      try {
        await send(event.org, child, tagOf(child))
      } catch (error) {
        if (!child.isCaught) throw error
      }
    }
    if (self.failsAt === event.context.Stage) event.reject('planned')
  }
  const steps = ['Create', 'Update', 'Delete', 'Associate', 'Disassociate'].flatMap((message) =>
    STAGES.map((stage) => step({ message, stage }, run)),
  )
  const org = emulator({ tables: TABLES, rows: BEGINNING, steps })
  return { org, send: (each: Node) => send(org, each, tagOf(each)) }
}

/** The same organization as sets and maps, its rules written out once more. */
class Model {
  projects: Map<number, number | null>
  contacts: Set<number>
  links = new Set<string>()

  constructor(rows: readonly number[] = []) {
    this.projects = new Map(rows.map((project) => [project, null]))
    this.contacts = new Set(rows)
  }

  /** @returns whether it succeeded. Outside a transaction it has one of its own, from PreOperation on. */
  request(each: Node, isInside: boolean): boolean {
    if (!this.stage(each, 10, isInside)) return false
    const before = [new Map(this.projects), new Set(this.contacts), new Set(this.links)] as const
    const succeeded =
      this.prepare(each.action) &&
      this.stage(each, 20, true) &&
      this.main(each.action) &&
      this.stage(each, 40, true)
    if (!succeeded && !isInside) [this.projects, this.contacts, this.links] = before
    return succeeded
  }

  /** Inside a transaction a failure is one, caught or not. */
  stage(each: Node, stage: StepStage, isInside: boolean): boolean {
    for (const child of each.at[stage]) {
      if (!this.request(child, isInside) && (isInside || !child.isCaught)) return false
    }
    return each.failsAt !== stage
  }

  prepare(a: Action): boolean {
    switch (a.kind) {
      case 'create project':
      case 'create contact':
        return true
      case 'update project':
        return this.projects.has(a.project)
      case 'delete project':
        this.cut((link) => link.startsWith(`${a.project} `))
        return this.projects.has(a.project)
      case 'delete contact':
        this.cut((link) => link.endsWith(` ${a.contact}`))
        for (const [project, its] of this.projects) {
          if (its === a.contact) this.projects.set(project, null)
        }
        return this.contacts.has(a.contact)
      case 'associate':
      case 'disassociate':
        return this.projects.has(a.project) && this.contacts.has(a.contact)
      default:
        return a satisfies never
    }
  }

  main(a: Action): boolean {
    switch (a.kind) {
      case 'create project':
      case 'update project':
        if (a.lead !== null && !this.contacts.has(a.lead)) return false
        if (this.projects.has(a.project) !== (a.kind === 'update project')) return false
        this.projects.set(a.project, a.lead)
        return true
      case 'create contact':
        return !this.contacts.has(a.contact) && this.contacts.add(a.contact).size > 0
      case 'delete project':
        return this.projects.delete(a.project)
      case 'delete contact':
        return this.contacts.delete(a.contact)
      case 'associate': {
        const link = `${a.project} ${a.contact}`
        return !this.links.has(link) && this.links.add(link).size > 0
      }
      case 'disassociate':
        this.links.delete(`${a.project} ${a.contact}`)
        return true
      default:
        return a satisfies never
    }
  }

  cut(isGone: (link: string) => boolean): void {
    for (const link of this.links) if (isGone(link)) this.links.delete(link)
  }

  get shown() {
    return {
      projects: [...this.projects].sort(([a], [b]) => a - b),
      contacts: [...this.contacts].sort(),
      links: [...this.links].sort(),
    }
  }
}

function shown(org: Emulator): Model['shown'] {
  const rows = (table: string) => org.contents().get(table) ?? []
  const digit = (id: unknown) => Number(String(id).at(-1))
  const model = new Model()
  for (const row of rows('project')) {
    const its = row['leadid'] as { id: string } | null
    model.projects.set(digit(row['projectid']), its === null ? null : digit(its.id))
  }
  for (const row of rows('contact')) model.contacts.add(digit(row['contactid']))
  for (const row of rows('projectcontact')) {
    model.links.add(`${digit(row['projectid'])} ${digit(row['contactid'])}`)
  }
  return model.shown
}

describe('any requests, whatever their steps send and wherever they fail', () => {
  test('leave what a plain model of the rules leaves, and nothing of a refused transaction', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(node, { minLength: 1, maxLength: 6 }), async (requests) => {
        const { org, send: request } = scripted()
        const model = new Model(AT_FIRST)
        for (const each of requests) {
          const before = everything(org)

          const succeeded = await request(each).then(
            () => true,
            () => false,
          )

          expect(succeeded).toBe(model.request(each, false))
          expect(shown(org)).toEqual(model.shown)
          if (!succeeded && each.at[10].length === 0) expect(everything(org)).toEqual(before)
        }
      }),
      { numRuns: RUNS },
    )
  })

  test('can be gone back over and forth again by snapshots', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(node, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 4 }),
        async (requests, jumps) => {
          const { org, send: request } = scripted()
          const moments = [{ snapshot: org.snapshot(), whole: everything(org) }]
          for (const each of requests) {
            await request(each).catch(() => undefined)
            moments.push({ snapshot: org.snapshot(), whole: everything(org) })
          }

          for (const jump of jumps) {
            const moment = moments[jump % moments.length]
            if (moment === undefined) continue
            org.restore(moment.snapshot)
            expect(everything(org)).toEqual(moment.whole)
          }
        },
      ),
      { numRuns: RUNS },
    )
  })
})

describe('what a step that only reads starts', () => {
  const readOnly = { table: 'contact', message: 'Create', isReadOnly: true } as const

  test('may read', async () => {
    const look = step(readOnly, async ({ org }) => {
      await org.retrieveMultiple({ table: 'account', columns: [] })
    })
    const org = emulator({ tables: TABLES, steps: [look] })

    await expect(org.create('contact', { lastname: 'Diaz' })).resolves.toBeDefined()
  })

  test('may write nothing, at any depth', async () => {
    const look = step(readOnly, async ({ org }) => {
      await org.retrieveMultiple({ table: 'account', columns: [] })
    })
    const write = step({ table: 'account', message: 'RetrieveMultiple' }, async ({ org }) => {
      await org.create('account', { name: 'Contoso' })
    })
    const org = emulator({ tables: TABLES, steps: [look, write] })

    await refused(org, () => org.create('contact', { lastname: 'Diaz' }), {
      code: 'READ_INTENT_INCOMPATIBLE',
    })
  })
})
