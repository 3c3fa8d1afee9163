import type { ChoiceOption, Column } from './column.ts'

/** Options that columns of several tables share. One that no column uses yet is known by itself only. */
export interface GlobalChoice {
  readonly name: string
  readonly displayName?: string
  readonly description?: string
  readonly options: readonly ChoiceOption[]
}

/** The name of a choice that belongs to one column alone. */
export function localChoiceName(table: string, column: string): string {
  return `${table}_${column}`
}

/** The name of the choice a column shares with others. Documents print the names of local ones, too. */
export function sharedChoiceName(table: string, column: Column): string | undefined {
  const name = 'globalChoiceName' in column ? column.globalChoiceName : undefined
  return name === localChoiceName(table, column.logicalName) ? undefined : name
}
