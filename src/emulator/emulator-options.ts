import type { ServiceBinding } from '../authoring/services.ts'
import type { HandlerClass } from '../authoring/step-types.ts'
import type { GlobalChoice } from '../metadata/global-choice.ts'
import type { TableDefinition } from '../metadata/table-definition.ts'
import type { ComputedColumn } from '../pipeline/computed-column.ts'
import type { Step } from '../pipeline/step.ts'
import type { IdSource } from '../rows/guid.ts'
import type { IndexesByTable } from '../store/memory/declared-indexes.ts'
import type { PrintContext } from './context-text.ts'
import type { NewRow } from './organization-rows.ts'
import type { PostToEndpoint } from './registration/read-step.ts'
import type { SavedOrganization } from './saved-organization.ts'

export interface EmulatorOptions {
  /** Handler classes, and those of custom messages. */
  readonly handlers?: readonly HandlerClass[]
  /** What handlers are given: `[token, value or class]`. */
  readonly services?: readonly ServiceBinding[]
  /** Steps that are not of handler classes. */
  readonly steps?: readonly Step[]
  /** The organization's tables beside the platform's own; a definition of the same name replaces one of those. */
  readonly tables?: readonly TableDefinition[]
  /** Global choices beside those that columns of the tables name. */
  readonly choices?: readonly GlobalChoice[]
  /** Rows to begin with: created in this order as the calling user, though no step runs. */
  readonly rows?: readonly NewRow[]
  /** What `save` of another organization gave, instead of what a new one begins with. */
  readonly saved?: SavedOrganization
  /**
   * Indexes on stored columns, for tests with many rows: `{ account: ['revenue', ['statecode', 'createdon']] }`. Each
   * keeps its table's rows sorted by these columns; queries find values and ranges by it, and rows in its order.
   */
  readonly indexes?: IndexesByTable
  /** Makes ids; default: sequential ones, so that runs can be repeated. */
  readonly ids?: IdSource
  /**
   * What calculated, rollup and formula columns show, made by `computedColumn`. Those without a function stay
   * empty: their formulas are not part of a table's definition.
   */
  readonly computedColumns?: readonly ComputedColumn[]
  /** Whether asynchronous steps run by themselves, as in a server, or wait for `settle`. Default false. */
  readonly runsJobsAtOnce?: boolean
  /**
   * Whether users may do only what their roles, their own rows and what is shared with them allow. The calling user
   * holds the role System Administrator; users that are made hold none. Absent: every user may do everything.
   */
  readonly access?: 'enforced'
  /**
   * Posts events to the service endpoints that steps are registered for in rows. Absent: such steps can be
   * registered; when an event reaches one, it fails with NOT_SUPPORTED.
   */
  readonly postToEndpoint?: PostToEndpoint
  /** Prints the event of an asynchronous step for `asyncoperation.data`. Absent: the column stays empty. */
  readonly printContext?: PrintContext
}
