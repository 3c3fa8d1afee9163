import {
  Handler,
  inject,
  PostOperation,
  PreOperation,
  Service,
  type AssociateEvent,
  type DisassociateEvent,
  type OrganizationService,
} from 'dataverse-handlers'

@Service()
export class LeadSettings {
  /** Contacts one lead may have. */
  readonly maximumContacts: number = 5
}

/** One link made or removed; ids of its rows. */
export interface LinkChange {
  readonly kind: 'linked' | 'unlinked'
  readonly contact: string
  readonly lead: string
}

/** Writes a note for each change on the lead, where whoever works on it looks. */
@Service()
export class LinkJournal {
  async record({ kind, contact, lead }: LinkChange, org: OrganizationService): Promise<void> {
    const { fullname } = await org.retrieve('contact', contact, ['fullname'])
    await org.create('annotation', {
      subject: kind === 'linked' ? 'Contact linked' : 'Contact unlinked',
      notetext: `${fullname} was ${kind}.`,
      objectid: { table: 'lead', id: lead },
    })
  }
}

/** Keeps the contacts of a lead to a number one can talk to, and a journal of them. */
@Handler.relationship('contactleads_association')
export class ContactLeads {
  constructor(
    @inject(LeadSettings) private readonly settings: LeadSettings,
    @inject(LinkJournal) private readonly journal: LinkJournal,
  ) {}

  @PreOperation('Associate')
  async refuseCrowdedLead(event: AssociateEvent<'contact' | 'lead'>) {
    const { org, reject } = event
    const { maximumContacts } = this.settings
    for (const [lead, newContacts] of contactsByLead(event)) {
      const { rows } = await org.retrieveMultiple({
        table: 'contactleads',
        columns: ['contactid'],
        where: { kind: 'condition', column: 'leadid', operator: 'eq', values: [lead] },
      })
      // A contact the lead has already is counted once: the platform refuses that link by itself.
      const contacts = new Set([...rows.map((row) => row.contactid), ...newContacts])
      if (contacts.size <= maximumContacts) continue
      const { fullname } = await org.retrieve('lead', lead, ['fullname'])
      reject(
        `${fullname ?? 'A lead without a name'} has ${rows.length} of at most ${maximumContacts} contacts; ${newContacts.length} more cannot be linked.`,
      )
    }
  }

  @PostOperation('Associate', { mode: 'async' })
  async recordLinks(event: AssociateEvent<'contact' | 'lead'>) {
    for (const link of linksOf(event))
      await this.journal.record({ kind: 'linked', ...link }, event.org)
  }

  @PostOperation('Disassociate', { mode: 'async' })
  async recordUnlinks(event: DisassociateEvent<'contact' | 'lead'>) {
    for (const link of linksOf(event)) {
      await this.journal.record({ kind: 'unlinked', ...link }, event.org)
    }
  }
}

type LinkEvent = Pick<AssociateEvent<'contact' | 'lead'>, 'table' | 'id' | 'related'>
type Link = Pick<LinkChange, 'contact' | 'lead'>

/** Either end may be the target of the request. */
function linksOf({ table, id, related }: LinkEvent): readonly Link[] {
  return related.map((other) =>
    table === 'lead' ? { lead: id, contact: other.id } : { lead: other.id, contact: id },
  )
}

function contactsByLead(event: LinkEvent): ReadonlyMap<string, readonly string[]> {
  const contacts = new Map<string, string[]>()
  for (const { lead, contact } of linksOf(event)) {
    contacts.set(lead, [...(contacts.get(lead) ?? []), contact])
  }
  return contacts
}
