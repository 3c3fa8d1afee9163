import { DataverseError } from '../errors/dataverse-error.ts'
import type { OrganizationService } from '../messages/organization-service.ts'
import type { Plan, PlannedWrite } from './plan-steps.ts'

/**
 * Makes the writes of a plan, one after the other. They are no transaction: where one fails, those before it stay,
 * and a new plan holds what is left.
 * @throws DEPLOY_FAILED naming the write that failed and how many were made
 */
export async function applyPlan(
  org: OrganizationService,
  { writes }: Plan,
  made: (write: PlannedWrite) => void = () => undefined,
): Promise<void> {
  for (const [count, write] of writes.entries()) {
    try {
      await make(org, write)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new DataverseError(
        'DEPLOY_FAILED',
        `${write.kind} ${write.told} failed: ${reason} ${count} of ${writes.length} writes are made; plan and apply again to make the rest.`,
        { cause },
      )
    }
    made(write)
  }
}

async function make(org: OrganizationService, write: PlannedWrite): Promise<void> {
  switch (write.kind) {
    case 'create':
      await org.create(write.table, write.values)
      return
    case 'update':
      return org.update(write.table, write.id, write.values)
    case 'delete':
      return org.delete(write.table, write.id)
    default:
      return write satisfies never
  }
}
