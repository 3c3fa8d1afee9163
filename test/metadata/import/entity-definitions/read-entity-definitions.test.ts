import { readEntityDefinitions } from '../../../../src/metadata/import/entity-definitions/read-entity-definitions.ts'
import type { Column } from '../../../../src/metadata/column.ts'
import type { TableDefinition } from '../../../../src/metadata/table-definition.ts'
import { without } from '../../without.ts'
import { attribute, entity, label, type Json } from './entities.ts'

function read(json: unknown): TableDefinition {
  const [table] = readEntityDefinitions(JSON.stringify(json), 'x.json')
  if (table === undefined) throw new TypeError('no table')
  return table
}

function readColumn(json: Json): Column {
  const [column] = read(entity([json])).columns
  if (column === undefined) throw new TypeError('no column')
  return column
}

describe('the document', () => {
  const one = entity([attribute('a', 'String')])
  const two = { ...one, LogicalName: 'new_other' }

  test('one object, an array and a value member are all read', () => {
    const names = (json: unknown) =>
      readEntityDefinitions(JSON.stringify(json), 'x.json').map((t) => t.logicalName)
    expect(names(one)).toEqual(['new_parcel'])
    expect(names([one, two])).toEqual(['new_parcel', 'new_other'])
    expect(names({ '@odata.context': 'x', value: [one, two] })).toEqual(['new_parcel', 'new_other'])
    expect(names([])).toEqual([])
  })

  test('answers of the functions that retrieve definitions are read', () => {
    const column = { '@odata.type': '#Microsoft.Dynamics.CRM.ComplexImageAttributeMetadata' }
    const table = entity([{ ...column, LogicalName: 'new_photo', AttributeType: 'Virtual' }])
    for (const answered of [table, [table]]) {
      const text = JSON.stringify({ Timestamp: '1!2', EntityMetadata: answered })
      const [parcel] = readEntityDefinitions(text, 'answer.json')
      expect(parcel?.columns).toMatchObject([{ logicalName: 'new_photo', type: 'Image' }])
    }
  })

  test('a byte order mark does not matter', () => {
    expect(readEntityDefinitions(`\uFEFF${JSON.stringify(one)}`, 'x.json')).toHaveLength(1)
  })
})

describe('the table', () => {
  test('what pages do not tell is read', () => {
    const table = read(
      entity([], {
        DisplayName: label('Parcel'),
        Description: { LocalizedLabels: [], UserLocalizedLabel: null },
        IsActivity: true,
        IsIntersect: false,
        IsCustomEntity: true,
        ObjectTypeCode: 10103,
        EnforceStateTransitions: true,
        PrimaryNameAttribute: null,
        Keys: [
          {
            LogicalName: 'new_k',
            SchemaName: 'new_K',
            DisplayName: label('K'),
            KeyAttributes: ['a', 'b'],
          },
        ],
      }),
    )
    expect(table).toMatchObject({
      displayName: 'Parcel',
      isActivity: true,
      isIntersect: false,
      isCustom: true,
      objectTypeCode: 10103,
      enforcesStateTransitions: true,
      keys: [{ logicalName: 'new_k', schemaName: 'new_K', displayName: 'K', columns: ['a', 'b'] }],
    })
    expect(table).not.toHaveProperty('description')
    expect(table).not.toHaveProperty('primaryName')
    expect(table).not.toHaveProperty('messages')
  })

  test('a key whose rows were not unique is told so; one still being made is like any other', () => {
    const key = (name: string, status: string) => ({
      LogicalName: name,
      KeyAttributes: ['a'],
      EntityKeyIndexStatus: status,
    })
    const { keys } = read(entity([], { Keys: [key('k', 'Failed'), key('l', 'Pending')] }))
    expect(keys).toEqual([
      { logicalName: 'k', schemaName: 'k', columns: ['a'], indexStatus: 'Failed' },
      { logicalName: 'l', schemaName: 'l', columns: ['a'] },
    ])
  })

  test('a missing member is read as null', () => {
    const old = without(entity([]), 'TableType')
    expect(read(old)).toMatchObject({ tableType: 'Standard', keys: [], manyToOne: [] })
    expect(read({ ...old, DataProviderId: '7015a531-cc0d-4537-b5f2-c882a1eb65ad' }).tableType).toBe(
      'Virtual',
    )
  })

  test('outer blanks of a display name are kept', () => {
    expect(read(entity([], { DisplayName: label('Address ') })).displayName).toBe('Address ')
  })
})

