import type { Step } from '../../pipeline/step.ts'
import type { Values } from '../../rows/value.ts'
import type { NativeRows } from '../../store/memory/rows.ts'
import type { Reader } from '../../store/store.ts'
import { ready } from '../create-without-steps.ts'
import { filterRows, messageRows, type Birth } from './message-rows.ts'
import { isEnabled, readStep, type StepCode, type StepSource } from './read-step.ts'
import {
  assemblyRows,
  imageRows,
  methodType,
  ownType,
  secureRows,
  stepRows,
  typeRows,
  type TypedStep,
} from './step-rows.ts'

export interface RegistryParts {
  readonly birth: Birth
  /** Of handlers: steps of one method share its plug-in type. */
  readonly handlerSteps: readonly Step[]
  readonly otherSteps: readonly Step[]
  readonly post: StepSource['post']
}

const MAIN_OPERATION = 30

/** Replaces one registered step where events look for it. */
export type ChangeStep = (former: Step | undefined, present: Step | undefined) => void

/**
 * The registered steps, and the rows that say so. At the beginning the steps are those of the code, and the
 * rows are made of them when somebody first looks; afterwards the rows say what is registered.
 */
export class StepRegistry {
  readonly source: StepSource
  /** The tables that tell of messages and steps, with what they are born with. */
  readonly rows: NativeRows
  readonly #born: readonly Step[]
  #steps: Map<string, Step> | undefined
  /** Steps whose rows were written since. */
  readonly #changed = new Set<string>()

  constructor({ birth, handlerSteps, otherSteps, post }: RegistryParts) {
    this.#born = [...handlerSteps, ...otherSteps]
    const typed = lazily((): readonly TypedStep[] => [
      ...handlerSteps.map((step) => ({ step, type: methodType(step) })),
      ...otherSteps.map((step) => ({ step, type: ownType(step) })),
    ])
    // What a custom message does itself is code without a step.
    const registered = lazily(() => typed().filter(({ step }) => step.stage !== MAIN_OPERATION))
    const code = lazily(() => codeByType(typed()))
    this.source = {
      get catalog() {
        return birth.catalog
      },
      get code() {
        return code()
      },
      post,
    }
    this.rows = new Map<string, () => Iterable<Values>>([
      ['sdkmessage', () => messageRows(birth)],
      ['sdkmessagefilter', () => filterRows(birth)],
      ['pluginassembly', () => assemblyRows(birth)],
      ['plugintype', () => typeRows(typed(), birth)],
      ['sdkmessageprocessingstep', () => stepRows(registered(), birth)],
      ['sdkmessageprocessingstepsecureconfig', () => secureRows(registered(), birth)],
      ['sdkmessageprocessingstepimage', () => imageRows(registered(), birth)],
    ])
  }

  /** Those that are enabled. */
  get steps(): readonly Step[] {
    return this.#steps === undefined ? this.#born : [...this.#steps.values()]
  }

  /** Reads the row of a step anew. */
  refresh(id: string, reader: Reader, change: ChangeStep): void {
    this.#changed.add(id)
    this.#steps ??= new Map(this.#born.map((step) => [step.id, step]))
    const former = this.#steps.get(id)
    const row = ready(reader.get(this.source.catalog.table('sdkmessageprocessingstep'), id))
    const present =
      row === undefined || !isEnabled(row) ? undefined : readStep(row, reader, this.source)
    if (present === undefined) this.#steps.delete(id)
    else this.#steps.set(id, present)
    change(former, present)
  }

  /** The rows were put back to what they once were. */
  restored(reader: Reader, change: ChangeStep): void {
    for (const id of [...this.#changed]) this.refresh(id, reader, change)
  }
}

/** A method that is registered more than once may write what any of its steps declares. */
function codeByType(steps: readonly TypedStep[]): ReadonlyMap<string, StepCode> {
  const byType = new Map<string, StepCode>()
  for (const { step, type } of steps) {
    const known = byType.get(type.id)
    const { relationship, isAsync, writes } = step
    byType.set(type.id, {
      run: (event) => step.run(event),
      ...(relationship !== undefined && { relationship }),
      ...(isAsync !== undefined && { isAsync }),
      writes: known === undefined ? writes : [...new Set([...known.writes, ...writes])],
    })
  }
  return byType
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
