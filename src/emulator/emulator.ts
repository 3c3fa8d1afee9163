import { checkSteps } from '../authoring/check-steps.ts'
import { customMessageOf, customMessagesOf } from '../authoring/custom-message.ts'
import { buildContainer, Clock, Metadata } from '../authoring/services.ts'
import { stepsOf } from '../authoring/steps.ts'
import type { CustomMessageDefinition } from '../messages/custom/custom-message.ts'
import { BATCHES, MESSAGES } from '../messages/index.ts'
import { NOT_EMULATED } from '../messages/not-emulated.ts'
import type { OrganizationService, StepOrganization } from '../messages/organization-service.ts'
import { MessageService, StepService } from '../messages/service.ts'
import { computedColumnsOf } from '../messages/columns/computed-columns.ts'
import { CONTEXT_FORMATS } from '../messages/columns/formatted-rows.ts'
import { AutoNumberSequences } from '../messages/columns/number-sequences.ts'
import { handOverTransfers } from '../messages/files/transfers.ts'
import { followedTables } from '../messages/tracking/tracked-deletions.ts'
import { coercedKey, keyColumns } from '../messages/rows/upsert.ts'
import type { Catalog } from '../metadata/catalog.ts'
import type { AnyMessage } from '../pipeline/message.ts'
import { thumbnailOf } from '../pictures/thumbnail.ts'
import { Pipeline } from '../pipeline/pipeline.ts'
import {
  secondsText,
  type Caller,
  type OrganizationFacts,
  type Runtime,
} from '../pipeline/runtime.ts'
import type { Step } from '../pipeline/step.ts'
import { assertUser } from '../pipeline/users.ts'
import type { TraceNode } from '../pipeline/trace.ts'
import type { StepUse } from '../schema/facts.ts'
import { EnforcedAccess } from '../security/enforced-access.ts'
import { explain } from '../query/explain.ts'
import type { Query } from '../query/query.ts'
import { sequentialIds } from '../rows/guid.ts'
import { textOf, type Row, type Values } from '../rows/value.ts'
import { declaredIndexes } from '../store/memory/declared-indexes.ts'
import { MemoryStore } from '../store/memory/store.ts'
import type { Snapshot } from '../store/store.ts'
import type { EmulatorOptions } from './emulator-options.ts'
import { StoredFacts } from './stored-facts.ts'
import { Jobs } from './asynchronous-service.ts'
import { wireKind } from './context-text.ts'
import { bulkDeleteStep, cancelBulkDelete } from './bulk-delete-job.ts'
import { addAdministrators, beginOrganization, goOn } from './begin-organization.ts'
import { CALLER, callerOf } from './callers.ts'
import { CatalogMetadata } from './catalog-metadata.ts'
import { OrganizationSchema, type PresentTables } from './organization-schema.ts'
import { HandlerGuard } from './handler-guard.ts'
import type { JobState } from './job-rows.ts'
import { jobRules } from './job-rules.ts'
import { ORGANIZATION_IDS } from './organization-rows.ts'
import { registrationRules } from './registration/registration-rules.ts'
import { StepRegistry, type ChangeStep } from './registration/step-registry.ts'
import type { SavedOrganization } from './saved-organization.ts'
import { schemaOf } from './schema-cache.ts'
import { calculateRollups } from './rollup-job.ts'
import { systemStep } from './system-step.ts'
import { TRACE_LOG, TraceLog } from './trace-log.ts'
import { timeZoneRows } from './time-zone-rows.ts'
import { Trace } from './trace.ts'

export type { EmulatorOptions } from './emulator-options.ts'

/** What `snapshot` gives: rows, links and jobs as they were; jobs are rows. */
export interface OrganizationSnapshot {
  readonly rows: Snapshot
}

/**
 * A Dataverse organization in this process. Calls on it are a caller's requests: they run through the
 * pipeline as the calling user, each in a transaction of its own.
 */
