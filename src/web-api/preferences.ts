import type { Headers } from './http.ts'

/**
 * What `Prefer` asked for.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors#prefer-headers
 */
export interface Preferences {
  readonly returnRepresentation: boolean
  /** undefined: no annotations. */
  readonly annotations: AnnotationFilter | undefined
  readonly maxPageSize: number | undefined
  readonly trackChanges: boolean
  readonly continueOnError: boolean
}

/** Whether an annotation (`OData.Community.Display.V1.FormattedValue`) was asked for. */
export type AnnotationFilter = (term: string) => boolean

/** The largest page; larger ones asked for are cut to it. */
export const MAX_PAGE_SIZE = 5000

const NONE: Preferences = {
  returnRepresentation: false,
  annotations: undefined,
  maxPageSize: undefined,
  trackChanges: false,
  continueOnError: false,
}

/** Comma lists, semicolon lists, quoted or bare values: clients send all of them. What is unknown is left unheeded, as HTTP wants. */
export function readPreferences(headers: Headers): Preferences {
  const header = headers['prefer']
  if (header === undefined || header === '') return NONE
  const asked = new Map<string, string>()
  // A value without quotes may itself be a list (`odata.include-annotations=*`), never with commas.
  for (const [, name, quoted, bare] of header.matchAll(PREFERENCE)) {
    if (name !== undefined && !asked.has(name.toLowerCase())) {
      asked.set(name.toLowerCase(), quoted ?? bare ?? '')
    }
  }
  const annotations = asked.get('odata.include-annotations')
  return {
    returnRepresentation: asked.get('return')?.toLowerCase() === 'representation',
    annotations: annotations === undefined ? undefined : annotationFilter(annotations),
    maxPageSize: pageSize(asked.get('odata.maxpagesize')),
    trackChanges: asked.has('odata.track-changes'),
    continueOnError:
      asked.has('odata.continue-on-error') && asked.get('odata.continue-on-error') !== 'false',
  }
}

const PREFERENCE = /([A-Za-z][\w.-]*)\s*(?:=\s*(?:"([^"]*)"|([^\s,;"]*)))?/g

function pageSize(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined
  const size = Number(text)
  return size === 0 ? undefined : Math.min(size, MAX_PAGE_SIZE)
}

/**
 * A list of terms, `*`, and what terms begin with: `Namespace.*`, `Term*`. `-Term` takes one away.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors#request-annotations
 */
function annotationFilter(list: string): AnnotationFilter {
  const patterns = list
    .split(',')
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '')
  if (patterns.length === 1 && patterns[0] === '*') return () => true
  const wanted = patterns.filter((pattern) => !pattern.startsWith('-')).map(matcher)
  const unwanted = patterns
    .filter((pattern) => pattern.startsWith('-'))
    .map((p) => matcher(p.slice(1)))
  const answers = new Map<string, boolean>()
  return (term) => {
    let answer = answers.get(term)
    if (answer === undefined) {
      answer = wanted.some((matches) => matches(term)) && !unwanted.some((matches) => matches(term))
      answers.set(term, answer)
    }
    return answer
  }
}

function matcher(pattern: string): (term: string) => boolean {
  if (pattern.endsWith('*')) return (term) => term.startsWith(pattern.slice(0, -1))
  return (term) => term === pattern
}

export const FORMATTED_VALUE = 'OData.Community.Display.V1.FormattedValue'
/** The column behind an alias or a link. */
export const ATTRIBUTE_NAME = 'OData.Community.Display.V1.AttributeName'
/** The lookup that a link follows. */
export const CURRENT_ENTITY_FIELD = 'OData.Community.Display.V1.CurrentEntityField'
export const LOOKUP_LOGICAL_NAME = 'Microsoft.Dynamics.CRM.lookuplogicalname'
export const ASSOCIATED_NAVIGATION = 'Microsoft.Dynamics.CRM.associatednavigationproperty'

/** What `Preference-Applied` says of an answer with a body; undefined: nothing was applied. */
export function appliedPreferences(
  headers: Headers,
  names: readonly (
    'return' | 'odata.include-annotations' | 'odata.maxpagesize' | 'odata.track-changes'
  )[],
): Readonly<Record<string, string>> | undefined {
  const header = headers['prefer']
  if (header === undefined || names.length === 0) return undefined
  const asked = new Map<string, string>()
  for (const [whole, name = ''] of header.matchAll(PREFERENCE)) {
    if (!asked.has(name.toLowerCase())) asked.set(name.toLowerCase(), whole.trim())
  }
  // In this order, whatever order they were asked in.
  const applied = names.flatMap((name) => asked.get(name) ?? [])
  return applied.length === 0 ? undefined : { 'Preference-Applied': applied.join('; ') }
}
