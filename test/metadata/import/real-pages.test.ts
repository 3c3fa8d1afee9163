import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Column } from '../../../src/metadata/column.ts'
import { readDocument } from '../../../src/metadata/import/read-document.ts'
import { readReferencePage } from '../../../src/metadata/import/reference-page/read-reference-page.ts'
import type { OneToManyDefinition } from '../../../src/metadata/relationship.ts'
import type { TableDefinition, TableExtension } from '../../../src/metadata/table-definition.ts'
import { without as withoutMember } from '../without.ts'
import { bare, walkPage, type WalkedEntry } from './page-walk.ts'

/** Real pages, kept outside the project; every fact on them is compared with a second reader's. */
const FOLDER = join(__dirname, '..', '..', '..', '..', 'shared', 'tables', 'pages')
const present = existsSync(FOLDER)
const files = present
  ? readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.md'),
    )
  : []
const COLUMN_SECTIONS = ['Writable columns/attributes', 'Read-only columns/attributes']

;(present ? describe : describe.skip)('real reference pages', () => {
  test('there are some', () => {
    expect(files.length).toBeGreaterThan(10)
  })

  describe.each(files)('%s', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8')
    const walked = walkPage(text)
    const told = readReferencePage(text, file)
    const of = (...sections: string[]) => walked.entries.filter((e) => sections.includes(e.section))

    test('the second reader finds a section for all that is listed', () => {
      expect(walked.entries.length).toBeGreaterThan(0)
      for (const [section, name] of walked.listed) {
        expect(of(section).map((e) => e.name)).toContain(name)
      }
    })

    test('is recognized', () => {
      expect(readDocument(text, file).kind).toBe(
        'extends' in told ? 'extension-page' : 'reference-page',
      )
    })

    test('the table has the properties printed', () => {
      if ('extends' in told) {
        expect(walked.properties.size).toBe(0)
        return
      }
      const { properties } = walked
      expect({
        DisplayName: told.displayName,
        DisplayCollectionName: told.displayCollectionName,
        SchemaName: told.schemaName,
        CollectionSchemaName: told.collectionSchemaName,
        EntitySetName: told.entitySetName,
        LogicalName: told.logicalName,
        LogicalCollectionName: told.logicalCollectionName,
        PrimaryIdAttribute: told.primaryId,
        PrimaryNameAttribute: told.primaryName,
        TableType: told.tableType,
        OwnershipType: told.ownership,
      }).toEqual(Object.fromEntries(properties))
      expect((told.messages ?? []).map((m) => [m.name, m.isEvent])).toEqual(walked.messages)
    })

    test('every column is there with every fact', () => {
      const entries = of(...COLUMN_SECTIONS)
      expect(told.columns.map((c) => c.schemaName)).toEqual(entries.map((e) => e.name))
      entries.forEach((entry, i) => {
        const column = told.columns[i]
        expect([entry.name, column && factsOf(column)]).toEqual([entry.name, walkedFacts(entry)])
        const isReadOnly = entry.section.startsWith('Read-only')
        expect(column?.validForCreate || column?.validForUpdate).toBe(!isReadOnly)
      })
    })

    test('every relationship is there with every fact', () => {
      const own = 'extends' in told ? told.extends : told.logicalName
      expect(told.manyToOne.map(({ schemaName, ...r }) => [schemaName, r])).toEqual(
        of('Many-to-One relationships').map(({ name, rows }) => [
          name,
          without({
            referencedTable: cell(rows, 'ReferencedEntity'),
            referencedColumn: cell(rows, 'ReferencedAttribute'),
            referencingTable: own,
            referencingColumn: cell(rows, 'ReferencingAttribute'),
            referencingNavigation: cell(rows, 'ReferencingEntityNavigationPropertyName'),
            cascade: Object.fromEntries(
              (rows.get('CascadeConfiguration') ?? '').split('<br />').map((part) => {
                const [action = '', type = ''] = part.split(': ')
                return [action.charAt(0).toLowerCase() + action.slice(1), bare(type)]
              }),
            ),
          }),
        ]),
      )
      expect(
        told.oneToMany.map(({ schemaName, menu, ...r }) => [schemaName, r, menuLine(menu)]),
      ).toEqual(
        of('One-to-Many relationships').map(({ name, rows }) => [
          name,
          without({
            referencedTable: own,
            referencingTable: cell(rows, 'ReferencingEntity'),
            referencingColumn: cell(rows, 'ReferencingAttribute'),
            referencedNavigation: cell(rows, 'ReferencedEntityNavigationPropertyName'),
            isCustomizable: flag(rows, 'IsCustomizable'),
          }),
          (rows.get('AssociatedMenuConfiguration') ?? '').replaceAll('`', ''),
        ]),
      )
      expect(
        told.manyToMany.map(({ sides, ...r }) => [
          r,
          ...sides.map((s) => withoutMember(s, 'menu')),
        ]),
      ).toEqual(
        of('Many-to-Many relationships').map(({ rows, see }) => [
          without({
            schemaName: cell(rows, 'SchemaName'),
            intersectTable: cell(rows, 'IntersectEntityName'),
            isCustomizable: flag(rows, 'IsCustomizable'),
          }),
          see === undefined
            ? {}
            : without({
                table: own,
                intersectColumn: cell(rows, 'IntersectAttribute'),
                navigation: cell(rows, 'NavigationPropertyName'),
              }),
          without({ table: see }),
        ]),
      )
    })
  })

  const read = (name: string) =>
    readReferencePage(readFileSync(join(FOLDER, name), 'utf8'), name) as TableDefinition

  test('intersect tables are told apart', () => {
    const intersects = files
      .map((name) => [name, read(name).isIntersect])
      .filter(([, isIntersect]) => isIntersect === true)
    expect(intersects.map(([name]) => name).sort()).toEqual(['accountleads.md', 'contactleads.md'])
  })

  test('the extension page adds one target', () => {
    const extension = readReferencePage(
      readFileSync(join(FOLDER, 'elasticfileattachment.dynamics365.md'), 'utf8'),
      'x.md',
    ) as TableExtension
    expect(extension).toMatchObject({
      extends: 'elasticfileattachment',
      changedColumns: [
        { schemaName: 'ObjectId', addedTargets: ['msdyn_copilotevent'], changes: {} },
      ],
    })
  })
})

