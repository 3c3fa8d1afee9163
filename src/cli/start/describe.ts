import type { CustomMessageDefinition } from '../../messages/custom/custom-message.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { ImageSpec, Step } from '../../pipeline/step.ts'
import type { TraceNode } from '../../pipeline/trace.ts'
import { PLAIN, type Paint } from './paint.ts'
import { textTable } from './text-table.ts'

const STAGE_NAMES: Readonly<Record<number, string>> = {
  10: 'PreValidation',
  20: 'PreOperation',
  40: 'PostOperation',
}

/** The organization's own tables, one a line, and the platform's by their names only. */
export function describeTables(catalog: Catalog, own: readonly string[]): string {
  const rows = own.map((name) => {
    const { entitySetName, columns } = catalog.table(name)
    return [name, entitySetName, String(columns.size)]
  })
  const others = catalog.names.filter((name) => !own.includes(name)).sort()
  const built = others.length === 0 ? [] : [`Built in, ${others.length}: ${others.join(', ')}`]
  return [
    ...(rows.length === 0 ? [] : [textTable(['table', 'entity set', 'columns'], rows)]),
    ...built,
  ].join('\n')
}

/** Every step, those of one message on one table together, in the order the pipeline runs them. */
export function describeSteps(steps: readonly Step[]): string {
  return textTable(
    ['message', 'on', 'stage', 'mode', 'rank', 'step', 'columns', 'images', 'writes'],
    [...steps]
      .sort(inPipelineOrder)
      .map((step) => [
        step.message,
        placeOf(step),
        stageOf(step.stage),
        step.mode,
        String(step.rank),
        step.name,
        (step.columns ?? []).join(', '),
        [...step.preImages.map(image('pre')), ...step.postImages.map(image('post'))].join('; '),
        step.writes.join(', '),
      ]),
  )
}

/** The organization's own messages, under a heading; nothing where it has none. */
export function describeMessages(
  messages: ReadonlyMap<string, CustomMessageDefinition>,
): readonly string[] {
  if (messages.size === 0) return []
  const rows = [...messages.values()].map(({ name, table, isFunction, parameters, response }) => [
    name,
    table ?? '',
    isFunction === true ? 'function' : 'action',
    Object.keys(parameters).join(', '),
    Object.keys(response).join(', '),
  ])
  return [
    '',
    'Custom messages',
    '',
    textTable(['message', 'on', 'kind', 'parameters', 'response'], rows),
  ]
}

/** A request or an asynchronous step with all it set off, as an indented tree with durations. */
export function describeTrace(node: TraceNode, indent = '', paint: Paint = PLAIN): string {
  const inner = `${indent}  `
  const lines = [
    `${indent}${node.error === undefined ? '' : `${paint.failure('✗')} `}${head(node)}  ${paint.aside(milliseconds(node.durationMs))}`,
  ]
  if (node.kind === 'step') lines.push(...node.lines.map((line) => `${inner}| ${line}`))
  lines.push(...node.children.map((child) => describeTrace(child, inner, paint)))
  if (node.error !== undefined && !isTold(node)) {
    lines.push(inner + paint.failure(`${node.error.code}: ${node.error.message}`))
  }
  return lines.join('\n')
}

export function milliseconds(duration: number): string {
  return `${duration.toFixed(duration < 10 ? 2 : 0)} ms`
}

function inPipelineOrder(a: Step, b: Step): number {
  return (
    compare(a.message, b.message) ||
    compare(placeOf(a), placeOf(b)) ||
    a.stage - b.stage ||
    compare(b.mode, a.mode) ||
    a.rank - b.rank ||
    compare(a.id, b.id)
  )
}

function placeOf({ relationship, table }: Step): string {
  return relationship ?? table ?? 'any table'
}

function image(kind: string): (image: ImageSpec) => string {
  return ({ columns }) => `${kind}: ${columns === 'all' ? 'all columns' : columns.join(', ')}`
}

function stageOf(stage: number): string {
  return `${stage} ${STAGE_NAMES[stage] ?? ''}`.trimEnd()
}

function head(node: TraceNode): string {
  if (node.kind === 'step') {
    return `${stageOf(node.stage)} ${node.step}${node.mode === 'async' ? ' (asynchronous)' : ''}`
  }
  const row = isNobody(node.id) ? '' : node.id
  const columns = node.columns.length === 0 ? '' : `{${node.columns.join(', ')}}`
  return [node.message, node.table, row, columns].filter((part) => part !== '').join(' ')
}

/** Messages that concern no single row carry an id all the same. */
function isNobody(id: string): boolean {
  return /^[0-]*$/.test(id)
}

/** Whether the failure came from below, where it stands already. */
function isTold({ error, children }: TraceNode): boolean {
  return children.some(
    (child) => child.error?.code === error?.code && child.error?.message === error?.message,
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
