import type { Message } from '../../pipeline/message.ts'
import { idOf, rowNotFound } from '../not-found.ts'
import type { RequestOptions } from '../requests.ts'

export interface RetrieveExchangeRateRequest extends RequestOptions {
  readonly TransactionCurrencyId: string
}
export interface RetrieveExchangeRateResponse {
  readonly ExchangeRate: number
}

/**
 * What a currency is worth in that of the organization, as its row tells it now.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrieveexchangerate
 */
export const retrieveExchangeRate: Message<
  'RetrieveExchangeRate',
  RetrieveExchangeRateRequest,
  RetrieveExchangeRateResponse
> = {
  name: 'RetrieveExchangeRate',
  onlyReads: true,
  hasInnerContext: true,

  begin({ TransactionCurrencyId }, { catalog }) {
    const table = catalog.table('transactioncurrency')
    return { table, id: idOf(table, TransactionCurrencyId, 'RetrieveExchangeRate') }
  },

  async run({ reader, subject, id }) {
    const row = await reader.get(subject, id)
    if (row === undefined) throw rowNotFound(subject.logicalName, id)
    const rate = row['exchangerate']
    return { ExchangeRate: typeof rate === 'number' ? rate : 1 }
  },

  inputParameters: ({ id }) => ({ TransactionCurrencyId: id }),
  outputParameters: ({ response }) => ({ ...response }),
}
