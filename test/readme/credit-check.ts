// handlers/credit-check.ts
import { CustomMessage, Handler, inject, PostOperation, Service } from 'dataverse-handlers'
import type {
  CreateEvent,
  CustomMessageTypes,
  EventOfMessage,
  ServiceBinding,
} from 'dataverse-handlers'

export abstract class CreditBureau {
  abstract score(name: string): Promise<number>
}

class HttpCreditBureau extends CreditBureau {
  async score(name: string) {
    const answer = await fetch(`https://bureau.example/scores/${encodeURIComponent(name)}`)
    if (!answer.ok) throw new Error(`The bureau answered ${answer.status}.`)
    return Number(await answer.text())
  }
}

/** What `start` and `build` give the handlers; any file of handlers/ may export such a list. */
export const services: readonly ServiceBinding[] = [[CreditBureau, HttpCreditBureau]]

/** Its own default: nothing has to be bound to it. */
@Service()
export class CreditSettings {
  readonly lowestScore: number = 300
}

@Handler('account')
export class CreditCheck {
  constructor(
    @inject(CreditBureau) private readonly bureau: CreditBureau,
    @inject(CreditSettings) private readonly settings: CreditSettings,
  ) {}

  @PostOperation('Create', { mode: 'async' })
  async check({ id, target, org, reject, trace }: CreateEvent<'account'>) {
    let score: number
    try {
      score = await this.bureau.score(target.name ?? '')
    } catch (error) {
      // 2: try again later.
      return reject(`No score: ${String(error)}`, { operationStatus: 2 })
    }
    trace(`score ${score}`)
    if (score < this.settings.lowestScore) await org.update('account', id, { creditonhold: true })
  }
}

const release = {
  name: 'sample_ReleaseCredit',
  binding: 'Entity',
  table: 'account',
  parameters: { Limit: 'Money', Reason: { type: 'String', optional: true } },
  response: { Before: 'Money' },
  steps: 'SyncAndAsync',
} as const

declare module 'dataverse-handlers' {
  interface CustomMessages {
    sample_ReleaseCredit: CustomMessageTypes<typeof release>
  }
}

@CustomMessage(release)
export class ReleaseCredit {
  async run({ parameters, org }: EventOfMessage<'sample_ReleaseCredit'>) {
    const { Target, Limit } = parameters
    const account = await org.retrieve('account', Target.id, ['creditlimit'])
    await org.update('account', Target.id, { creditonhold: false, creditlimit: Limit })
    return { Before: account.creditlimit ?? 0 }
  }
}
