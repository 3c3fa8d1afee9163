import type { SeedRow } from '../../seed/generate-rows.ts'
import { isRowRef, type Value } from '../../rows/value.ts'

/** Rows as a file that `--seed` reads: by table, one row a line. */
export function printSeed(rows: readonly SeedRow[]): string {
  const tables = new Map<string, string[]>()
  for (const { table, values } of rows) {
    const lines = tables.get(table) ?? []
    tables.set(table, lines)
    const members = Object.entries(values).flatMap(([name, value]) =>
      value === undefined || value === null
        ? []
        : [`${JSON.stringify(name)}: ${printValue(value)}`],
    )
    lines.push(`    { ${members.join(', ')} }`)
  }
  const parts = [...tables].map(
    ([name, lines]) => `  ${JSON.stringify(name)}: [\n${lines.join(',\n')}\n  ]`,
  )
  return `{\n${parts.join(',\n')}\n}\n`
}

/** Whole numbers of 64 bits keep their digits; choices stand as the Web API writes them. */
function printValue(value: Value): string {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value) && value.every((each) => typeof each === 'number')) {
    return JSON.stringify(value.join(','))
  }
  if (isRowRef(value)) return JSON.stringify({ table: value.table, id: value.id })
  return JSON.stringify(value)
}
