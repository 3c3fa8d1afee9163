import type { Entity } from './execution-context.ts'
import type { FormattedValues } from './runtime.ts'

/** A row in a context. What people read in place of its values is made when somebody asks. */
export class ContextEntity implements Entity {
  readonly LogicalName: string
  readonly Id: string
  readonly Attributes: Entity['Attributes']
  readonly #format: () => FormattedValues
  #formatted: FormattedValues | undefined

  constructor(entity: Entity, format: () => FormattedValues) {
    this.LogicalName = entity.LogicalName
    this.Id = entity.Id
    this.Attributes = entity.Attributes
    this.#format = format
  }

  get FormattedValues(): FormattedValues {
    return (this.#formatted ??= Object.freeze(this.#format()))
  }
}
