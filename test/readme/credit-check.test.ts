// test/handlers/credit-check.test.ts
import { from } from 'dataverse-handlers'
import { emulator } from 'dataverse-handlers/testing'
import { CreditBureau, CreditCheck, ReleaseCredit } from './credit-check.ts'

class FakeBureau extends CreditBureau {
  failures = 0
  async score() {
    if (this.failures-- > 0) throw new Error('Closed.')
    return 200
  }
}
const bureau = new FakeBureau()
const org = emulator({
  handlers: [CreditCheck, ReleaseCredit],
  services: [[CreditBureau, bureau]],
})
const empty = org.snapshot()
beforeEach(() => org.restore(empty))

test('an account with a low score is put on hold, at the second try', async () => {
  bureau.failures = 1
  const id = await org.create('account', { name: 'Contoso' })

  const trace = await org.trace(() => org.settle())

  expect(trace.lines).toEqual(['score 200'])
  expect(org.jobs).toMatchObject([{ step: 'CreditCheck.check', state: 'succeeded', retries: 1 }])
  expect(await org.retrieve('account', id, ['creditonhold'])).toMatchObject({ creditonhold: true })
})

test('credit is released by a message of our own', async () => {
  const id = await org.create('account', { name: 'Contoso', creditlimit: 10 })

  const answer = await org.execute('sample_ReleaseCredit', {
    Target: { table: 'account', id },
    Limit: 500,
  })

  expect(answer).toEqual({ Before: 10 })
  const rich = from('account')
    .select('name')
    .where(({ is }) => is('creditlimit', 'ge', 500))
    .build()
  expect((await org.retrieveMultiple(rich)).rows).toMatchObject([{ name: 'Contoso' }])
})