describe('columns', () => {
  test('64-bit bounds keep every digit', () => {
    const text = JSON.stringify(entity([attribute('a', 'BigInt', { MaxValue: 1, MinValue: 2 })]))
      .replace('"MaxValue":1', '"MaxValue":9223372036854775807')
      .replace('"MinValue":2', '"MinValue":-9223372036854775808')
    expect(readEntityDefinitions(text, 'x.json')[0]?.columns[0]).toMatchObject({
      min: -9223372036854775808n,
      max: 9223372036854775807n,
    })
  })

  test('a column that is told twice is one', () => {
    const told = [attribute('a', 'String', { MaxLength: 5 }), attribute('a', 'String')]
    expect(read(entity(told)).columns).toMatchObject([{ logicalName: 'a', maxLength: 5 }])
  })

  test('bounds that were rounded to a double are those of 64 bits', () => {
    const rounded = { MinValue: -(2 ** 63), MaxValue: 2 ** 63 }
    expect(readColumn(attribute('a', 'BigInt', rounded))).toMatchObject({
      min: -9223372036854775808n,
      max: 9223372036854775807n,
    })
  })

  test('bounds may stand in quotes, as clients ask for that do not trust doubles', () => {
    const bounds = { MinValue: '-1', MaxValue: '9223372036854775807' }
    expect(readColumn(attribute('a', 'BigInt', bounds))).toMatchObject({
      min: -1n,
      max: 9223372036854775807n,
    })
    const decimals = { MinValue: '-0.5', MaxValue: '100000000000' }
    expect(readColumn(attribute('a', 'Decimal', decimals))).toMatchObject({
      min: -0.5,
      max: 100_000_000_000,
    })
  })

  test('the type is in AttributeTypeName, where AttributeType says Virtual', () => {
    const virtual = (name: string) =>
      readColumn(attribute('a', 'Virtual', { AttributeTypeName: { Value: name } })).type
    expect(virtual('ImageType')).toBe('Image')
    expect(virtual('FileType')).toBe('File')
    expect(virtual('MultiSelectPicklistType')).toBe('MultiSelectPicklist')
    expect(virtual('VirtualType')).toBe('Virtual')
  })

  test('without AttributeTypeName the declared type tells, then AttributeType', () => {
    const untold = { AttributeTypeName: null }
    expect(
      readColumn(
        attribute('a', 'Virtual', {
          ...untold,
          '@odata.type': '#Microsoft.Dynamics.CRM.FileAttributeMetadata',
        }),
      ).type,
    ).toBe('File')
    expect(readColumn(attribute('a', 'Customer', untold)).type).toBe('Customer')
  })

  test('flags, companions, sources and numbering are read', () => {
    expect(
      readColumn(
        attribute('a', 'String', {
          IsValidForCreate: false,
          IsValidForForm: true,
          AttributeOf: 'b',
          SourceType: 1,
          IsSecured: true,
          IsAuditEnabled: { Value: false, CanBeChanged: true },
          AutoNumberFormat: 'P-{SEQNUM:4}',
          RequiredLevel: { Value: 'ApplicationRequired' },
          MaxLength: 10,
          Format: 'Text',
          FormatName: { Value: 'Email' },
        }),
      ),
    ).toMatchObject({
      validForCreate: false,
      validForUpdate: true,
      validForForm: true,
      attributeOf: 'b',
      sourceType: 1,
      isSecured: true,
      isAuditEnabled: false,
      autoNumberFormat: 'P-{SEQNUM:4}',
      requiredLevel: 'ApplicationRequired',
      maxLength: 10,
      format: 'Email',
    })
    expect(readColumn(attribute('a', 'String', { SourceType: 0 }))).not.toHaveProperty('sourceType')
  })

  test('choices keep the order they are shown in', () => {
    const OptionSet = {
      Name: 'new_kind',
      Options: [
        { Value: 9, Label: label('Nine') },
        { Value: 1, Label: label('One'), Description: label('first') },
      ],
    }
    expect(
      readColumn(attribute('a', 'Picklist', { DefaultFormValue: -1, OptionSet })),
    ).toMatchObject({
      defaultValue: null,
      globalChoiceName: 'new_kind',
      options: [
        { value: 9, label: 'Nine' },
        { value: 1, label: 'One', description: 'first' },
      ],
    })
    expect(
      readColumn(attribute('a', 'Picklist', { DefaultFormValue: 9, OptionSet })),
    ).toHaveProperty('defaultValue', 9)
  })

  test('labels in several languages are read beside the one of whoever exported them', () => {
    const several = (...labels: readonly (readonly [number, string])[]) => ({
      LocalizedLabels: labels.map(([LanguageCode, Label]) => ({ LanguageCode, Label })),
      UserLocalizedLabel: { LanguageCode: 1031, Label: labels[1]?.[1] },
    })
    const Label = several([1033, 'Nine'], [1031, 'Neun'])

    expect(
      readColumn(attribute('a', 'Picklist', { OptionSet: { Options: [{ Value: 9, Label }] } })),
    ).toHaveProperty('options', [
      { value: 9, label: 'Neun', labels: { 1031: 'Neun', 1033: 'Nine' } },
    ])
    expect(
      readColumn(
        attribute('a', 'Boolean', {
          OptionSet: { TrueOption: { Label }, FalseOption: { Label: label('No') } },
        }),
      ),
    ).toMatchObject({
      trueLabel: 'Neun',
      trueLabels: { 1031: 'Neun', 1033: 'Nine' },
      falseLabel: 'No',
    })
  })

  test('states and statuses know each other', () => {
    const state = {
      Options: [{ Value: 0, Label: label('Active'), DefaultStatus: 1, InvariantName: 'Active' }],
    }
    const status = {
      Options: [{ Value: 1, Label: label('Open'), State: 0, TransitionData: '<t/>' }],
    }
    expect(readColumn(attribute('statecode', 'State', { OptionSet: state }))).toHaveProperty(
      'options',
      [{ value: 0, label: 'Active', defaultStatus: 1, invariantName: 'Active' }],
    )
    expect(readColumn(attribute('statuscode', 'Status', { OptionSet: status }))).toHaveProperty(
      'options',
      [{ value: 1, label: 'Open', state: 0, transitionData: '<t/>' }],
    )
  })

  test('booleans have labels and a default', () => {
    const OptionSet = {
      Name: 'x',
      TrueOption: { Value: 1, Label: label('Up') },
      FalseOption: { Value: 0, Label: label('Down') },
    }
    expect(readColumn(attribute('a', 'Boolean', { DefaultValue: true, OptionSet }))).toMatchObject({
      defaultValue: true,
      trueLabel: 'Up',
      falseLabel: 'Down',
      globalChoiceName: 'x',
    })
  })

  test('numbers, money and dates have their limits', () => {
    expect(
      readColumn(attribute('a', 'Decimal', { MinValue: 1e-12, MaxValue: 5, Precision: 12 })),
    ).toMatchObject({ min: 1e-12, max: 5, precision: 12 })
    expect(
      readColumn(
        attribute('a', 'Money', {
          MinValue: 0,
          MaxValue: 922337203685477,
          Precision: 2,
          PrecisionSource: 2,
          IsBaseCurrency: true,
        }),
      ),
    ).toMatchObject({ precisionSource: 2, isBaseCurrency: true })
    expect(
      readColumn(
        attribute('a', 'DateTime', {
          Format: 'DateAndTime',
          DateTimeBehavior: { Value: 'TimeZoneIndependent' },
          CanChangeDateTimeBehavior: { Value: false },
        }),
      ),
    ).toMatchObject({
      behavior: 'TimeZoneIndependent',
      format: 'DateAndTime',
      canChangeBehavior: false,
    })
  })

  test('a lookup may have no targets', () => {
    expect(readColumn(attribute('a', 'Lookup', { Targets: [] }))).toHaveProperty('targets', [])
    expect(readColumn(attribute('a', 'Lookup'))).toHaveProperty('targets', [])
  })
})

