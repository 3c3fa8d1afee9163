import fc from 'fast-check'
import { accessMask, rightsIn } from '../../src/pipeline/access-rights.ts'
import { lookup, text, to } from '../../src/metadata/platform/columns.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { isRowRef, textOf, type Value } from '../../src/rows/value.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { madeUp, standardColumns } from '../support/tables.ts'

const RUNS = process.env['LONG'] === undefined ? 40 : 2_000

const TYPES = ['NoCascade', 'Cascade', 'Active', 'UserOwned'] as const
type Type = (typeof TYPES)[number]
const TABLES = ['red', 'green'] as const
const FROM_OWNERS = accessMask(
  'ReadAccess, WriteAccess, AppendAccess, AppendToAccess, DeleteAccess, ShareAccess, AssignAccess',
)

const ON_DELETE = ['Cascade', 'RemoveLink', 'Restrict'] as const

interface Link {
  readonly child: number
  readonly parent: number
  readonly share: Type
  readonly unshare: Type
  readonly reparent: Type
  readonly assign: Type
  readonly delete: (typeof ON_DELETE)[number]
}

const type = fc.constantFrom(...TYPES, 'Cascade' as const, 'Cascade' as const, 'Cascade' as const)
const link: fc.Arbitrary<Link> = fc.record({
  child: fc.nat(TABLES.length - 1),
  parent: fc.nat(TABLES.length - 1),
  share: type,
  unshare: type,
  reparent: type,
  assign: type,
  delete: fc.constantFrom(...ON_DELETE),
})

const rights = fc
  .subarray(['ReadAccess', 'WriteAccess', 'CreateAccess'], { minLength: 1 })
  .map((names) => names.join(', '))
const who = fc.nat(2)
const which = fc.nat(30)

/** What somebody does; numbers are taken modulo what there is. */
const deed = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('create' as const),
      table: fc.nat(TABLES.length - 1),
      owner: who,
      above: fc.array(which, { maxLength: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('grant' as const), row: which, who, rights }),
  },
  fc.record({ kind: fc.constant('modify' as const), row: which, who, rights }),
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('revoke' as const), row: which, who }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      row: which,
      link: fc.nat(9),
      above: fc.option(which),
    }),
  },
  fc.record({ kind: fc.constant('assign' as const), row: which, owner: who }),
  fc.record({ kind: fc.constant('delete' as const), row: which }),
  fc.record({ kind: fc.constant('close' as const), row: which, state: fc.nat(1) }),
)
type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never

/** One row of the reference, and the rights on it: one bit is one right of one principal. */
interface Thing {
  readonly table: number
  readonly id: string
  owner: number
  isActive: boolean
  readonly above: (Thing | null)[]
  readonly own: number[]
  readonly inherited: number[]
}

/** The same, worked out the slow way: right by right, from every row anew. */
class Reference {
  readonly things: Thing[] = []
  readonly links: readonly Link[]

  constructor(links: readonly Link[]) {
    this.links = links
  }

  create(thing: Thing): void {
    this.things.push(thing)
    this.links.forEach(({ share, reparent }, at) => {
      const parent = thing.above[at]
      if (parent === undefined || parent === null) return
      const gives = share === 'NoCascade' ? reparent : share
      if (!this.takes(gives, thing, parent)) return
      for (const person of [0, 1, 2]) {
        thing.inherited[person] =
          get(thing.inherited, person) | (total(parent, person) & FROM_OWNERS)
      }
    })
  }

  share(thing: Thing, person: number, own: number, named: number): void {
    const lost = get(thing.own, person) & ~own & ~get(thing.inherited, person)
    thing.own[person] = own
    this.pass(this.below(thing, 'share', false), person, named, lost)
  }

  revoke(thing: Thing, person: number): void {
    const lost = get(thing.own, person) & ~get(thing.inherited, person)
    thing.own[person] = 0
    if (lost !== 0) this.pass(this.below(thing, 'unshare', false), person, 0, lost)
  }

  move(thing: Thing, at: number, parent: Thing | null): void {
    const former = thing.above[at] ?? null
    thing.above[at] = parent
    if (former === parent) return
    const reparent = this.links[at]?.reparent ?? 'NoCascade'
    const wasHeir = thing.inherited.some((mask) => mask !== 0)
    const changes = [0, 1, 2].map((person) => {
      const from = (giver: Thing | null, isOwnerServed: boolean) =>
        giver === null || !this.takes(reparent, thing, giver)
          ? 0
          : (total(giver, person) & FROM_OWNERS) |
            (giver.owner === person && !isOwnerServed ? FROM_OWNERS : 0)
      return {
        person,
        gained: from(parent, thing.owner === person),
        lost: wasHeir ? from(former, false) : 0,
      }
    })
    for (const { person, gained, lost } of changes) {
      if (gained === 0 && lost === 0) continue
      this.pass(this.below(thing, 'reparent', true), person, gained, lost)
    }
  }

