/** Columns of text, as wide as their widest cell; columns without a single entry are left out. */
export function textTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const kept = heads.map((_, i) => rows.some((row) => (row[i] ?? '') !== ''))
  const cells = [heads, ...rows].map((row) => row.filter((_, i) => kept[i]))
  const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((row) => (row[i] ?? '').length)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  const [head = [], ...body] = cells
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...body.map(line)].join('\n')
}
