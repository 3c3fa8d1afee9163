import type { CustomMessageName } from '../messages/organization-service.ts'
import type { StepStage } from '../pipeline/step.ts'

/**
 * What a step may have, by message; decorators, their types and registration read it here.
 * `on` is what a step of the message is registered on: a table, or every association, of which it takes one
 * relationship. A new event is a line here and its event type in `event.ts`.
 * https://learn.microsoft.com/power-apps/developer/data-platform/register-plug-in
 */
export const EVENTS = {
  Create: { on: 'table', preImage: false, postImage: true, writes: true, columns: false },
  Update: { on: 'table', preImage: true, postImage: true, writes: true, columns: true },
  Delete: { on: 'table', preImage: true, postImage: false, writes: false, columns: false },
  Retrieve: { on: 'table', preImage: false, postImage: false, writes: false, columns: false },
  RetrieveMultiple: {
    on: 'table',
    preImage: false,
    postImage: false,
    writes: false,
    columns: false,
  },
  Associate: {
    on: 'relationship',
    preImage: false,
    postImage: false,
    writes: false,
    columns: false,
  },
  Disassociate: {
    on: 'relationship',
    preImage: false,
    postImage: false,
    writes: false,
    columns: false,
  },
  Assign: { on: 'table', preImage: true, postImage: true, writes: false, columns: false },
  SetState: { on: 'table', preImage: true, postImage: true, writes: false, columns: false },
  SetParent: { on: 'table', preImage: false, postImage: false, writes: false, columns: false },
  SetBusiness: { on: 'table', preImage: false, postImage: false, writes: false, columns: false },
  CreateMultiple: { on: 'table', preImage: false, postImage: true, writes: true, columns: false },
  UpdateMultiple: { on: 'table', preImage: true, postImage: true, writes: true, columns: true },
  DeleteMultiple: { on: 'table', preImage: false, postImage: false, writes: false, columns: false },
  GrantAccess: { on: 'table', preImage: false, postImage: false, writes: false, columns: false },
  ModifyAccess: { on: 'table', preImage: false, postImage: false, writes: false, columns: false },
  RevokeAccess: { on: 'table', preImage: false, postImage: false, writes: false, columns: false },
  RetrievePrincipalAccess: {
    on: 'table',
    preImage: false,
    postImage: false,
    writes: false,
    columns: false,
  },
  RetrieveSharedPrincipalsAndAccess: {
    on: 'table',
    preImage: false,
    postImage: false,
    writes: false,
    columns: false,
  },
  Merge: { on: 'table', preImage: true, postImage: true, writes: false, columns: false },
} as const satisfies Readonly<Record<string, EventRule>>

export interface EventRule {
  readonly on: 'table' | 'relationship'
  readonly preImage: boolean
  readonly postImage: boolean
  /** Whether it has a target whose columns a step may set before the main operation. */
  readonly writes: boolean
  /** Whether a step can be limited to certain columns of the target. */
  readonly columns: boolean
}

/** A message of the platform that steps can be written for. */
export type EventName = keyof typeof EVENTS

/** A message that steps can be written for: the platform's, or one of the organization's own. */
export type StepMessage = EventName | CustomMessageName

/** Steps of a custom message: registered on its table, or on none by `Handler.anyTable()`. */
export const CUSTOM_EVENT = {
  on: 'table',
  preImage: false,
  postImage: false,
  writes: false,
  columns: false,
} as const satisfies EventRule

/** Custom messages are told by the prefix of their publisher. */
export function ruleOf(message: string): EventRule | undefined {
  if (Object.hasOwn(EVENTS, message)) return EVENTS[message as EventName]
  return message.includes('_') ? CUSTOM_EVENT : undefined
}

export type RuleOf<M extends StepMessage> = M extends EventName
  ? (typeof EVENTS)[M]
  : typeof CUSTOM_EVENT

/** The stages with a decorator. */
export const STEP_STAGES = {
  PreValidation: 10,
  PreOperation: 20,
  PostOperation: 40,
} as const satisfies Readonly<Record<string, StepStage>>
export type StepStageName = keyof typeof STEP_STAGES

/** Columns of an image. 'all' costs the most: name what is read. */
export type ImageColumns = readonly string[] | 'all'

/** What a step decorator takes beside the message. Which of them a step may have: `EVENTS` and its stage. */
export interface StepOptions {
  /** Update only: the step runs when the target holds one of these, changed or not. */
  readonly columns?: readonly string[]
  /** Columns of `event.preImage`: the row as it was before. */
  readonly preImage?: ImageColumns
  /** Columns of `event.postImage`: the row as it is after. */
  readonly postImage?: ImageColumns
  /** Further images, under names of their own: `{ before: ['name'] }` is `event.preImages.before`. */
  readonly preImages?: Readonly<Record<string, ImageColumns>>
  readonly postImages?: Readonly<Record<string, ImageColumns>>
  /** Columns of the target the step sets. A step that has any cannot run as a webhook. */
  readonly writes?: readonly string[]
  /** `async`: after the transaction, by the asynchronous service. Default `sync`. */
  readonly mode?: 'sync' | 'async'
  /** Asynchronous steps: whether the job is deleted once it has succeeded. Default false. */
  readonly asyncAutoDelete?: boolean
  /** Order among the steps of the stage, lower first. Default 1. */
  readonly rank?: number
  /** Id of the user whose rights `event.org` uses. Default: the calling user. */
  readonly runAs?: string
  readonly configuration?: string
  /** Readable by system administrators only. */
  readonly secureConfiguration?: string
}

/** Under these aliases `preImage` and `postImage` are registered. */
export const PRE_IMAGE_ALIAS = 'preImage'
export const POST_IMAGE_ALIAS = 'postImage'
