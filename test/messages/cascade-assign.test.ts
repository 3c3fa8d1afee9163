import { lookup, text, to } from '../../src/metadata/platform/columns.ts'
import { emulator } from '../../src/testing/emulator.ts'
import { everything, refused } from '../support/organization.ts'
import { step } from '../support/steps.ts'
import { madeUp, standardColumns } from '../support/tables.ts'

/** Refers to accounts, and to others of its kind, by lookups that an Assign treats differently. */
const visit = madeUp('Visit', [
  ...standardColumns('visit'),
  text('Name', 50),
  lookup('AllId', to('account', 'visit_all', { delete: 'RemoveLink', assign: 'Cascade' })),
  lookup('ActiveId', to('account', 'visit_active', { delete: 'RemoveLink', assign: 'Active' })),
  lookup('OwnedId', to('account', 'visit_owned', { delete: 'RemoveLink', assign: 'UserOwned' })),
  lookup('NoneId', to('account', 'visit_none', { delete: 'RemoveLink', assign: 'NoCascade' })),
  lookup('NextId', to('visit', 'visit_next', { delete: 'RemoveLink', assign: 'Cascade' })),
])
const tables = [visit]

async function world(options: Parameters<typeof emulator>[0] = {}) {
  const org = emulator({ tables, ...options })
  const account = { table: 'account', id: await org.create('account', { name: 'Contoso' }) }
  const team = { table: 'team' as const, id: org.teamId }
  const visits = (values: object) => org.create('visit', { name: 'Tour', ...values })
  const ownerOf = (id: string) =>
    (org.peek('visit', id)?.['ownerid'] as { readonly id: string } | undefined)?.id
  const user = org.peek('account', account.id)?.['ownerid'] as {
    readonly table: 'systemuser'
    readonly id: string
  }
  return { org, account, team, user, visits, ownerOf }
}

test.each(['Assign', 'Update'])(
  '%s gives the rows below to the new owner, as far as their relationships say',
  async (message) => {
    const { org, account, team, user, visits, ownerOf } = await world()
    const all = await visits({ allid: account })
    const active = await visits({ activeid: account })
    const inactive = await visits({ activeid: account })
    await org.update('visit', inactive, { statecode: 1 })
    const owned = await visits({ ownedid: account })
    const other = await org.create('team', {
      name: 'Others',
      businessunitid: { table: 'businessunit', id: org.businessUnitId },
    })
    const another = await visits({ ownedid: account, ownerid: { table: 'team', id: other } })
    const none = await visits({ noneid: account })

    await (message === 'Assign'
      ? org.execute('Assign', { target: account, assignee: team })
      : org.update('account', account.id, { ownerid: team }))

    expect([all, active, owned].map(ownerOf)).toEqual([team.id, team.id, team.id])
    expect([inactive, none].map(ownerOf)).toEqual([user.id, user.id])
    expect(ownerOf(another)).toBe(other)
  },
)

test('it goes on to the rows below those, ends in circles, and raises Update and Assign for each row once', async () => {
  const seen: unknown[] = []
  const note = (message: string) =>
    step({ table: 'visit', message }, ({ id, context }) => {
      seen.push(`${message} ${id} ${context.Depth}`)
    })
  const { org, account, team, visits, ownerOf } = await world({
    steps: [note('Update'), note('Assign')],
  })
  const first = await visits({ allid: account, activeid: account })
  const second = await visits({ nextid: { table: 'visit', id: first } })
  await org.update('visit', first, { nextid: { table: 'visit', id: second } })
  seen.length = 0

  await org.update('account', account.id, { ownerid: team })

  expect([first, second].map(ownerOf)).toEqual([team.id, team.id])
  expect(seen).toEqual([
    `Update ${first} 2`,
    `Assign ${first} 2`,
    `Update ${second} 3`,
    `Assign ${second} 3`,
  ])
})

test('nothing is assigned where the owner stays the same', async () => {
  const run = jest.fn()
  const { org, account, user, visits } = await world({
    steps: [step({ table: 'visit', message: 'Update' }, run)],
  })
  await visits({ allid: account, ownerid: { table: 'team', id: org.teamId } })

  await org.update('account', account.id, { ownerid: user })

  expect(run).not.toHaveBeenCalled()
})

test('a step that refuses one of the rows undoes all of it', async () => {
  const { org, account, team, visits } = await world({
    steps: [step({ table: 'visit', message: 'Update' }, ({ reject }) => reject('no'))],
  })
  await visits({ allid: account })
  const before = everything(org)

  await refused(org, () => org.update('account', account.id, { ownerid: team }), { message: 'no' })
  expect(everything(org)).toEqual(before)
})
