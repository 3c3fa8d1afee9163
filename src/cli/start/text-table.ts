/** Columns of text, as wide as their widest cell; columns without a single entry are left out. */
export function textTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = heads
    .map((head, i) => [head, ...rows.map((row) => row[i] ?? '')])
    .filter(([, ...cells]) => rows.length === 0 || cells.some((cell) => cell !== ''))
  const widths = columns.map((cells) => Math.max(...cells.map((cell) => cell.length)))
  const line = (at: number) =>
    columns
      .map((cells, i) => (cells[at] ?? '').padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  return [
    line(0),
    widths.map((width) => '─'.repeat(width)).join('  '),
    ...rows.map((_, i) => line(i + 1)),
  ].join('\n')
}
