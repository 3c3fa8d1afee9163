/* eslint-disable @typescript-eslint/no-unused-vars -- the parameters are there for their types */
// What the compiler refuses of a handler. Every `@ts-expect-error` line must not compile; everything else must.
import { expectTypeOf } from 'expect-type'
import {
  Clock,
  Handler,
  inject,
  PostOperation,
  PreOperation,
  PreValidation,
  type AnyEvent,
  type AssociateEvent,
  type Col,
  type CreateEvent,
  type DeleteEvent,
  type DisassociateEvent,
  type OrganizationService,
  type RetrieveEvent,
  type RetrieveMultipleEvent,
  type RowRef,
  type UpdateEvent,
} from 'dataverse-handlers'

declare module 'dataverse-handlers' {
  interface Tables {
    testd_parcel: {
      logicalName: 'testd_parcel'
      entitySetName: 'testd_parcels'
      primaryId: 'testd_parcelid'
      columns: {
        testd_parcelid: Col<string, 'rc', 'never'>
        name: Col<string>
        weight: Col<number>
        urgent: Col<boolean>
        sentto: Col<RowRef<'testd_person'>>
        createdon: Col<string, 'r', 'never'>
      }
    }
    testd_person: {
      logicalName: 'testd_person'
      entitySetName: 'testd_people'
      primaryId: 'testd_personid'
      columns: {
        testd_personid: Col<string, 'rc', 'never'>
        fullname: Col<string>
      }
    }
  }
}

@Handler('testd_parcel')
export class Acting {
  @PostOperation('Create')
  async asOthers({ org }: CreateEvent<'testd_parcel'>) {
    expectTypeOf(org.asSystem()).toEqualTypeOf<OrganizationService>()
    await org.as('0a000000-0000-4000-8000-000000000001').create('testd_parcel', { weight: 1 })
  }
}

@Handler('testd_parcel')
export class Accepted {
  constructor(@inject(Clock) private readonly clock: Clock) {}

  @PreValidation('Create', { writes: ['name'] })
  nameIt({ target }: CreateEvent<'testd_parcel', { writes: 'name' }>) {
    target.name = this.clock.now().toISOString()
    target.name = null
    expectTypeOf(target.weight).toEqualTypeOf<number | null | undefined>()
    expectTypeOf(target.createdon).toEqualTypeOf<string | null | undefined>()
  }

  @PreOperation('Update', {
    columns: ['weight'],
    preImage: ['name', 'sentto'],
    writes: ['urgent'],
    rank: 5,
  })
  weigh({
    target,
    preImage,
    reject,
  }: UpdateEvent<'testd_parcel', { preImage: 'name' | 'sentto'; writes: 'urgent' }>) {
    expectTypeOf(preImage.name).toEqualTypeOf<string | null>()
    expectTypeOf(preImage.sentto).toEqualTypeOf<RowRef<'testd_person'> | null>()
    if ((target.weight ?? 0) > 100) reject(`${preImage.name} is too heavy.`)
    target.urgent = true
  }

  @PostOperation('Update', {
    mode: 'async',
    asyncAutoDelete: true,
    preImages: { before: ['name'] },
    postImages: { after: 'all' },
  })
  async tell(
    event: UpdateEvent<
      'testd_parcel',
      { preImages: { before: 'name' }; postImages: { after: 'weight' } }
    >,
  ) {
    expectTypeOf(event.preImages.before.name).toEqualTypeOf<string | null>()
    expectTypeOf(event.postImages.after.weight).toEqualTypeOf<number | null>()
    expectTypeOf(event.context.MessageName).toEqualTypeOf<'Update'>()
    await event.org.update(event.table, event.id, { name: 'told' })
  }

  @PreOperation('Delete', { preImage: 'all' })
  keepUrgent({ preImage, reject }: DeleteEvent<'testd_parcel', { preImage: 'all' }>) {
    expectTypeOf(preImage.createdon).toEqualTypeOf<string>()
    if (preImage.urgent) reject('Urgent.')
  }

  @PostOperation('Create')
  @PostOperation('Update')
  both({ target }: CreateEvent<'testd_parcel'> | UpdateEvent<'testd_parcel'>) {
    expectTypeOf(target.name).toEqualTypeOf<string | null | undefined>()
  }

  @PostOperation('Retrieve')
  hide(event: RetrieveEvent<'testd_parcel'>) {
    if (event.result !== undefined) event.result = { ...event.result, weight: null }
  }

  @PreOperation('RetrieveMultiple')
  limit(event: RetrieveMultipleEvent<'testd_parcel'>) {
    event.query = { ...event.query, top: 10 }
  }

  @PostOperation('Delete')
  takesNothing() {}