/** What a page tells of a column, under the names of its rows. */
function factsOf(column: Column): Record<string, unknown> {
  const c = column as Partial<Record<string, unknown>> & Column
  const isText = column.type === 'String' || column.type === 'Memo'
  const withoutSource = (o: object) =>
    Object.entries(o)
      .map(([k, v]) => `${k}=${String(v)}`)
      .sort()
  return without({
    Description: column.description,
    DisplayName: column.displayName,
    IsValidForForm: column.validForForm,
    IsValidForRead: column.validForRead,
    LogicalName: column.logicalName,
    RequiredLevel: column.requiredLevel,
    Type: column.type,
    MaxValue: 'max' in column ? String(column.max) : undefined,
    MinValue: 'min' in column ? String(column.min) : undefined,
    Precision: 'precision' in column ? column.precision : undefined,
    PrecisionSource: 'precisionSource' in column ? column.precisionSource : undefined,
    IsBaseCurrency: 'isBaseCurrency' in column ? column.isBaseCurrency : undefined,
    ImeMode: c['imeMode'],
    FormatName: isText ? column.format : undefined,
    Format: column.type === 'DateTime' ? column.format : undefined,
    IsLocalizable: c['isLocalizable'],
    MaxLength: isText ? column.maxLength : undefined,
    DateTimeBehavior: column.type === 'DateTime' ? column.behavior : undefined,
    CanChangeDateTimeBehavior: c['canChangeBehavior'],
    GlobalChoiceName: c['globalChoiceName'],
    DefaultValue: column.type === 'Boolean' ? column.defaultValue : undefined,
    DefaultFormValue: 'options' in column ? column.defaultValue : undefined,
    'True Label': c['trueLabel'],
    'False Label': c['falseLabel'],
    Targets: 'targets' in column ? column.targets : undefined,
    MaxSizeInKB: c['maxSizeInKB'],
    MaxHeight: c['maxHeight'],
    MaxWidth: c['maxWidth'],
    CanStoreFullImage: c['canStoreFullImage'],
    IsPrimaryImage: c['isPrimaryImage'],
    options: 'options' in column ? column.options.map(withoutSource) : undefined,
  })
}

