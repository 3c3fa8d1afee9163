import { FILE_ATTACHMENTS } from '../content-companions.ts'
import {
  bigint,
  boolean,
  dateTime,
  entityName,
  id,
  LONGEST_TEXT,
  openLookup,
  text,
} from './columns.ts'
import { table } from './define.ts'
import { LINK, messages, READ } from './messages.ts'

/**
 * What file columns hold. Its rows come with an upload and go with the row they belong to; nobody creates them.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/fileattachment
 */
export const fileattachment = table({
  schemaName: 'FileAttachment',
  entitySetName: `${FILE_ATTACHMENTS}s`,
  displayName: 'FileAttachment',
  displayCollectionName: 'FileAttachments',
  objectTypeCode: 55,
  ownership: 'None',
  primaryName: 'filename',
  // Its page lists no reading, which the page on file columns shows.
  messages: messages({ events: LINK, others: READ }),
  columns: [
    text('FileName', 255),
    text('MimeType', 256),
    openLookup('ObjectId', []),
    entityName('ObjectIdTypeCode'),
    entityName('ObjectTypeCode'),
    text('RegardingFieldName', 255),
    // The bytes themselves.
    text('Body', LONGEST_TEXT, 'read-only', 'unreadable'),
    bigint('FileSizeInBytes', 'read-only'),
    dateTime('CreatedOn', 'read-only'),
    bigint('VersionNumber', 'read-only'),
  ],
})

/**
 * Rows that were deleted, for those who synchronize. The platform keys them by their time stamp; here an id that is
 * made of the table and the row's own is their key, for rows of two tables may have the same. No message is
 * offered: RetrieveEntityChanges reads them.
 * https://learn.microsoft.com/dynamics365/customer-engagement/developer/entities/subscriptiontrackingdeletedobject
 */
export const subscriptiontrackingdeletedobject = table({
  schemaName: 'SubscriptionTrackingDeletedObject',
  entitySetName: '',
  displayName: 'Tracking information for deleted entities',
  displayCollectionName: 'Tracking information for deleted entities',
  objectTypeCode: 35,
  ownership: 'None',
  primaryId: id('SubscriptionTrackingDeletedObjectId', 'SystemRequired', 'read-only'),
  messages: [],
  columns: [
    id('ObjectId', 'SystemRequired', 'read-only'),
    entityName('ObjectTypeCode', 'SystemRequired', 'read-only'),
    dateTime('DeleteTime', 'read-only'),
    boolean('IsLogicalDelete', false, 'read-only'),
    bigint('VersionNumber', 'read-only'),
  ],
})
