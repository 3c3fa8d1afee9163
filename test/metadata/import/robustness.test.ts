import fc from 'fast-check'
import { DataverseError } from '../../../src/errors/dataverse-error.ts'
import { readDocument } from '../../../src/metadata/import/read-document.ts'
import { attribute, entity, label } from './entity-definitions/entities.ts'
import { column, page } from './reference-page/pages.ts'

/** Reads it, or refuses it with a file and a line; nothing else may happen to a damaged document. */
function isReadOrRefused(text: string, fileName: string): boolean {
  try {
    readDocument(text, fileName)
    return true
  } catch (error) {
    return error instanceof DataverseError && error.message.startsWith(fileName)
  }
}

const PAGE = page({
  messages: '## Messages\n\n|Message|SDK Assembly|\n|-|-|\n|`Create`<br />Event: True|x|\n\n',
  writable: [
    '- [new_A](#BKMK_new_A)\n- [new_Big](#BKMK_new_Big)\n- [statuscode](#BKMK_statuscode)\n',
    column('new_A', 'Lookup', '|Targets|account, contact|'),
    column('new_Big', 'BigInt', '|MaxValue|9223372036854775807|\n|MinValue|-1|'),
    column(
      'statuscode',
      'Status',
      '|DefaultFormValue|-1|',
      '\n#### statuscode Choices/Options\n\n|Value|Details|\n|---|---|\n|1|Label: **A**<br />State:0|',
    ),
  ].join('\n'),
  relationships:
    '## Many-to-One relationships\n\n### <a name="BKMK_r"></a> r\n\nOne-To-Many Relationship: [account r](account.md#BKMK_r)\n\n|Property|Value|\n|---|---|\n|ReferencedEntity|`account`|\n|CascadeConfiguration|Delete: `Cascade`<br />Assign: `NoCascade`|\n',
})
const DEFINITIONS = JSON.stringify(
  entity(
    [
      attribute('new_a', 'Lookup', { Targets: ['account'], DisplayName: label('A') }),
      attribute('new_big', 'BigInt', { MaxValue: 9 }),
      attribute('statuscode', 'Status', { OptionSet: { Options: [{ Value: 1, State: 0 }] } }),
    ],
    {
      ManyToOneRelationships: [
        {
          SchemaName: 'r',
          ReferencedEntity: 'a',
          ReferencingEntity: 'b',
          ReferencingAttribute: 'c',
        },
      ],
    },
  ),
  undefined,
  1,
).replace('"MaxValue": 9', '"MaxValue": 9223372036854775807')

test.each([
  ['page.md', PAGE],
  ['definitions.json', DEFINITIONS],
])('%s, whole, is read', (name, text) => {
  expect(() => readDocument(text, name)).not.toThrow()
})

test.each([
  ['page.md', PAGE],
  ['definitions.json', DEFINITIONS],
])('%s, damaged anywhere, is read or refused by name', (name, text) => {
  const lines = text.split('\n')
  const damage = fc.oneof(
    fc.nat(text.length).map((at) => text.slice(0, at)),
    fc.nat(lines.length - 1).map((at) => lines.toSpliced(at, 1).join('\n')),
    fc.nat(lines.length - 1).map((at) => lines.toSpliced(at, 0, lines[at] ?? '').join('\n')),
    fc
      .tuple(fc.nat(text.length), fc.string({ unit: 'binary' }))
      .map(([at, put]) => text.slice(0, at) + put + text.slice(at)),
    fc
      .tuple(
        fc.nat(text.length),
        fc.constantFrom('|', '`', '*', '#', '\n', '[', '"', '{', '}', '<br />', ':', '-'),
      )
      .map(([at, put]) => text.slice(0, at) + put + text.slice(at + 1)),
  )
  fc.assert(
    fc.property(damage, (damaged) => isReadOrRefused(damaged, name)),
    { numRuns: 500 },
  )
})