export class Emulator extends MessageService implements StepOrganization {
  /** Its tables, and how they change while it runs. */
  readonly schema: OrganizationSchema
  /** The calling user, an administrator. */
  readonly userId = ORGANIZATION_IDS.userId
  /** The platform's own user, who may do everything. */
  readonly systemUserId = ORGANIZATION_IDS.systemUserId
  readonly businessUnitId = ORGANIZATION_IDS.businessUnitId
  /** The default team of the root business unit. */
  readonly teamId = ORGANIZATION_IDS.teamId
  readonly currencyId = ORGANIZATION_IDS.currencyId
  readonly organizationId = ORGANIZATION_IDS.organizationId
  readonly clock: Clock
  /** Messages of its own, by name. */
  readonly customMessages: ReadonlyMap<string, CustomMessageDefinition>
  readonly #messages: readonly AnyMessage[]
  readonly #store: MemoryStore
  readonly #registry: StepRegistry
  readonly #organization: OrganizationFacts
  readonly #numbers: AutoNumberSequences
  readonly #runtime: Runtime
  readonly #access: EnforcedAccess | undefined
  readonly #traceLog: TraceLog
  readonly #pipeline: Pipeline
  readonly #jobs: Jobs
  readonly #guard = new HandlerGuard()
  readonly #listeners = new Set<(node: TraceNode) => void>()

