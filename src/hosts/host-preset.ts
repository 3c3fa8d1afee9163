import type { ServiceBinding } from '../authoring/services.ts'
import type { HandlerClass } from '../authoring/step-types.ts'
import type { WireKind } from '../remote-execution/wire.ts'

/** A place handlers run at: how to bundle for it. What runs there is its `entry.ts`, which exports `start`. */
export interface HostPreset {
  readonly name: string
  /** Its `entry.ts`, from the folder of the sources. */
  readonly entry: string
  readonly format: 'esm' | 'cjs'
  /** The file the bundle is written to. */
  readonly file: string
  /** Packages that are installed there rather than bundled. */
  readonly external: readonly string[]
  /** What a step may rely on there; a step that needs more is not bundled. */
  readonly offers: {
    /** Whether what a step sets on its target reaches the platform. */
    readonly targetWrites: boolean
    /** Whether a step's calls belong to the transaction of the operation. */
    readonly transaction: boolean
  }
  /** Further files the host wants beside the bundle, by name. */
  files?(manifest: StepManifest): Readonly<Record<string, string>>
}

/** What a bundle gives its host to start with. */
export interface HostParts {
  readonly handlers: readonly HandlerClass[]
  /** What the handlers are given, from `services.ts` among them. */
  readonly services?: readonly ServiceBinding[]
  /** Names of steps that do not run here. */
  readonly leftOut?: readonly string[]
  /** By table and column: what a context's text does not tell. */
  readonly columnKinds?: Readonly<Record<string, Readonly<Record<string, WireKind>>>>
}

/** The steps of a bundle as they are to be registered, written beside it as steps.json. */
export interface StepManifest {
  readonly steps: readonly ManifestStep[]
}

/**
 * A row of sdkmessageprocessingstep under its own column names; `message` and `table` name the rows it
 * points at. https://learn.microsoft.com/power-apps/developer/data-platform/register-web-hook
 */
export interface ManifestStep {
  readonly sdkmessageprocessingstepid: string
  /** `AccountCredit.stampHold`, as errors and traces call it. */
  readonly name: string
  readonly message: string
  /** null: registered on no table, and then for all of them. */
  readonly table: string | null
  /** The one relationship an Associate or Disassociate step looks at; no column, the step itself looks. */
  readonly relationship?: string
  readonly stage: number
  /** 0 synchronous, 1 asynchronous. */
  readonly mode: 0 | 1
  readonly rank: number
  /** 0: the server. */
  readonly supporteddeployment: 0
  /** Column names joined by commas; absent: every update. */
  readonly filteringattributes?: string
  /** Asynchronous steps only: their jobs are deleted when they have succeeded. */
  readonly asyncautodelete?: true
  /** Id of the user whose rights count. */
  readonly impersonatinguserid?: string
  readonly images: readonly ManifestImage[]
}

/** A row of sdkmessageprocessingstepimage under its own column names. */
export interface ManifestImage {
  readonly name: string
  readonly entityalias: string
  /** 0 before, 1 after. */
  readonly imagetype: 0 | 1
  readonly messagepropertyname: string
  /** Column names joined by commas; absent: all. */
  readonly attributes?: string
}
