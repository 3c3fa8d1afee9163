import {
  Handler,
  inject,
  PostOperation,
  PreOperation,
  type CreateEvent,
  type UpdateEvent,
} from 'dataverse-handlers'
import { Greeting } from './services.ts'

/* What the host cases run. */
@Handler('demo_asset')
export class AssetWatch {
  constructor(@inject(Greeting) private readonly greeting: Greeting) {}

  @PreOperation('Update', { columns: ['demo_name'], preImage: ['demo_name'] })
  refuseRename({ target, preImage, reject }: UpdateEvent<'demo_asset'>) {
    if (target.demo_name === 'x') reject(`${preImage.demo_name} may not be called x.`)
  }

  @PostOperation('Create')
  async greet({ id, org, target, trace }: CreateEvent<'demo_asset'>) {
    trace(`greeting ${target.demo_name}`)
    await org.create('task', {
      subject: `${this.greeting.word} ${target.demo_name}`,
      regardingobjectid: { table: 'demo_asset', id },
    })
  }

  @PostOperation('Delete')
  fail(): void {
    throw new RangeError('out of luck')
  }
}
