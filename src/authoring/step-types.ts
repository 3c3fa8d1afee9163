import type { AnyEvent, SettableColumn, UsesOf } from './event.ts'
import type { RuleOf, StepMessage, StepOptions, StepStageName } from './step-rules.ts'

// What the compiler holds a handler against. A complaint is a property whose name is the complaint and whose
// type is the offender: the editor then shows `Property '"no such column"' is missing … { "no such column": "nmae" }`.

/** Nothing when there is no offender. */
type Require<Offender, Complaint extends string> = [Offender] extends [never]
  ? unknown
  : { readonly [C in Complaint]: Offender }

/** The options a step of this message may have at this stage. */
type AllowedOption<S extends StepStageName, M extends StepMessage> =
  | 'rank'
  | 'runAs'
  | 'configuration'
  | 'secureConfiguration'
  | (RuleOf<M>['columns'] extends true ? 'columns' : never)
  | (RuleOf<M>['preImage'] extends true ? 'preImage' | 'preImages' : never)
  | (S extends 'PostOperation'
      ? | 'mode'
        | 'asyncAutoDelete'
        | (RuleOf<M>['postImage'] extends true ? 'postImage' | 'postImages' : never)
      : RuleOf<M>['writes'] extends true
        ? 'writes'
        : never)

/** Stands as the type of an option that is refused, so that the compiler says why. */
export interface Refused<Why extends string> {
  readonly refused: Why
}

type Refusal<S extends StepStageName, M extends StepMessage, K> = K extends 'columns'
  ? `only Update steps filter on columns; this is ${M}`
  : K extends 'preImage' | 'preImages'
    ? `${M} has no pre-image`
    : K extends 'postImage' | 'postImages'
      ? RuleOf<M>['postImage'] extends true
        ? `${S} has no post-image: it runs before the row is written`
        : `${M} has no post-image`
      : K extends 'writes'
        ? RuleOf<M>['writes'] extends true
          ? `${S} has nothing to write: the row is written already`
          : `${M} has no columns to write`
        : K extends 'mode' | 'asyncAutoDelete'
          ? `${S} steps are synchronous; only PostOperation has a mode`
          : 'no such option'

/**
 * The options as inferred: with an index signature, or the compiler would call an object that has none of the
 * options a mistake of its own, in words that do not name it.
 */
export type OptionsGiven = StepOptions & { readonly [option: string]: unknown }

export type NoOptions = Readonly<Record<never, never>>

/** Where an option has a wrong type there is nothing inferred, and the compiler says it by itself. */
export type RefusedOptions<
  S extends StepStageName,
  M extends StepMessage,
  O,
> = string extends keyof O
  ? unknown
  : { readonly [K in Exclude<keyof O, AllowedOption<S, M>>]: Refused<Refusal<S, M, K>> }

/** A step decorator applied to a method. `A` and `R` are inferred from the method as it stands. */
export type StepDecorator<M extends StepMessage, O extends OptionsGiven> = <
  A extends readonly unknown[],
  R extends void | Promise<void>,
>(
  target: object,
  method: string,
  descriptor: TypedPropertyDescriptor<(...event: A) => R> & MethodComplaints<A, M, O>,
) => void

type MethodComplaints<
  A extends readonly unknown[],
  M extends StepMessage,
  O extends OptionsGiven,
> = A extends readonly []
  ? unknown
  : A extends readonly [infer E]
    ? StepComplaints<E, M, O>
    : Require<A, 'a step takes one event'>

/** A method may take the raw event or a part of it; otherwise the decorator's event, and then it is looked at. */
type StepComplaints<E, M extends StepMessage, O extends OptionsGiven> = AnyEvent extends E
  ? unknown
  : [MessageOf<E>] extends [never]
    ? Require<E, 'not an event'>
    : [EventOf<E, M>] extends [never]
      ? Require<MessageOf<E>, `not an event of ${M}`>
      : UseComplaints<TableOf<EventOf<E, M>>, UsesOf<EventOf<E, M>>, O>

