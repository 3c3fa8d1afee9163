import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Column } from '../../../src/metadata/column.ts'
import { PLATFORM_TABLES } from '../../../src/metadata/platform/index.ts'
import type { CascadeAction } from '../../../src/metadata/relationship.ts'

/** The part of EntityDefinitions these tests read; members that are null may be left out. */
interface RealAttribute {
  readonly LogicalName: string
  readonly SchemaName: string
  readonly AttributeTypeName: { readonly Value: string }
  readonly IsValidForCreate: boolean
  readonly IsValidForUpdate: boolean
  readonly IsValidForRead: boolean
  readonly RequiredLevel: { readonly Value: string }
  readonly MaxLength?: number
  readonly MinValue?: number
  readonly MaxValue?: number
  readonly Precision?: number | null
  readonly PrecisionSource?: number | null
  readonly IsBaseCurrency?: boolean
  readonly DefaultValue?: boolean
  readonly DefaultFormValue?: number | null
  readonly DateTimeBehavior?: { readonly Value: string }
  readonly Format?: string
  readonly Targets?: readonly string[]
  readonly OptionSet?: { readonly Options?: readonly RealOption[] } | null
}
interface RealOption {
  readonly Value: number
  readonly State?: number
  readonly DefaultStatus?: number
}
interface RealRelationship {
  readonly SchemaName: string
  readonly ReferencedEntity: string
  readonly ReferencedAttribute: string
  readonly ReferencingAttribute: string
  readonly ReferencedEntityNavigationPropertyName: string
  readonly ReferencingEntityNavigationPropertyName: string
  readonly IsHierarchical?: boolean
  readonly CascadeConfiguration: Readonly<Record<string, string>>
}
interface RealManyToMany {
  readonly SchemaName: string
  readonly IntersectEntityName: string
  readonly Entity1LogicalName: string
  readonly Entity1IntersectAttribute: string
  readonly Entity2LogicalName: string
  readonly Entity2IntersectAttribute: string
}
interface RealTable {
  readonly LogicalName: string
  readonly SchemaName: string
  readonly EntitySetName: string
  readonly ObjectTypeCode: number
  readonly OwnershipType: string
  readonly PrimaryIdAttribute: string
  readonly PrimaryNameAttribute: string
  readonly Attributes: readonly RealAttribute[]
  readonly ManyToOneRelationships: readonly RealRelationship[]
  readonly ManyToManyRelationships: readonly RealManyToMany[]
  readonly Keys?: readonly {
    readonly LogicalName: string
    readonly KeyAttributes: readonly string[]
  }[]
}

const folder = join(__dirname, '..', '..', '..', '..', 'shared', 'tables')
const whenPresent = existsSync(folder) ? describe : describe.skip

/** Where we leave the metadata on purpose; the definition says why. */
const DEPARTURES: readonly string[] = ['team.administratorid', 'team.regardingobjectid']

function builtIn(name: string) {
  const table = PLATFORM_TABLES.find((t) => t.logicalName === name)
  if (table === undefined) throw new TypeError(`${name} is not a platform table`)
  return table
}

/** What both sides tell of a column, in one shape. */
function facts(column: Column) {
  return {
    schemaName: column.schemaName,
    type: column.type,
    requiredLevel: column.requiredLevel,
    create: column.validForCreate,
    update: column.validForUpdate,
    read: column.validForRead,
    ...('maxLength' in column ? { maxLength: column.maxLength } : {}),
    ...('min' in column && typeof column.min === 'number'
      ? { min: column.min, max: column.max }
      : {}),
    ...('precision' in column ? { precision: column.precision } : {}),
    ...(column.type === 'Money'
      ? { source: column.precisionSource, base: column.isBaseCurrency }
      : {}),
    ...(column.type === 'DateTime' ? { behavior: column.behavior, format: column.format } : {}),
    ...('targets' in column ? { targets: [...column.targets].sort() } : {}),
    ...('defaultValue' in column ? { defaultValue: column.defaultValue } : {}),
    ...('options' in column
      ? {
          options: column.options
            .map((o) => [
              o.value,
              ...('state' in o ? [o.state] : []),
              ...('defaultStatus' in o ? [o.defaultStatus] : []),
            ])
            .sort(([a], [b]) => Number(a) - Number(b)),
        }
      : {}),
  }
}

function realFacts(a: RealAttribute) {
  const type = a.AttributeTypeName.Value.replace(/Type$/, '')
  const number = ['Integer', 'Decimal', 'Double', 'Money'].includes(type)
  const chosen = ['Picklist', 'State', 'Status'].includes(type)
  return {
    schemaName: a.SchemaName,
    type,
    requiredLevel: a.RequiredLevel.Value,
    create: a.IsValidForCreate,
    update: a.IsValidForUpdate,
    read: a.IsValidForRead,
    ...(type === 'String' || type === 'Memo' ? { maxLength: a.MaxLength } : {}),
    ...(number ? { min: a.MinValue, max: a.MaxValue } : {}),
    ...(number && type !== 'Integer' ? { precision: a.Precision } : {}),
    ...(type === 'Money' ? { source: a.PrecisionSource, base: a.IsBaseCurrency } : {}),
    ...(type === 'DateTime' ? { behavior: a.DateTimeBehavior?.Value, format: a.Format } : {}),
    ...(['Lookup', 'Owner', 'Customer'].includes(type)
      ? { targets: [...(a.Targets ?? [])].sort() }
      : {}),
    ...(type === 'Boolean' ? { defaultValue: a.DefaultValue } : {}),
    ...(chosen
      ? {
          defaultValue:
            a.DefaultFormValue === undefined || a.DefaultFormValue === -1
              ? null
              : a.DefaultFormValue,
          options: (a.OptionSet?.Options ?? [])
            .map((o) => [
              o.Value,
              ...(o.State === undefined ? [] : [o.State]),
              ...(o.DefaultStatus === undefined ? [] : [o.DefaultStatus]),
            ])
            .sort(([x], [y]) => Number(x) - Number(y)),
        }
      : {}),
  }
}

