import { Catalog } from '../../src/metadata/catalog.ts'
import { withContentCompanions } from '../../src/metadata/content-companions.ts'
import type { Column } from '../../src/metadata/column.ts'
import { PLATFORM_TABLES } from '../../src/metadata/platform/index.ts'
import { PAPER } from '../messages/file-columns.ts'

const catalog = new Catalog([...PLATFORM_TABLES, PAPER])

test('a file column has a column for its name (file-column-data)', () => {
  expect(catalog.table('paper').columns.get('scan_name')).toMatchObject({
    type: 'String',
    schemaName: 'Scan_Name',
    attributeOf: 'scan',
    validForRead: true,
    validForCreate: false,
    validForUpdate: false,
  })
  expect(catalog.table('paper').storedColumns).toContain('scan_name')
})

test('an image column has columns for its id, time and address (image-column-data)', () => {
  const { columns } = catalog.table('paper')

  expect(columns.get('coverid')).toMatchObject({ type: 'Uniqueidentifier', attributeOf: 'cover' })
  expect(columns.get('cover_timestamp')).toMatchObject({ type: 'BigInt', attributeOf: 'coverid' })
  expect(columns.get('cover_url')).toMatchObject({ type: 'String', schemaName: 'Cover_URL' })
})

test('companions that a document tells stay as they are', () => {
  const told: Column = {
    logicalName: 'scan_name',
    schemaName: 'Scan_Name',
    requiredLevel: 'None',
    validForRead: true,
    validForCreate: false,
    validForUpdate: false,
    type: 'String',
    maxLength: 400,
  }
  const columns = [...PAPER.columns, told]

  const names = withContentCompanions(columns).filter((c) => c.logicalName === 'scan_name')

  expect(names).toEqual([told])
})

test('tables without files and images are as they were', () => {
  const { columns } = PLATFORM_TABLES[0] ?? PAPER

  expect(withContentCompanions(columns)).toBe(columns)
})

test('a table with file columns has a relationship with their contents, others have none', () => {
  expect(catalog.relationship('paper_FileAttachments')).toMatchObject({
    referencedTable: 'paper',
    referencedColumn: 'paperid',
    referencingTable: 'fileattachment',
    referencingColumn: 'objectid',
    cascade: { delete: 'Cascade', assign: 'NoCascade' },
  })
  expect(catalog.findRelationship('account_FileAttachments')).toBeUndefined()
})

test('what the table of the contents tells of the relationship counts', () => {
  const tables = [...PLATFORM_TABLES, PAPER].map((table) =>
    table.logicalName === 'fileattachment'
      ? {
          ...table,
          manyToOne: [
            {
              schemaName: 'paper_FileAttachments',
              referencedTable: 'paper',
              referencingTable: 'fileattachment',
              referencingColumn: 'objectid',
              referencedNavigation: 'files',
              cascade: { delete: 'Restrict' as const },
            },
          ],
        }
      : table,
  )

  expect(new Catalog(tables).relationship('paper_FileAttachments')).toMatchObject({
    referencedNavigation: 'files',
    cascade: { delete: 'Restrict' },
  })
})
