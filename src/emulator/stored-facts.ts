import type { OrganizationFacts, UserFacts } from '../pipeline/runtime.ts'
import { isRowRef, type Row } from '../rows/value.ts'
import type { CommittedReader } from '../store/memory/reader.ts'
import { ORGANIZATION_IDS, ORGANIZATION_NAME } from './organization-rows.ts'
import type { PresentTables } from './organization-schema.ts'
import { bypassedStepLimit, ownershipRules } from './settings.ts'

/** What operations ask of the organization, read from its committed rows at the moment they ask. */
export class StoredFacts implements OrganizationFacts {
  readonly id = ORGANIZATION_IDS.organizationId
  readonly name = ORGANIZATION_NAME
  readonly rootBusinessUnitId = ORGANIZATION_IDS.businessUnitId
  readonly systemUserId = ORGANIZATION_IDS.systemUserId
  readonly baseCurrencyId = ORGANIZATION_IDS.currencyId
  readonly environmentId = ORGANIZATION_IDS.environmentId
  readonly tenantId = ORGANIZATION_IDS.tenantId
  readonly #committed: CommittedReader
  readonly #present: PresentTables

  constructor(committed: CommittedReader, present: PresentTables) {
    this.#committed = committed
    this.#present = present
  }

  get bypassedStepLimit() {
    return bypassedStepLimit(this.#row('organization', this.id))
  }

  get ownership() {
    return ownershipRules(this.#row('organization', this.id))
  }

  businessUnitOf(userId: string): string {
    const unit = this.#row('systemuser', userId)?.['businessunitid']
    return isRowRef(unit) ? unit.id : this.rootBusinessUnitId
  }

  user(userId: string): UserFacts | undefined {
    const row = this.#row('systemuser', userId)
    if (row === undefined) return undefined
    const idIn = (column: string) => {
      const value = row[column]
      return typeof value === 'string' ? value : null
    }
    const unit = this.businessUnitOf(userId)
    const isUnitDisabled = this.#row('businessunit', unit)?.['isdisabled'] === true
    return {
      disabledUnit: isUnitDisabled ? unit : null,
      isDisabled: row['isdisabled'] === true,
      entraObjectId: idIn('azureactivedirectoryobjectid'),
      applicationId: idIn('applicationid'),
    }
  }

  #row(table: string, id: string): Row | undefined {
    return this.#committed.get(this.#present.catalog.table(table), id)
  }
}
