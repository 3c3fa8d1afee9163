import { DataverseError } from '../errors/dataverse-error.ts'
import type { Table } from '../metadata/table.ts'
import type { SchemaFacts, StepUse } from './facts.ts'
import { isCustomName } from './names.ts'

/**
 * What has to go before a component can be deleted.
 * https://learn.microsoft.com/power-platform/alm/dependency-tracking-solution-components
 * @throws COMPONENT_IN_USE naming what needs it
 */
export function assertUnused(kind: string, name: string, users: readonly string[]): void {
  if (users.length === 0) return
  throw new DataverseError(
    'COMPONENT_IN_USE',
    `The ${kind}(${name}) component cannot be deleted because it is referenced by ${users.length} other components: ${users.join(', ')}.`,
  )
}

/** Steps registered on the table, and lookups of other tables that somebody made to point at it. */
export function usersOfTable(table: Table, { steps }: SchemaFacts): readonly string[] {
  const { logicalName } = table
  return [
    ...steps.filter((step) => step.table === logicalName).map(stepText),
    ...table.oneToMany
      .filter(
        ({ referencingTable, referencingColumn }) =>
          referencingTable !== logicalName && isCustomName(referencingColumn),
      )
      .map(
        ({ referencingTable, referencingColumn }) =>
          `the lookup ${referencingTable}.${referencingColumn}`,
      ),
  ]
}

/** Alternate keys with the column, and steps that filter on it or ask for it in an image. */
export function usersOfColumn(
  { logicalName, definition }: Table,
  column: string,
  { steps }: SchemaFacts,
): readonly string[] {
  const names = (columns: readonly string[] | 'all' | undefined) =>
    columns !== undefined && columns !== 'all' && columns.includes(column)
  return [
    ...definition.keys
      .filter((key) => key.columns.includes(column))
      .map((key) => `the key ${key.logicalName}`),
    ...steps
      .filter(
        (step) =>
          step.table === logicalName &&
          (names(step.columns) ||
            [...step.preImages, ...step.postImages].some((image) => names(image.columns))),
      )
      .map(stepText),
  ]
}

/** Steps on its associations. */
export function usersOfRelationship(schemaName: string, { steps }: SchemaFacts): readonly string[] {
  return steps.filter((step) => step.relationship === schemaName).map(stepText)
}

function stepText({ name }: StepUse): string {
  return `the step ${name}`
}