  assign(thing: Thing, owner: number): void {
    if (thing.owner === owner) return
    const given = this.below(thing, 'assign', true, (found) => found.owner !== owner)
    for (const one of given) one.owner = owner
  }

  /** @returns whether it may be deleted */
  delete(thing: Thing): boolean {
    const gone = new Set([thing])
    const pointing = (one: Thing, how: Link['delete']) =>
      this.links.flatMap((rule, at) => {
        const parent = one.above[at]
        return parent && rule.delete === how && gone.has(parent) ? [at] : []
      })
    for (let size = 0; size !== gone.size;) {
      size = gone.size
      for (const one of this.things) if (pointing(one, 'Cascade').length > 0) gone.add(one)
    }
    const left = this.things.filter((one) => !gone.has(one))
    if (left.some((one) => pointing(one, 'Restrict').length > 0)) return false
    for (const one of left) for (const at of pointing(one, 'RemoveLink')) one.above[at] = null
    this.things.splice(0, this.things.length, ...left)
    return true
  }

  takes(how: Type, child: Thing, parent: Thing): boolean {
    if (how === 'Active') return child.isActive
    return how === 'Cascade' || (how === 'UserOwned' && child.owner === parent.owner)
  }

  below(
    start: Thing,
    action: 'share' | 'unshare' | 'reparent' | 'assign',
    withStart: boolean,
    isMeant: (thing: Thing) => boolean = () => true,
  ): Set<Thing> {
    const found = new Set([start])
    for (let size = 0; size !== found.size;) {
      size = found.size
      for (const thing of this.things.filter(isMeant)) {
        this.links.forEach((rule, at) => {
          const parent = thing.above[at]
          if (parent === undefined || parent === null || !found.has(parent)) return
          if (this.takes(rule[action], thing, parent)) found.add(thing)
        })
      }
    }
    if (!withStart) found.delete(start)
    return found
  }

  pass(reached: Set<Thing>, person: number, gained: number, lost: number): void {
    for (let bit = 1; bit <= 1 << 20; bit <<= 1) {
      const holders = [...reached].filter((thing) => (get(thing.inherited, person) & bit) !== 0)
      if ((gained & bit) !== 0) {
        for (const thing of reached) thing.inherited[person] = get(thing.inherited, person) | bit
      } else if ((lost & bit) !== 0) {
        // Nobody holds it but by somebody else who holds it still.
        for (const thing of holders) thing.inherited[person] = get(thing.inherited, person) & ~bit
        for (let again = true; again;) {
          again = false
          for (const thing of holders) {
            if ((get(thing.inherited, person) & bit) !== 0) continue
            if (!this.isGiven(thing, person, bit)) continue
            thing.inherited[person] = get(thing.inherited, person) | bit
            again = true
          }
        }
      }
    }
  }

  isGiven(thing: Thing, person: number, bit: number): boolean {
    return this.links.some(({ share, reparent }, at) => {
      const parent = thing.above[at]
      if (parent === undefined || parent === null) return false
      if (!this.takes(share === 'NoCascade' ? reparent : share, thing, parent)) return false
      const byOwner = reparent !== 'NoCascade' && parent.owner === person ? FROM_OWNERS : 0
      return ((total(parent, person) | byOwner) & bit) !== 0
    })
  }
}

const get = (masks: readonly number[], at: number) => masks[at] ?? 0
const total = (thing: Thing, person: number) =>
  get(thing.own, person) | get(thing.inherited, person)

test('rows, their owners and rights on them are what a slow reference says, for any relationships, rows and deeds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(link, { minLength: 1, maxLength: 4 }),
      fc.array(deed, { minLength: 10, maxLength: 40, size: 'max' }),
      async (links, deeds) => {
        const org = emulator({ tables: tablesOf(links) })
        const people = await principals(org)
        const reference = new Reference(links)

        for (const one of deeds) await act(org, people, reference, one)

        expect(sharesIn(org)).toEqual(sharesOf(reference, people))
        expect(rowsIn(org)).toEqual(rowsOf(reference, people))
      },
    ),
    { numRuns: RUNS },
  )
})

function tablesOf(links: readonly Link[]): readonly TableDefinition[] {
  return TABLES.map((name, table) =>
    madeUp(name, [
      text('Name', 50),
      ...standardColumns(name),
      ...links.flatMap(({ child, parent, ...cascade }, at) =>
        child === table
          ? [lookup(`Link${at}Id`, to(TABLES[parent] ?? '', `link_${at}`, cascade))]
          : [],
      ),
    ]),
  )
}

async function principals(org: Emulator) {
  const team = async (name: string) => ({
    table: 'team' as const,
    id: await org.create('team', {
      name,
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
    }),
  })
  return [{ table: 'systemuser' as const, id: org.userId }, await team('One'), await team('Two')]
}
type People = Awaited<ReturnType<typeof principals>>