describe('relationships', () => {
  const told = {
    SchemaName: 'new_r',
    ReferencedEntity: 'account',
    ReferencedAttribute: 'accountid',
    ReferencedEntityNavigationPropertyName: 'new_r',
    ReferencingEntity: 'new_parcel',
    ReferencingAttribute: 'new_accountid',
    ReferencingEntityNavigationPropertyName: 'new_AccountId',
    IsHierarchical: false,
    IsCustomizable: { Value: true },
    CascadeConfiguration: { Assign: 'NoCascade', Delete: 'RemoveLink', RollupView: 'NoCascade' },
    AssociatedMenuConfiguration: {
      Behavior: 'UseLabel',
      Label: label('Parcels'),
      Order: 10,
      Icon: null,
    },
  }

  test('one-to-many tells both ends; what an old export leaves out is absent', () => {
    expect(read(entity([], { ManyToOneRelationships: [told] })).manyToOne).toEqual([
      {
        schemaName: 'new_r',
        referencedTable: 'account',
        referencedColumn: 'accountid',
        referencedNavigation: 'new_r',
        referencingTable: 'new_parcel',
        referencingColumn: 'new_accountid',
        referencingNavigation: 'new_AccountId',
        isHierarchical: false,
        isCustomizable: true,
        cascade: { assign: 'NoCascade', delete: 'RemoveLink', rollupView: 'NoCascade' },
        menu: { Behavior: 'UseLabel', Label: 'Parcels', Order: 10, Icon: null },
      },
    ])
  })

  test('two relationships may share a navigation property', () => {
    const ManyToOneRelationships = [told, { ...told, SchemaName: 'new_s' }]
    expect(read(entity([], { ManyToOneRelationships })).manyToOne).toHaveLength(2)
  })

  test('many-to-many keeps the sides as told, exchanged columns too', () => {
    const ManyToManyRelationships = [
      {
        SchemaName: 'accountleads_association',
        IntersectEntityName: 'accountleads',
        Entity1LogicalName: 'account',
        Entity1IntersectAttribute: 'leadid',
        Entity1NavigationPropertyName: 'a',
        Entity2LogicalName: 'lead',
        Entity2IntersectAttribute: 'accountid',
        Entity2NavigationPropertyName: 'b',
      },
    ]
    expect(read(entity([], { ManyToManyRelationships })).manyToMany).toEqual([
      {
        schemaName: 'accountleads_association',
        intersectTable: 'accountleads',
        sides: [
          { table: 'account', intersectColumn: 'leadid', navigation: 'a' },
          { table: 'lead', intersectColumn: 'accountid', navigation: 'b' },
        ],
      },
    ])
  })
})
