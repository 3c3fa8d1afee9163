import { join } from 'node:path'
import { emulator } from 'dataverse-handlers/testing'
import {
  ContactLeads,
  LeadSettings,
  LinkJournal,
  type LinkChange,
} from '../../handlers/contact-leads.ts'
import { readSchemaFolder } from '../../src/emulator/tables-of-folder.ts'
import { lookup, memo, text, to } from '../../src/metadata/platform/columns.ts'
import { table } from '../../src/metadata/platform/define.ts'

const LINKS = 'contactleads_association'

const TABLES = readSchemaFolder(join(__dirname, '../../schemas'))

/** Of the platform's notes what the journal needs. */
const NOTES = table({
  schemaName: 'Annotation',
  entitySetName: 'annotations',
  displayName: 'Note',
  displayCollectionName: 'Notes',
  objectTypeCode: 5,
  ownership: 'None',
  primaryName: 'subject',
  columns: [
    text('Subject', 500),
    memo('NoteText', 100_000),
    lookup('ObjectId', [to('lead', 'Lead_Annotation')]),
  ],
})

const organization = () =>
  emulator({
    handlers: [ContactLeads],
    services: [
      [LeadSettings, { maximumContacts: 2 }],
      [LinkJournal, new RecordedJournal()],
    ],
  })
type Organization = ReturnType<typeof organization>

class RecordedJournal extends LinkJournal {
  readonly changes: LinkChange[] = []

  override async record(change: LinkChange): Promise<void> {
    this.changes.push(change)
  }
}

const lead = (org: Organization, lastname = 'Miller') =>
  org.create('lead', { firstname: 'Ann', lastname, subject: 'Interested' })
const contact = (org: Organization, lastname: string) =>
  org.create('contact', { firstname: 'Jo', lastname })
const contacts = (org: Organization, ...names: readonly string[]) =>
  Promise.all(names.map((name) => contact(org, name)))
const ref = (table: string) => (id: string) => ({ table, id })
const linkedTo = async (org: Organization, lead: string) => {
  const { rows } = await org.retrieveMultiple({
    table: 'contactleads',
    columns: ['contactid'],
    where: { kind: 'condition', column: 'leadid', operator: 'eq', values: [lead] },
  })
  return rows.map((row) => row['contactid'])
}

describe('a lead', () => {
  test('is linked to as many contacts as are allowed, from either end', async () => {
    const org = organization()
    const ann = await lead(org)
    const [a = '', b = ''] = await contacts(org, 'A', 'B')

    await org.associate({ table: 'lead', id: ann }, LINKS, { table: 'contact', id: a })
    await org.associate({ table: 'contact', id: b }, LINKS, { table: 'lead', id: ann })

    expect(new Set(await linkedTo(org, ann))).toEqual(new Set([a, b]))
  })

  test.each(['lead', 'contact'] as const)(
    'that has all it may have is refused one more, asked from the %s, and nothing is written',
    async (target) => {
      const org = organization()
      const ann = await lead(org)
      const [a = '', b = '', c = ''] = await contacts(org, 'A', 'B', 'C')
      await org.associate({ table: 'lead', id: ann }, LINKS, [a, b].map(ref('contact')))
      const before = org.contents()

      const ends = [ref('lead')(ann), ref('contact')(c)] as const
      const [from, to] = target === 'lead' ? ends : ([ends[1], ends[0]] as const)

      await expect(org.associate(from, LINKS, to)).rejects.toMatchObject({
        code: 'HANDLER_REJECTED',
        message: 'Ann Miller has 2 of at most 2 contacts; 1 more cannot be linked.',
      })
      expect(org.contents()).toEqual(before)
    },
  )

  test('is refused several contacts at once that are too many together', async () => {
    const org = organization()
    const ann = await lead(org)
    const three = await contacts(org, 'A', 'B', 'C')

    await expect(
      org.associate({ table: 'lead', id: ann }, LINKS, three.map(ref('contact'))),
    ).rejects.toThrow('Ann Miller has 0 of at most 2 contacts; 3 more cannot be linked.')
    expect(await linkedTo(org, ann)).toEqual([])
  })

  test('that is full refuses a request that names others, too', async () => {
    const org = organization()
    const full = await lead(org, 'Full')
    const free = await lead(org, 'Free')
    const [a = '', b = '', c = ''] = await contacts(org, 'A', 'B', 'C')
    await org.associate({ table: 'lead', id: full }, LINKS, [a, b].map(ref('contact')))

    await expect(
      org.associate({ table: 'contact', id: c }, LINKS, [free, full].map(ref('lead'))),
    ).rejects.toThrow(/^Ann Full has 2/)
    expect(await linkedTo(org, free)).toEqual([])
  })

  test('has room again when a contact is unlinked', async () => {
    const org = organization()
    const ann = await lead(org)
    const [a = '', b = '', c = ''] = await contacts(org, 'A', 'B', 'C')
    await org.associate({ table: 'lead', id: ann }, LINKS, [a, b].map(ref('contact')))

    await org.disassociate({ table: 'lead', id: ann }, LINKS, { table: 'contact', id: a })
    await org.associate({ table: 'lead', id: ann }, LINKS, { table: 'contact', id: c })

    expect(new Set(await linkedTo(org, ann))).toEqual(new Set([b, c]))
  })
})

describe('the journal', () => {
  test('records each link made and removed, once the asynchronous steps run', async () => {
    const journal = new RecordedJournal()
    const org = emulator({ handlers: [ContactLeads], services: [[LinkJournal, journal]] })
    const ann = await lead(org)
    const [a = '', b = ''] = await contacts(org, 'A', 'B')

    await org.associate({ table: 'lead', id: ann }, LINKS, [a, b].map(ref('contact')))
    await org.disassociate({ table: 'contact', id: a }, LINKS, { table: 'lead', id: ann })

    expect(journal.changes).toEqual([])

    await org.settle()

    expect(journal.changes).toEqual([
      { kind: 'linked', contact: a, lead: ann },
      { kind: 'linked', contact: b, lead: ann },
      { kind: 'unlinked', contact: a, lead: ann },
    ])
  })

  test('records nothing of a link that is refused', async () => {
    const journal = new RecordedJournal()
    const org = emulator({
      handlers: [ContactLeads],
      services: [
        [LinkJournal, journal],
        [LeadSettings, { maximumContacts: 0 }],
      ],
    })
    const ann = await lead(org)
    const joe = await contact(org, 'Doe')

    await expect(
      org.associate({ table: 'lead', id: ann }, LINKS, { table: 'contact', id: joe }),
    ).rejects.toThrow('Ann Miller has 0 of at most 0 contacts')
    await org.settle()

    expect(journal.changes).toEqual([])
  })

  test('is a note on the lead unless something else is bound', async () => {
    const org = emulator({ handlers: [ContactLeads], tables: [...TABLES, NOTES] })
    const ann = await lead(org)
    const joe = await contact(org, 'Doe')

    await org.associate({ table: 'lead', id: ann }, LINKS, { table: 'contact', id: joe })
    await org.disassociate({ table: 'lead', id: ann }, LINKS, { table: 'contact', id: joe })
    await org.settle()

    const { rows } = await org.retrieveMultiple({ table: 'annotation', columns: 'all' })
    expect(org.jobs).toMatchObject([{ state: 'succeeded' }, { state: 'succeeded' }])
    expect(rows).toMatchObject([
      { subject: 'Contact linked', notetext: 'Jo Doe was linked.', objectid: { id: ann } },
      { subject: 'Contact unlinked', notetext: 'Jo Doe was unlinked.', objectid: { id: ann } },
    ])
  })
})
