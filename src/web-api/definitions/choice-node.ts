import type { Column, StateOption, StatusOption } from '../../metadata/column.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import { label, managed, metadataId, NO_LINKS, type MetadataNode } from './node.ts'

/** Columns that offer options. */
export type OfferingColumn = Extract<
  Column,
  { readonly type: 'Boolean' | 'Picklist' | 'MultiSelectPicklist' | 'State' | 'Status' }
>

export function isOffering(column: Column): column is OfferingColumn {
  return column.type === 'Boolean' || 'options' in column
}

/** The name of the choice a column shares with others. */
export function globalChoiceName(column: Column): string | undefined {
  return isOffering(column) ? column.globalChoiceName : undefined
}

/** The options of a column: its own, or the shared choice it uses. */
export function choiceSet(table: Table, column: OfferingColumn): MetadataNode {
  const name = column.globalChoiceName ?? `${table.logicalName}_${column.logicalName}`
  const isBoolean = column.type === 'Boolean'
  const type = isBoolean ? 'BooleanOptionSetMetadata' : 'OptionSetMetadata'
  return {
    type,
    baseType: column.globalChoiceName === undefined ? type : 'OptionSetMetadataBase',
    members: {
      MetadataId: metadataId('OptionSet', name),
      HasChanged: null,
      Name: name,
      OptionSetType: OPTION_SET_TYPES[column.type],
      IsGlobal: column.globalChoiceName !== undefined,
      IsCustomOptionSet: name.includes('_') && column.globalChoiceName !== undefined,
      IsManaged: false,
      IntroducedVersion: '1.0.0.0',
      ExternalTypeName: null,
      ParentOptionSetName: null,
      IsCustomizable: managed(true, 'iscustomizable'),
      DisplayName: label(column.displayName),
      Description: label(column.description),
      ...(isBoolean ? booleanOptions(column) : { Options: options(column) }),
    },
    links: NO_LINKS,
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
    const byName = new Map<string, MetadataNode>()
    for (const name of catalog.names) {
      const table = catalog.table(name)
      for (const column of table.columns.values()) {
        const shared = globalChoiceName(column)
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
