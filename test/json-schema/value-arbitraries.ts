import fc from 'fast-check'

import type { BigIntColumn, ChoiceOption, Column } from '../../src/metadata/column.ts'
import { isStored } from '../../src/metadata/table.ts'
import type { TableDefinition } from '../../src/metadata/table-definition.ts'
import type { Row, Value, Values } from '../../src/rows/value.ts'
import { flags, record, tableNames } from './arbitraries.ts'

const guids = fc.uuid()

/** Values the column takes, its bounds among them; never null. */
export function valuesOf(column: Column): fc.Arbitrary<Value> {
  switch (column.type) {
    case 'String':
    case 'Memo':
      return fc.oneof(
        fc
          .string({ unit: 'binary', maxLength: column.maxLength })
          .map((text) => storable(text).slice(0, column.maxLength)),
        fc.constant('x'.repeat(column.maxLength)),
      )
    case 'EntityName':
      return tableNames
    case 'Integer':
      return fc.integer({ min: column.min, max: column.max })
    case 'BigInt':
      return int64s(column)
    case 'Decimal':
    case 'Double':
    case 'Money':
      return fc.oneof(
        fc.double({ min: column.min, max: column.max, noNaN: true }),
        fc.constantFrom(column.min, column.max),
      )
    case 'Boolean':
      return flags
    case 'DateTime':
      return column.behavior === 'DateOnly' ? moments.map((text) => text.slice(0, 10)) : moments
    case 'Picklist':
    case 'State':
    case 'Status':
      return optionsOf(column.options)
    case 'MultiSelectPicklist':
      return fc.array(optionsOf(column.options), { maxLength: 5 })
    case 'Lookup':
    case 'Customer':
    case 'Owner':
      return references(column)
    case 'PartyList':
      return fc.array(
        record({
          partyid: references(column),
          participationtypemask: fc.integer({ min: 1, max: 12 }),
        }),
        {
          maxLength: 3,
        },
      )
    case 'Uniqueidentifier':
    case 'File':
      return guids
    case 'Image':
      return fc.base64String({ maxLength: 40 })
    case 'ManagedProperty':
      return record({ Value: flags })
    case 'Virtual':
    case 'CalendarRules':
      return fc.constant(null)
    default:
      return column satisfies never
  }
}

const moments = fc
  .date({ min: new Date('1753-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => `${date.toISOString().slice(0, 19)}Z`)

function storable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '.')
}

function int64s({ min, max }: BigIntColumn): fc.Arbitrary<bigint> {
  return fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max))
}

function optionsOf(options: readonly ChoiceOption[]): fc.Arbitrary<number> {
  return options.length === 0
    ? fc.integer()
    : fc.constantFrom(...options.map((option) => option.value))
}

function references(column: { readonly type: string; readonly targets: readonly string[] }) {
  const [first = 'systemuser', ...others] = column.targets
  return record({ table: fc.constantFrom(first, ...others), id: guids })
}

/** Values the column refuses, each with the code it is refused with. */
export function brokenValuesOf(
  column: Column,
): fc.Arbitrary<readonly [value: Value, code: string]> {
  const invalid = (value: Value) => fc.constant([value, 'PAYLOAD_INVALID'] as const)
  switch (column.type) {
    case 'String':
    case 'Memo':
      return fc.oneof(
        invalid(5),
        fc.constant(['x'.repeat(column.maxLength + 1), 'STRING_TOO_LONG'] as const),
        column.maxLength === 0
          ? invalid(true)
          : fc.constant(['\u0001', 'INVALID_CHARACTERS'] as const),
      )
    case 'EntityName':
      return invalid(1)
    case 'Integer':
      return fc.oneof(
        invalid('5'),
        invalid(5n),
        invalid(0.5),
        fc.constantFrom(
          [column.min - 1, 'INTEGER_OUT_OF_RANGE'] as const,
          [column.max + 1, 'INTEGER_OUT_OF_RANGE'] as const,
        ),
      )
    case 'BigInt':
      return fc.oneof(
        invalid('5'),
        invalid(5),
        fc.constantFrom(
          [column.min - 1n, 'INTEGER_OUT_OF_RANGE'] as const,
          [column.max + 1n, 'INTEGER_OUT_OF_RANGE'] as const,
        ),
      )
    case 'Decimal':
    case 'Double':
    case 'Money':
      return fc.oneof(
        invalid('5'),
        invalid(Number.NaN),
        fc.constantFrom(
          [column.min - 1, 'DECIMAL_OUT_OF_RANGE'] as const,
          [column.max + 1, 'DECIMAL_OUT_OF_RANGE'] as const,
        ),
      )
    case 'Boolean':
      return fc.oneof(fc.constant([1, 'BOOLEAN_OUT_OF_RANGE'] as const), invalid('true'))
    case 'DateTime':
      return fc.oneof(
        invalid(5),
        fc.constantFrom(
          ['yesterday', 'INVALID_DATE'] as const,
          ['2026-13-01', 'INVALID_DATE'] as const,
          ['2026-03-02T25:00:00Z', 'INVALID_DATE'] as const,
        ),
      )
    case 'Picklist':
    case 'State':
    case 'Status':
      return column.options.length === 0
        ? invalid('1')
        : fc.constant([999_999_999, 'CHOICE_OUT_OF_RANGE'] as const)
    case 'MultiSelectPicklist':
      return fc.oneof(
        invalid('1,2'),
        fc.constant([Array.from({ length: 151 }, () => 1), 'VALUE_OUT_OF_RANGE'] as const),
        column.options.length === 0
          ? invalid(1)
          : fc.constant([[999_999_999], 'CHOICE_OUT_OF_RANGE'] as const),
      )
    case 'Lookup':
    case 'Customer':
    case 'Owner':
      return fc.oneof(
        invalid('0b5ab1ee-0000-4000-8000-000000000000'),
        invalid({ table: column.targets[0] ?? 'team', id: 'no guid' }),
        column.type !== 'Owner' && column.targets.length === 0
          ? invalid({ table: 'account' } as never)
          : fc.constant([
              { table: 'elsewhere', id: '0b5ab1ee-0000-4000-8000-000000000000' },
              'INVALID_ARGUMENT',
            ] as const),
      )
    case 'PartyList':
      return invalid('someone@contoso.com')
    case 'Uniqueidentifier':
    case 'File':
      return fc.oneof(invalid('{0b5ab1ee}'), invalid(5))
    case 'Image':
      return invalid(5)
    case 'ManagedProperty':
      return fc.oneof(invalid(true), invalid({ CanBeChanged: true } as never))
    case 'Virtual':
    case 'CalendarRules':
      // Never written, so nothing is refused.
      return fc.constant([null, ''] as const)
    default:
      return column satisfies never
  }
}

/** Columns in any number, each with a value it takes. */
export function payloadsOf(
  definition: TableDefinition,
  isCarried: (column: Column) => boolean,
): fc.Arbitrary<Values> {
  const carried = definition.columns.filter(isCarried)
  const values = Object.fromEntries(carried.map((column) => [column.logicalName, valuesOf(column)]))
  return record(values)
}

/** Stored rows: every stored column; null where the column may be empty. */
export function rowsOf(definition: TableDefinition): fc.Arbitrary<Row> {
  const values = definition.columns.filter(isStored).map((column) => {
    const isNeeded =
      column.requiredLevel === 'SystemRequired' || column.logicalName === definition.primaryId
    const value = valuesOf(column)
    return [column.logicalName, isNeeded ? value : fc.oneof(value, fc.constant(null))] as const
  })
  return record(Object.fromEntries(values))
}
