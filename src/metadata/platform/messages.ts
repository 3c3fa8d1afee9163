import type { MessageDefinition } from '../table-definition.ts'

interface Offered {
  /** Steps can be registered on these. */
  readonly events?: readonly string[]
  /** Answered, but not events. */
  readonly others?: readonly string[]
}

/** What a table answers; anything else it refuses. */
export function messages({ events = [], others = [] }: Offered): readonly MessageDefinition[] {
  return [
    ...events.map((name) => ({ name, isEvent: true })),
    ...others.map((name) => ({ name, isEvent: false })),
  ]
}

export const READ = ['Retrieve', 'RetrieveMultiple'] as const
export const LINK = ['Associate', 'Disassociate'] as const
export const WRITE = ['Create', 'Update', 'Delete'] as const