whenPresent('compared with metadata of real environments', () => {
  describe.each(['account', 'contact', 'lead', 'team'])('%s', (name) => {
    const table = builtIn(name)
    const real = JSON.parse(
      existsSync(folder) ? readFileSync(join(folder, 'definitions', `${name}.json`), 'utf8') : '{}',
    ) as RealTable

    test('the table is named and owned as there', () => {
      expect({
        schemaName: table.schemaName,
        set: table.entitySetName,
        code: table.objectTypeCode,
        ownership: table.ownership,
        id: table.primaryId,
        name: table.primaryName,
      }).toEqual({
        schemaName: real.SchemaName,
        set: real.EntitySetName,
        code: real.ObjectTypeCode,
        ownership: real.OwnershipType,
        id: real.PrimaryIdAttribute,
        name: real.PrimaryNameAttribute,
      })
    })

    test('every column that is there too is the same', () => {
      const there = new Map(real.Attributes.map((a) => [a.LogicalName, a]))
      const shared = table.columns.filter((c) => there.has(c.logicalName))

      expect(shared.length).toBeGreaterThan(table.columns.length - 3)
      for (const column of shared) {
        const attribute = there.get(column.logicalName)
        if (attribute === undefined || DEPARTURES.includes(`${name}.${column.logicalName}`))
          continue
        expect({ [column.logicalName]: facts(column) }).toEqual({
          [column.logicalName]: realFacts(attribute),
        })
      }
    })

    test('every relationship that is there too is the same', () => {
      const there = new Map(real.ManyToOneRelationships.map((r) => [r.SchemaName, r]))
      const shared = table.manyToOne.filter((r) => there.has(r.schemaName))

      expect(shared.length).toBeGreaterThan(table.manyToOne.length - 2)
      for (const r of shared) {
        const told = there.get(r.schemaName)
        const cascade = Object.entries(told?.CascadeConfiguration ?? {}).map(([action, type]) => [
          (action.charAt(0).toLowerCase() + action.slice(1)) as CascadeAction,
          type,
        ])
        expect({
          name: r.schemaName,
          table: r.referencedTable,
          key: r.referencedColumn,
          column: r.referencingColumn,
          collection: r.referencedNavigation,
          single: r.referencingNavigation,
          hierarchical: r.isHierarchical,
          cascade: r.cascade,
        }).toEqual({
          name: told?.SchemaName,
          table: told?.ReferencedEntity,
          key: told?.ReferencedAttribute,
          column: told?.ReferencingAttribute,
          collection: told?.ReferencedEntityNavigationPropertyName,
          single: told?.ReferencingEntityNavigationPropertyName,
          hierarchical: told?.IsHierarchical ?? false,
          cascade: Object.fromEntries(cascade) as unknown,
        })
      }
    })

    test('its many-to-many relationships have the sides told there', () => {
      const there = new Map(real.ManyToManyRelationships.map((r) => [r.SchemaName, r]))
      for (const { schemaName, intersectTable, sides } of table.manyToMany) {
        const told = there.get(schemaName)
        if (told === undefined) continue
        expect([intersectTable, ...sides.flatMap((s) => [s.table, s.intersectColumn])]).toEqual([
          told.IntersectEntityName,
          told.Entity1LogicalName,
          told.Entity1IntersectAttribute,
          told.Entity2LogicalName,
          told.Entity2IntersectAttribute,
        ])
      }
    })

    test('keys are named and made of columns as there', () => {
      for (const key of table.keys) {
        expect(real.Keys?.find((k) => k.LogicalName === key.logicalName)?.KeyAttributes).toEqual(
          key.columns,
        )
      }
    })
  })

  test('what other tables tell of ours is told by us with the same cascade', () => {
    for (const file of readdirSync(join(folder, 'definitions'))) {
      const real = JSON.parse(readFileSync(join(folder, 'definitions', file), 'utf8')) as {
        readonly OneToManyRelationships: readonly RealRelationship[]
      }
      for (const told of real.OneToManyRelationships) {
        const ours = PLATFORM_TABLES.flatMap((t) => t.manyToOne).find(
          (r) => r.schemaName === told.SchemaName,
        )
        if (ours === undefined) continue
        expect([ours.schemaName, ours.cascade?.delete, ours.cascade?.assign]).toEqual([
          told.SchemaName,
          told.CascadeConfiguration.Delete,
          told.CascadeConfiguration.Assign,
        ])
      }
    }
  })

  test.each(['contactleads.md', 'exchangesyncidmapping.md'])(
    'every table that the page %s refers to is here',
    (page) => {
      const text = readFileSync(join(folder, 'pages', page), 'utf8')
      const named = [...text.matchAll(/\|(?:ReferencedEntity|ReferencingEntity)\|`(\w+)`\|/g)].map(
        (match) => match[1],
      )

      expect(named.length).toBeGreaterThan(0)
      for (const name of named) expect(PLATFORM_TABLES.map((t) => t.logicalName)).toContain(name)
    },
  )
})
