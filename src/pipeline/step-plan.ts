import type { Step } from './step.ts'

/** The steps of one message on one table, in the order they run. Prepared once. */
export interface StepPlan {
  readonly preValidation: readonly Step[]
  readonly preOperation: readonly Step[]
  readonly postOperation: readonly Step[]
  readonly async: readonly Step[]
  /** Whether anything runs inside the transaction. */
  readonly hasInner: boolean
  readonly isEmpty: boolean
}

const NOTHING: readonly Step[] = []
export const EMPTY_PLAN: StepPlan = {
  preValidation: NOTHING,
  preOperation: NOTHING,
  postOperation: NOTHING,
  async: NOTHING,
  hasInner: false,
  isEmpty: true,
}

/**
 * All registered steps. Finding those of a message and table is one look-up, whatever is registered
 * elsewhere; lists are put together when a message first meets a table.
 */
export class StepPlans {
  readonly #byMessage = new Map<string, { any: Step[]; tables: Map<string, Step[]> }>()
  readonly #plans = new Map<string, Map<string, StepPlan>>()

  constructor(steps: Iterable<Step>) {
    for (const step of steps) this.#add(step)
  }

  #add(step: Step): void {
    let steps = this.#byMessage.get(step.message)
    if (steps === undefined) {
      steps = { any: [], tables: new Map() }
      this.#byMessage.set(step.message, steps)
    }
    if (step.table === null) {
      steps.any.push(step)
      return
    }
    const ofTable = steps.tables.get(step.table)
    if (ofTable === undefined) steps.tables.set(step.table, [step])
    else ofTable.push(step)
  }

  plan(message: string, table: string): StepPlan {
    let plans = this.#plans.get(message)
    if (plans === undefined) {
      plans = new Map()
      this.#plans.set(message, plans)
    }
    let plan = plans.get(table)
    if (plan === undefined) {
      plan = this.#make(message, table)
      plans.set(table, plan)
    }
    return plan
  }

  #make(message: string, table: string): StepPlan {
    const registered = this.#byMessage.get(message)
    if (registered === undefined) return EMPTY_PLAN
    const steps = [...registered.any, ...(registered.tables.get(table) ?? NOTHING)].sort(inOrder)
    if (steps.length === 0) return EMPTY_PLAN
    const at = (stage: number) => steps.filter((s) => s.stage === stage && s.mode === 'sync')
    const plan = {
      preValidation: at(10),
      preOperation: at(20),
      postOperation: at(40),
      async: steps.filter((s) => s.mode === 'async'),
    }
    return {
      ...plan,
      hasInner: plan.preOperation.length + plan.postOperation.length + plan.async.length > 0,
      isEmpty: false,
    }
  }
}

// Steps of equal rank are ordered by their id, so that a run can be repeated.
// Unverified: the platform names the filter's id, which steps of one message and table share.
function inOrder(a: Step, b: Step): number {
  return a.rank - b.rank || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
