import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Message } from '../../pipeline/message.ts'
import type { Operation } from '../../pipeline/operation.ts'
import { textOf, type Row, type Values } from '../../rows/value.ts'
import { conditionsOf, PUBLISHED, publishedRules, RULES } from './duplicates.ts'
import { idOf, rowNotFound } from '../not-found.ts'
import { userRef } from '../ownership/ownership.ts'
import type { DuplicateRuleRequest, PublishDuplicateRuleResponse } from '../requests.ts'

/** Of one table at the same time. */
const MOST_RULES = 5
const DUPLICATE_RULE_PUBLISH = 7
const UNPUBLISHED = { statecode: 0, statuscode: 0 }
const SUCCEEDED = { statecode: 3, statuscode: 30 }

/**
 * From here on the rule counts.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/publishduplicaterule
 */
// On the platform a job does it, some time later; here it is done, and the job completed, when the request is.
export const publishDuplicateRule: Message<
  'PublishDuplicateRule',
  DuplicateRuleRequest,
  PublishDuplicateRuleResponse
> = {
  name: 'PublishDuplicateRule',
  begin: ({ DuplicateRuleId }, { catalog }) => {
    const table = catalog.table(RULES)
    return { table, id: idOf(table, DuplicateRuleId, 'PublishDuplicateRule') }
  },

  async run(operation) {
    const rule = await ruleOf(operation)
    const table = textOf(rule['baseentityname'])
    operation.runtime.catalog.table(table)
    const others = (await publishedRules(operation, table)).filter(
      (other) => other['duplicateruleid'] !== operation.id,
    )
    if (others.length >= MOST_RULES) {
      throw new DataverseError(
        'DUPLICATE_RULES_FULL',
        `The selected record type already has the maximum number of published rules. Unpublish or delete existing rules for this record type, and then try again. (${table}: ${others.length})`,
      )
    }
    if ((await conditionsOf(operation, operation.id)).length === 0) {
      throw new DataverseError(
        'DUPLICATE_RULE_EMPTY',
        'No criteria have been specified. Add criteria, and then publish the duplicate detection rule.',
      )
    }
    await write(operation, rule, PUBLISHED)
    return { JobId: await completedJob(operation) }
  },

  inputParameters: ({ id }) => ({ DuplicateRuleId: id }),
  outputParameters: ({ response }) => ({ ...response }),
}

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/unpublishduplicaterule */
export const unpublishDuplicateRule: Message<
  'UnpublishDuplicateRule',
  DuplicateRuleRequest,
  undefined
> = {
  name: 'UnpublishDuplicateRule',
  begin: ({ DuplicateRuleId }, { catalog }) => {
    const table = catalog.table(RULES)
    return { table, id: idOf(table, DuplicateRuleId, 'UnpublishDuplicateRule') }
  },

  async run(operation) {
    await write(operation, await ruleOf(operation), UNPUBLISHED)
    return undefined
  },

  inputParameters: ({ id }) => ({ DuplicateRuleId: id }),
}

type RuleOperation = Operation<DuplicateRuleRequest, unknown>

async function ruleOf({ subject, id, tx }: RuleOperation): Promise<Row> {
  const rule = await tx.get(subject, id)
  if (rule === undefined) throw rowNotFound(subject.logicalName, id)
  return rule
}

async function write(
  { subject, tx, caller, runtime }: RuleOperation,
  rule: Row,
  state: Values,
): Promise<void> {
  const stamps = { modifiedon: runtime.nowText(), modifiedby: userRef(caller.userId) }
  await tx.patch(subject, rule, { ...state, ...stamps })
}

async function completedJob({ runtime, caller, call, depth, tx }: RuleOperation): Promise<string> {
  const now = runtime.nowText()
  const user = userRef(caller.userId)
  const id = runtime.ids.next()
  await tx.insert(runtime.catalog.table('asyncoperation'), {
    asyncoperationid: id,
    name: 'Publish Duplicate Rule',
    operationtype: DUPLICATE_RULE_PUBLISH,
    ...SUCCEEDED,
    correlationid: call.correlationId,
    depth,
    ownerid: user,
    owneridtype: 'systemuser',
    owninguser: user,
    createdon: now,
    createdby: user,
    modifiedon: now,
    modifiedby: user,
    startedon: now,
    completedon: now,
  })
  return id
}
