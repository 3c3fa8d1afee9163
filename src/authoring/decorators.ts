import 'reflect-metadata/lite'
import { DataverseError } from '../errors/dataverse-error.ts'
import type { TableName } from '../rows/tables.ts'
import type { StepMessage, StepOptions, StepStageName } from './step-rules.ts'
import type {
  HandlerClass,
  HandlerDecorator,
  NoOptions,
  OptionsGiven,
  RefusedOptions,
  StepDecorator,
} from './step-types.ts'

/** What the steps of a handler are registered on. */
export type Registration =
  | { readonly kind: 'table'; readonly table: string }
  | { readonly kind: 'any-table' }
  | { readonly kind: 'relationship'; readonly relationship: string }

/** One step decorator as written. */
export interface StepDeclaration {
  readonly method: string
  readonly message: string
  readonly stage: StepStageName
  readonly options: StepOptions
}

// Metadata keys are texts: two copies of this package in one program (one `import`ed, one `require`d) agree on them.
const REGISTRATION = 'dataverse-handlers:registration'
const STEPS = 'dataverse-handlers:steps'

/** The class's steps are registered on this table. */
export function Handler<const T extends TableName>(table: T): HandlerDecorator<'table', T> {
  return registered({ kind: 'table', table })
}

/** The class's steps are registered on every table that has the message. */
Handler.anyTable = (): HandlerDecorator<'table', string> => registered({ kind: 'any-table' })

/** The class's steps run for associations over this relationship (its schema name). */
Handler.relationship = (relationship: string): HandlerDecorator<'relationship', string> =>
  registered({ kind: 'relationship', relationship })

/** Runs before the platform's checks, outside the transaction unless the request belongs to one. */
export const PreValidation = stepDecorator('PreValidation')
/** Runs inside the transaction, before the row is written. */
export const PreOperation = stepDecorator('PreOperation')
/** Runs after the row is written: inside the transaction, or after it with `mode: 'async'`. */
export const PostOperation = stepDecorator('PostOperation')

/** What `Handler` registered the class on; undefined: it is no handler. */
export function registrationOf(handler: HandlerClass): Registration | undefined {
  return Reflect.getOwnMetadata(REGISTRATION, handler) as Registration | undefined
}

/** The class's step decorators in the order they are written, inherited ones first. A method decorated anew replaces what it inherits. */
export function declarationsOf(handler: HandlerClass): readonly StepDeclaration[] {
  const declarations: StepDeclaration[] = []
  const decorated = new Set<string>()
  for (
    let prototype: unknown = handler.prototype;
    typeof prototype === 'object' && prototype !== null;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    const own = ownDeclarations(prototype).filter(({ method }) => !decorated.has(method))
    declarations.unshift(...own)
    for (const { method } of own) decorated.add(method)
  }
  return declarations
}

function registered(registration: Registration) {
  return (handler: HandlerClass): void => {
    Reflect.defineMetadata(REGISTRATION, registration, handler)
  }
}

function stepDecorator<S extends StepStageName>(stage: S) {
  return <const M extends StepMessage, const O extends OptionsGiven = NoOptions>(
      message: M,
      options?: O & RefusedOptions<S, M, O>,
    ): StepDecorator<M, O> =>
    (target, method) => {
      if (typeof target === 'function') {
        throw new DataverseError(
          'STEP_INVALID',
          `${target.name}.${method} is static; a step is a method of the instance.`,
        )
      }
      const declaration: StepDeclaration = { method, message, stage, options: options ?? {} }
      // Decorators of one method run from the last to the first; the list keeps them as they are written.
      const own = ownDeclarations(target)
      const first = own.findIndex((other) => other.method === method)
      const at = first === -1 ? own.length : first
      Reflect.defineMetadata(STEPS, own.toSpliced(at, 0, declaration), target)
    }
}

function ownDeclarations(prototype: object): readonly StepDeclaration[] {
  return (Reflect.getOwnMetadata(STEPS, prototype) as readonly StepDeclaration[] | undefined) ?? []
}
