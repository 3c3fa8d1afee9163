import { Handler, PostOperation, type DeleteEvent } from 'dataverse-handlers'
import { emulator } from 'dataverse-handlers/testing'
import { UnlinkDeletedRecords } from '../../handlers/unlink-deleted-records.ts'

const MAPPING = 'exchangesyncidmapping'
const ACCOUNT_CODE = 1
const CONTACT_CODE = 2

const organization = () => emulator({ handlers: [UnlinkDeletedRecords] })
type Organization = ReturnType<typeof organization>

const mapped = (org: Organization, objectid: string, objecttypecode: number) =>
  org.create(MAPPING, { objectid, objecttypecode })
const isUnlinked = async (org: Organization, mapping: string) =>
  (await org.retrieve(MAPPING, mapping, ['isunlinkedincrm'])).isunlinkedincrm

test('deleting a row unlinks every mapping that points at it, whatever its table', async () => {
  const org = organization()
  const account = await org.create('account', { name: 'Contoso' })
  const contact = await org.create('contact', { lastname: 'Doe' })
  const ofAccount = await mapped(org, account, ACCOUNT_CODE)
  const ofContact = [
    await mapped(org, contact, CONTACT_CODE),
    await mapped(org, contact, CONTACT_CODE),
  ]

  await org.delete('contact', contact)

  for (const mapping of ofContact) expect(await isUnlinked(org, mapping)).toBe(true)
  expect(await isUnlinked(org, ofAccount)).toBe(false)

  await org.delete('account', account)

  expect(await isUnlinked(org, ofAccount)).toBe(true)
})

test('a mapping with the id of the row but another table stays linked', async () => {
  const org = organization()
  const contact = await org.create('contact', { lastname: 'Doe' })
  const mapping = await mapped(org, contact, ACCOUNT_CODE)

  await org.delete('contact', contact)

  expect(await isUnlinked(org, mapping)).toBe(false)
})

test('rows that a cascade deletes are unlinked, too', async () => {
  const org = organization()
  const account = await org.create('account', { name: 'Contoso' })
  const contact = await org.create('contact', {
    lastname: 'Doe',
    parentcustomerid: { table: 'account', id: account },
  })
  const mapping = await mapped(org, contact, CONTACT_CODE)

  await org.delete('account', account)

  expect(await isUnlinked(org, mapping)).toBe(true)
})

test('a mapping that is unlinked already is not updated again', async () => {
  const org = organization()
  const contact = await org.create('contact', { lastname: 'Doe' })
  const mapping = await mapped(org, contact, CONTACT_CODE)
  await org.update(MAPPING, mapping, { isunlinkedincrm: true })
  const before = org.peek(MAPPING, mapping)

  await org.delete('contact', contact)

  expect(org.peek(MAPPING, mapping)).toEqual(before)
})

test('a deletion that a later step refuses leaves the mapping linked', async () => {
  @Handler('contact')
  class KeepContacts {
    @PostOperation('Delete', { rank: 100 })
    refuse({ reject }: DeleteEvent<'contact'>) {
      reject('Contacts are kept.')
    }
  }
  const org = emulator({ handlers: [UnlinkDeletedRecords, KeepContacts] })
  const contact = await org.create('contact', { lastname: 'Doe' })
  const mapping = await mapped(org, contact, CONTACT_CODE)

  await expect(org.delete('contact', contact)).rejects.toThrow('Contacts are kept.')

  expect(await isUnlinked(org, mapping)).toBe(false)
  expect(await org.retrieve('contact', contact, ['lastname'])).toMatchObject({ lastname: 'Doe' })
})

test('mappings can be deleted themselves', async () => {
  const org = organization()
  const mapping = await mapped(org, await org.create('contact', { lastname: 'Doe' }), CONTACT_CODE)

  await org.delete(MAPPING, mapping)

  await expect(org.retrieve(MAPPING, mapping)).rejects.toMatchObject({ code: 'ROW_NOT_FOUND' })
})
