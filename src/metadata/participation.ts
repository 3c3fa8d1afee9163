/**
 * Which part a party plays (`activityparty.participationtypemask`), by the column of the activity it stands in.
 * https://learn.microsoft.com/power-apps/developer/data-platform/activityparty-entity
 *
 * Unverified: `partners`.
 */
export const PARTICIPATION_TYPES: ReadonlyMap<string, number> = new Map([
  ['from', 1],
  ['to', 2],
  ['cc', 3],
  ['bcc', 4],
  ['requiredattendees', 5],
  ['optionalattendees', 6],
  ['organizer', 7],
  ['regardingobjectid', 8],
  ['ownerid', 9],
  ['resources', 10],
  ['customers', 11],
  ['customer', 11],
  ['partners', 12],
])
