import { appliedPreferences, readPreferences } from '../../src/web-api/preferences.ts'

const read = (prefer: string) => readPreferences({ prefer })

test('nothing is preferred without the header', () => {
  expect(readPreferences({})).toEqual({
    returnRepresentation: false,
    annotations: undefined,
    maxPageSize: undefined,
    trackChanges: false,
    continueOnError: false,
  })
})

test.each([
  'return=representation,odata.include-annotations="*",odata.maxpagesize=2',
  'return=representation; odata.include-annotations="*"; odata.maxpagesize=2',
  'odata.maxpagesize=2, Return=Representation ,odata.include-annotations=*',
])('commas, semicolons and missing quotes mean the same: %s', (prefer) => {
  const preferences = read(prefer)

  expect(preferences).toMatchObject({ returnRepresentation: true, maxPageSize: 2 })
  expect(preferences.annotations?.('any.Term')).toBe(true)
})

test('annotations are listed, with stars and exceptions', () => {
  const wanted = read(
    'odata.include-annotations="Microsoft.Dynamics.CRM.*,-Microsoft.Dynamics.CRM.b,x.y"',
  ).annotations

  expect(
    ['Microsoft.Dynamics.CRM.a', 'Microsoft.Dynamics.CRM.b', 'x.y', 'x.z'].map((term) =>
      wanted?.(term),
    ),
  ).toEqual([true, false, true, false])
})

test('a star stands for the rest of a term, wherever it begins', () => {
  const wanted = read('odata.include-annotations="x.Error*,y.z"').annotations

  expect(
    ['x.ErrorDetails.Code', 'x.Error', 'x.Help', 'y.z1'].map((term) => wanted?.(term)),
  ).toEqual([true, true, false, false])
})

test.each([
  ['odata.maxpagesize=999999', 5000],
  ['odata.maxpagesize=0', undefined],
  ['odata.maxpagesize=x', undefined],
])('%s is a page of %s', (prefer, size) => {
  expect(read(prefer).maxPageSize).toBe(size)
})

test('what was applied is told as it was asked', () => {
  const headers = { prefer: 'odata.include-annotations="*",odata.maxpagesize=4,respond-async' }

  expect(appliedPreferences(headers, ['odata.include-annotations', 'odata.maxpagesize'])).toEqual({
    'Preference-Applied': 'odata.include-annotations="*"; odata.maxpagesize=4',
  })
  expect(appliedPreferences(headers, ['return'])).toBeUndefined()
})

test('annotations are told of before the page size, whichever was asked for first', () => {
  const headers = { prefer: 'odata.maxpagesize=4; odata.include-annotations="*"' }

  expect(appliedPreferences(headers, ['odata.include-annotations', 'odata.maxpagesize'])).toEqual({
    'Preference-Applied': 'odata.include-annotations="*"; odata.maxpagesize=4',
  })
})
