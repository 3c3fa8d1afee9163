import { follow } from '../messages/tracking/tracked-deletions.ts'
import type { Runtime } from '../pipeline/runtime.ts'
import { textOf } from '../rows/value.ts'
import { administratorRows } from '../security/administrator.ts'
import { SYSTEM_ADMINISTRATOR } from '../security/principal.ts'
import type { MemoryStore } from '../store/memory/store.ts'
import { CALLER } from './callers.ts'
import { createWithoutSteps, ready } from './create-without-steps.ts'
import { ORGANIZATION_IDS, organizationRows, type NewRow } from './organization-rows.ts'
import { rowsToGoOnWith, type SavedOrganization } from './saved-organization.ts'

/** The organization's own rows are stored as they are; given ones are created, though no step runs. */
export function beginOrganization(
  store: MemoryStore,
  runtime: Runtime,
  rows: readonly NewRow[],
): void {
  const { catalog } = runtime
  const tx = ready(store.begin())
  try {
    for (const { table, values } of organizationRows(catalog, runtime.nowText())) {
      tx.insert(catalog.table(table), values)
    }
    for (const { table, values } of rows) {
      createWithoutSteps(
        { table, values },
        { runtime, caller: CALLER, tx, committed: store.committed },
      )
    }
  } catch (error) {
    tx.rollback()
    throw error
  }
  tx.commit()
}

/**
 * What was saved, where it was saved. `stepChanged` is told the rows of steps, which are registered again.
 * @throws TABLE_UNKNOWN, DUPLICATE_KEY
 */
export function goOn(
  store: MemoryStore,
  runtime: Runtime,
  saved: SavedOrganization,
  stepChanged: (id: string) => void,
): void {
  store.load(rowsToGoOnWith(saved))
  for (const [name, version] of saved.followed) {
    const table = runtime.catalog.find(name)
    if (table !== undefined) follow(runtime, table, version)
  }
  for (const row of saved.rows.get('sdkmessageprocessingstep') ?? []) {
    stepChanged(textOf(row['sdkmessageprocessingstepid']))
  }
}

/** The roles of those who administer it. One that goes on may have been begun without them. */
export function addAdministrators(store: MemoryStore, { catalog }: Runtime): void {
  if (store.committed.get(catalog.table('role'), SYSTEM_ADMINISTRATOR) !== undefined) return
  const { userId, systemUserId } = ORGANIZATION_IDS
  const tx = ready(store.begin())
  for (const { table, values } of administratorRows([userId, systemUserId], ORGANIZATION_IDS)) {
    tx.insert(catalog.table(table), values)
  }
  tx.commit()
}