function walkedFacts({ rows, options }: WalkedEntry): Record<string, unknown> {
  const type = rows.get('Type') ?? ''
  const number = (name: string) => (rows.has(name) ? Number(rows.get(name)) : undefined)
  const bound = (name: string) => {
    const text = rows.get(name)
    if (text === undefined) return undefined
    return type === 'BigInt' ? text : String(Number(text))
  }
  const isChoice = rows.has('DefaultFormValue')
  const form = rows.get('DefaultFormValue')
  return without({
    Description: cell(rows, 'Description'),
    DisplayName: cell(rows, 'DisplayName'),
    IsValidForForm: flag(rows, 'IsValidForForm'),
    IsValidForRead: flag(rows, 'IsValidForRead'),
    LogicalName: cell(rows, 'LogicalName'),
    RequiredLevel: rows.get('RequiredLevel'),
    Type: type,
    MaxValue: bound('MaxValue'),
    MinValue: bound('MinValue'),
    Precision: number('Precision'),
    PrecisionSource: rows.has('PrecisionSource')
      ? Number(rows.get('PrecisionSource')?.charAt(0))
      : undefined,
    IsBaseCurrency: flag(rows, 'IsBaseCurrency'),
    ImeMode: rows.get('ImeMode'),
    FormatName: rows.get('FormatName'),
    Format: type === 'DateTime' ? rows.get('Format') : undefined,
    IsLocalizable: flag(rows, 'IsLocalizable'),
    MaxLength: number('MaxLength'),
    DateTimeBehavior: rows.get('DateTimeBehavior'),
    CanChangeDateTimeBehavior: flag(rows, 'CanChangeDateTimeBehavior'),
    GlobalChoiceName: cell(rows, 'GlobalChoiceName'),
    DefaultValue: type === 'Boolean' ? (flag(rows, 'DefaultValue') ?? null) : undefined,
    DefaultFormValue: isChoice ? (form === '' || form === '-1' ? null : Number(form)) : undefined,
    'True Label': cell(rows, 'True Label'),
    'False Label': cell(rows, 'False Label'),
    Targets: rows.has('Targets')
      ? (rows.get('Targets') ?? '').split(/,\s*/).filter((t) => t !== '')
      : undefined,
    MaxSizeInKB: number('MaxSizeInKB'),
    MaxHeight: number('MaxHeight'),
    MaxWidth: number('MaxWidth'),
    CanStoreFullImage: flag(rows, 'CanStoreFullImage'),
    IsPrimaryImage: flag(rows, 'IsPrimaryImage'),
    options: isChoice ? options.map((option) => walkedOption(option, type)) : undefined,
  })
}

function walkedOption([value, details = '']: readonly string[], type: string): string[] {
  const facts = [`value=${value ?? ''}`]
  if (type !== 'State' && type !== 'Status') return [...facts, `label=${bare(details)}`].sort()
  const part = (name: string) => new RegExp(`${name}:\\s*(.*?)(<br />|$)`).exec(details)?.[1] ?? ''
  facts.push(`label=${bare(part('Label'))}`)
  if (type === 'State') {
    facts.push(`defaultStatus=${part('DefaultStatus') || 'null'}`)
    facts.push(`invariantName=${bare(part('InvariantName'))}`)
  } else {
    facts.push(`state=${part('State')}`)
  }
  return facts.sort()
}

function cell(rows: ReadonlyMap<string, string>, name: string): string | undefined {
  const text = bare(rows.get(name) ?? '')
  return text === '' ? undefined : text
}

function flag(rows: ReadonlyMap<string, string>, name: string): boolean | undefined {
  const text = cell(rows, name)
  return text === undefined ? undefined : text === 'True'
}

function menuLine(menu: OneToManyDefinition['menu']): string {
  if (menu === undefined) return ''
  const printed = (name: string, value: string | number | boolean | null) => {
    if (value === null) return name === 'Label' || name === 'Order' ? '' : 'null'
    return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value)
  }
  return Object.entries(menu)
    .map(([name, value]) => `${name}: ${printed(name, value)}`)
    .join('<br />')
}

function without(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
