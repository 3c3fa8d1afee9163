import { boolean, int32, integer, memo, text } from './columns.ts'
import { table } from './define.ts'
import { LINK, messages, READ, WRITE } from './messages.ts'
import { stamps } from './standard-columns.ts'

/**
 * What the members of teams that are made for single rows may do with them.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/teamtemplate
 */
export const teamtemplate = table({
  schemaName: 'TeamTemplate',
  entitySetName: 'teamtemplates',
  displayName: 'Team template',
  displayCollectionName: 'Team templates',
  objectTypeCode: 92,
  ownership: 'None',
  primaryName: 'teamtemplatename',
  messages: messages({ events: [...WRITE, ...READ, ...LINK], others: ['Upsert'] }),
  columns: [
    text('TeamTemplateName', 100, 'SystemRequired'),
    memo('Description', 2000),
    // One of the rights, or several.
    int32('DefaultAccessRightsMask', 'SystemRequired'),
    // Of the table whose rows have such teams.
    integer('ObjectTypeCode', [0, 100_000], 'SystemRequired'),
    boolean('IsSystem', false, 'SystemRequired', 'read-only'),
    stamps({
      createdby: 'lk_teamtemplate_createdby',
      createdonbehalfby: 'lk_teamtemplate_createdonbehalfby',
      modifiedby: 'lk_teamtemplate_modifiedby',
      modifiedonbehalfby: 'lk_teamtemplate_modifiedonbehalfby',
    }),
  ],
})
