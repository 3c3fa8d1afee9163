import { DataverseError } from '../../src/errors/dataverse-error.ts'

test('an error carries its code, its message and the number the platform sends', () => {
  const error = new DataverseError('ROW_NOT_FOUND', 'Gone.')

  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: 'DataverseError', code: 'ROW_NOT_FOUND', message: 'Gone.' })
  expect(error.number).toBe(2_147_746_327)
  expect(String(error)).toBe('DataverseError: Gone.')
})

test('a code of ours alone has no number', () => {
  expect(new DataverseError('STEP_INVALID', 'Wrong.').number).toBeNull()
})

test('the cause is kept as the language keeps it', () => {
  const cause = new RangeError('below')

  const error = new DataverseError('UNEXPECTED', 'Failed.', { cause })

  expect(error.cause).toBe(cause)
  expect(error.details).toEqual({ cause })
})

test('without a cause there is no such property', () => {
  expect('cause' in new DataverseError('UNEXPECTED', 'Failed.')).toBe(false)
})

test('what a handler says beside its message is kept', () => {
  const details = { httpStatus: 409, subErrorCode: 7, details: { order: 'A-1' } }

  expect(new DataverseError('HANDLER_REJECTED', 'No.', details).details).toEqual(details)
})
