import { Clock } from 'dataverse-handlers'
import { clockAt, emulator } from 'dataverse-handlers/testing'
import { AccountCredit } from './account-credit.ts'

const NOW = '2026-03-02T10:00:00Z'
const organization = () =>
  emulator({ handlers: [AccountCredit], services: [[Clock, clockAt(NOW)]] })

test('a raise above the ceiling is refused and nothing is written', async () => {
  const org = organization()
  const id = await org.create('account', { name: 'Contoso', creditlimit: 1_000 })

  await expect(org.update('account', id, { creditlimit: 60_000 })).rejects.toMatchObject({
    code: 'HANDLER_REJECTED',
    message: 'Contoso may not be raised above 50000 automatically.',
  })
  expect(await org.retrieve('account', id)).toMatchObject({ creditlimit: 1_000 })
})

test('putting an account on hold stamps the moment and leaves a note', async () => {
  const org = organization()
  const id = await org.create('account', { name: 'Contoso' })

  await org.update('account', id, { creditonhold: true })
  await org.settle()

  expect(await org.retrieve('account', id)).toMatchObject({ lastonholdtime: NOW })
  const notes = await org.retrieveMultiple({ table: 'annotation', columns: ['subject'] })
  expect(notes.rows).toMatchObject([{ subject: 'Call about the hold' }])
})
