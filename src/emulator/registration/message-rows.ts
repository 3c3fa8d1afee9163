import { NO_EVENTS } from '../../authoring/check-steps.ts'
import { EVENTS, type EventName } from '../../authoring/step-rules.ts'
import type { CustomMessageDefinition } from '../../messages/custom/custom-message.ts'
import { isMerged } from '../../messages/rows/merge.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import type { AnyMessage } from '../../pipeline/message.ts'
import { idOfName } from '../../rows/guid.ts'
import type { RowRef, Values } from '../../rows/value.ts'

/** What the rows of a registration have in common. */
export interface Birth {
  readonly catalog: Catalog
  readonly messages: readonly AnyMessage[]
  readonly customMessages: ReadonlyMap<string, CustomMessageDefinition>
  /** When the organization began, as rows hold it. */
  readonly bornOn: string
  readonly organization: RowRef
  readonly user: RowRef
}

/** What any table has that lists none: the others only where its documents name them. */
const ORDINARY: ReadonlySet<string> = new Set([
  'Create',
  'CreateMultiple',
  'Retrieve',
  'RetrieveMultiple',
  'Update',
  'UpdateMultiple',
  'Upsert',
  'UpsertMultiple',
  'Delete',
  'Assign',
  'SetState',
  'GrantAccess',
  'ModifyAccess',
  'RevokeAccess',
  'RetrievePrincipalAccess',
  'RetrieveSharedPrincipalsAndAccess',
])
const SERVER = 0
const NAME_LENGTH = 25

export function messageRef(name: string): RowRef {
  return Object.freeze({ table: 'sdkmessage', id: idOfName(`sdkmessage\n${name}`) })
}

export function filterRef(message: string, table: string): RowRef {
  const id = idOfName(`sdkmessagefilter\n${message}\n${table}`)
  return Object.freeze({ table: 'sdkmessagefilter', id })
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/sdkmessage */
export function* messageRows(birth: Birth): Generator<Values> {
  for (const { name, onlyReads } of birth.messages) {
    yield {
      ...stamps(birth),
      sdkmessageid: messageRef(name).id,
      name,
      categoryname: name.slice(0, NAME_LENGTH),
      availability: SERVER,
      autotransact: onlyReads !== true,
      expand: false,
      isactive: true,
      isprivate: false,
      isreadonly: onlyReads === true,
      isvalidforexecuteasync: false,
      template: false,
      workflowsdkstepenabled: false,
      customizationlevel: 0,
    }
  }
}

/**
 * One row for every message a table answers.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/sdkmessagefilter
 */
export function* filterRows(birth: Birth): Generator<Values> {
  for (const name of birth.catalog.names) {
    const table = birth.catalog.find(name)
    if (table === undefined) continue
    for (const message of birth.messages) {
      if (!answers(table, message, birth)) continue
      yield {
        ...stamps(birth),
        sdkmessagefilterid: filterRef(message.name, name).id,
        sdkmessageid: messageRef(message.name),
        primaryobjecttypecode: name,
        secondaryobjecttypecode: 'none',
        availability: SERVER,
        restrictionlevel: 0,
        iscustomprocessingstepallowed: takesSteps(table, message, birth),
        isvisible: true,
        workflowsdkstepenabled: false,
        customizationlevel: 0,
      }
    }
  }
}

function answers(
  { logicalName, definition }: Table,
  { name }: AnyMessage,
  { customMessages }: Birth,
): boolean {
  const custom = customMessages.get(name)
  if (custom !== undefined) return custom.table === logicalName
  // Steps on associations are registered without a table: they fire whatever is joined.
  if (isEvent(name) && EVENTS[name].on === 'relationship') return false
  if (name === 'DeleteMultiple' && definition.tableType === 'Elastic') return true
  return definition.messages === undefined
    ? ORDINARY.has(name) || (name === 'Merge' && isMerged(logicalName))
    : definition.messages.some((listed) => listed.name === name)
}

function takesSteps(table: Table, { name }: AnyMessage, { customMessages }: Birth): boolean {
  const custom = customMessages.get(name)
  if (custom !== undefined) return custom.steps !== 'None'
  return isEvent(name) && !NO_EVENTS.has(name) && table.isEvent(name)
}

function isEvent(message: string): message is EventName {
  return Object.hasOwn(EVENTS, message)
}

export function stamps({ bornOn, organization, user }: Birth): Values {
  return {
    componentstate: 0,
    ismanaged: false,
    organizationid: organization,
    createdon: bornOn,
    createdby: user,
    modifiedon: bornOn,
    modifiedby: user,
  }
}
