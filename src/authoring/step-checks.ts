import type { ErrorCode } from '../errors/codes.ts'
import { DataverseError } from '../errors/dataverse-error.ts'
import { parseGuid } from '../rows/guid.ts'
import type { Registration, StepDeclaration } from './decorators.ts'
import { nearestName } from './nearest-name.ts'
import {
  EVENTS,
  POST_IMAGE_ALIAS,
  PRE_IMAGE_ALIAS,
  ruleOf,
  type EventRule,
  type ImageColumns,
  type StepOptions,
} from './step-rules.ts'

/**
 * What the decorators' types refuse, once more: handlers written in JavaScript, or with a cast, get the same
 * answer, with the platform's code where it has one.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes
 */
export function assertDeclarable(
  name: string,
  registration: Registration,
  { message, stage, options }: StepDeclaration,
): void {
  const rule = ruleOf(message)
  if (rule === undefined) {
    const nearest = nearestName(message, Object.keys(EVENTS))
    refuse(
      'STEP_NOT_ALLOWED',
      `${name}: no step can be registered on ${message}${nearest === undefined ? '' : `; there is '${nearest}'`}.`,
    )
  }
  assertRegistration(name, registration, message, rule)
  assertImages(name, message, rule, stage, options)
  if (options.columns !== undefined) {
    if (!rule.columns) {
      refuse(
        'STEP_INVALID',
        `${name} filters on columns; only Update steps do, and this is ${message}.`,
      )
    }
    if (registration.kind === 'any-table') {
      refuse('STEP_INVALID', `${name} filters on columns, but runs on every table.`)
    }
    assertColumns(`${name}: columns`, options.columns)
  }
  if (options.writes !== undefined) {
    if (!rule.writes) refuse('STEP_INVALID', `${name}: ${message} has no columns to write.`)
    if (stage === 'PostOperation') {
      refuse('STEP_INVALID', `${name} writes at PostOperation, where the row is written already.`)
    }
    assertColumns(`${name}: writes`, options.writes)
  }
  assertMode(name, stage, options)
  assertSettings(name, options)
}

function assertRegistration(
  name: string,
  registration: Registration,
  message: string,
  rule: EventRule,
): void {
  if (registration.kind === 'relationship') {
    if (rule.on === 'relationship') return
    refuse(
      'STEP_NOT_ALLOWED',
      `${name}: ${message} is not registered on a relationship; write @Handler('<table>') above the class.`,
    )
  }
  if (rule.on === 'table') return
  // A step of these with a table is invalid on the platform, too.
  refuse(
    'STEP_NOT_ALLOWED',
    `${name}: ${message} is not registered on a table; write @Handler.relationship('<schema name>') above the class.`,
  )
}

function assertImages(
  name: string,
  message: string,
  rule: EventRule,
  stage: string,
  options: StepOptions,
): void {
  const pre = imagesIn(options.preImage, options.preImages, PRE_IMAGE_ALIAS)
  const post = imagesIn(options.postImage, options.postImages, POST_IMAGE_ALIAS)
  if (pre.length + post.length === 0) return
  if (!rule.preImage && !rule.postImage) {
    refuse('IMAGE_NOT_SUPPORTED', `${name}: ${message} does not support images.`)
  }
  if (pre.length > 0 && !rule.preImage) {
    refuse('IMAGE_TYPE_INVALID', `${name}: ${message} has no pre-image.`)
  }
  if (post.length > 0 && !rule.postImage) {
    refuse('IMAGE_TYPE_INVALID', `${name}: ${message} has no post-image.`)
  }
  if (post.length > 0 && stage !== 'PostOperation') {
    refuse('POST_IMAGE_TOO_EARLY', `${name}: ${stage} has no post-image; PostOperation has.`)
  }
  const aliases = new Set<string>()
  for (const [alias, columns] of [...pre, ...post]) {
    if (aliases.has(alias)) refuse('STEP_INVALID', `${name} has two images named '${alias}'.`)
    aliases.add(alias)
    if (columns !== 'all') assertColumns(`${name}: image '${alias}'`, columns)
  }
}

function imagesIn(
  own: ImageColumns | undefined,
  named: Readonly<Record<string, ImageColumns>> = {},
  alias: string,
): readonly (readonly [string, ImageColumns])[] {
  return own === undefined ? Object.entries(named) : [[alias, own], ...Object.entries(named)]
}

/** An empty list would be every column on the platform: what is meant is written out. */
function assertColumns(where: string, columns: unknown): void {
  if (
    !Array.isArray(columns) ||
    columns.length === 0 ||
    columns.some((c) => typeof c !== 'string')
  ) {
    refuse('STEP_INVALID', `${where} is a list of one column or more, by logical name.`)
  }
}

function assertMode(name: string, stage: string, { mode, asyncAutoDelete }: StepOptions): void {
  if (asyncAutoDelete === true && mode !== 'async') {
    refuse('STEP_INVALID', `${name}: only asynchronous steps have jobs to delete.`)
  }
  if (mode === undefined || mode === 'sync') return
  if (mode !== 'async')
    refuse('STEP_INVALID', `${name}: mode is 'sync' or 'async', not '${String(mode)}'.`)
  if (stage !== 'PostOperation') {
    refuse('STEP_INVALID', `${name}: only PostOperation steps are asynchronous; this is ${stage}.`)
  }
}

function assertSettings(name: string, options: StepOptions): void {
  for (const option of Object.keys(options)) {
    if (!OPTIONS.has(option)) refuse('STEP_INVALID', `${name}: there is no option '${option}'.`)
  }
  const { rank, runAs } = options
  if (rank !== undefined && (rank | 0) !== rank) {
    refuse('STEP_INVALID', `${name}: rank is a whole number of 32 bits.`)
  }
  if (runAs !== undefined && parseGuid(runAs) === undefined) {
    refuse('STEP_INVALID', `${name}: runAs is the id of a user, not '${runAs}'.`)
  }
}

const OPTIONS: ReadonlySet<string> = new Set(
  Object.keys({
    columns: true,
    preImage: true,
    postImage: true,
    preImages: true,
    postImages: true,
    writes: true,
    mode: true,
    asyncAutoDelete: true,
    rank: true,
    runAs: true,
    configuration: true,
    secureConfiguration: true,
  } satisfies Record<keyof StepOptions, true>),
)

function refuse(code: ErrorCode, message: string): never {
  throw new DataverseError(code, message)
}
