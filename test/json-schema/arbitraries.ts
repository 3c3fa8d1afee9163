import fc from 'fast-check'

import type {
  BooleanColumn,
  ChoiceOption,
  Column,
  ColumnBase,
  ColumnType,
} from '../../src/metadata/column.ts'
import { CASCADE_ACTIONS, CASCADE_TYPES } from '../../src/metadata/relationship.ts'
import type {
  ManyToManyDefinition,
  ManyToManySide,
  OneToManyDefinition,
} from '../../src/metadata/relationship.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

/** Logical names as the platform makes them. */
export const logicalNames = fc.stringMatching(/^[a-z][a-z0-9_]{1,12}$/)
const words = fc.string({ unit: 'grapheme', maxLength: 12 })
export const flags = fc.boolean()
export const tableNames = fc.constantFrom('account', 'contact', 'systemuser', 'team', 'new_ring')

export function record<T>(members: {
  readonly [K in keyof T]: fc.Arbitrary<T[K]>
}): fc.Arbitrary<T> {
  return fc.record<T>(members, { noNullPrototype: true })
}

/** Members that a document may leave out. */
function told<T extends object>(members: { readonly [K in keyof T]-?: fc.Arbitrary<T[K]> }) {
  return fc.record(members, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<{
    [K in keyof T]?: Exclude<T[K], undefined>
  }>
}

const bases: fc.Arbitrary<Omit<ColumnBase, 'logicalName'>> = fc
  .tuple(
    record({
      schemaName: logicalNames,
      requiredLevel: fc.constantFrom(
        'None',
        'SystemRequired',
        'ApplicationRequired',
        'Recommended',
      ),
      validForRead: flags,
      validForCreate: flags,
      validForUpdate: flags,
    }),
    told<
      Pick<
        ColumnBase,
        'displayName' | 'description' | 'validForForm' | 'isSecured' | 'isAuditEnabled'
      >
    >({
      displayName: words,
      description: words,
      validForForm: flags,
      isSecured: flags,
      isAuditEnabled: flags,
    }),
    // Rare, as on real tables: such a column cannot be written.
    fc.oneof(
      { weight: 8, arbitrary: fc.constant({}) },
      {
        weight: 1,
        arbitrary: fc.constantFrom<1 | 2 | 3>(1, 2, 3).map((sourceType) => ({ sourceType })),
      },
      { weight: 1, arbitrary: logicalNames.map((attributeOf) => ({ attributeOf })) },
    ),
  )
  .map(([needed, optional, origin]) => ({ ...needed, ...optional, ...origin }))

function range<T extends number | bigint>(values: fc.Arbitrary<T>) {
  return fc.tuple(values, values).map(([a, b]) => (a < b ? { min: a, max: b } : { min: b, max: a }))
}
const decimals = fc
  .double({ min: -1e11, max: 1e11, noNaN: true })
  .map((value) => (Object.is(value, -0) ? 0 : value))

const labelsByLanguage = fc.dictionary(fc.constantFrom('1031', '1033', '1040'), words, {
  noNullPrototype: true,
})
const optionBases: fc.Arbitrary<ChoiceOption> = fc
  .tuple(
    fc.integer({ min: -1, max: 192_350_009 }),
    told<Pick<ChoiceOption, 'label' | 'labels' | 'description'>>({
      label: words,
      labels: labelsByLanguage,
      description: words,
    }),
  )
  .map(([value, texts]) => ({ value, ...texts }))

function optionLists<T extends ChoiceOption>(options: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> {
  return fc.uniqueArray(options, { selector: (option) => option.value, maxLength: 6 })
}
const states = fc
  .tuple(
    optionBases,
    fc.option(fc.integer({ min: 0, max: 9 })),
    told<{ invariantName: string }>({ invariantName: words }),
  )
  .map(([option, defaultStatus, rest]) => ({ ...option, defaultStatus, ...rest }))
const statuses = fc
  .tuple(
    optionBases,
    fc.integer({ min: 0, max: 3 }),
    told<{ transitionData: string }>({ transitionData: words }),
  )
  .map(([option, state, rest]) => ({ ...option, state, ...rest }))
const globalNames = told<{ globalChoiceName: string }>({ globalChoiceName: logicalNames })
const imeModes = told<{ imeMode: string }>({ imeMode: fc.constantFrom('Auto', 'Inactive') })
const defaults = fc.option(fc.integer({ min: 0, max: 9 }))
const targetLists = fc.array(tableNames, { maxLength: 4 })

/** What each kind of column tells beside what all tell. */
const kinds: { readonly [T in ColumnType]: fc.Arbitrary<object> } = {
  String: texts(),
  Memo: texts(),
  Integer: merged(range(fc.integer()), told<{ format: string }>({ format: words })),
  BigInt: range(
    fc.oneof(
      fc.bigInt({ min: INT64_MIN, max: INT64_MAX }),
      fc.constantFrom(INT64_MIN, 0n, 7n, INT64_MAX),
    ),
  ),
  Decimal: numbers(),
  Double: numbers(),
  Money: merged(
    numbers(),
    record({ precisionSource: fc.constantFrom(0, 1, 2), isBaseCurrency: flags }),
  ),
  Boolean: merged(
    record({ defaultValue: fc.option(flags) }),
    told<Pick<BooleanColumn, 'trueLabel' | 'falseLabel' | 'trueLabels' | 'falseLabels'>>({
      trueLabel: words,
      falseLabel: words,
      trueLabels: labelsByLanguage,
      falseLabels: labelsByLanguage,
    }),
    globalNames,
  ),
  DateTime: merged(
    record({
      behavior: fc.constantFrom('UserLocal', 'DateOnly', 'TimeZoneIndependent'),
      format: fc.constantFrom('DateOnly', 'DateAndTime'),
    }),
    told<{ canChangeBehavior: boolean }>({ canChangeBehavior: flags }),
    imeModes,
  ),
  Picklist: choices(optionLists(optionBases)),
  MultiSelectPicklist: choices(optionLists(optionBases)),
  State: choices(optionLists(states)),
  Status: choices(optionLists(statuses)),
  Lookup: record({ targets: targetLists }),
  Customer: record({ targets: targetLists }),
  Owner: record({ targets: targetLists }),
  PartyList: record({ targets: targetLists }),
  File: record({ maxSizeInKB: fc.integer({ min: 1, max: 32_768 }) }),
  Image: merged(
    record({ maxSizeInKB: fc.integer({ min: 1, max: 30_720 }) }),
    told<{
      maxHeight: number
      maxWidth: number
      canStoreFullImage: boolean
      isPrimaryImage: boolean
    }>({
      maxHeight: fc.nat(),
      maxWidth: fc.nat(),
      canStoreFullImage: flags,
      isPrimaryImage: flags,
    }),
  ),
  Uniqueidentifier: fc.constant({}),
  EntityName: fc.constant({}),
  ManagedProperty: fc.constant({}),
  Virtual: fc.constant({}),
  CalendarRules: fc.constant({}),
}
export const COLUMN_TYPES = Object.keys(kinds) as ColumnType[]

function merged(...parts: fc.Arbitrary<object>[]): fc.Arbitrary<object> {
  return fc.tuple(...parts).map((all) => Object.assign({}, ...all) as object)
}
function texts(): fc.Arbitrary<object> {
  return merged(
    record({ maxLength: fc.integer({ min: 0, max: 40 }) }),
    told<{ format: string; isLocalizable: boolean; autoNumberFormat: string }>({
      format: fc.constantFrom('Text', 'Email', 'Url'),
      isLocalizable: flags,
      autoNumberFormat: fc.constant('A-{SEQNUM:4}'),
    }),
    imeModes,
  )
}
function numbers(): fc.Arbitrary<object> {
  return merged(range(decimals), record({ precision: fc.integer({ min: 0, max: 10 }) }), imeModes)
}
function choices(options: fc.Arbitrary<readonly ChoiceOption[]>): fc.Arbitrary<object> {
  return merged(record({ options, defaultValue: defaults }), globalNames)
}

/** A column of the given kind (any kind without one). */
export function columns(type?: ColumnType): fc.Arbitrary<Column> {
  const types = type === undefined ? fc.constantFrom(...COLUMN_TYPES) : fc.constant(type)
  return types.chain((t) =>
    fc
      .tuple(logicalNames, bases, kinds[t])
      .map(([logicalName, base, kind]) => ({ type: t, logicalName, ...base, ...kind }) as Column),
  )
}

const menus = fc.dictionary(
  fc.constantFrom('Behavior', 'Group', 'Label', 'Order', 'AvailableOffline'),
  fc.oneof(words, fc.integer(), flags, fc.constant(null)),
  { noNullPrototype: true },
)

function oneToManys(own: 'referencingTable' | 'referencedTable', table: string) {
  return fc
    .tuple(
      record({
        schemaName: logicalNames,
        referencedTable: tableNames,
        referencingTable: tableNames,
        referencingColumn: logicalNames,
      }),
      told<OneToManyDefinition>({
        referencedColumn: logicalNames,
        referencedNavigation: logicalNames,
        referencingNavigation: logicalNames,
        isHierarchical: flags,
        isCustomizable: flags,
        cascade: told(
          Object.fromEntries(
            CASCADE_ACTIONS.map((action) => [action, fc.constantFrom(...CASCADE_TYPES)]),
          ) as Record<
            (typeof CASCADE_ACTIONS)[number],
            fc.Arbitrary<(typeof CASCADE_TYPES)[number]>
          >,
        ),
        menu: menus,
      } as never),
      fc.boolean(),
    )
    .map(([needed, optional, isOwn]): OneToManyDefinition => ({
      ...needed,
      ...optional,
      ...(isOwn && { [own]: table }),
    }))
}

const sides: fc.Arbitrary<ManyToManySide> = told<ManyToManySide>({
  table: tableNames,
  intersectColumn: logicalNames,
  navigation: logicalNames,
  menu: menus,
})

const manyToManys: fc.Arbitrary<ManyToManyDefinition> = merged(
  record({
    schemaName: logicalNames,
    intersectTable: logicalNames,
    sides: fc.tuple(sides, sides),
  }),
  told<{ isCustomizable: boolean }>({ isCustomizable: flags }),
) as fc.Arbitrary<ManyToManyDefinition>

/** A table with its primary id and up to a dozen other columns of any kind. */
export const tableDefinitions: fc.Arbitrary<TableDefinition> = logicalNames.chain((logicalName) =>
  merged(
    record({
      logicalName: fc.constant(logicalName),
      schemaName: logicalNames,
      entitySetName: logicalNames,
      primaryId: fc.constant(`${logicalName}id`),
      tableType: fc.constantFrom('Standard', 'Elastic', 'Virtual'),
      ownership: fc.constantFrom('UserOwned', 'OrganizationOwned', 'None'),
      columns: fc
        .uniqueArray(columns(), { selector: (column) => column.logicalName, maxLength: 12 })
        .map((others) => [
          primaryIdColumn(`${logicalName}id`),
          ...others.filter((column) => column.logicalName !== `${logicalName}id`),
        ]),
      keys: fc.array(
        merged(
          record({
            logicalName: logicalNames,
            schemaName: logicalNames,
            columns: fc.array(logicalNames, { minLength: 1, maxLength: 3 }),
          }),
          told<{ displayName: string }>({ displayName: words }),
        ),
        { maxLength: 2 },
      ),
      manyToOne: fc.array(oneToManys('referencingTable', logicalName), { maxLength: 3 }),
      oneToMany: fc.array(oneToManys('referencedTable', logicalName), { maxLength: 3 }),
      manyToMany: fc.array(manyToManys, { maxLength: 2 }),
    }),
    told<TableDefinition>({
      displayName: words,
      displayCollectionName: words,
      description: words,
      collectionSchemaName: logicalNames,
      logicalCollectionName: logicalNames,
      primaryName: logicalNames,
      isIntersect: flags,
      isActivity: flags,
      isCustom: flags,
      objectTypeCode: fc.nat(),
      enforcesStateTransitions: flags,
      messages: fc.array(record({ name: logicalNames, isEvent: flags }), { maxLength: 4 }),
    } as never),
  ).map((definition) => definition as TableDefinition),
)

export function primaryIdColumn(logicalName: string): Column {
  return {
    type: 'Uniqueidentifier',
    logicalName,
    schemaName: logicalName,
    requiredLevel: 'SystemRequired',
    validForRead: true,
    validForCreate: true,
    validForUpdate: false,
  }
}
