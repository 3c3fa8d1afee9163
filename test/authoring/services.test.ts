import { ContainerModule } from 'inversify'
import { Clock, Handler, inject, Metadata, PostOperation, Service } from 'dataverse-handlers'
import { buildContainer, resolve, SystemClock } from '../../src/authoring/services.ts'
import { stepsOf } from '../../src/authoring/steps.ts'

const NOON: Clock = { now: () => new Date('2026-03-02T12:00:00Z') }

@Service()
class Settings {
  readonly limit: number = 5
}

abstract class Mailbox {
  abstract send(text: string): void
}

class MailboxOnTime extends Mailbox {
  constructor(
    @inject(Clock) readonly clock: Clock,
    @inject(Settings) readonly settings: Settings,
  ) {
    super()
  }
  send() {}
}

@Handler('account')
class Greeter {
  constructor(
    @inject(Clock) readonly clock: Clock,
    @inject(Mailbox) readonly mailbox: Mailbox,
  ) {}

  @PostOperation('Create')
  greet() {}
}

test('a value is given as it is, a class is made once', () => {
  const container = buildContainer([
    [Clock, NOON],
    [Mailbox, MailboxOnTime],
  ])

  const greeter = resolve(container, Greeter)

  expect(greeter.clock).toBe(NOON)
  expect(greeter.mailbox).toBeInstanceOf(MailboxOnTime)
  expect(resolve(container, Greeter)).toBe(greeter)
  expect(container.get(Mailbox)).toBe(greeter.mailbox)
})

test('the clock is the system’s unless another is bound', () => {
  expect(buildContainer().get(Clock)).toBeInstanceOf(SystemClock)
  expect(buildContainer().get(Clock).now().getTime()).toBeCloseTo(Date.now(), -3)
  expect(buildContainer([[Clock, NOON]]).get(Clock)).toBe(NOON)
})

test('the later of two bindings counts', () => {
  const container = buildContainer([
    [Settings, { limit: 1 }],
    [Settings, { limit: 2 }],
  ])

  expect(container.get(Settings)).toEqual({ limit: 2 })
})

test('a class that is its own default needs no binding, and a binding comes before it', () => {
  const withDefault = buildContainer([[Mailbox, MailboxOnTime]])
  const bound = buildContainer([
    [Mailbox, MailboxOnTime],
    [Settings, { limit: 9 }],
  ])

  expect((withDefault.get(Mailbox) as MailboxOnTime).settings).toBeInstanceOf(Settings)
  expect((bound.get(Mailbox) as MailboxOnTime).settings).toEqual({ limit: 9 })
})

test('symbols and texts are tokens, functions are values', () => {
  const rate = Symbol('rate')
  const double = (n: number) => n * 2
  class Prices {
    constructor(
      @inject(rate) readonly rate: number,
      @inject('double') readonly double: (n: number) => number,
    ) {}
  }

  const prices = resolve(
    buildContainer([
      [rate, 3],
      ['double', double],
    ]),
    Prices,
  )

  expect(prices.double(prices.rate)).toBe(6)
})

test('an inversify module binds, too', () => {
  const module = new ContainerModule(({ bind }) => {
    bind(Mailbox).to(MailboxOnTime)
    bind(Settings).toSelf()
  })

  expect(resolve(buildContainer([module]), Greeter).mailbox).toBeInstanceOf(MailboxOnTime)
})

test('a module of another copy of inversify binds as well', () => {
  let other = ContainerModule
  jest.isolateModules(() => {
    other = jest.requireActual<{ ContainerModule: typeof ContainerModule }>(
      'inversify',
    ).ContainerModule
  })
  const module = new other(({ bind }) => {
    bind(Mailbox).to(MailboxOnTime)
    bind(Settings).toSelf()
  })

  expect(module).not.toBeInstanceOf(ContainerModule)
  expect(resolve(buildContainer([module]), Greeter).mailbox).toBeInstanceOf(MailboxOnTime)
})

test('a subclass without a constructor is given what its base class asks for', () => {
  class PoliteGreeter extends Greeter {}

  const greeter = resolve(
    buildContainer([
      [Clock, NOON],
      [Mailbox, MailboxOnTime],
    ]),
    PoliteGreeter,
  )

  expect(greeter.clock).toBe(NOON)
})

test('a property is given what it asks for, private and inherited ones too', () => {
  class Base {
    @inject(Settings) readonly settings!: Settings
  }
  @Handler('account')
  class Late extends Base {
    @inject(Clock) private readonly clock!: Clock

    constructor(@inject(Mailbox) readonly mailbox: Mailbox) {
      super()
    }

    @PostOperation('Create')
    greet() {}

    time() {
      return this.clock.now()
    }
  }
  const container = buildContainer([
    [Clock, NOON],
    [Mailbox, MailboxOnTime],
  ])

  const late = resolve(container, Late)

  expect(late.time()).toEqual(NOON.now())
  expect(late.settings).toBeInstanceOf(Settings)
  expect(late.mailbox).toBeInstanceOf(MailboxOnTime)
  expect(resolve(container, Base).settings).toBe(late.settings)
})

