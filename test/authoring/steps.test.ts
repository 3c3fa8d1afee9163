import {
  Clock,
  Handler,
  inject,
  PostOperation,
  PreOperation,
  PreValidation,
  type AnyEvent,
} from 'dataverse-handlers'
import { stepsOf } from '../../src/authoring/steps.ts'
import { buildContainer } from '../../src/authoring/services.ts'
import type { HandlerClass } from '../../src/authoring/step-types.ts'
import type { StepEvent } from '../../src/pipeline/step-event.ts'
import { parseGuid } from '../../src/rows/guid.ts'

const RUN_AS = '11111111-2222-4333-8444-555555555555'
const steps = (...handlers: readonly HandlerClass[]) => stepsOf(handlers, buildContainer())

@Handler('account')
class AccountCredit {
  readonly seen: unknown[] = []

  constructor(@inject(Clock) readonly clock: Clock) {}

  @PreOperation('Update', {
    columns: ['creditonhold'],
    preImage: ['name'],
    preImages: { whole: 'all' },
    writes: ['lastonholdtime'],
    rank: -3,
    runAs: RUN_AS,
    configuration: 'open',
    secureConfiguration: 'secret',
  })
  stampHold(event: AnyEvent) {
    this.seen.push(event)
  }

  @PostOperation('Create', { mode: 'async', postImage: ['name'] })
  async welcome() {}
}

describe('the steps of a handler', () => {
  test('hold what the decorators say', () => {
    const [stampHold, welcome] = steps(AccountCredit)

    expect(stampHold).toMatchObject({
      name: 'AccountCredit.stampHold',
      message: 'Update',
      table: 'account',
      stage: 20,
      mode: 'sync',
      rank: -3,
      columns: ['creditonhold'],
      preImages: [
        { alias: 'preImage', columns: ['name'] },
        { alias: 'whole', columns: 'all' },
      ],
      postImages: [],
      writes: ['lastonholdtime'],
      runAs: RUN_AS,
      configuration: 'open',
      secureConfiguration: 'secret',
      isAsync: false,
    })
    expect(welcome).toMatchObject({
      name: 'AccountCredit.welcome',
      message: 'Create',
      stage: 40,
      mode: 'async',
      rank: 1,
      preImages: [],
      postImages: [{ alias: 'postImage', columns: ['name'] }],
      writes: [],
      isAsync: true,
    })
    expect(welcome).not.toHaveProperty('columns')
  })

  test('give the method the event itself, on the one instance', () => {
    const container = buildContainer()
    const [stampHold] = stepsOf([AccountCredit], container)
    const event = { id: 'the very object' } as StepEvent

    void stampHold?.run(event)

    expect(container.get(AccountCredit).seen[0]).toBe(event)
    expect(container.get(AccountCredit).clock).toBeInstanceOf(Clock)
  })

  test('have GUIDs that are the same every time and differ by step', () => {
    const first = steps(AccountCredit).map(({ id }) => id)
    const second = steps(AccountCredit).map(({ id }) => id)

    expect(first).toEqual(second)
    expect(new Set(first).size).toBe(2)
    for (const id of first) {
      expect(parseGuid(id)).toBe(id)
      expect(id[14]).toBe('5')
    }
  })

  test('keep their ids from release to release', () => {
    expect(steps(AccountCredit)[0]?.id).toBe('27a8550d-ef88-53ab-9263-2d90f70fb17a')
  })

  test('are registered on any table or on a relationship', () => {
    @Handler.anyTable()
    class Everywhere {
      @PostOperation('Delete')
      note() {}
    }
    @Handler.relationship('contactleads_association')
    class Links {
      @PreOperation('Associate')
      link() {}
    }

    expect(steps(Everywhere, Links)).toMatchObject([
      { name: 'Everywhere.note', table: null },
      { name: 'Links.link', table: null, relationship: 'contactleads_association' },
    ])
    expect(steps(Everywhere)[0]).not.toHaveProperty('relationship')
  })

  test('come in the order they are written, several decorators of a method too', () => {
    @Handler('account')
    class Several {
      @PreValidation('Create')
      @PreOperation('Update')
      first() {}

      @PostOperation('Delete')
      second() {}
    }

    expect(steps(Several).map(({ name, message }) => `${name} ${message}`)).toEqual([
      'Several.first Create',
      'Several.first Update',
      'Several.second Delete',
    ])
  })

  test('are inherited; a method decorated anew replaces what it inherits', () => {
    class Base {
      readonly ran: string[] = []

      @PostOperation('Create')
      kept() {
        this.ran.push('base')
      }

      @PostOperation('Update')
      replaced() {}
    }
    @Handler('account')
    class Derived extends Base {
      @PostOperation('Delete')
      override replaced() {}

      override kept() {
        this.ran.push('derived')
      }
    }
    const container = buildContainer()

    const found = stepsOf([Derived], container)
    void found[0]?.run({} as StepEvent)

    expect(found.map(({ name, message }) => `${name} ${message}`)).toEqual([
      'Derived.kept Create',
      'Derived.replaced Delete',
    ])
    expect(container.get(Derived).ran).toEqual(['derived'])
  })
})

