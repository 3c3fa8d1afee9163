import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readEntityDefinitions } from '../../../src/metadata/import/entity-definitions/read-entity-definitions.ts'
import { withCompanions } from '../../../src/metadata/import/reference-page/companions.ts'
import { readReferencePage } from '../../../src/metadata/import/reference-page/read-reference-page.ts'
import { without } from '../without.ts'
import type { Column } from '../../../src/metadata/column.ts'
import type { TableDefinition } from '../../../src/metadata/table-definition.ts'

/** Real exports, kept outside the project; walked as plain JSON here. */
const FOLDER = join(__dirname, '..', '..', '..', '..', 'shared', 'tables')
const DEFINITIONS = join(FOLDER, 'definitions')
const present = existsSync(DEFINITIONS)
const files = present ? readdirSync(DEFINITIONS).filter((name) => name.endsWith('.json')) : []

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return --
   the raw document, on purpose without a type of its own */
type Raw = any

function read(file: string): TableDefinition {
  const [table] = readEntityDefinitions(readFileSync(join(DEFINITIONS, file), 'utf8'), file)
  if (table === undefined) throw new TypeError(`${file} has no table`)
  return table
}

const labelOf = (raw: Raw) => raw?.UserLocalizedLabel?.Label || undefined
const told = (value: unknown) => value ?? undefined