  constructor(options: EmulatorOptions = {}) {
    super((message, request) => this.#send(message, request, CALLER))
    const { catalog, payloads } = schemaOf(options.tables, options.choices)
    const present: PresentTables = { catalog }
    const container = buildContainer([
      [Metadata, new CatalogMetadata(present)],
      ...(options.services ?? []),
    ])
    this.clock = container.get(Clock)
    const nowText = secondsText(this.clock)
    const handlers = options.handlers ?? []
    const customMessages = customMessagesOf(handlers, container)
    this.customMessages = new Map(customMessages.map(({ name, definition }) => [name, definition]))
    this.#messages = [...MESSAGES, ...customMessages]
    this.#registry = new StepRegistry({
      birth: {
        get catalog() {
          return present.catalog
        },
        messages: this.#messages,
        customMessages: this.customMessages,
        bornOn: nowText(),
        organization: Object.freeze({ table: 'organization', id: this.organizationId }),
        user: Object.freeze({ table: 'systemuser', id: this.userId }),
      },
      handlerSteps: stepsOf(
        handlers.filter((handler) => customMessageOf(handler) === undefined),
        container,
      ),
      otherSteps: options.steps ?? [],
      post: options.postToEndpoint,
    })
    checkSteps(this.steps, catalog, this.customMessages)
    this.#access =
      options.access === 'enforced'
        ? new EnforcedAccess(present, () => this.#store.committed)
        : undefined
    const access = this.#access
    this.#store = new MemoryStore(
      catalog,
      new Map([
        ...this.#registry.rows,
        ['timezonedefinition', timeZoneRows],
        ...(access === undefined ? [] : [['privilege', () => access.privilegeRows()] as const]),
      ]),
      declaredIndexes(options.indexes ?? {}, catalog),
    )
    this.schema = new OrganizationSchema({
      present,
      store: this.#store,
      steps: () => [...this.steps, ...boundMessages(this.customMessages)],
      assertOutside: this.#guard.assertOutside,
      assertMayChange: (userId, initiatedBy) => {
        const caller = callerOf(userId, initiatedBy)
        this.#assertCaller(caller)
        access?.checkCustomizer(caller)
      },
    })
    this.#organization = new StoredFacts(this.#store.committed, present)
    this.#numbers = new AutoNumberSequences(options.saved?.sequences)
    const runtime: Runtime = {
      get catalog() {
        return present.catalog
      },
      ids: options.ids ?? sequentialIds('e0000000'),
      payloads,
      nowText,
      formats: CONTEXT_FORMATS,
      computed: computedColumnsOf(options.computedColumns ?? [], catalog),
      numbers: this.#numbers,
      clock: this.clock,
      thumbnailOf,
      ...(access === undefined ? {} : { access }),
      organization: this.#organization,
    }
    const { printContext } = options
    const kindOf = (table: string, column: string) => wireKind(present.catalog, table, column)
    this.#jobs = new Jobs({
      store: this.#store,
      runtime,
      clock: this.clock,
      runsAtOnce: options.runsJobsAtOnce ?? false,
      printContext:
        printContext === undefined ? undefined : (context) => printContext(context, kindOf),
    })
    this.#runtime = runtime
    this.#traceLog = new TraceLog({
      store: this.#store,
      runtime,
      isInsideTransaction: this.#guard.isInside,
    })
    this.#pipeline = new Pipeline({
      runtime,
      clock: this.clock,
      store: this.#store,
      messages: [...this.#messages, ...NOT_EMULATED],
      batches: BATCHES,
      steps: [...this.#systemSteps(), ...this.steps],
      service: (execute) => new StepService(execute, ORGANIZATION_IDS.systemUserId),
      asynchronous: this.#jobs,
      invoke: this.#guard.invoke,
      beforeTransaction: this.#guard.assertOutside,
    })
    if (options.saved === undefined) beginOrganization(this.#store, runtime, options.rows ?? [])
    else goOn(this.#store, runtime, options.saved, this.#stepChanged)
    if (access !== undefined) addAdministrators(this.#store, runtime)
    this.#readTraceSetting()
  }

  /** The tables as they are now. */
  get catalog(): Catalog {
    return this.schema.catalog
  }

  /** The registered steps that are enabled. */
  get steps(): readonly Step[] {
    return this.#registry.steps
  }

  /**
   * The organization as another user calls it; `initiatedBy` acts for that user, who is then only named as the
   * one who did it. Requests are refused with ROW_NOT_FOUND for an unknown user, USER_DISABLED for a disabled one.
   */
  as(userId: string, options: { readonly initiatedBy?: string } = {}): OrganizationService {
    const caller = callerOf(userId, options.initiatedBy)
    const isCallingUser = userId === this.userId && caller.initiatingUserId === undefined
    return new MessageService((message, request) =>
      isCallingUser ? this.#send(message, request, CALLER) : this.#sendAs(message, request, caller),
    )
  }

  /** The organization as the platform's own user calls it, so that it can stand in for the one a step is given. */
  asSystem(): OrganizationService {
    return new MessageService((message, request) =>
      this.#send(message, request, { userId: this.systemUserId }),
    )
  }

  /** Requests that succeed or fail together, in one transaction. */
  async transaction<T>(
    work: (org: OrganizationService) => Promise<T>,
    userId = this.userId,
    options: { readonly initiatedBy?: string } = {},
  ): Promise<T> {
    const caller = callerOf(userId, options.initiatedBy)
    this.#assertCaller(caller)
    return this.#pipeline.transaction({ caller }, (execute) => work(new MessageService(execute)))
  }

  /** The committed row as it is stored, all its columns; without a message, so without steps. */
  peek(table: string, id: string): Row | undefined {
    const row = this.#store.committed.get(this.catalog.table(table), id)
    return row === undefined ? undefined : { ...row }
  }

  /** How a query of the calling user would be answered, as text: by which index, what is joined, what is sorted. */
  explain(query: Query): string {
    const { userId, businessUnitId, teamId } = this
    const context = { now: this.clock.now(), userId, businessUnitId, teamIds: [teamId] }
    return explain(query, this.#store.committed, context)
  }

  /** The id of the row with these values of an alternate key. @throws KEY_NOT_DEFINED */
  findByKey(table: string, key: Values): string | undefined {
    const known = this.catalog.table(table)
    const row = this.#store.committed.byKey(known, keyColumns(known, key), coercedKey(known, key))
    return row === undefined ? undefined : textOf(row[known.primaryId])
  }

  /** The id of the user whom the directory knows by this id, their own or that of an application. */
  findUser(
    column: 'azureactivedirectoryobjectid' | 'applicationid',
    value: string,
  ): string | undefined {
    const users = this.catalog.table('systemuser')
    const { committed } = this.#store
    for (const row of committed.indexed(users, column, value) ?? committed.scan(users)) {
      if (row[column] === value) return textOf(row[users.primaryId])
    }
    return undefined
  }

  /** Runs waiting asynchronous steps, and those that they bring about. What became of them is in `jobs`. */
  async settle(): Promise<void> {
    this.#guard.assertOutside()
    await this.#jobs.settle()
  }

  /**
   * What the rollup job does on the platform every hour: every rollup column that has a function, of every row.
   * It is no Update: no steps run, and who changed a row last stays.
   */
  async calculateRollups(): Promise<void> {
    this.#guard.assertOutside()
    await calculateRollups(this.#store, this.#runtime)
  }

  get jobs(): readonly JobState[] {
    return this.#jobs.states
  }

  /** What ran while `work` did: messages, steps and cascades in order, as a tree. Asynchronous steps it settled included. */
  async trace(work: () => Promise<unknown>): Promise<Trace> {
    const roots: TraceNode[] = []
    const stop = this.onTrace((node) => roots.push(node))
    try {
      await work()
    } catch (error) {
      return new Trace(roots, error)
    } finally {
      stop()
    }
    return new Trace(roots)
  }

  /** Tells every request and asynchronous step when it has ended. @returns what ends the telling. */
  onTrace(listener: (node: TraceNode) => void): () => void {
    this.#listeners.add(listener)
    this.#pipeline.listener = {
      ended: (node) => {
        for (const tell of this.#listeners) tell(node)
      },
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#pipeline.listener = undefined
    }
  }

  /** The present contents, to come back to with `restore`. Costs nothing until rows change. */
  snapshot(): OrganizationSnapshot {
    return { rows: this.#store.snapshot() }
  }

  /**
   * What to go on with in another process (`saved`): everything that is committed. What the registered handlers
   * and the tables tell by themselves is left out.
   */
  save(): SavedOrganization {
    return {
      rows: this.#store.ownRows(),
      sequences: this.#numbers.saved,
      followed: followedTables(this.#runtime),
    }
  }

  /** Asynchronous steps that wait run no more: with `save`, another organization goes on in this one's place. */
  stopJobs(): void {
    this.#jobs.stop()
  }

  /** Files that are being sent to `former`, or fetched from it, go on here. Both are in one process. */
  continueTransfers(former: Emulator): void {
    handOverTransfers(former.#runtime, this.#runtime)
  }

  /** @throws STORE_BUSY while a request or an asynchronous step runs */
  restore(snapshot: OrganizationSnapshot): void {
    this.#jobs.assertIdle()
    this.#store.restore(snapshot.rows)
    this.#registry.restored(this.#store.committed, this.#changeStep)
    this.#readTraceSetting()
    this.#jobs.restored()
  }

  /**
   * Every committed row by table, as stored: for comparing an organization whole. The rows that tell of messages
   * and steps are left out while they are as the organization began with them.
   */
  contents(): ReadonlyMap<string, readonly Row[]> {
    return this.#store.contents()
  }

  #send(message: string, request: object, caller: Caller): Promise<unknown> {
    // What is no request is the pipeline's to refuse.
    const tag = (request as { readonly tag?: string } | null | undefined)?.tag
    return this.#pipeline.execute(
      message,
      request,
      tag === undefined ? { caller } : { caller, tag },
    )
  }

  /** As `#send`, for users of whom it is not known that they are there. */
  async #sendAs(message: string, request: object, caller: Caller): Promise<unknown> {
    this.#assertCaller(caller)
    return this.#send(message, request, caller)
  }

  #assertCaller(caller: Caller): void {
    const { userId, initiatingUserId } = caller
    if (userId !== this.userId) assertUser(this.#organization, userId)
    if (initiatingUserId !== undefined) assertUser(this.#organization, initiatingUserId)
    this.#access?.checkCaller(caller)
  }

  /** What the platform does itself where its own tables are written. */
  #systemSteps(): readonly Step[] {
    return [
      ...jobRules((id) => this.#jobs.changed(id)),
      ...registrationRules({
        source: this.#registry.source,
        messages: this.#messages,
        customMessages: this.customMessages,
        changed: this.#stepChanged,
      }),
      bulkDeleteStep({ store: this.#store, runtime: () => this.#runtime }),
      cancelBulkDelete,
      systemStep({ message: 'Update', table: 'organization', stage: 40 }, ({ unit }) =>
        unit?.onceCommitted(() => this.#readTraceSetting()),
      ),
    ]
  }

  /** The row of a step was written. */
  readonly #stepChanged = (id: string) =>
    this.#registry.refresh(id, this.#store.committed, this.#changeStep)

  readonly #changeStep: ChangeStep = (former, present) => this.#pipeline.changeStep(former, present)

  #readTraceSetting(): void {
    const setting = this.peek('organization', this.organizationId)?.['plugintracelogsetting']
    this.#traceLog.keepsAll = setting === TRACE_LOG.All
    const isOn = setting === TRACE_LOG.All || setting === TRACE_LOG.Exception
    this.#pipeline.stepLog = isOn ? this.#traceLog : undefined
  }
}

/** Custom messages need the table they are bound to, as steps do. */
function boundMessages(messages: ReadonlyMap<string, CustomMessageDefinition>): readonly StepUse[] {
  return [...messages.values()].flatMap(({ name, table }) =>
    table === undefined ? [] : [{ name, table, preImages: [], postImages: [] }],
  )
}
