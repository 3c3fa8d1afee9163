import type { Order } from '../query.ts'
import { TokenReader, type ParameterAliases } from './expression.ts'
import type { Paths } from './paths.ts'

/** $orderby: properties or single-valued paths, each ascending unless `desc`. @throws QUERY_INVALID */
export function parseOrderBy(
  text: string,
  paths: Paths,
  parameters: ParameterAliases = {},
): readonly Order[] {
  const reader = new TokenReader(text, parameters)
  const orders: Order[] = []
  for (;;) {
    const { column, link } = paths.end(parsePath(reader))
    const descending = reader.isWord('desc')
    if (descending || reader.isWord('asc')) reader.take()
    orders.push({
      column: column.logicalName,
      descending,
      ...(link === undefined ? {} : { link }),
    })
    if (reader.next.kind === 'end') return orders
    if (!reader.accept(','))
      throw reader.fault("Syntax error: asc, desc, ',' or the end was expected")
  }
}

function parsePath(reader: TokenReader): readonly string[] {
  const first = reader.take()
  if (first.kind !== 'name') throw reader.fault('Syntax error: a property was expected', first.at)
  if (first.text.startsWith('@')) {
    const property = reader.aliases[first.text]?.replace(/^'(.*)'$/, '$1') ?? first.text
    return property.split('/')
  }
  const segments = [first.text]
  while (reader.accept('/')) {
    const segment = reader.take()
    if (segment.kind !== 'name')
      throw reader.fault('Syntax error: a property was expected', segment.at)
    segments.push(segment.text)
  }
  return segments
}
