import { NO_EVENTS } from '../../authoring/check-steps.ts'
import type { CustomMessage } from '../../messages/custom-message.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import type { AnyMessage } from '../../pipeline/message.ts'
import { idOfName } from '../../rows/guid.ts'
import type { RowRef, Values } from '../../rows/value.ts'

/** What the rows of a registration have in common. */
export interface Birth {
  readonly catalog: Catalog
  readonly messages: readonly AnyMessage[]
  /** When the organization began, as rows hold it. */
  readonly bornOn: string
  readonly organization: RowRef
  readonly user: RowRef
}

/** Registered without a table: they fire for every association, whatever it joins. */
const WITHOUT_TABLE: ReadonlySet<string> = new Set(['Associate', 'Disassociate'])
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
      if (!answers(table, message)) continue
      yield {
        ...stamps(birth),
        sdkmessagefilterid: filterRef(message.name, name).id,
        sdkmessageid: messageRef(message.name),
        primaryobjecttypecode: name,
        secondaryobjecttypecode: 'none',
        availability: SERVER,
        restrictionlevel: 0,
        iscustomprocessingstepallowed: takesStepsOf(table, message),
        isvisible: true,
        workflowsdkstepenabled: false,
        customizationlevel: 0,
      }
    }
  }
}

/** Whether steps can be registered on the message at all. */
export function takesSteps({ name }: AnyMessage): boolean {
  return !NO_EVENTS.has(name)
}

function takesStepsOf(table: Table, message: AnyMessage): boolean {
  if (isCustom(message)) return message.definition.steps !== 'None'
  return takesSteps(message) && table.isEvent(message.name)
}

function isCustom(message: AnyMessage): message is CustomMessage {
  return 'definition' in message
}

function answers(table: Table, message: AnyMessage): boolean {
  const { name } = message
  if (isCustom(message)) return message.definition.table === table.logicalName
  if (WITHOUT_TABLE.has(name)) return false
  // A table whose documents list no messages answers all; this one standard tables do not have.
  if (name === 'DeleteMultiple' && table.definition.tableType !== 'Elastic') return false
  return table.offers(name)
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
