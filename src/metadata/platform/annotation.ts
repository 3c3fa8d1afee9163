import {
  boolean,
  entityName,
  integer,
  LONGEST_TEXT,
  lookup,
  memo,
  PARENTAL,
  text,
  to,
} from './columns.ts'
import { table } from './define.ts'
import { MIGRATION, ownership, stamps } from './standard-columns.ts'

const FILE_SIZE = [0, 1_000_000_000] as const

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/annotation */
export const annotation = table({
  schemaName: 'Annotation',
  entitySetName: 'annotations',
  displayName: 'Note',
  displayCollectionName: 'Notes',
  objectTypeCode: 5,
  ownership: 'UserOwned',
  changeTrackingEnabled: true,
  primaryName: 'subject',
  columns: [
    text('Subject', 500, 'ApplicationRequired'),
    memo('NoteText', 100_000),
    boolean('IsDocument', false, 'SystemRequired'),
    text('FileName', 255),
    text('MimeType', 256),
    text('DocumentBody', LONGEST_TEXT),
    integer('FileSize', FILE_SIZE, 'read-only'),
    text('LangId', 2),
    text('StepId', 32),
    lookup('ObjectId', [
      to('account', 'Account_Annotation', PARENTAL),
      to('contact', 'Contact_Annotation', PARENTAL),
      to('lead', 'Lead_Annotation', PARENTAL),
    ]),
    entityName('ObjectTypeCode'),
    ...ownership({
      ownerid: 'owner_annotations',
      owninguser: 'annotation_owning_user',
      owningteam: 'team_annotations',
      owningbusinessunit: 'business_unit_annotations',
    }),
    ...stamps({
      createdby: 'lk_annotationbase_createdby',
      createdonbehalfby: 'lk_annotationbase_createdonbehalfby',
      modifiedby: 'lk_annotationbase_modifiedby',
      modifiedonbehalfby: 'lk_annotationbase_modifiedonbehalfby',
    }),
    ...MIGRATION,
  ],
})
