import fc from 'fast-check'
import type { Entity, ExecutionContext } from '../../src/pipeline/execution-context.ts'
import type { Party, Value } from '../../src/rows/value.ts'
import { decodeContext } from '../../src/remote-execution/decode.ts'
import { encodeContext } from '../../src/remote-execution/encode.ts'
import type { KindOf } from '../../src/remote-execution/wire.ts'

/** A column's name begins with what it holds, so that `kindOf` needs no table. */
const kindOf: KindOf = (_, column) => KINDS[column.slice(0, column.indexOf('_'))]
const KINDS: Readonly<Record<string, ReturnType<KindOf>>> = {
  choice: 'OptionSetValue',
  money: 'Money',
  moment: 'DateTime',
  day: 'DateOnly',
  wide: 'BigInt',
}

const guid = fc.uuid()
const table = fc.constantFrom('account', 'contact', 'demo_asset')
// A text that reads as a date of the wire is one: the wire cannot tell them apart.
const text = fc.string({ unit: 'binary' }).filter((each) => !each.startsWith('/Date('))
// Beyond 53 bits an integer without a kind is a bigint: nothing else keeps its digits.
const number = fc
  .oneof(
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true, max: 2 ** 53 - 1, min: 1 - 2 ** 53 }),
  )
  .map((each) => each + 0)
const instant = fc.date({
  min: new Date('1753-01-01T00:00:00Z'),
  max: new Date('9999-12-30T23:59:59Z'),
  noInvalidDate: true,
})
const moment = instant.map((each) => each.toISOString().replace('.000Z', 'Z'))
const day = instant.map((each) => each.toISOString().slice(0, 10))
const rowRef = fc.record({ table, id: guid })
const party: fc.Arbitrary<Party> = fc.record(
  {
    partyid: fc.option(rowRef),
    addressused: fc.option(text),
    participationtypemask: fc.integer({ min: 1, max: 12 }),
  },
  { requiredKeys: [] },
)

const BY_KIND: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  choice: fc.integer(),
  money: number,
  moment,
  day,
  wide: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  text,
  number,
  flag: fc.boolean(),
  lookup: rowRef,
  choices: fc.array(fc.integer()),
  parties: fc.array(party),
  managed: fc.record(
    { Value: fc.boolean(), CanBeChanged: fc.boolean(), ManagedPropertyLogicalName: text },
    { requiredKeys: ['Value'] },
  ),
}

const attributes: fc.Arbitrary<Record<string, Value>> = fc
  .array(
    fc
      .constantFrom(...Object.keys(BY_KIND))
      .chain((kind) =>
        fc
          .tuple(fc.integer({ min: 0, max: 3 }), fc.option(BY_KIND[kind] ?? fc.constant(null)))
          .map(([index, value]) => [`${kind}_${index}`, value] as const),
      ),
  )
  .map((entries) => Object.fromEntries(entries))

const entity: fc.Arbitrary<Entity> = fc
  .record({ LogicalName: table, Id: guid, Attributes: attributes, printed: text })
  .map(({ printed, ...rest }) => {
    const columns = Object.keys(rest.Attributes)
    if (columns.length === 0 || printed === '') return rest
    return { ...rest, FormattedValues: Object.fromEntries(columns.map((each) => [each, printed])) }
  })
const reference = fc.record({
  LogicalName: table,
  Id: guid,
  Name: fc.option(text),
})

const plain = fc.oneof(text, number, fc.boolean(), fc.constant(null))
const parameter = fc.oneof(
  plain,
  fc.array(plain, { maxLength: 3 }),
  entity,
  reference,
  fc.array(reference, { maxLength: 3 }),
  fc.record({ SchemaName: text, PrimaryEntityRole: fc.constantFrom(0 as const, 1 as const, null) }),
  fc.record({ AllColumns: fc.boolean(), Columns: fc.array(text) }),
  fc.record({
    EntityName: table,
    Entities: fc.array(entity, { maxLength: 2 }),
    MoreRecords: fc.boolean(),
    PagingCookie: fc.option(text),
    TotalRecordCount: fc.integer(),
    TotalRecordCountLimitExceeded: fc.boolean(),
  }),
)
const key = fc.string().filter((each) => each !== '__proto__')
const bag = fc.dictionary(key, parameter, { noNullPrototype: true, maxKeys: 3 })
const images = fc.dictionary(key, entity, { noNullPrototype: true, maxKeys: 3 })

const newer = fc.record(
  {
    InitiatingUserAgent: text,
    InitiatingUserAzureActiveDirectoryObjectId: guid,
    UserAzureActiveDirectoryObjectId: guid,
  },
  { requiredKeys: [] },
)

const { context } = fc.letrec<{ context: ExecutionContext }>((tie) => ({
  context: fc
    .tuple(
      fc.record({
        MessageName: fc.constantFrom('Create', 'Update', 'Delete', 'demo_Custom'),
        Stage: fc.constantFrom(10, 20, 40),
        Mode: fc.constantFrom(0 as const, 1 as const),
        PrimaryEntityName: table,
        PrimaryEntityId: guid,
        SecondaryEntityName: fc.constant('none'),
        InputParameters: bag,
        OutputParameters: bag,
        SharedVariables: bag,
        PreEntityImages: images,
        PostEntityImages: images,
        ParentContext: fc.option(tie('context'), { maxDepth: 1 }),
        Depth: fc.integer({ min: 1, max: 8 }),
        CorrelationId: guid,
        OperationId: guid,
        OperationCreatedOn: instant,
        RequestId: fc.option(guid),
        UserId: guid,
        InitiatingUserId: guid,
        BusinessUnitId: guid,
        OrganizationId: guid,
        OrganizationName: text,
        OwningExtension: reference,
        IsolationMode: fc.constantFrom(1, 2),
        IsInTransaction: fc.boolean(),
        IsExecutingOffline: fc.boolean(),
        IsOfflinePlayback: fc.boolean(),
      }),
      newer,
    )
    .map(([members, later]) => ({ ...members, ...later })),
}))

test('what was written is read back as it was', () => {
  fc.assert(
    fc.property(context, (written) => {
      expect(decodeContext(encodeContext(written, kindOf), kindOf)).toEqual(written)
    }),
    { numRuns: 50 },
  )
})

test('writing what was read gives the same text', () => {
  fc.assert(
    fc.property(context, (written) => {
      const text = encodeContext(written, kindOf)

      expect(encodeContext(decodeContext(text, kindOf), kindOf)).toBe(text)
    }),
    { numRuns: 50 },
  )
})
