import type { AnyEvent } from '../../src/authoring/event.ts'
import type { Step, StepStage } from '../../src/pipeline/step.ts'
import type { Awaitable } from '../../src/rows/awaitable.ts'

/** What tests say of a step; the rest is what a registration has when nothing is said. */
export type StepSpec = Partial<Omit<Step, 'run'>> & {
  readonly message: string
  readonly stage?: StepStage
}

let made = 0

/** A raw step, as a handler class becomes one. Steps are numbered, so that equal ranks run as they were made. */
export function step(spec: StepSpec, run: (event: AnyEvent) => Awaitable<void>): Step {
  made++
  const { stage = 20, table = null } = spec
  return {
    id: `57e90000-0000-4000-8000-${made.toString(16).padStart(12, '0')}`,
    name: `Step.on${spec.message}${stage}`,
    table,
    mode: 'sync',
    rank: 1,
    preImages: [],
    postImages: [],
    writes: [],
    isAsync: run[Symbol.toStringTag as keyof typeof run] === 'AsyncFunction',
    ...spec,
    stage,
    // The pipeline hands out the very object; `org` is typed by the room above it.
    run: (event) => run(event as AnyEvent),
  }
}

/** Under the alias a handler's own image has. */
export const image = (columns: readonly string[] | 'all', alias = 'image') => [{ alias, columns }]
