import { readDocument } from '../../../src/metadata/import/read-document.ts'
import { page } from './reference-page/pages.ts'
import { entity } from './entity-definitions/entities.ts'

test('a page and EntityDefinitions are told apart by their content', () => {
  expect(readDocument(page(), 'a.md').kind).toBe('reference-page')
  expect(readDocument(page(), 'a.txt').kind).toBe('reference-page')
  expect(readDocument(JSON.stringify(entity([])), 'a.json').kind).toBe('entity-definitions')
  expect(readDocument(` ${JSON.stringify([entity([])])}`, 'a.txt').kind).toBe('entity-definitions')
})

test('a page that extends a table is an extension page', () => {
  const text =
    '# X\n\n> [!NOTE]\n> The Microsoft Dynamics 365 X table extends the [Microsoft Dataverse X table](/entities/x).\n'
  expect(readDocument(text, 'x.md')).toMatchObject({
    kind: 'extension-page',
    extension: { extends: 'x' },
  })
})

test('a schema file is recognized', () => {
  expect(
    readDocument('{"$schema":"https://json-schema.org/draft/2020-12/schema"}', 'x.json').kind,
  ).toBe('schema')
})

test('a file called .json is refused as JSON', () => {
  expect(() => readDocument('# not JSON', 'x.json')).toThrow(
    `x.json:1: expected a JSON value, found '# not JSON'.`,
  )
  expect(() => readDocument('', 'x.json')).toThrow('x.json:1: expected a JSON value')
})