test('a subclass with a property of its own is given what the constructor of its base class asks for', () => {
  class Friendly extends Greeter {
    @inject(Settings) readonly settings!: Settings
  }
  class Friendlier extends Friendly {}

  const greeter = resolve(
    buildContainer([
      [Clock, NOON],
      [Mailbox, MailboxOnTime],
    ]),
    Friendlier,
  )

  expect(greeter.clock).toBe(NOON)
  expect(greeter.settings).toBeInstanceOf(Settings)
})

test('a subclass with a constructor of its own asks for itself', () => {
  class Sober extends Greeter {
    constructor(@inject(Settings) readonly settings: Settings) {
      super(NOON, new MailboxOnTime(NOON, settings))
    }
  }

  const sober = resolve(buildContainer(), Sober)

  expect(sober.settings).toBeInstanceOf(Settings)
  expect(sober.clock).toBe(NOON)
})

test('what a compiler gives with the property of a field changes nothing', () => {
  class Plain {
    clock: unknown
  }
  const decorate = inject(Clock) as (target: object, member: string, descriptor: object) => void
  decorate(Plain.prototype, 'clock', { configurable: true, writable: true, initializer: null })

  expect(resolve(buildContainer([[Clock, NOON]]), Plain).clock).toBe(NOON)
})

describe('opening is refused', () => {
  test('when nothing is bound to what a property asks for', () => {
    @Handler('account')
    class Waiting {
      @inject(Mailbox) readonly mailbox!: Mailbox

      @PostOperation('Create')
      greet() {}
    }

    expect(() => stepsOf([Waiting], buildContainer())).toThrow(
      expect.objectContaining({
        code: 'STEP_INVALID',
        message:
          "Waiting: nothing is bound to Mailbox, which property 'mailbox' asks for. Add [Mailbox, …] to services.",
      }),
    )
  })

  test('when @inject stands above a method', () => {
    const decorate = inject(Clock) as (target: object, member: string, descriptor: object) => void

    expect(() => decorate({}, 'greet', { value: () => undefined })).toThrow(
      expect.objectContaining({
        code: 'STEP_INVALID',
        message:
          "@inject(Clock) stands at greet; it belongs above a constructor's parameter or a property.",
      }),
    )
  })

  test.each([
    ['a class alone', [Clock], 'Clock is no binding'],
    ['a token alone', [[Clock]], 'Clock is bound to nothing; give [Clock, value or class]'],
    ['what is not exported', [['rate', undefined]], 'rate is bound to nothing'],
    ['nothing', [undefined], 'undefined is no binding; give [token, value or class]'],
    ['a number as the token', [[5, 6]], '[5, 6] is no binding'],
  ])('when services hold %s', (_, services, message) => {
    expect(() => buildContainer(services as never)).toThrow(
      expect.objectContaining({
        code: 'STEP_INVALID',
        message: expect.stringContaining(`services: ${message}`),
      }),
    )
  })

  test('when nothing is bound to what a handler asks for', () => {
    expect(() => stepsOf([Greeter], buildContainer())).toThrow(
      expect.objectContaining({
        code: 'STEP_INVALID',
        message:
          "Greeter: nothing is bound to Mailbox, which constructor parameter 'mailbox' asks for. Add [Mailbox, …] to services.",
      }),
    )
  })

  test('when nothing is bound to what a service asks for', () => {
    class Directory {
      constructor(@inject(Metadata) readonly metadata: Metadata) {}
    }

    expect(() => buildContainer([['directory', Directory]])).toThrow(
      /^Directory: nothing is bound to Metadata, which constructor parameter 'metadata' asks for/,
    )
  })

  test('when a constructor parameter has no @inject', () => {
    @Handler('account')
    class Undecided {
      constructor(
        @inject(Clock) readonly clock: Clock,
        readonly mailbox: Mailbox,
      ) {}

      @PostOperation('Create')
      greet() {}
    }

    expect(() => stepsOf([Undecided], buildContainer())).toThrow(
      expect.objectContaining({
        code: 'STEP_INVALID',
        message: "Undecided: constructor parameter 'mailbox' has no @inject.",
      }),
    )
  })

  test('when a constructor throws', () => {
    @Handler('account')
    class Broken {
      constructor() {
        throw new RangeError('out of luck')
      }

      @PostOperation('Create')
      greet() {}
    }

    expect(() => stepsOf([Broken], buildContainer())).toThrow(
      expect.objectContaining({
        code: 'STEP_INVALID',
        message: expect.stringMatching(/^Broken cannot be made: .*out of luck/),
      }),
    )
  })

  test('when services ask for each other in a circle', () => {
    class First {
      constructor(@inject('second') readonly second: unknown) {}
    }
    class Second {
      constructor(@inject('first') readonly first: unknown) {}
    }
    const container = buildContainer([
      ['first', First],
      ['second', Second],
    ])

    expect(() => resolve(container, First)).toThrow(/^First cannot be made: /)
  })
})