  @PostOperation('Delete')
  takesTheRawEvent({ context }: AnyEvent) {
    expectTypeOf(context.Depth).toEqualTypeOf<number>()
  }

  @PostOperation('Delete')
  takesAnyTable({ table }: DeleteEvent) {
    expectTypeOf(table).toEqualTypeOf<string>()
  }
}

@Handler.anyTable()
export class OfAnyTable {
  @PostOperation('Delete')
  note({ table, id }: DeleteEvent) {
    expectTypeOf({ table, id }).toEqualTypeOf<{ table: string; id: string }>()
  }
}

@Handler.relationship('testd_parcel_person')
export class OfARelationship {
  @PreOperation('Associate')
  @PreOperation('Disassociate')
  link(
    event:
      | AssociateEvent<'testd_parcel' | 'testd_person'>
      | DisassociateEvent<'testd_parcel' | 'testd_person'>,
  ) {
    expectTypeOf(event.table).toEqualTypeOf<'testd_parcel' | 'testd_person'>()
  }
}

@Handler('testd_unknown')
export class OfATableWithoutTypes {
  @PreOperation('Update', { columns: ['anything'], preImage: ['whatever'], writes: ['more'] })
  loose({ target, preImage }: UpdateEvent<'testd_unknown'>) {
    target.more = `${preImage.whatever} ${target.anything}`
  }

  @PreOperation('Update', { preImage: ['whatever'], writes: ['more'] })
  looseButSaysWhatItUses({
    target,
    preImage,
  }: UpdateEvent<'testd_unknown', { preImage: 'whatever'; writes: 'more' }>) {
    target.more = preImage.whatever
    // @ts-expect-error the event type says which columns it writes, and this is none
    target.less = 1
    // @ts-expect-error the event type says which columns it reads, and this is none
    return void preImage.other
  }
}

@Handler('testd_parcel')
export class Refused {
  // @ts-expect-error no such column
  @PreOperation('Update', { columns: ['nmae'] })
  misspeltFilter(_: UpdateEvent<'testd_parcel'>) {}

  // @ts-expect-error no such column
  @PreOperation('Update', { preImage: ['nmae'] })
  misspeltPreImage(_: UpdateEvent<'testd_parcel'>) {}

  // @ts-expect-error no such column
  @PreOperation('Update', { preImages: { before: ['name', 'nmae'] } })
  misspeltNamedImage(_: UpdateEvent<'testd_parcel'>) {}

  // @ts-expect-error no such column
  @PreOperation('Update', { writes: ['nmae'] })
  misspeltWrites(_: UpdateEvent<'testd_parcel'>) {}

  // @ts-expect-error no such column
  misspeltUse(_: UpdateEvent<'testd_parcel', { preImage: 'nmae' }>) {}

  @PreOperation('Update', { writes: ['urgent'] })
  writesUndeclared({ target }: UpdateEvent<'testd_parcel', { writes: 'urgent' }>) {
    // @ts-expect-error weight is not in writes
    target.weight = 1
  }

  // @ts-expect-error written but not declared in the decorator's writes
  @PreOperation('Update', { writes: ['urgent'] })
  writesMoreThanDeclared(_: UpdateEvent<'testd_parcel', { writes: 'urgent' | 'weight' }>) {}

  // @ts-expect-error an event of Create in a step on Update
  @PreOperation('Update')
  otherMessage(_: CreateEvent<'testd_parcel'>) {}

  // @ts-expect-error no event at all
  @PreOperation('Update')
  noEvent(_: number) {}

  // @ts-expect-error Create has no pre-image
  @PreOperation('Create', { preImage: ['name'] })
  preImageOnCreate(_: CreateEvent<'testd_parcel'>) {}

  // @ts-expect-error Delete has no post-image
  @PostOperation('Delete', { postImage: ['name'] })
  postImageOnDelete(_: DeleteEvent<'testd_parcel'>) {}

  // @ts-expect-error no post-image before PostOperation
  @PreOperation('Update', { postImage: ['name'] })
  postImageTooEarly(_: UpdateEvent<'testd_parcel'>) {}

  // @ts-expect-error nothing to write at PostOperation
  @PostOperation('Update', { writes: ['name'] })
  writesTooLate(_: UpdateEvent<'testd_parcel'>) {}

  // @ts-expect-error PreOperation is synchronous
  @PreOperation('Update', { mode: 'async' })
  asyncTooEarly(_: UpdateEvent<'testd_parcel'>) {}

  // @ts-expect-error PreOperation is synchronous
  @PreOperation('Update', { asyncAutoDelete: true })
  autoDeleteBeforePostOperation(_: UpdateEvent<'testd_parcel'>) {}

