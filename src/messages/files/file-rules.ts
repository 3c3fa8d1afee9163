import { DataverseError } from '../../errors/dataverse-error.ts'
import { FILE_SETTINGS } from '../../metadata/platform/file-settings.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import { type Sequence, settled } from '../../rows/sequence.ts'
import type { Row } from '../../rows/value.ts'

/** The most one block holds. */
export const MAX_BLOCK_BYTES = 4 * 1024 * 1024

/**
 * Whether the organization's settings let a file of this name and type be uploaded.
 * https://learn.microsoft.com/power-apps/developer/data-platform/files-images-overview#block-certain-types-of-files
 * @throws FILE_TYPE_BLOCKED, MIME_TYPE_BLOCKED, MIME_TYPE_NOT_ALLOWED
 */
export function* assertFileType(
  operation: AnyOperation,
  fileName: string,
  mimeType?: string,
): Sequence<void> {
  const settings = yield* fileSettings(operation)
  const extension = /\.([^.]+)$/.exec(fileName)?.[1]?.toLowerCase()
  if (extension !== undefined && listed(settings.blockedattachments).includes(extension)) {
    throw new DataverseError(
      'FILE_TYPE_BLOCKED',
      'The attachment is either not a valid type or is too large. It cannot be uploaded or downloaded.',
    )
  }
  if (mimeType === undefined || mimeType === '') return
  const allowed = listed(settings.allowedmimetypes)
  if (allowed.length > 0) {
    if (allowed.includes(mimeType.toLowerCase())) return
    throw new DataverseError(
      'MIME_TYPE_NOT_ALLOWED',
      `Operation not allowed as mime type ${mimeType} is not in the allow list.`,
    )
  }
  if (!listed(settings.blockedmimetypes).includes(mimeType.toLowerCase())) return
  throw new DataverseError(
    'MIME_TYPE_BLOCKED',
    `Operation not allowed as mime type ${mimeType} is blocked.`,
  )
}

/** @throws FILE_TOO_LARGE */
export function assertFileSize(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return
  throw new DataverseError('FILE_TOO_LARGE', 'Attachment file size is too big.')
}

/**
 * How many bytes a note may hold: the limit is one of base64, which is longer.
 * https://learn.microsoft.com/power-apps/developer/data-platform/attachment-annotation-files#file-size-limits
 */
export function* maxNoteBytes(operation: AnyOperation): Sequence<number> {
  const { maxuploadfilesize: size } = yield* fileSettings(operation)
  return Math.floor(typeof size === 'number' ? size / 4 : 0) * 3
}

type Settings = { readonly [K in keyof typeof FILE_SETTINGS]: Row[string] }

/** As the organization's row has them; an imported table of settings may lack columns. */
export function* fileSettings({ runtime, reader }: AnyOperation): Sequence<Settings> {
  const table = runtime.catalog.find('organization')
  const row =
    table === undefined ? undefined : yield* settled(reader.get(table, runtime.organization.id))
  const settings: Record<string, Row[string]> = { ...FILE_SETTINGS }
  for (const name in settings) {
    const value = row?.[name]
    if (value !== undefined) settings[name] = value
  }
  return settings as Settings
}

/** Lists in settings are joined by semicolons. */
function listed(value: Row[string]): readonly string[] {
  if (typeof value !== 'string') return []
  return value
    .toLowerCase()
    .split(/[;,]/)
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
