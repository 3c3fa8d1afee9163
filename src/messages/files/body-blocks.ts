import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Table } from '../../metadata/table.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import type { Runtime } from '../../pipeline/runtime.ts'
import { type Sequence, inSequence, settled } from '../../rows/sequence.ts'
import { base64Of } from '../../rows/bytes.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { textOf, type Values } from '../../rows/value.ts'
import { endOnceCommitted, uploadOf } from './commit-file-blocks-upload.ts'
import { assembled, textParameter } from './blocks.ts'
import { assertFileType, maxNoteBytes } from './file-rules.ts'
import { transfersOf } from './transfers.ts'
import { idOf, rowNotFound } from '../not-found.ts'
import { columnsOf, reference, rowOf } from '../parameters.ts'
import type {
  BodyTarget,
  CommitBodyRequest,
  CreateResponse,
  InitializeBodyDownloadResponse,
  UploadToken,
} from '../requests.ts'

/** A table whose rows hold one file each, as base64 text. */
export interface BodyTable<Kind extends 'Annotation' | 'Attachment'> {
  readonly kind: Kind
  readonly table: string
  readonly body: string
  /** Whether rows that exist can be given another file; their id is then told at once. */
  readonly replaces: boolean
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/attachment-annotation-files */
export function initializeBodyUpload<Kind extends 'Annotation' | 'Attachment'>(
  of: BodyTable<Kind>,
): Message<`Initialize${Kind}BlocksUpload`, BodyTarget, UploadToken> {
  const name = `Initialize${of.kind}BlocksUpload` as const
  return {
    name,
    onlyReads: true,

    begin({ Target }, runtime) {
      targetOf(of, Target, runtime, name)
      return { table: undefined, id: EMPTY_GUID }
    },

    run: (operation) => inSequence(beginUpload(of, operation, name)),

    inputParameters: ({ request }) => ({ Target: request.Target }),
    outputParameters: ({ response }) => ({ ...response }),
  }
}

function* beginUpload(
  of: BodyTable<'Annotation' | 'Attachment'>,
  operation: Operation<BodyTarget, UploadToken>,
  message: string,
): Sequence<UploadToken> {
  const { request, runtime, caller } = operation
  const { id, values } = targetOf(of, request.Target, runtime, message)
  const fileName = textOf(values['filename'])
  yield* assertFileType(operation, fileName, textOf(values['mimetype']))
  const FileContinuationToken = transfersOf(runtime).beginUpload({
    userId: caller.userId,
    kind: of.kind,
    target: { table: of.table, id: id ?? EMPTY_GUID },
    column: of.body,
    fileName,
    maxSize: yield* maxNoteBytes(operation),
  })
  return { FileContinuationToken }
}

/**
 * Writes the row of the target, with the blocks of the upload as its file: a Create, or an Update where there is
 * such a row and its file can be replaced.
 */
export function commitBodyUpload<
  Kind extends 'Annotation' | 'Attachment',
  Response extends { readonly FileSizeInBytes: number },
>(
  of: BodyTable<Kind>,
  answer: (id: string, size: number) => Response,
): Message<`Commit${Kind}BlocksUpload`, CommitBodyRequest, Response> {
  const name = `Commit${of.kind}BlocksUpload` as const
  return {
    name,
    isOuterContext: true,

    begin({ Target, FileContinuationToken }, runtime) {
      targetOf(of, Target, runtime, name)
      textParameter(FileContinuationToken, 'FileContinuationToken', name)
      return { table: undefined, id: EMPTY_GUID }
    },

    run: (operation) => inSequence(commit(of, operation, answer, name)),

    inputParameters: ({ request }) => ({
      Target: request.Target,
      BlockList: request.BlockList,
      FileContinuationToken: request.FileContinuationToken,
    }),
    outputParameters: ({ response }) => ({ ...response }),
  }
}

function* commit<Response>(
  of: BodyTable<'Annotation' | 'Attachment'>,
  operation: Operation<CommitBodyRequest, Response>,
  answer: (id: string, size: number) => Response,
  message: string,
): Sequence<Response> {
  const { request, runtime } = operation
  const upload = uploadOf(operation, of.kind, message)
  const bytes = assembled(upload, request.BlockList, message)
  const { id, values } = targetOf(of, request.Target, runtime, message)
  const body = base64Of(bytes)
  const row = { table: of.table, values: { ...values, [of.body]: body } }
  const written = (yield* settled(
    operation.execute(of.replaces ? 'Upsert' : 'Create', id === undefined ? row : { ...row, id }),
  )) as CreateResponse
  endOnceCommitted(operation, request.FileContinuationToken)
  return answer(written.id, bytes.length)
}

export function initializeBodyDownload<Kind extends 'Annotation' | 'Attachment'>(
  of: BodyTable<Kind>,
): Message<`Initialize${Kind}BlocksDownload`, BodyTarget, InitializeBodyDownloadResponse> {
  const name = `Initialize${of.kind}BlocksDownload` as const
  return {
    name,
    onlyReads: true,

    begin({ Target }, { catalog }) {
      idOf(tableOf(of, Target, catalog, name), rowOf(Target).id, name)
      return { table: undefined, id: EMPTY_GUID }
    },

    run: (operation) => inSequence(beginDownload(of, operation, name)),

    inputParameters: ({ request }) => ({ Target: reference(rowOf(request.Target)) }),
    outputParameters: ({ response }) => ({ ...response }),
  }
}

function* beginDownload(
  of: BodyTable<'Annotation' | 'Attachment'>,
  operation: Operation<BodyTarget, InitializeBodyDownloadResponse>,
  message: string,
): Sequence<InitializeBodyDownloadResponse> {
  const { request, runtime, reader, caller } = operation
  const table = tableOf(of, request.Target, runtime.catalog, message)
  const id = idOf(table, rowOf(request.Target).id, message)
  const row = yield* settled(reader.get(table, id))
  if (row === undefined) throw rowNotFound(of.table, id)
  const source = { table: of.table, id }
  return {
    FileContinuationToken: transfersOf(runtime).beginDownload({ userId: caller.userId, source }),
    FileSizeInBytes: Buffer.byteLength(textOf(row[of.body]), 'base64'),
    FileName: textOf(row['filename']),
  }
}

interface Target {
  /** undefined: the organization makes one. */
  readonly id: string | undefined
  /** Without the id, and without a file. */
  readonly values: Values
}

function targetOf(
  of: BodyTable<'Annotation' | 'Attachment'>,
  parameter: BodyTarget['Target'],
  { catalog }: Runtime,
  message: string,
): Target {
  const table = tableOf(of, parameter, catalog, message)
  const sent = 'Attributes' in parameter ? columnsOf(parameter) : {}
  const values = without(sent, [table.primaryId, of.body])
  const told = rowOf(parameter).id || textOf(sent[table.primaryId])
  if (told === '' && !of.replaces) return { id: undefined, values }
  return { id: idOf(table, told, message), values }
}

function tableOf(
  of: BodyTable<'Annotation' | 'Attachment'>,
  parameter: BodyTarget['Target'],
  catalog: Runtime['catalog'],
  message: string,
): Table {
  const { table } = rowOf(parameter)
  if (table === of.table) return catalog.table(table)
  throw new DataverseError('INVALID_ARGUMENT', `The Target of ${message} is a row of ${of.table}.`)
}

function without(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)))
}
