import type { TableDefinition } from '../table-definition.ts'
import { account } from './account.ts'
import { activityparty, activitypointer } from './activities.ts'
import { annotation } from './annotation.ts'
import { audit } from './audit.ts'
import { contact } from './contact.ts'
import { transactioncurrency } from './currency.ts'
import { withReferencedEnds } from './define.ts'
import { duplicaterule, duplicaterulecondition } from './duplicates.ts'
import { businessunit, owner, systemuser, team, teammembership } from './directory.ts'
import { plugintracelog, pluginassembly, plugintype, serviceendpoint } from './event-handlers.ts'
import {
  sdkmessage,
  sdkmessagefilter,
  sdkmessageprocessingstep,
  sdkmessageprocessingstepimage,
  sdkmessageprocessingstepsecureconfig,
} from './events.ts'
import {
  asyncoperation,
  bulkdeletefailure,
  bulkdeleteoperation,
  mailboxtrackingfolder,
} from './jobs.ts'
import { fileattachment, subscriptiontrackingdeletedobject } from './files.ts'
import { lead } from './lead.ts'
import { organization, position, usersettings } from './organization.ts'
import {
  fieldpermission,
  fieldsecurityprofile,
  privilege,
  role,
  roleprivileges,
  roletemplate,
  systemuserprofiles,
  systemuserroles,
  teamprofiles,
  teamroles,
} from './security.ts'
import { teamtemplate } from './team-templates.ts'
import { timezonedefinition } from './time-zones.ts'
import { principalobjectaccess, principalobjectattributeaccess } from './sharing.ts'
import { savedquery, userquery } from './views.ts'

/**
 * The tables every organization has here before anything is imported, in their essential columns.
 * Whoever needs all columns of one imports its page or EntityDefinitions, which then replace the definition.
 */
export const PLATFORM_TABLES: readonly TableDefinition[] = withReferencedEnds([
  organization,
  businessunit,
  owner,
  systemuser,
  usersettings,
  timezonedefinition,
  position,
  team,
  teamtemplate,
  teammembership,
  transactioncurrency,
  account,
  contact,
  lead,
  annotation,
  activitypointer,
  activityparty,
  fileattachment,
  subscriptiontrackingdeletedobject,
  audit,
  principalobjectaccess,
  principalobjectattributeaccess,
  role,
  roletemplate,
  privilege,
  roleprivileges,
  systemuserroles,
  teamroles,
  fieldsecurityprofile,
  fieldpermission,
  systemuserprofiles,
  teamprofiles,
  savedquery,
  userquery,
  asyncoperation,
  bulkdeleteoperation,
  bulkdeletefailure,
  mailboxtrackingfolder,
  duplicaterule,
  duplicaterulecondition,
  sdkmessage,
  sdkmessagefilter,
  sdkmessageprocessingstep,
  sdkmessageprocessingstepimage,
  sdkmessageprocessingstepsecureconfig,
  pluginassembly,
  plugintype,
  serviceendpoint,
  plugintracelog,
])
