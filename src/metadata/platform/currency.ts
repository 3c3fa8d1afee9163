import { ACTIVE_INACTIVE, choice, decimal, integer, states, text } from './columns.ts'
import { table } from './define.ts'
import { LINK, messages, READ, WRITE } from './messages.ts'
import { MIGRATION, ofOrganization, stamps } from './standard-columns.ts'

/**
 * A currency and what one unit of the base currency costs in it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/transactioncurrency
 */
export const transactioncurrency = table({
  schemaName: 'TransactionCurrency',
  entitySetName: 'transactioncurrencies',
  displayName: 'Currency',
  displayCollectionName: 'Currencies',
  objectTypeCode: 9105,
  ownership: 'OrganizationOwned',
  primaryName: 'currencyname',
  messages: messages({
    events: [...WRITE, ...LINK, 'RetrieveExchangeRate', 'SetState'],
    others: [...READ, 'Upsert'],
  }),
  columns: [
    text('CurrencyName', 100, 'SystemRequired'),
    text('ISOCurrencyCode', 5, 'SystemRequired'),
    text('CurrencySymbol', 10, 'SystemRequired'),
    integer('CurrencyPrecision', [0, 10], 'SystemRequired'),
    decimal('ExchangeRate', [1e-12, 100_000_000_000], 12, 'SystemRequired'),
    choice('CurrencyType', { 0: 'System', 1: 'Custom' }, 0, 'SystemRequired'),
    states(ACTIVE_INACTIVE),
    ofOrganization('organization_transactioncurrencies', 'SystemRequired'),
    stamps({
      createdby: 'lk_transactioncurrencybase_createdby',
      createdonbehalfby: 'lk_transactioncurrency_createdonbehalfby',
      modifiedby: 'lk_transactioncurrencybase_modifiedby',
      modifiedonbehalfby: 'lk_transactioncurrency_modifiedonbehalfby',
    }),
    MIGRATION,
  ],
})
