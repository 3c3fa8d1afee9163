import { CASCADE_ACTIONS, type OneToManyDefinition } from './relationship.ts'
import type { TableDefinition } from './table-definition.ts'

/** The table of the parties of activities. */
export const PARTY_TABLE = 'activityparty'

/**
 * The relationship of an activity to its parties, `email_activity_parties`: every activity has one, also where no
 * document tells. Parties come and go with their activity by themselves, so nothing cascades.
 * https://learn.microsoft.com/power-apps/developer/data-platform/activityparty-entity
 */
export function partyRelationship({
  isActivity,
  logicalName,
  primaryId,
}: TableDefinition): OneToManyDefinition | undefined {
  if (isActivity !== true) return undefined
  const schemaName = `${logicalName}_activity_parties`
  return {
    schemaName,
    referencedTable: logicalName,
    referencedColumn: primaryId,
    referencingTable: PARTY_TABLE,
    referencingColumn: 'activityid',
    referencedNavigation: schemaName,
    referencingNavigation: `activityid_${logicalName}`,
    cascade: Object.fromEntries(CASCADE_ACTIONS.map((action) => [action, 'NoCascade'] as const)),
  }
}