;(present ? describe : describe.skip)('real EntityDefinitions', () => {
  test('there are some', () => {
    expect(files.length).toBeGreaterThan(10)
  })

  describe.each(files)('%s', (file) => {
    const text = readFileSync(join(DEFINITIONS, file), 'utf8')
    const raw: Raw = JSON.parse(text)
    const table = read(file)

    test('the table', () => {
      expect(table).toMatchObject({
        logicalName: raw.LogicalName,
        schemaName: raw.SchemaName,
        entitySetName: raw.EntitySetName,
        primaryId: raw.PrimaryIdAttribute,
        tableType: raw.TableType ?? 'Standard',
        ownership: raw.OwnershipType,
        isActivity: raw.IsActivity,
        isIntersect: raw.IsIntersect,
        isCustom: raw.IsCustomEntity,
        objectTypeCode: raw.ObjectTypeCode,
        enforcesStateTransitions: raw.EnforceStateTransitions,
      })
      expect(table.displayName).toBe(labelOf(raw.DisplayName))
      expect(table.primaryName).toBe(told(raw.PrimaryNameAttribute))
      expect(table.keys.map((key) => [key.logicalName, ...key.columns])).toEqual(
        (raw.Keys ?? []).map((key: Raw) => [key.LogicalName, ...key.KeyAttributes]),
      )
    })

    test('every column is there with every fact', () => {
      expect(table.columns.map((c) => c.logicalName)).toEqual(
        raw.Attributes.map((a: Raw) => a.LogicalName),
      )
      raw.Attributes.forEach((a: Raw, i: number) => {
        const column = table.columns[i] as Raw
        expect([a.LogicalName, column]).toEqual([
          a.LogicalName,
          expect.objectContaining({
            type: a.AttributeTypeName.Value.replace(/Type$/, ''),
            schemaName: a.SchemaName,
            requiredLevel: a.RequiredLevel.Value,
            validForRead: a.IsValidForRead,
            validForCreate: a.IsValidForCreate,
            validForUpdate: a.IsValidForUpdate,
          }),
        ])
        expect(column.displayName).toBe(labelOf(a.DisplayName))
        expect(column.description).toBe(labelOf(a.Description))
        expect(column.attributeOf).toBe(told(a.AttributeOf))
        expect(column.autoNumberFormat).toBe(a.AutoNumberFormat || undefined)
        expect(column.sourceType).toBe(a.SourceType || undefined)
        expect(column.isSecured).toBe(told(a.IsSecured))
        expect(column.isAuditEnabled).toBe(told(a.IsAuditEnabled?.Value))
        if ('maxLength' in column) expect(column.maxLength).toBe(a.MaxLength)
        if ('precision' in column) expect(column.precision).toBe(a.Precision)
        if ('precisionSource' in column) expect(column.precisionSource).toBe(a.PrecisionSource)
        if ('min' in column && column.type !== 'BigInt') {
          expect([column.min, column.max]).toEqual([a.MinValue, a.MaxValue])
        }
        if ('targets' in column) expect(column.targets).toEqual(a.Targets ?? [])
        if ('behavior' in column) expect(column.behavior).toBe(a.DateTimeBehavior.Value)
        if ('options' in column) {
          expect(column.defaultValue).toBe(
            a.DefaultFormValue === undefined || a.DefaultFormValue === -1
              ? null
              : a.DefaultFormValue,
          )
          expect(
            column.options.map((o: Raw) => [
              o.value,
              o.label,
              o.state,
              o.defaultStatus,
              o.invariantName,
            ]),
          ).toEqual(
            a.OptionSet.Options.map((o: Raw) => [
              o.Value,
              labelOf(o.Label),
              told(o.State),
              told(o.DefaultStatus),
              told(o.InvariantName),
            ]),
          )
        }
        if (column.type === 'Boolean') {
          expect([column.defaultValue, column.trueLabel, column.falseLabel]).toEqual([
            a.DefaultValue,
            labelOf(a.OptionSet.TrueOption.Label),
            labelOf(a.OptionSet.FalseOption.Label),
          ])
        }
        if ('maxSizeInKB' in column) expect(column.maxSizeInKB).toBe(a.MaxSizeInKB)
      })
    })

    test('64-bit bounds are the digits of the text', () => {
      const bounds = table.columns.filter((c) => c.type === 'BigInt')
      const printed = [...text.matchAll(/"M(?:ax|in)Value":\s*(-?\d{17,})/g)].map((m) => m[1])
      expect(
        bounds
          .flatMap((c) => [String(c.max), String(c.min)])
          .filter((d) => d.length > 16)
          .sort(),
      ).toEqual(printed.sort())
    })

    test('every relationship is there with every fact', () => {
      const oneToMany = (r: Raw) => ({
        schemaName: r.SchemaName,
        referencedTable: r.ReferencedEntity,
        referencedColumn: r.ReferencedAttribute,
        referencingTable: r.ReferencingEntity,
        referencingColumn: r.ReferencingAttribute,
        referencedNavigation: told(r.ReferencedEntityNavigationPropertyName),
        referencingNavigation: told(r.ReferencingEntityNavigationPropertyName),
        isHierarchical: told(r.IsHierarchical),
        isCustomizable: told(r.IsCustomizable?.Value),
        cascade: Object.fromEntries(
          Object.entries(r.CascadeConfiguration)
            .filter(([, type]) => type !== null)
            .map(([action, type]) => [action.charAt(0).toLowerCase() + action.slice(1), type]),
        ),
      })
      const bare = (r: { readonly menu?: unknown }) => without(r, 'menu')
      expect(table.manyToOne.map(bare)).toEqual((raw.ManyToOneRelationships ?? []).map(oneToMany))
      expect(table.oneToMany.map(bare)).toEqual((raw.OneToManyRelationships ?? []).map(oneToMany))
      expect(
        table.manyToMany.map((r) => [r.schemaName, r.intersectTable, ...r.sides.map(bare)]),
      ).toEqual(
        (raw.ManyToManyRelationships ?? []).map((r: Raw) => [
          r.SchemaName,
          r.IntersectEntityName,
          ...['Entity1', 'Entity2'].map((side) => ({
            table: r[`${side}LogicalName`],
            intersectColumn: r[`${side}IntersectAttribute`],
            navigation: told(r[`${side}NavigationPropertyName`]),
          })),
        ]),
      )
    })

    test('companions made out by name are those the metadata names', () => {
      const untold = table.columns.map((c) => without(c, 'attributeOf') as Column)
      withCompanions(untold).forEach((column, i) => {
        if (column.attributeOf === undefined) return
        expect([column.logicalName, column.attributeOf]).toEqual([
          column.logicalName,
          table.columns[i]?.attributeOf,
        ])
      })
    })
  })

  test('the page of activityparty and its EntityDefinitions agree on what both tell', () => {
    const page = readReferencePage(
      readFileSync(join(FOLDER, 'pages', 'activityparty.md'), 'utf8'),
      'activityparty.md',
    ) as TableDefinition
    const definition = read('activityparty.json')
    for (const name of [
      'schemaName',
      'entitySetName',
      'primaryId',
      'primaryName',
      'ownership',
      'tableType',
    ] as const) {
      expect(page[name]).toBe(definition[name])
    }
    for (const column of page.columns) {
      const same = definition.columns.find((c) => c.logicalName === column.logicalName)
      expect(same).toBeDefined()
      for (const [name, value] of Object.entries(column)) {
        const other = (same as Raw)[name]
        // Longer descriptions are missing from the exports; targets are those of another organization.
        if (name === 'description' && other === undefined) continue
        if (name === 'targets') {
          expect(Array.isArray(other)).toBe(true)
          continue
        }
        const sorted = (v: unknown) =>
          Array.isArray(v) ? [...v].sort((a, b) => a.value - b.value) : v
        const trimmed = (v: unknown) => (typeof v === 'string' ? v.trim() : sorted(v))
        expect([column.logicalName, name, trimmed(other)]).toEqual([
          column.logicalName,
          name,
          trimmed(value),
        ])
      }
    }
    const both = page.manyToOne.filter((r) =>
      definition.manyToOne.some((d) => d.schemaName === r.schemaName),
    )
    expect(both.length).toBeGreaterThan(10)
    for (const relationship of both) {
      expect(
        definition.manyToOne.find((d) => d.schemaName === relationship.schemaName),
      ).toMatchObject(relationship)
    }
  })
})
