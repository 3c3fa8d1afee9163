import { DataverseError } from '../../errors/dataverse-error.ts'
import { isObject, Members } from '../../metadata/import/entity-definitions/members.ts'

export type JsonObject = Readonly<Record<string, unknown>>

const BODY = { fileName: 'the body', text: '' }
const ENGLISH = 1033

/** One object of a body, its members read as what they must be. @throws PAYLOAD_INVALID */
export function bodyMembers(json: unknown, path: string): Members {
  return new Members(json, path, BODY)
}

/** What reading refuses is a fault of the request here, not of a document. @throws PAYLOAD_INVALID */
export function reading<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof DataverseError) || error.code !== 'DOCUMENT_UNREADABLE') throw error
    throw new DataverseError(
      'PAYLOAD_INVALID',
      `Error identified in Payload provided by the user: ${error.message}`,
      { cause: error },
    )
  }
}

/**
 * The text of a label in the one language of an organization here, or else in the first one sent. undefined:
 * nothing was sent; null: a label without any text.
 */
export function labelIn(json: JsonObject, name: string): string | null | undefined {
  const label = json[name]
  if (label === undefined || label === null) return undefined
  return reading(() => {
    const members = bodyMembers(label, name)
    const texts = members.objects('LocalizedLabels')
    const own = texts.find((text) => text.number('LanguageCode') === ENGLISH) ?? texts[0]
    return own?.text('Label') ?? members.object('UserLocalizedLabel')?.text('Label') ?? null
  })
}

/** Of something new: no label is no label. */
export function newLabel(json: JsonObject, name: string): string | undefined {
  return labelIn(json, name) ?? undefined
}

/**
 * Of something that is there: where labels are merged, one without text changes nothing.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-update-entity-definitions-using-web-api
 */
export function changedLabel(
  json: JsonObject,
  name: string,
  mergesLabels: boolean,
): string | null | undefined {
  const text = labelIn(json, name)
  return text === null && mergesLabels ? undefined : text
}

export function objectIn(json: unknown, path: string): JsonObject {
  if (isObject(json)) return json
  throw new DataverseError('PAYLOAD_INVALID', `A JSON object is expected as ${path}.`)
}

export function objectsIn(json: unknown, path: string): readonly JsonObject[] {
  if (json === undefined || json === null) return []
  if (Array.isArray(json)) return json.map((each, i) => objectIn(each, `${path}[${i}]`))
  throw new DataverseError('PAYLOAD_INVALID', `An array is expected as ${path}.`)
}

/** `Microsoft.Dynamics.CRM.StringAttributeMetadata`, with or without the leading #, without the namespace. */
export function declaredTypeOf(json: JsonObject): string | undefined {
  const type = json['@odata.type']
  return typeof type === 'string'
    ? /^#?Microsoft\.Dynamics\.CRM\.(\w+)$/.exec(type)?.[1]
    : undefined
}
