import { DataverseError } from '../../errors/dataverse-error.ts'
import type { AnyOperation } from '../../pipeline/operation.ts'
import type { QueryContext, Sight } from '../../query/context.ts'
import { isPromise, type Awaitable } from '../../rows/awaitable.ts'
import type { Row, Value } from '../../rows/value.ts'
import { fiscalSettings, type FiscalSettings } from '../../time/fiscal.ts'

/** What users have who never chose. */
const ENGLISH = 1033
const UTC_ZONE = 92

/** Who asks a query, when and where. Rows are read for it when an operator wants to know. */
export class CallerContext implements QueryContext {
  readonly #operation: AnyOperation
  readonly userId: string
  #now: Date | undefined

  constructor(operation: AnyOperation) {
    this.#operation = operation
    this.userId = operation.caller.userId
  }

  /** One moment for the whole query. */
  get now(): Date {
    return (this.#now ??= this.#operation.runtime.clock.now())
  }

  get businessUnitId(): string {
    return this.#operation.runtime.organization.businessUnitOf(this.userId)
  }

  get teamIds(): readonly string[] {
    const { runtime, reader } = this.#operation
    const memberships = runtime.catalog.find('teammembership')
    if (memberships === undefined) return []
    return present(reader.related(memberships, 'systemuserid', this.userId)).flatMap((row) =>
      typeof row['teamid'] === 'string' ? [row['teamid']] : [],
    )
  }

  get languageCode(): number {
    return (
      numberIn(this.#row('usersettings', this.userId), 'uilanguageid') ??
      numberIn(this.#organization, 'languagecode') ??
      ENGLISH
    )
  }

  get timeZoneCode(): number {
    return numberIn(this.#row('usersettings', this.userId), 'timezonecode') ?? UTC_ZONE
  }

  tableOfTypeCode(code: number): string | undefined {
    return this.#operation.runtime.catalog.definitions.find(
      ({ objectTypeCode }) => objectTypeCode === code,
    )?.logicalName
  }

  get fiscal(): FiscalSettings {
    const row = this.#organization
    return fiscalSettings({
      fiscalcalendarstart: textIn(row, 'fiscalcalendarstart'),
      fiscalperiodtype: numberIn(row, 'fiscalperiodtype') ?? null,
      fiscalyeardisplaycode: numberIn(row, 'fiscalyeardisplaycode') ?? null,
    })
  }

  get reporting(): 'manager' | 'position' {
    return this.#organization?.['usepositionhierarchy'] === true ? 'position' : 'manager'
  }

  get limitsQuickFind(): boolean {
    return this.#organization?.['quickfindrecordlimitenabled'] !== false
  }

  get sight(): Sight | undefined {
    return this.#operation.runtime.access?.sight(this.#operation)
  }

  get #organization(): Row | undefined {
    return this.#row('organization', this.#operation.runtime.organization.id)
  }

  #row(tableName: string, id: string): Row | undefined {
    const { runtime, reader } = this.#operation
    const table = runtime.catalog.find(tableName)
    return table === undefined ? undefined : present(reader.get(table, id))
  }
}

/** A store that answers later evaluates its queries itself and is to be told all of this beforehand. */
function present<T>(value: Awaitable<T>): T {
  if (!isPromise(value)) return value
  throw new DataverseError(
    'NOT_SUPPORTED',
    'Operators that ask about the caller are evaluated over stores that answer at once only.',
  )
}

function numberIn(row: Row | undefined, column: string): number | undefined {
  const value: Value | undefined = row?.[column]
  return typeof value === 'number' ? value : undefined
}

function textIn(row: Row | undefined, column: string): string | null {
  const value: Value | undefined = row?.[column]
  return typeof value === 'string' ? value : null
}