type UseComplaints<T extends string, U, O extends OptionsGiven> = Require<
  Exclude<ColumnsNamed<O>, SettableColumn<T>>,
  'no such column'
> &
  Require<Exclude<Used<U, 'writes'>, ListedIn<O, 'writes'>>, 'written but not declared in writes'> &
  Require<
    Exclude<Used<U, 'preImage'>, ListedIn<O, 'preImage'>>,
    'not in the preImage of the step'
  > &
  Require<
    Exclude<Used<U, 'postImage'>, ListedIn<O, 'postImage'>>,
    'not in the postImage of the step'
  > &
  Require<NotInImages<U, O, 'preImages'>, 'not in the preImages of the step'> &
  Require<NotInImages<U, O, 'postImages'>, 'not in the postImages of the step'>

/** Distributes: of `CreateEvent | UpdateEvent`, a method for both, the one that is meant. */
type EventOf<E, M extends string> = E extends { readonly context: { readonly MessageName: M } }
  ? E
  : never
type MessageOf<E> = E extends { readonly context: { readonly MessageName: infer M extends string } }
  ? M
  : never
type TableOf<E> = E extends { readonly table: infer T extends string } ? T : never

type Used<U, K extends string> = U extends { readonly [P in K]: infer C extends string } ? C : never

/** The columns a list names; 'all' holds whatever is read. */
type Listed<L> = L extends 'all'
  ? string
  : L extends readonly (infer C extends string)[]
    ? C
    : never
type ListedIn<O, K extends string> = O extends { readonly [P in K]: infer L } ? Listed<L> : never

/** `alias.column` for what is read from an image that does not hold it. */
type NotInImages<U, O, K extends 'preImages' | 'postImages'> = U extends {
  readonly [P in K]: infer N
}
  ? {
      [A in keyof N & string]: `${A}.${Exclude<N[A] & string, ListedIn<ImagesIn<O, K>, A>>}`
    }[keyof N & string]
  : never
type ImagesIn<O, K extends string> = O extends { readonly [P in K]: infer N } ? N : never

/** Every column the options name. */
type ColumnsNamed<O> =
  | NamedIn<O, 'columns' | 'preImage' | 'postImage' | 'writes'>
  | NamedIn<ImagesIn<O, 'preImages'>, string>
  | NamedIn<ImagesIn<O, 'postImages'>, string>
type NamedIn<O, K extends string> = {
  [P in keyof O]: P extends K
    ? O[P] extends readonly (infer C extends string)[]
      ? C
      : never
    : never
}[keyof O]

/** A class whose methods are steps. Its constructor takes services, each with `@inject`. */
export type HandlerClass = new (...args: never[]) => object

/** `@Handler(…)` applied to a class. */
export type HandlerDecorator<On extends 'table' | 'relationship', T extends string> = <
  C extends HandlerClass,
>(
  target: C & Require<MisplacedSteps<C, On, T>, 'step registered elsewhere'>,
) => void

/** Methods whose event is of another table than the class's, or of another kind. Public ones: others are not to be seen. */
type MisplacedSteps<C extends HandlerClass, On, T extends string> = {
  [K in keyof InstanceType<C> & string]: InstanceType<C>[K] extends (event: infer E) => unknown
    ? Misplaced<K, E, On, T>
    : never
}[keyof InstanceType<C> & string]

type Misplaced<K extends string, E, On, T extends string> = E extends {
  readonly table: infer X extends string
  readonly context: { readonly MessageName: infer M extends string }
}
  ? M extends StepMessage
    ? RuleOf<M>['on'] extends On
      ? [T] extends [X]
        ? never
        : On extends 'table'
          ? `${K} takes an event of ${X}`
          : never
      : `${K} takes an event of ${M}, which is registered on a ${RuleOf<M>['on']}`
    : never
  : never