// Handlers written in JavaScript meet no types; `loose` is how they see the decorators.
type Loose = (message: string, options?: object) => MethodDecorator
const loose = (decorator: unknown) => decorator as Loose

/** A handler of `account` whose one method has this decorator. */
function handlerWith(decorator: MethodDecorator): HandlerClass {
  class Subject {
    step() {}
  }
  decorator(Subject.prototype, 'step', {})
  Handler('account')(Subject)
  return Subject
}

describe('a step is refused', () => {
  test.each([
    ['no such message', 'STEP_NOT_ALLOWED', PreOperation, 'Udpate', {}, 'Udpate'],
    [
      'an association on a table',
      'STEP_NOT_ALLOWED',
      PreOperation,
      'Associate',
      {},
      'Handler.relationship',
    ],
    [
      'a pre-image on Create',
      'IMAGE_TYPE_INVALID',
      PreOperation,
      'Create',
      { preImage: ['name'] },
      'Create has no pre-image',
    ],
    [
      'a named pre-image on Create',
      'IMAGE_TYPE_INVALID',
      PreOperation,
      'Create',
      { preImages: { a: ['name'] } },
      'Create has no pre-image',
    ],
    [
      'a post-image on Delete',
      'IMAGE_TYPE_INVALID',
      PostOperation,
      'Delete',
      { postImage: ['name'] },
      'Delete has no post-image',
    ],
    [
      'a post-image too early',
      'POST_IMAGE_TOO_EARLY',
      PreOperation,
      'Update',
      { postImage: ['name'] },
      'PreOperation has no post-image',
    ],
    [
      'an image on Retrieve',
      'IMAGE_NOT_SUPPORTED',
      PostOperation,
      'Retrieve',
      { preImage: ['name'] },
      'Retrieve does not support images',
    ],
    [
      'two images of one name',
      'STEP_INVALID',
      PostOperation,
      'Update',
      { preImages: { a: ['name'] }, postImages: { a: ['name'] } },
      "two images named 'a'",
    ],
    [
      'columns on Create',
      'STEP_INVALID',
      PreOperation,
      'Create',
      { columns: ['name'] },
      'only Update',
    ],
    [
      'columns that are no list',
      'STEP_INVALID',
      PreOperation,
      'Update',
      { columns: 'name' },
      'columns',
    ],
    ['columns that name none', 'STEP_INVALID', PreOperation, 'Update', { columns: [] }, 'columns'],
    [
      'an image that names no column',
      'STEP_INVALID',
      PreOperation,
      'Update',
      { preImage: [] },
      "image 'preImage'",
    ],
    [
      'writes on Delete',
      'STEP_INVALID',
      PreOperation,
      'Delete',
      { writes: ['name'] },
      'Delete has no columns to write',
    ],
    [
      'writes at PostOperation',
      'STEP_INVALID',
      PostOperation,
      'Update',
      { writes: ['name'] },
      'writes at PostOperation',
    ],
    [
      'async before PostOperation',
      'STEP_INVALID',
      PreValidation,
      'Update',
      { mode: 'async' },
      'PreValidation',
    ],
    ['a mode there is not', 'STEP_INVALID', PostOperation, 'Update', { mode: 'later' }, "'later'"],
    [
      'an option there is not',
      'STEP_INVALID',
      PostOperation,
      'Update',
      { colums: ['name'] },
      "'colums'",
    ],
    [
      'a rank that is no whole number',
      'STEP_INVALID',
      PostOperation,
      'Update',
      { rank: 1.5 },
      'rank',
    ],
    [
      'a job to delete where there is none',
      'STEP_INVALID',
      PostOperation,
      'Update',
      { asyncAutoDelete: true },
      'asynchronous',
    ],
    ['a user that is no id', 'STEP_INVALID', PostOperation, 'Update', { runAs: 'me' }, "'me'"],
  ])('%s: %s', (_, code, decorator, message, options, text) => {
    const handler = handlerWith(loose(decorator)(message, options))

    expect(() => steps(handler)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(/^Subject\.step/) }),
    )
    expect(() => steps(handler)).toThrow(text)
  })

  test('a table step in a handler of a relationship', () => {
    class Links {
      step() {}
    }
    loose(PreOperation)('Update')(Links.prototype, 'step', {})
    Handler.relationship('contactleads_association')(Links)

    expect(() => steps(Links)).toThrow(expect.objectContaining({ code: 'STEP_NOT_ALLOWED' }))
  })

  test('a filter on columns of every table', () => {
    @Handler.anyTable()
    class Everywhere {
      @PreOperation('Update', { columns: ['name'] })
      step() {}
    }

    expect(() => steps(Everywhere)).toThrow(
      'Everywhere.step filters on columns, but runs on every table.',
    )
  })

  test('a static method', () => {
    expect(() => loose(PreOperation)('Update')(class Statics {}, 'step', {})).toThrow(
      'Statics.step is static; a step is a method of the instance.',
    )
  })

  test('a class without @Handler', () => {
    class Forgotten {
      @PreOperation('Update')
      step() {}
    }

    expect(() => steps(Forgotten)).toThrow(
      "Forgotten is not registered on anything: write @Handler('<table>') above the class.",
    )
  })

  test('a handler without a step', () => {
    @Handler('account')
    class Idle {}

    expect(() => steps(Idle)).toThrow(/^Idle has no step/)
  })

  test('a class without a name', () => {
    expect(() => steps(Handler('account')((() => class {})()) ?? (() => class {})())).toThrow(
      'A handler is a class with a name, by which its steps are called; handlers hold one without.',
    )
  })

  test('what is no class', () => {
    expect(() => steps(undefined as never)).toThrow(
      'handlers hold undefined: is it exported by the name it is imported by?',
    )
    expect(() => steps(7 as never)).toThrow('handlers hold a value of type number.')
  })

  test('a misspelt message, with the nearest', () => {
    @Handler('account')
    class Misspelt {}
    loose(PreOperation)('Updat')(Misspelt.prototype, 'step', {})

    expect(() => steps(Misspelt)).toThrow(
      "Misspelt.step: no step can be registered on Updat; there is 'Update'.",
    )
  })

  test('a method registered twice for one event, and two handlers of one name', () => {
    @Handler('account')
    class Twice {
      @PreOperation('Update', { columns: ['name'] })
      @PreOperation('Update', { columns: ['creditlimit'] })
      step() {}
    }

    expect(() => steps(Twice)).toThrow(/^Twice.step is registered twice on Update/)
    expect(() => steps(AccountCredit, AccountCredit)).toThrow(
      /^AccountCredit.stampHold is registered twice/,
    )
  })
})
