import type { TableDefinition } from '../table-definition.ts'
import { account } from './account.ts'
import { annotation } from './annotation.ts'
import { contact } from './contact.ts'
import { transactioncurrency } from './currency.ts'
import { withReferencedEnds } from './define.ts'
import { businessunit, owner, systemuser, team, teammembership } from './directory.ts'
import { plugintracelog, pluginassembly, plugintype, serviceendpoint } from './event-handlers.ts'
import {
  sdkmessage,
  sdkmessagefilter,
  sdkmessageprocessingstep,
  sdkmessageprocessingstepimage,
  sdkmessageprocessingstepsecureconfig,
} from './events.ts'
import { asyncoperation, bulkdeletefailure, mailboxtrackingfolder } from './jobs.ts'
import { lead } from './lead.ts'
import { organization, position, usersettings } from './organization.ts'
import { principalobjectaccess, principalobjectattributeaccess } from './sharing.ts'

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
  position,
  team,
  teammembership,
  transactioncurrency,
  account,
  contact,
  lead,
  annotation,
  principalobjectaccess,
  principalobjectattributeaccess,
  asyncoperation,
  bulkdeletefailure,
  mailboxtrackingfolder,
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
