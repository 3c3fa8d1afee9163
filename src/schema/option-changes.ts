import { DataverseError } from '../errors/dataverse-error.ts'
import type {
  ChoiceOption,
  Column,
  StateColumn,
  StatusColumn,
  StatusOption,
} from '../metadata/column.ts'
import { sharedChoiceName } from '../metadata/global-choice.ts'
import type { OptionChange, OptionPlace, SchemaResult } from './change.ts'
import { choiceOf } from './choice-changes.ts'
import { withOptions, type Draft } from './draft.ts'
import { withLabels } from './labels.ts'
import { isOptionValue } from './new-column.ts'

/** Where the options of the default publisher begin. */
const FIRST_VALUE = 100_000_000

/**
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-update-optionsets
 * @throws COLUMN_UNKNOWN, INVALID_ARGUMENT, OPTION_KIND_FIXED, DEFAULT_STATUS_FIXED
 */
export function changeOptions(draft: Draft, change: OptionChange): SchemaResult {
  switch (change.kind) {
    case 'insert-option': {
      const place = choicePlace(draft, change.of)
      const option = completed(change.option, place.options)
      place.put([...place.options, option])
      return { made: [], optionValue: option.value }
    }
    case 'update-option': {
      const { label, description } = change
      const place = placeOf(draft, change.of)
      const option = optionOf(place, change.value)
      const changed = withLabels(option, { label, description })
      place.put(place.options.map((each) => (each === option ? changed : each)))
      return { made: [] }
    }
    case 'delete-option': {
      const place = placeOf(draft, change.of)
      const option = optionOf(place, change.value)
      assertDeletable(draft, change.of, change.value)
      place.put(place.options.filter((each) => each !== option))
      return { made: [] }
    }
    case 'order-options': {
      const place = placeOf(draft, change.of)
      if (change.values.length !== place.options.length) throw partialOrder(place)
      const isWhole = new Set(change.values).size === change.values.length
      if (!isWhole) throw partialOrder(place)
      place.put(change.values.map((value) => optionOf(place, value)))
      return { made: [] }
    }
    case 'insert-status':
      return insertStatus(draft, change)
    case 'update-state':
      return updateState(draft, change)
    default:
      return change satisfies never
  }
}

/** Some options, and how to put others in their place. */
interface Place {
  readonly name: string
  readonly options: readonly ChoiceOption[]
  put(options: readonly ChoiceOption[]): void
}

function placeOf(draft: Draft, of: OptionPlace): Place {
  if ('choice' in of) return sharedPlace(draft, of.choice)
  const column = draft.column(of.table, of.column)
  const shared = sharedChoiceName(of.table, column)
  if (shared !== undefined && column.type !== 'Boolean') return sharedPlace(draft, shared)
  const name = `${of.table}.${of.column}`
  if (column.type === 'Boolean') return booleanPlace(draft, of.table, column)
  if (!('options' in column)) {
    throw new DataverseError('INVALID_ARGUMENT', `'${name}' of type ${column.type} has no options.`)
  }
  return {
    name,
    options: column.options,
    put: (options) => draft.putColumn(of.table, withOptions(column, options)),
  }
}

function sharedPlace(draft: Draft, name: string): Place {
  const choice = choiceOf(draft, name)
  return {
    name,
    options: choice.options,
    put: (options) => draft.putChoice({ ...choice, options }),
  }
}

/** Yes and no: their labels change, nothing else of them. */
function booleanPlace(
  draft: Draft,
  table: string,
  column: Extract<Column, { readonly type: 'Boolean' }>,
): Place {
  const { trueLabel = 'Yes', falseLabel = 'No' } = column
  return {
    name: `${table}.${column.logicalName}`,
    options: [
      { value: 1, label: trueLabel },
      { value: 0, label: falseLabel },
    ],
    put(options) {
      const labelOf = (value: number) => options.find((option) => option.value === value)?.label
      const labels = { trueLabel: labelOf(1) ?? null, falseLabel: labelOf(0) ?? null }
      draft.putColumn(table, withLabels(column, labels))
    },
  }
}

