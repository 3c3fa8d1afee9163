import { CODES, hexCode, type ErrorCode } from '../../src/errors/codes.ts'
import type { OrganizationService } from '../../src/messages/organization-service.ts'
import { emulator, type Emulator } from '../../src/testing/index.ts'
import { createWebApi } from '../../src/web-api/web-api.ts'
import { everything } from '../support/organization.ts'
import { answerOf } from '../web-api/world.ts'

/** One refusal, asked for through the organization service and by a request of the Web API. */
export interface Asked {
  readonly call: (org: OrganizationService) => Promise<unknown>
  readonly request: readonly [method: string, path: string, body?: unknown]
  readonly headers?: Readonly<Record<string, string>>
  /** The user who asks; the calling user of the organization unless said. */
  readonly as?: string
  /** What both are told, word for word; not looked at unless said. */
  readonly message?: string
  /** Where the Web API finds fault with the request itself, and so with another code or text. */
  readonly answer?: { readonly code: ErrorCode; readonly message?: RegExp }
}

export interface Refusal {
  readonly code: ErrorCode
  readonly what: string
  /** Default: 400. */
  readonly status?: number
  readonly options?: Parameters<typeof emulator>[0]
  readonly prepare: (org: Emulator) => Promise<Asked>
}

/** As the name of a test: `0x80040227 DELETE_RESTRICTED, an account that rows hold`. */
export const named = (refusals: readonly Refusal[]) =>
  refusals.map((each) => [`${hexCode(each.code) ?? ''} ${each.code}, ${each.what}`, each] as const)

/** Both ways are refused with this code, and rows, tables and steps are what they were. */
export async function refusedBothWays({
  code,
  status = 400,
  options = {},
  prepare,
}: Refusal): Promise<void> {
  const org = emulator({ tables: [], ...options })
  const { call, request, as, headers = {}, message, answer: told } = await prepare(org)
  const caller = as === undefined ? org : org.as(as)
  const api = createWebApi({ catalog: org.catalog, service: () => caller })
  const before = { rows: everything(org), catalog: org.catalog, steps: org.steps }

  await expect(call(caller)).rejects.toMatchObject({
    code,
    number: CODES[code],
    ...(message !== undefined && { message }),
  })
  expect({ rows: everything(org), catalog: org.catalog, steps: org.steps }).toEqual(before)

  const [method, path, body] = request
  const answer = answerOf(
    await api({
      method,
      url: `/api/data/v9.2/${path}`,
      headers: { host: 'localhost:8080', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    }),
  )
  const { error } = answer.json as { readonly error: { readonly code: string; message: string } }
  expect([answer.status, error.code]).toEqual([status, hexCode(told?.code ?? code)])
  if (told?.message !== undefined) expect(error.message).toMatch(told.message)
  else if (told === undefined && message !== undefined) expect(error.message).toBe(message)
  expect({ rows: everything(org), catalog: org.catalog, steps: org.steps }).toEqual(before)
}

/** The address of the other row, as `@odata.bind` and `@odata.id` take it. */
export const address = (set: string, id: string) => `/${set}(${id})`
/** A row as a parameter of an action. */
export const entity = (table: string, key: string, id: string) => ({
  '@odata.type': `Microsoft.Dynamics.CRM.${table}`,
  [key]: id,
})
