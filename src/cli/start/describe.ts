import type { Catalog } from '../../metadata/catalog.ts'
import type { TraceNode } from '../../pipeline/trace.ts'
import type { Step } from '../../pipeline/step.ts'
import { textTable } from './text-table.ts'

const STAGE_NAMES: Readonly<Record<number, string>> = {
  10: 'PreValidation',
  20: 'PreOperation',
  40: 'PostOperation',
}

/** The tables, platform's own last: name, entity set, columns. */
export function describeTables(catalog: Catalog, own: readonly string[]): string {
  const rows = own.flatMap((name) => {
    const table = catalog.find(name)
    return table === undefined
      ? []
      : [[table.logicalName, table.entitySetName, String(table.columns.size)]]
  })
  const platform = catalog.names.filter((name) => !own.includes(name))
  return [
    textTable(['table', 'entity set', 'columns'], rows),
    ...(platform.length === 0 ? [] : [`and ${platform.length} more: ${platform.join(', ')}`]),
  ].join('\n')
}

/** Every step in the order the pipeline would run it: message, stage, mode, rank. */
export function describeSteps(steps: readonly Step[]): string {
  const sorted = [...steps].sort(
    (a, b) =>
      compare(a.message, b.message) ||
      compare(a.table ?? '', b.table ?? '') ||
      a.stage - b.stage ||
      compare(b.mode, a.mode) ||
      a.rank - b.rank ||
      compare(a.id, b.id),
  )
  return textTable(
    ['message', 'on', 'stage', 'mode', 'rank', 'step', 'columns', 'images', 'writes'],
    sorted.map((step) => [
      step.message,
      step.relationship ?? step.table ?? 'any table',
      `${step.stage} ${STAGE_NAMES[step.stage] ?? ''}`,
      step.mode,
      String(step.rank),
      step.name,
      step.columns?.join(', ') ?? '',
      [...step.preImages.map(image('pre')), ...step.postImages.map(image('post'))].join('; '),
      step.writes.join(', '),
    ]),
  )
}

function image(kind: string) {
  return ({ columns }: Step['preImages'][number]): string =>
    `${kind}: ${columns === 'all' ? 'all columns' : columns.join(', ')}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A request's trace as an indented tree with durations. */
export function describeTrace(node: TraceNode, indent = ''): string {
  const lines = [
    `${indent}${head(node)}  ${milliseconds(node.durationMs)}`,
    ...(node.kind === 'step' ? node.lines.map((line) => `${indent}  | ${line}`) : []),
    ...node.children.map((child) => describeTrace(child, `${indent}  `)),
  ]
  if (node.error !== undefined) lines.push(`${indent}  ✗ ${node.error.code}: ${node.error.message}`)
  return lines.join('\n')
}

function head(node: TraceNode): string {
  if (node.kind === 'step') {
    const mode = node.mode === 'async' ? ' (asynchronous)' : ''
    return `${node.stage} ${STAGE_NAMES[node.stage] ?? ''} ${node.step}${mode}`
  }
  const what = node.id === '' || isNobody(node.id) ? node.table : `${node.table} ${node.id}`
  const columns = node.columns.length === 0 ? '' : ` {${node.columns.join(', ')}}`
  return `${node.message} ${what}${columns}`
}

function isNobody(id: string): boolean {
  return id.startsWith('00000000-0000-0000')
}

function milliseconds(duration: number): string {
  return `${duration.toFixed(duration < 10 ? 2 : 0)} ms`
}
