import type { ServiceBinding } from '../../authoring/services.ts'
import type { HandlerClass } from '../../authoring/step-types.ts'
import { isDeepStrictEqual } from 'node:util'
import { Emulator } from '../../emulator/emulator.ts'
import { schemaOf } from '../../emulator/schema-cache.ts'
import { DataverseError } from '../../errors/dataverse-error.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { TableDefinition } from '../../metadata/table-definition.ts'
import { sequentialIds, type IdSource } from '../../rows/guid.ts'
import type { TraceNode } from '../../pipeline/trace.ts'
import { printContext } from '../../remote-execution/encode.ts'
import { webhookSender } from '../../remote-execution/send.ts'
import type { WebApi } from '../../web-api/http.ts'
import type { OrganizationData } from '../data-file/data-file.ts'

/** What an organization is made of, read from files. */
export interface OrganizationParts {
  readonly tables: readonly TableDefinition[]
  readonly handlers: readonly HandlerClass[]
  readonly services: readonly ServiceBinding[]
}

export interface Running {
  /** Whether roles, ownership and shares count. */
  readonly enforcesAccess?: boolean
  /** The Web API of an organization; asked for each one that runs. */
  readonly serve: (org: Emulator) => WebApi
  /** Told every trace. */
  readonly traced: (node: TraceNode) => void
}

/**
 * The organization that is served. Another one, with other handlers or tables and the same rows, may take its
 * place between two requests: those that come meanwhile wait.
 */
export class RunningOrganization {
  readonly #running: Running
  readonly #ids: IdSource
  #org: Emulator
  #parts: OrganizationParts
  /** The definitions as the files had them: others were changed while the organization ran. */
  #asRead: ReadonlyMap<string, TableDefinition>
  #api: WebApi
  #underWay = 0
  #held: Promise<void> | undefined
  #quiet: (() => void) | undefined

  /** @throws whatever the tables or handlers are refused with; TABLE_UNKNOWN for rows of a table that is gone */
  constructor(parts: OrganizationParts, running: Running, data?: OrganizationData) {
    this.#running = running
    this.#parts = parts
    // Those of the saved rows must not come again.
    this.#ids = sequentialIds(data === undefined ? 'e0000000' : prefix())
    const made = this.#make(parts, data)
    this.#org = made.org
    this.#asRead = made.asRead
    this.#api = running.serve(made.org)
    made.org.onTrace(running.traced)
  }

  get org(): Emulator {
    return this.#org
  }

  get parts(): OrganizationParts {
    return this.#parts
  }

  /** Answers with the organization of the moment. */
  readonly api: WebApi = async (request) => {
    while (this.#held !== undefined) await this.#held
    this.#underWay++
    try {
      return await this.#api(request)
    } finally {
      this.#underWay--
      if (this.#underWay === 0) this.#quiet?.()
    }
  }

  /** Goes on with other parts. @throws what they are refused with; the ones before then stay. */
  reload(parts: OrganizationParts): Promise<void> {
    return this.#whenQuiet(() => {
      const { org, asRead } = this.#make(parts, this.data)
      this.#org.stopJobs()
      org.continueTransfers(this.#org)
      this.#parts = parts
      this.#org = org
      this.#asRead = asRead
      this.#api = this.#running.serve(org)
      org.onTrace(this.#running.traced)
    })
  }

  /** What is to be kept of it: everything that is committed. */
  get data(): OrganizationData {
    const { definitions, names, choices } = this.#org.catalog
    const present = new Set(names)
    return {
      ...this.#org.save(),
      tables: definitions.filter((definition) => this.#isChanged(definition)),
      removed: [...this.#asRead.keys()].filter((name) => !present.has(name)),
      choices,
    }
  }

  /** Intersect tables that no file tells of are made anew with every catalog, the same each time. */
  #isChanged(definition: TableDefinition): boolean {
    const read = this.#asRead.get(definition.logicalName)
    return read !== definition && !isDeepStrictEqual(read, definition)
  }

  #make(parts: OrganizationParts, data: OrganizationData | undefined) {
    const options = {
      handlers: parts.handlers,
      services: parts.services,
      runsJobsAtOnce: true,
      ...(this.#running.enforcesAccess === true && { access: 'enforced' as const }),
      printContext,
      postToEndpoint: webhookSender(),
      ids: this.#ids,
    }
    const asRead = new Map(
      schemaOf(parts.tables).catalog.definitions.map((table) => [table.logicalName, table]),
    )
    const changed = new Set([
      ...(data?.removed ?? []),
      ...(data?.tables ?? []).map((table) => table.logicalName),
    ])
    const tables =
      data === undefined || changed.size === 0
        ? parts.tables
        : [...parts.tables.filter(({ logicalName }) => !changed.has(logicalName)), ...data.tables]
    assertTables(data, schemaOf(tables).catalog)
    const org = new Emulator({
      ...options,
      tables,
      ...(data !== undefined && { choices: data.choices, saved: data }),
    })
    return { org, asRead }
  }

  async #whenQuiet<T>(work: () => T): Promise<T> {
    while (this.#held !== undefined) await this.#held
    let release: () => void = () => undefined
    this.#held = new Promise((resolve) => (release = resolve))
    try {
      if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#quiet = resolve))
      await this.#org.settle()
      return work()
    } finally {
      this.#quiet = undefined
      this.#held = undefined
      release()
    }
  }
}

/** @throws DATA_INVALID */
function assertTables(data: OrganizationData | undefined, catalog: Catalog): void {
  for (const name of data?.rows.keys() ?? []) {
    if (catalog.find(name) !== undefined) continue
    throw new DataverseError(
      'DATA_INVALID',
      `The organization holds rows of '${name}', a table that is not there: bring its definition back, or begin with another file.`,
    )
  }
}

function prefix(): string {
  return Math.floor(Math.random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0')
}
