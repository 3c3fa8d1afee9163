import {
  commitBodyUpload,
  initializeBodyDownload,
  initializeBodyUpload,
  type BodyTable,
} from './body-blocks.ts'

/** A file attached to an email; the table has to be imported. */
const ATTACHMENT: BodyTable<'Attachment'> = {
  kind: 'Attachment',
  table: 'activitymimeattachment',
  body: 'body',
  replaces: false,
}

export const initializeAttachmentBlocksUpload = initializeBodyUpload(ATTACHMENT)
export const commitAttachmentBlocksUpload = commitBodyUpload(ATTACHMENT, (id, size) => ({
  ActivityMimeAttachmentId: id,
  FileSizeInBytes: size,
}))
export const initializeAttachmentBlocksDownload = initializeBodyDownload(ATTACHMENT)
