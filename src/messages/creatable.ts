import { DataverseError } from '../errors/dataverse-error.ts'
import type { AnyOperation } from '../pipeline/operation.ts'
import { andThen, type Awaitable } from '../rows/awaitable.ts'

/** Whether a row of some platform tables may be made as it is; absent: it may. */
export type CreateRule = (operation: AnyOperation) => Awaitable<void>

const RULES: Readonly<Record<string, CreateRule>> = {
  transactioncurrency: assertCurrencyCodeUnused,
}

export function createRuleOf(table: string): CreateRule | undefined {
  return RULES[table]
}

/**
 * An organization has each currency once.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes
 * @throws CURRENCY_CODE_TAKEN
 */
export function assertCurrencyCodeUnused({
  subject,
  values,
  reader,
  id,
}: AnyOperation): Awaitable<void> {
  const code = values['isocurrencycode']
  if (typeof code !== 'string') return undefined
  const query = {
    table: subject.logicalName,
    columns: [subject.primaryId],
    where: {
      kind: 'condition',
      column: 'isocurrencycode',
      operator: 'eq',
      values: [code],
    },
  } as const
  return andThen(reader.select(query), ({ rows }) => {
    if (rows.every((row) => row[subject.primaryId] === id)) return
    throw new DataverseError(
      'CURRENCY_CODE_TAKEN',
      'Cannot insert duplicate currency record. Currency with the same currency code already exist in the system.',
    )
  })
}
