import type { MessageTrace, StepTrace, TraceNode } from '../pipeline/trace.ts'

/** What ran during a piece of work: the tree, and the questions tests ask of it. */
export class Trace {
  /** Callers' requests and asynchronous steps, in the order they ended. */
  readonly roots: readonly TraceNode[]
  /** What the work threw, if it did. */
  readonly error: unknown

  constructor(roots: readonly TraceNode[], error?: unknown) {
    this.roots = roots
    this.error = error
  }

  /** Every step that ran, in the order they began. */
  get steps(): readonly StepTrace[] {
    return [...this.#nodes()].filter((node) => node.kind === 'step')
  }

  /** Every message, callers' and nested ones, in the order they began. */
  get messages(): readonly MessageTrace[] {
    return [...this.#nodes()].filter((node) => node.kind === 'message')
  }

  /** `Class.method` of every step that ran, in order. */
  get stepNames(): readonly string[] {
    return this.steps.map((step) => step.step)
  }

  /** Every line that steps wrote with `trace`. */
  get lines(): readonly string[] {
    return this.steps.flatMap((step) => step.lines)
  }

  /** Deep, parents first. */
  *#nodes(nodes: readonly TraceNode[] = this.roots): Generator<TraceNode> {
    for (const node of nodes) {
      yield node
      yield* this.#nodes(node.children)
    }
  }

  /** The tree as text, a line a node: message or stage and step, depth, what failed. */
  toString(): string {
    return this.roots.map((node) => printed(node, '')).join('\n')
  }
}

function printed(node: TraceNode, indent: string): string {
  const head =
    node.kind === 'message'
      ? `${node.message} ${node.table} (depth ${node.depth})`
      : `${node.stage} ${node.step}${node.mode === 'async' ? ' (asynchronous)' : ''}`
  const failed = node.error === undefined ? '' : ` ✗ ${node.error.code}: ${node.error.message}`
  const children = node.children.map((child) => printed(child, `${indent}  `))
  return [`${indent}${head}${failed}`, ...children].join('\n')
}