/** Options are added to choices; a status is added to its state. */
function choicePlace(draft: Draft, of: OptionPlace): Place {
  if (!('choice' in of)) {
    const { type } = draft.column(of.table, of.column)
    if (type !== 'Picklist' && type !== 'MultiSelectPicklist') {
      throw new DataverseError(
        'INVALID_ARGUMENT',
        `Options are inserted in choices; '${of.table}.${of.column}' is of type ${type}.`,
      )
    }
  }
  return placeOf(draft, of)
}

function completed<T extends { readonly value?: number }>(
  told: T,
  options: readonly ChoiceOption[],
): T & { readonly value: number } {
  const own = options.map(({ value }) => value).filter((value) => value >= FIRST_VALUE)
  const value = told.value ?? Math.max(FIRST_VALUE - 1, ...own) + 1
  if (isOptionValue(value) && !options.some((option) => option.value === value)) {
    return { ...told, value }
  }
  throw new DataverseError(
    'INVALID_ARGUMENT',
    `The option value ${value} is taken already, or is none.`,
  )
}

function optionOf({ name, options }: Place, value: number): ChoiceOption {
  const option = options.find((each) => each.value === value)
  if (option !== undefined) return option
  throw new DataverseError('INVALID_ARGUMENT', `'${name}' has no option ${value}.`)
}

function partialOrder({ name, options }: Place): DataverseError {
  const values = options.map(({ value }) => value).join(', ')
  return new DataverseError(
    'INVALID_ARGUMENT',
    `An order of the options of '${name}' has to name each of them once: ${values}.`,
  )
}

function assertDeletable(draft: Draft, of: OptionPlace, value: number): void {
  if ('choice' in of) return
  const column = draft.column(of.table, of.column)
  if (column.type === 'Boolean' || column.type === 'State') {
    throw new DataverseError(
      'OPTION_KIND_FIXED',
      `You can delete options only from picklist and status attributes; '${of.column}' is of type ${column.type}.`,
    )
  }
  if (column.type !== 'Status') return
  const states = stateOf(draft, of.table)
  const isDefault = states.options.some(({ defaultStatus }) => defaultStatus === value)
  if (!isDefault) return
  throw new DataverseError(
    'DEFAULT_STATUS_FIXED',
    `Default Status options cannot be deleted: rows of '${of.table}' take ${value} with its state.`,
  )
}

type ChangeOf<Kind extends OptionChange['kind']> = Extract<OptionChange, { readonly kind: Kind }>

function insertStatus(draft: Draft, change: ChangeOf<'insert-status'>): SchemaResult {
  const { table, state } = change
  stateOption(stateOf(draft, table), state)
  const column = statusOf(draft, table)
  const option: StatusOption = { ...completed(change.option, column.options), state }
  draft.putColumn(table, { ...column, options: [...column.options, option] })
  return { made: [], optionValue: option.value }
}

function updateState(draft: Draft, change: ChangeOf<'update-state'>): SchemaResult {
  const { table, value, label, description, defaultStatus } = change
  const column = stateOf(draft, table)
  const option = stateOption(column, value)
  if (defaultStatus !== undefined) {
    const status = statusOf(draft, table).options.find((each) => each.value === defaultStatus)
    if (status?.state !== value) {
      throw new DataverseError(
        'INVALID_ARGUMENT',
        `The status ${defaultStatus} of '${table}' does not belong to the state ${value}.`,
      )
    }
  }
  const changed = {
    ...withLabels(option, { label, description }),
    ...(defaultStatus !== undefined && { defaultStatus }),
  }
  draft.putColumn(table, {
    ...column,
    options: column.options.map((each) => (each === option ? changed : each)),
  })
  return { made: [] }
}

function stateOption({ options }: StateColumn, value: number): StateColumn['options'][number] {
  const option = options.find((each) => each.value === value)
  if (option !== undefined) return option
  throw new DataverseError('INVALID_ARGUMENT', `There is no state ${value}.`)
}

function stateOf(draft: Draft, table: string): StateColumn {
  const column = draft.column(table, 'statecode')
  if (column.type === 'State') return column
  throw new DataverseError('INVALID_ARGUMENT', `'${table}.statecode' is of type ${column.type}.`)
}

function statusOf(draft: Draft, table: string): StatusColumn {
  const column = draft.column(table, 'statuscode')
  if (column.type === 'Status') return column
  throw new DataverseError('INVALID_ARGUMENT', `'${table}.statuscode' is of type ${column.type}.`)
}
