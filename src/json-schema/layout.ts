import { printLossless } from '../rows/lossless-json.ts'

const LINE_WIDTH = 100

/** JSON for readers: what fits on a line stands on one, so that a column takes a few lines and not twenty. */
export function layOut(value: unknown, indent = '', used = 0): string {
  if (typeof value !== 'object' || value === null) return printLossless(value)
  const line = onOneLine(value)
  if (indent.length + used + line.length <= LINE_WIDTH) return line
  const inner = `${indent}  `
  const parts = Array.isArray(value)
    ? value.map((item) => inner + layOut(item, inner))
    : members(value).map(([name, member]) => {
        const key = `${JSON.stringify(name)}: `
        return inner + key + layOut(member, inner, key.length)
      })
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`
}

function onOneLine(value: unknown): string {
  if (typeof value !== 'object' || value === null) return printLossless(value)
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`
  const parts = members(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${onOneLine(member)}`,
  )
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`
}

function members(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => member !== undefined)
}