async function act(org: Emulator, people: People, reference: Reference, one: Deed) {
  const { things, links } = reference
  const pick = (at: number, table?: number) => {
    const some = things.filter((thing) => table === undefined || thing.table === table)
    return some[at % Math.max(some.length, 1)]
  }
  const nameOf = ({ table }: Pick<Thing, 'table'>) => TABLES[table] ?? ''
  const refTo = (thing: Thing) => ({ table: nameOf(thing), id: thing.id })
  if (one.kind === 'create') {
    const above = links.map(({ child, parent }, at) =>
      child === one.table && one.above[at] !== undefined
        ? (pick(one.above[at], parent) ?? null)
        : null,
    )
    const lookups = above.flatMap((parent, at) =>
      parent === null ? [] : [[`link${at}id`, refTo(parent)] as const],
    )
    const id = await org.create(nameOf(one), {
      name: 'Thing',
      ownerid: people[one.owner],
      ...Object.fromEntries(lookups),
    })
    reference.create({
      table: one.table,
      id,
      owner: one.owner,
      isActive: true,
      above,
      own: [],
      inherited: [],
    })
    return
  }
  const thing = pick(one.row)
  if (thing === undefined) return
  const Target = refTo(thing)
  switch (one.kind) {
    case 'grant':
    case 'modify': {
      const Principal = people[one.who]
      if (Principal === undefined || thing.owner === one.who) return
      const PrincipalAccess = { Principal, AccessMask: one.rights }
      const mask = accessMask(one.rights)
      const isGrant = one.kind === 'grant'
      await org.execute(isGrant ? 'GrantAccess' : 'ModifyAccess', { Target, PrincipalAccess })
      reference.share(thing, one.who, isGrant ? get(thing.own, one.who) | mask : mask, mask)
      return
    }
    case 'revoke': {
      const Revokee = people[one.who]
      if (Revokee === undefined) return
      await org.execute('RevokeAccess', { Target, Revokee })
      reference.revoke(thing, one.who)
      return
    }
    case 'move': {
      const at = one.link % links.length
      const rule = links[at]
      if (rule === undefined || rule.child !== thing.table) return
      const parent = one.above === null ? null : (pick(one.above, rule.parent) ?? null)
      const value = parent === null ? null : refTo(parent)
      await org.update(Target.table, thing.id, { [`link${at}id`]: value })
      reference.move(thing, at, parent)
      return
    }
    case 'assign': {
      await org.update(Target.table, thing.id, { ownerid: people[one.owner] })
      reference.assign(thing, one.owner)
      return
    }
    case 'delete': {
      if (reference.delete(thing)) await org.delete(Target.table, thing.id)
      else {
        await expect(org.delete(Target.table, thing.id)).rejects.toMatchObject({
          code: 'DELETE_RESTRICTED',
        })
      }
      return
    }
    case 'close': {
      await org.update(Target.table, thing.id, { statecode: one.state })
      thing.isActive = one.state === 0
      return
    }
    default:
      one satisfies never
  }
}

const line = (row: string, person: string, own: number, inherited: number) =>
  `${row} ${person}: ${rightsIn(own)} + ${rightsIn(inherited)}`

function sharesIn(org: Emulator): readonly string[] {
  return (org.contents().get('principalobjectaccess') ?? [])
    .map((share) =>
      line(
        textOf(share['objectid']),
        textOf(share['principalid']),
        Number(share['accessrightsmask']),
        Number(share['inheritedaccessrightsmask']),
      ),
    )
    .sort()
}

function sharesOf({ things }: Reference, people: People): readonly string[] {
  return things
    .flatMap((thing) =>
      people.flatMap(({ id }, person) =>
        total(thing, person) === 0
          ? []
          : [line(thing.id, id, get(thing.own, person), get(thing.inherited, person))],
      ),
    )
    .sort()
}

/** Owner, state and lookups of every row. */
function rowsIn(org: Emulator): readonly unknown[] {
  return TABLES.flatMap((table) => org.contents().get(table) ?? [])
    .map((row) => [
      textOf(row['redid']) || textOf(row['greenid']),
      idIn(row['ownerid']),
      row['statecode'] === 0,
      [0, 1, 2, 3].map((at) => idIn(row[`link${at}id`])),
    ])
    .sort(byId)
}

function rowsOf({ things }: Reference, people: People): readonly unknown[] {
  return things
    .map(({ id, owner, isActive, above }) => [
      id,
      people[owner]?.id,
      isActive,
      [0, 1, 2, 3].map((at) => above[at]?.id ?? null),
    ])
    .sort(byId)
}

const idIn = (value: Value | undefined) => (isRowRef(value) ? value.id : null)
const byId = (a: readonly unknown[], b: readonly unknown[]) =>
  String(a[0]) < String(b[0]) ? -1 : 1
