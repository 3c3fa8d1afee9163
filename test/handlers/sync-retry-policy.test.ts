import { Clock } from 'dataverse-handlers'
import { clockAt, emulator } from 'dataverse-handlers/testing'
import { SyncRetryPolicy, SyncSettings } from '../../handlers/sync-retry-policy.ts'

const NOW = '2026-03-02T10:00:00Z'
const TABLE = 'exchangesyncidmapping'

const organization = (settings?: SyncSettings) =>
  emulator({
    handlers: [SyncRetryPolicy],
    services: [[Clock, clockAt(NOW)], ...(settings ? [[SyncSettings, settings] as const] : [])],
  })

test('a new mapping starts with no retries, whatever was sent', async () => {
  const org = organization()

  const plain = await org.create(TABLE, { itemsubject: 'Budget review' })
  const sent = await org.create(TABLE, { itemsubject: 'Budget review', retries: 3 })

  expect(await org.retrieve(TABLE, plain)).toMatchObject({ retries: 0 })
  expect(await org.retrieve(TABLE, sent)).toMatchObject({ retries: 0 })
})

test('a synchronization error is counted and its moment stamped', async () => {
  const org = organization()
  const id = await org.create(TABLE, { itemsubject: 'Budget review' })

  await org.update(TABLE, id, { lastsyncerror: 'The mailbox is full.' })

  expect(await org.retrieve(TABLE, id)).toMatchObject({
    retries: 1,
    lastsyncerror: 'The mailbox is full.',
    lastsyncerroroccurredon: NOW,
  })
})

test('an error code alone counts, and one Update with both counts once', async () => {
  const org = organization()
  const id = await org.create(TABLE, {})

  await org.update(TABLE, id, { lastsyncerrorcode: 42 })
  await org.update(TABLE, id, { lastsyncerrorcode: 42, lastsyncerror: 'The mailbox is full.' })

  expect(await org.retrieve(TABLE, id)).toMatchObject({ retries: 2 })
})

test('an Update without an error, or one that takes it back, counts nothing', async () => {
  const org = organization()
  const id = await org.create(TABLE, { itemsubject: 'Budget review' })

  await org.update(TABLE, id, { itemsubject: 'Budget' })
  await org.update(TABLE, id, { lastsyncerror: null, lastsyncerrorcode: null })

  expect(await org.retrieve(TABLE, id)).toMatchObject({
    retries: 0,
    lastsyncerroroccurredon: null,
  })
})

test('one failure too many is refused by name, and nothing is written', async () => {
  const org = organization({ maximumRetries: 2 })
  const id = await org.create(TABLE, { itemsubject: 'Budget review' })
  await org.update(TABLE, id, { lastsyncerror: 'first' })
  await org.update(TABLE, id, { lastsyncerror: 'second' })
  const before = org.contents()

  await expect(org.update(TABLE, id, { lastsyncerror: 'third' })).rejects.toMatchObject({
    code: 'HANDLER_REJECTED',
    message: 'Budget review failed to synchronize 3 times; 2 are allowed.',
  })
  expect(org.contents()).toEqual(before)
})

test('the refusal names the subject the Update brings', async () => {
  const org = organization({ maximumRetries: 0 })
  const id = await org.create(TABLE, { itemsubject: 'Budget review' })
  const untitled = await org.create(TABLE, {})

  await expect(
    org.update(TABLE, id, { itemsubject: 'Budget 2027', lastsyncerrorcode: 42 }),
  ).rejects.toThrow('Budget 2027 failed to synchronize 1 times; 0 are allowed.')
  await expect(org.update(TABLE, untitled, { lastsyncerrorcode: 42 })).rejects.toThrow(
    'An item without a subject failed to synchronize 1 times; 0 are allowed.',
  )
})

test('five retries are allowed unless the settings say otherwise', async () => {
  const org = organization()
  const id = await org.create(TABLE, { itemsubject: 'Budget review' })
  for (let i = 1; i <= 5; i++) await org.update(TABLE, id, { lastsyncerrorcode: i })

  await expect(org.update(TABLE, id, { lastsyncerrorcode: 6 })).rejects.toThrow('5 are allowed')
  expect(await org.retrieve(TABLE, id)).toMatchObject({ retries: 5, lastsyncerrorcode: 5 })
})
