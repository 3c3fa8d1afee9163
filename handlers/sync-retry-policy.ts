import {
  Clock,
  Handler,
  inject,
  PreOperation,
  Service,
  type CreateEvent,
  type UpdateEvent,
} from 'dataverse-handlers'

/** How patient synchronization with Exchange is. */
@Service()
export class SyncSettings {
  /** An item may fail so often; the next failure is refused. */
  readonly maximumRetries: number = 5
}

/** Counts how often an item failed to synchronize and stops counting at a limit. */
@Handler('exchangesyncidmapping')
export class SyncRetryPolicy {
  constructor(
    @inject(Clock) private readonly clock: Clock,
    @inject(SyncSettings) private readonly settings: SyncSettings,
  ) {}

  @PreOperation('Create', { writes: ['retries'] })
  startAtZero({ target }: CreateEvent<'exchangesyncidmapping', { writes: 'retries' }>) {
    target.retries = 0
  }

  @PreOperation('Update', {
    columns: ['lastsyncerror', 'lastsyncerrorcode'],
    preImage: ['itemsubject', 'retries'],
    writes: ['lastsyncerroroccurredon', 'retries'],
  })
  countFailure({
    target,
    preImage,
    reject,
  }: UpdateEvent<
    'exchangesyncidmapping',
    { preImage: 'itemsubject' | 'retries'; writes: 'lastsyncerroroccurredon' | 'retries' }
  >) {
    // Sent as null the error is taken back, not reported.
    if ((target.lastsyncerror ?? target.lastsyncerrorcode ?? null) === null) return

    const retries = (preImage.retries ?? 0) + 1
    const { maximumRetries } = this.settings
    if (retries > maximumRetries) {
      const subject = target.itemsubject ?? preImage.itemsubject ?? 'An item without a subject'
      reject(`${subject} failed to synchronize ${retries} times; ${maximumRetries} are allowed.`)
    }
    target.retries = retries
    target.lastsyncerroroccurredon = this.clock.now().toISOString()
  }
}
