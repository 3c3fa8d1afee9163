import { int32, text } from './columns.ts'
import { table } from './define.ts'
import { messages, READ } from './messages.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/timezonedefinition */
export const timezonedefinition = table({
  schemaName: 'TimeZoneDefinition',
  entitySetName: 'timezonedefinitions',
  displayName: 'Time Zone Definition',
  displayCollectionName: 'Time Zone Definitions',
  objectTypeCode: 4810,
  ownership: 'None',
  primaryName: 'userinterfacename',
  messages: messages({ others: READ }),
  columns: [
    int32('TimeZoneCode', 'SystemRequired', 'read-only'),
    text('StandardName', 100, 'SystemRequired', 'read-only'),
    text('DaylightName', 100, 'SystemRequired', 'read-only'),
    text('UserInterfaceName', 100, 'SystemRequired', 'read-only'),
    int32('Bias', 'SystemRequired', 'read-only'),
    int32('RetiredOrder', 'SystemRequired', 'read-only'),
  ],
})
