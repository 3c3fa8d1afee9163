import { WebhookKeys } from '../../src/hosts/webhook-keys.ts'

const shown = (query: string, headers: Readonly<Record<string, string>> = {}) => ({
  query: new URLSearchParams(query),
  headers,
})

test('nothing is demanded where nothing is set', () => {
  const keys = new WebhookKeys({ DATAVERSE_WEBHOOK_KEY: '' })

  expect(keys.areDemanded).toBe(false)
  expect(keys.missing(shown(''))).toBeUndefined()
})

test('a key is shown as the query parameter code', () => {
  const keys = new WebhookKeys({ DATAVERSE_WEBHOOK_KEY: 'k3y/with+signs' })

  expect(keys.areDemanded).toBe(true)
  expect(keys.missing(shown('code=k3y%2Fwith%2Bsigns'))).toBeUndefined()
  expect(keys.missing(shown('code=k3y'))).toBe('query parameter code')
  expect(keys.missing(shown(''))).toBe('query parameter code')
})

test('headers are shown whatever the case of their names, each with its value', () => {
  const keys = new WebhookKeys({ DATAVERSE_WEBHOOK_HEADERS: 'X-Api-Key=s3cret%26&x-team=7' })

  expect(keys.missing(shown('', { 'x-api-key': 's3cret&', 'x-team': '7' }))).toBeUndefined()
  expect(keys.missing(shown('', { 'x-api-key': 's3cret&', 'x-team': '8' }))).toBe('header x-team')
  expect(keys.missing(shown('x-api-key=s3cret%26&x-team=7'))).toBe('header x-api-key')
})

test('query parameters are shown beside the key', () => {
  const keys = new WebhookKeys({ DATAVERSE_WEBHOOK_KEY: 'k', DATAVERSE_WEBHOOK_QUERY: 'a=1&b=2' })

  expect(keys.missing(shown('code=k&a=1&b=2'))).toBeUndefined()
  expect(keys.missing(shown('a=1&b=2'))).toBe('query parameter code')
  expect(keys.missing(shown('code=k&a=1'))).toBe('query parameter b')
})

test.each(['s3cret', 'a=1&=2', 'a='])('pairs that are none are refused: %s', (text) => {
  expect(() => new WebhookKeys({ DATAVERSE_WEBHOOK_HEADERS: text })).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^DATAVERSE_WEBHOOK_HEADERS is not pairs of names and values/),
    }),
  )
})
