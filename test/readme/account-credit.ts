import { Clock, Handler, inject, PostOperation, PreOperation } from 'dataverse-handlers'
import type { UpdateEvent } from 'dataverse-handlers'

/** In the organization's base currency. Above it a credit manager raises the limit by hand. */
const AUTOMATIC_CEILING = 50_000

@Handler('account')
export class AccountCredit {
  constructor(@inject(Clock) private readonly clock: Clock) {}

  @PreOperation('Update', { columns: ['creditlimit'], preImage: ['name'] })
  refuseLargeRaise({ target, preImage, reject }: UpdateEvent<'account', { preImage: 'name' }>) {
    if ((target.creditlimit ?? 0) <= AUTOMATIC_CEILING) return
    reject(`${preImage.name} may not be raised above ${AUTOMATIC_CEILING} automatically.`)
  }

  @PreOperation('Update', { columns: ['creditonhold'], writes: ['lastonholdtime'] })
  stampHold({ target }: UpdateEvent<'account', { writes: 'lastonholdtime' }>) {
    if (target.creditonhold) target.lastonholdtime = this.clock.now().toISOString()
  }

  @PostOperation('Update', { columns: ['creditonhold'], mode: 'async' })
  async leaveANote({ id, target, org }: UpdateEvent<'account'>) {
    if (!target.creditonhold) return
    await org.create('annotation', {
      subject: 'Call about the hold',
      objectid: { table: 'account', id },
    })
  }
}
