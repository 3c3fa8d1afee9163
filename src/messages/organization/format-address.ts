import type { Message } from '../../pipeline/message.ts'
import { EMPTY_GUID } from '../../rows/guid.ts'
import type { RequestOptions } from '../requests.ts'

const NAME = 'FormatAddress'

export interface FormatAddressRequest extends RequestOptions {
  readonly Line1?: string
  readonly City?: string
  readonly StateOrProvince?: string
  readonly PostalCode?: string
  readonly Country?: string
}

/**
 * An address as it is written in its country.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-functions-actions-sample#section-2-unbound-function-formataddress
 */
export const formatAddress: Message<
  typeof NAME,
  FormatAddressRequest,
  { readonly Address: string }
> = {
  name: NAME,
  onlyReads: true,
  begin: () => ({ table: undefined, id: EMPTY_GUID }),
  run: ({ request }) => ({ Address: formatted(request) }),
  inputParameters: ({ request: { Line1, City, StateOrProvince, PostalCode, Country } }) => ({
    Line1,
    City,
    StateOrProvince,
    PostalCode,
    Country,
  }),
  outputParameters: ({ response }) => ({ ...response }),
}

// Unverified: every country but the two that the documentation shows is written like the United States.
function formatted({
  Line1 = '',
  City = '',
  StateOrProvince = '',
  PostalCode = '',
  Country = '',
}: FormatAddressRequest): string {
  if (/^japan$/i.test(Country)) {
    return lines([PostalCode, StateOrProvince, City, Line1, Country])
  }
  const region = [StateOrProvince, PostalCode].filter(isPresent).join(' ')
  return lines([Line1, [City, region].filter(isPresent).join(', '), Country])
}

function lines(parts: readonly string[]): string {
  return parts.filter(isPresent).join('\r\n')
}

function isPresent(part: string): boolean {
  return part !== ''
}
