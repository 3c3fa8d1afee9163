import { DataverseError } from '../errors/dataverse-error.ts'
import type { GlobalChoice } from '../metadata/global-choice.ts'
import type { Labels, SchemaResult } from './change.ts'
import type { Draft } from './draft.ts'
import { withLabels } from './labels.ts'
import { isCustomName, logicalNameOf } from './names.ts'
import { assertOptions } from './new-column.ts'

/** https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-update-optionsets */
export function createChoice(draft: Draft, told: GlobalChoice): SchemaResult {
  // Unverified: the platform keeps such names in lower case.
  const name = logicalNameOf(told.name, 'global choice')
  if (draft.findChoice(name) !== undefined) {
    throw new DataverseError(
      'SCHEMA_NAME_TAKEN',
      `The schema name ${told.name} for type OptionSet is not unique. A OptionSet with same name already exists.`,
    )
  }
  assertOptions({ logicalName: name }, told.options)
  draft.putChoice({ ...told, name })
  return { made: [name] }
}

/** @throws INVALID_ARGUMENT */
export function updateChoice(draft: Draft, name: string, labels: Labels): SchemaResult {
  draft.putChoice(withLabels(choiceOf(draft, name), labels))
  return { made: [] }
}

/** @throws INVALID_ARGUMENT, CHOICE_IN_USE, COMPONENT_FIXED */
export function deleteChoice(draft: Draft, name: string): SchemaResult {
  choiceOf(draft, name)
  const users = draft.columnsOf(name).map(([table, { logicalName }]) => `${table}.${logicalName}`)
  if (users.length > 0) {
    throw new DataverseError(
      'CHOICE_IN_USE',
      `This option set cannot be deleted. The current set of entities that reference this option set are: ${users.join(', ')}. These references must be removed before this option set can be deleted.`,
    )
  }
  if (!isCustomName(name)) {
    throw new DataverseError(
      'COMPONENT_FIXED',
      `The 'Delete' operation on the current component(name='${name}') failed: it is not a custom choice.`,
    )
  }
  draft.removeChoice(name)
  return { made: [] }
}

/** @throws INVALID_ARGUMENT */
export function choiceOf(draft: Draft, name: string): GlobalChoice {
  const choice = draft.findChoice(name)
  if (choice !== undefined) return choice
  throw new DataverseError('INVALID_ARGUMENT', `There is no global choice '${name}'.`)
}
