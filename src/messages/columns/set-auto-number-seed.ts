import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Message } from '../../pipeline/message.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import { sequenceNamed, type SequenceParameters } from './auto-number.ts'
import type { RequestOptions } from '../requests.ts'

export interface SetAutoNumberSeedRequest extends RequestOptions, SequenceParameters {
  /** The number the next row gets. */
  readonly Value: number | bigint
}

/**
 * Sets the next number, at once and whatever becomes of the transaction.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/setautonumberseed
 */
export const setAutoNumberSeed: Message<'SetAutoNumberSeed', SetAutoNumberSeedRequest, undefined> =
  {
    name: 'SetAutoNumberSeed',
    begin(request, { catalog }) {
      sequenceNamed(catalog, request)
      wholeNumber(request.Value)
      return { table: undefined, id: EMPTY_GUID }
    },
    run({ request, runtime: { catalog, numbers } }) {
      numbers.restart(sequenceNamed(catalog, request), wholeNumber(request.Value))
      return undefined
    },
    inputParameters: ({ request: { EntityName, AttributeName, Value } }) => ({
      EntityName,
      AttributeName,
      Value,
    }),
  }

function wholeNumber(value: unknown): number {
  const number = typeof value === 'bigint' ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `Value of SetAutoNumberSeed is the next whole number, not ${String(value)}.`,
  )
}
