import {
  commitBodyUpload,
  initializeBodyDownload,
  initializeBodyUpload,
  type BodyTable,
} from './body-blocks.ts'

/** The file of a note. */
const NOTE: BodyTable<'Annotation'> = {
  kind: 'Annotation',
  table: 'annotation',
  body: 'documentbody',
  replaces: true,
}

export const initializeAnnotationBlocksUpload = initializeBodyUpload(NOTE)
export const commitAnnotationBlocksUpload = commitBodyUpload(NOTE, (id, size) => ({
  AnnotationId: id,
  FileSizeInBytes: size,
}))
export const initializeAnnotationBlocksDownload = initializeBodyDownload(NOTE)
