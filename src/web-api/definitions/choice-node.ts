import type { Catalog } from '../../metadata/catalog.ts'
import type { Column, StateOption, StatusOption } from '../../metadata/column.ts'
import {
  localChoiceName,
  sharedChoiceName,
  type GlobalChoice,
} from '../../metadata/global-choice.ts'
import type { Table } from '../../metadata/table.ts'
import { isCustomName } from '../../schema/names.ts'
import { label, managed, metadataId, NO_LINKS, type MetadataNode } from './node.ts'

/** Columns that offer options. */
export type OfferingColumn = Extract<
  Column,
  { readonly type: 'Boolean' | 'Picklist' | 'MultiSelectPicklist' | 'State' | 'Status' }
>

export function isOffering(column: Column): column is OfferingColumn {
  return column.type === 'Boolean' || 'options' in column
}

/** The options of a column: its own, or the shared choice it uses. */
export function choiceSet(table: Table, column: OfferingColumn): MetadataNode {
  const shared = sharedChoiceName(table.logicalName, column)
  const name = shared ?? localChoiceName(table.logicalName, column.logicalName)
  const isBoolean = column.type === 'Boolean'
  const type = isBoolean ? 'BooleanOptionSetMetadata' : 'OptionSetMetadata'
  const isShared = shared !== undefined
  return {
    type,
    baseType: isShared ? SHARED_TYPE : type,
    members: {
      ...setMembers(column, {
        Name: name,
        IsCustomOptionSet: isShared ? isCustomName(shared) : isOwnChoice(column),
        IsGlobal: isShared,
        OptionSetType: OPTION_SET_TYPES[column.type],
      }),
      ...(isBoolean ? booleanOptions(column) : { Options: options(column) }),
    },
    links: NO_LINKS,
  }
}

/** The states of rows, and what is shared, come with the platform. */
function isOwnChoice({ type, logicalName }: OfferingColumn): boolean {
  return type !== 'State' && type !== 'Status' && isCustomName(logicalName)
}

const SHARED_TYPE = 'OptionSetMetadataBase'

/** A choice that is there by itself, whether columns use it or not. */
function sharedSet(choice: GlobalChoice): MetadataNode {
  return {
    type: 'OptionSetMetadata',
    baseType: SHARED_TYPE,
    members: {
      ...setMembers(choice, {
        Name: choice.name,
        IsCustomOptionSet: isCustomName(choice.name),
        IsGlobal: true,
        OptionSetType: 'Picklist',
      }),
      Options: choice.options.map(option),
    },
    links: NO_LINKS,
  }
}

interface SetMembers {
  readonly Name: string
  readonly IsCustomOptionSet: boolean
  readonly IsGlobal: boolean
  readonly OptionSetType: string
}

function setMembers(
  labels: { readonly displayName?: string; readonly description?: string },
  { Name, IsCustomOptionSet, IsGlobal, OptionSetType }: SetMembers,
): Readonly<Record<string, unknown>> {
  return {
    MetadataId: metadataId('OptionSet', Name),
    HasChanged: null,
    IsCustomOptionSet,
    IsGlobal,
    IsManaged: false,
    Name,
    ExternalTypeName: null,
    OptionSetType,
    IntroducedVersion: '1.0.0.0',
    ...(OptionSetType !== 'Boolean' && { ParentOptionSetName: null }),
    Description: label(labels.description),
    DisplayName: label(labels.displayName),
    IsCustomizable: managed(true, 'iscustomizable'),
  }
}

const OPTION_SET_TYPES = {
  Boolean: 'Boolean',
  Picklist: 'Picklist',
  MultiSelectPicklist: 'Picklist',
  State: 'State',
  Status: 'Status',
} as const satisfies Readonly<Record<OfferingColumn['type'], string>>

function booleanOptions(column: OfferingColumn & { readonly type: 'Boolean' }) {
  return {
    TrueOption: option({ value: 1, label: column.trueLabel ?? 'Yes' }),
    FalseOption: option({ value: 0, label: column.falseLabel ?? 'No' }),
  }
}

function options(column: Exclude<OfferingColumn, { readonly type: 'Boolean' }>) {
  switch (column.type) {
    case 'State':
      return column.options.map((each) => ({
        ...stateType,
        ...option(each),
        ...stateMembers(each),
      }))
    case 'Status':
      return column.options.map((each) => ({
        ...statusType,
        ...option(each),
        ...statusMembers(each),
      }))
    case 'Picklist':
    case 'MultiSelectPicklist':
      return column.options.map(option)
    default:
      return column satisfies never
  }
}

const stateType = { '@odata.type': '#Microsoft.Dynamics.CRM.StateOptionMetadata' }
const statusType = { '@odata.type': '#Microsoft.Dynamics.CRM.StatusOptionMetadata' }

function option(told: {
  readonly value: number
  readonly label?: string
  readonly description?: string
}): Readonly<Record<string, unknown>> {
  return {
    Value: told.value,
    Color: null,
    IsManaged: false,
    ExternalValue: null,
    ParentValues: [],
    Tag: null,
    IsHidden: false,
    MetadataId: null,
    HasChanged: null,
    Label: label(told.label),
    Description: label(told.description),
  }
}

function stateMembers({ defaultStatus, invariantName, label: text }: StateOption) {
  return { DefaultStatus: defaultStatus, InvariantName: invariantName ?? text ?? null }
}

function statusMembers({ state, transitionData }: StatusOption) {
  return { State: state, TransitionData: transitionData ?? null }
}

const sharedChoices = new WeakMap<Catalog, readonly MetadataNode[]>()

/** Every choice that columns share, once. */
export function globalChoices(catalog: Catalog): readonly MetadataNode[] {
  let nodes = sharedChoices.get(catalog)
  if (nodes === undefined) {
    const byName = new Map(catalog.choices.map((choice) => [choice.name, sharedSet(choice)]))
    for (const name of catalog.names) {
      const table = catalog.table(name)
      for (const column of table.columns.values()) {
        const shared = sharedChoiceName(name, column)
        if (shared !== undefined && isOffering(column) && !byName.has(shared)) {
          byName.set(shared, choiceSet(table, column))
        }
      }
    }
    nodes = [...byName.values()]
    sharedChoices.set(catalog, nodes)
  }
  return nodes
}
