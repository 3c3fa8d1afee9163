import type { AnyMessage } from './message.ts'
import type { Step } from './step.ts'

/** The steps of one message on one table, in the order they run. Prepared once. */
export interface StepPlan {
  readonly preValidation: readonly Step[]
  readonly preOperation: readonly Step[]
  readonly postOperation: readonly Step[]
  readonly async: readonly Step[]
  /** Messages with steps of their own on the table that a request of this one may be, too. */
  readonly beside: readonly BesidePlan[]
  readonly hasPreValidation: boolean
  readonly hasPreOperation: boolean
  /** Whether anything runs inside the transaction. */
  readonly hasInner: boolean
  readonly isEmpty: boolean
}

export interface BesidePlan {
  readonly message: AnyMessage
  readonly plan: StepPlan
}

const NOTHING: readonly Step[] = []
const NOBODY: readonly BesidePlan[] = []
export const EMPTY_PLAN: StepPlan = {
  preValidation: NOTHING,
  preOperation: NOTHING,
  postOperation: NOTHING,
  async: NOTHING,
  beside: NOBODY,
  hasPreValidation: false,
  hasPreOperation: false,
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
  readonly #messages: ReadonlyMap<string, AnyMessage>

  constructor(steps: Iterable<Step>, messages: ReadonlyMap<string, AnyMessage> = new Map()) {
    this.#messages = messages
    for (const step of steps) this.#add(step)
  }

  /** Takes `former` away and adds `present`; only the plans of their messages are made again. */
  change(former: Step | undefined, present: Step | undefined): void {
    if (former !== undefined) this.#remove(former)
    if (present !== undefined) this.#add(present)
    for (const step of [former, present]) {
      if (step !== undefined) this.#forgetPlans(step)
    }
  }

  #remove(step: Step): void {
    const steps = this.#byMessage.get(step.message)
    const list = step.table === null ? steps?.any : steps?.tables.get(step.table)
    const at = list?.indexOf(step) ?? -1
    if (at !== -1) list?.splice(at, 1)
  }

  /** Messages may be made of this one, so all plans of the step's table go. */
  #forgetPlans({ table }: Step): void {
    for (const plans of this.#plans.values()) {
      if (table === null) plans.clear()
      else plans.delete(table)
    }
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
    const steps = this.#stepsOf(message, table)
    const beside = this.#besideOf(message, table)
    if (steps.length === 0 && beside.length === 0) return EMPTY_PLAN
    const at = (stage: number) => steps.filter((s) => s.stage === stage && s.mode === 'sync')
    const plan = {
      preValidation: at(10),
      preOperation: at(20),
      postOperation: at(40),
      async: steps.filter((s) => s.mode === 'async'),
    }
    return {
      ...plan,
      beside,
      hasPreValidation:
        plan.preValidation.length > 0 || beside.some(({ plan }) => plan.hasPreValidation),
      hasPreOperation:
        plan.preOperation.length > 0 || beside.some(({ plan }) => plan.hasPreOperation),
      hasInner:
        plan.preOperation.length + plan.postOperation.length + plan.async.length > 0 ||
        beside.some(({ plan }) => plan.hasInner),
      isEmpty: false,
    }
  }

  #stepsOf(message: string, table: string): readonly Step[] {
    const registered = this.#byMessage.get(message)
    if (registered === undefined) return NOTHING
    return [...registered.any, ...(registered.tables.get(table) ?? NOTHING)].sort(inOrder)
  }

  #besideOf(message: string, table: string): readonly BesidePlan[] {
    const names = this.#messages.get(message)?.alsoRaises
    if (names === undefined) return NOBODY
    return names.flatMap((name) => {
      const other = this.#messages.get(name)
      const plan = this.plan(name, table)
      return other === undefined || plan.isEmpty ? [] : [{ message: other, plan }]
    })
  }
}

// Steps of equal rank are ordered by their id, so that a run can be repeated.
// Unverified: the platform names the filter's id, which steps of one message and table share.
function inOrder(a: Step, b: Step): number {
  return a.rank - b.rank || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