  // @ts-expect-error only Update filters
  @PreOperation('Delete', { columns: ['name'] })
  filterOnDelete(_: DeleteEvent<'testd_parcel'>) {}

  // @ts-expect-error no such option
  @PreOperation('Update', { colums: ['name'] })
  misspeltOption(_: UpdateEvent<'testd_parcel'>) {}

  // @ts-expect-error no such message
  @PreOperation('Udpate')
  misspeltMessage(_: UpdateEvent<'testd_parcel'>) {}

  @PreOperation('Update', { preImage: ['name'], writes: ['weight'] })
  wrongTypes({
    target,
    preImage,
  }: UpdateEvent<'testd_parcel', { preImage: 'name'; writes: 'weight' }>) {
    // @ts-expect-error weight is a number
    target.weight = 'heavy'
    // @ts-expect-error the image does not hold it
    void preImage.weight
  }

  @PreOperation('Update', { preImage: ['name'] })
  imageNotNamed({ preImage }: UpdateEvent<'testd_parcel'>) {
    // @ts-expect-error the event type does not say that it reads it
    void preImage.name
  }

  // @ts-expect-error the step's image does not hold weight
  @PreOperation('Update', { preImage: ['name'] })
  readsMoreThanHeld(_: UpdateEvent<'testd_parcel', { preImage: 'name' | 'weight' }>) {}

  // @ts-expect-error the step's image 'before' does not hold weight
  @PreOperation('Update', { preImages: { before: ['name'] } })
  readsMoreThanNamedHeld(
    _: UpdateEvent<'testd_parcel', { preImages: { before: 'name' | 'weight' } }>,
  ) {}

  // @ts-expect-error the step has no image 'earlier'
  @PreOperation('Update', { preImages: { before: ['name'] } })
  readsAnImageThereIsNot(_: UpdateEvent<'testd_parcel', { preImages: { earlier: 'name' } }>) {}

  // @ts-expect-error Delete has no post-image to read
  readsPostImageOfDelete({ postImage }: DeleteEvent<'testd_parcel'>) {
    return void postImage
  }

  // @ts-expect-error a step takes its event and nothing else
  @PostOperation('Update')
  twoParameters(_: UpdateEvent<'testd_parcel'>, more: string) {
    return void more
  }

  // @ts-expect-error a step returns nothing
  @PostOperation('Update')
  async answers(_: UpdateEvent<'testd_parcel'>) {
    return 'a text nobody reads'
  }
}

// @ts-expect-error stepOfAnotherTable takes an event of testd_person
@Handler('testd_parcel')
export class OfTwoTables {
  @PostOperation('Update')
  stepOfAnotherTable(_: UpdateEvent<'testd_person'>) {}
}

// @ts-expect-error stepOfOneTable takes an event of testd_person
@Handler.anyTable()
export class OfOneTableOnly {
  @PostOperation('Update')
  stepOfOneTable(_: UpdateEvent<'testd_person'>) {}
}

// @ts-expect-error Associate is registered on a relationship
@Handler('testd_parcel')
export class AssociateOnATable {
  @PreOperation('Associate')
  link(_: AssociateEvent) {}
}

// @ts-expect-error Update is registered on a table
@Handler.relationship('testd_parcel_person')
export class UpdateOnARelationship {
  @PreOperation('Update')
  change(_: UpdateEvent) {}
}

abstract class Courier {
  abstract pick(weight: number): Promise<string>
}
class BicycleCourier extends Courier {
  readonly hasBasket: boolean = true
  async pick() {
    return 'bicycle'
  }
}
abstract class Store<T> {
  abstract read(): T
}

export class Injected {
  @inject(Courier) readonly courier!: Courier
  @inject(Courier) private readonly hidden!: Courier
  @inject('rate') readonly rate!: number

  constructor(
    @inject(Clock) readonly clock: Clock,
    // What is bound may be more than its token tells.
    @inject(Courier) readonly bicycle: BicycleCourier,
    @inject(Store) readonly store: Store<number>,
    @inject(Symbol.for('depot')) readonly depot: string,
  ) {}

  send = () => this.hidden.pick(1)
}

export class InjectedElsewhere extends Injected {}

export class WronglyInjected {
  // @ts-expect-error -- a clock is no courier
  @inject(Clock) readonly courier!: Courier

  constructor(
    // @ts-expect-error -- a clock is no text
    @inject(Clock) readonly clock: string,
    // @ts-expect-error -- a courier is no clock
    @inject(Courier) readonly other: Clock,
  ) {}

  // @ts-expect-error -- nothing is injected into a method
  @inject(Clock) method() {}
}
