import type { Evaluation } from './evaluation.ts'
import { placeNamed, type Place } from './filter.ts'
import type { JoinStep, Program } from './program.ts'
import type { Order, Query, QueryNode } from './query.ts'
import { primaryKeyOf, sortKeyOf, type SortKey } from './sort-key.ts'

/**
 * The orders of the query and of its links in that order, then the primary ids of all that brings several rows,
 * so that no two are alike. Distinct rows have no ids.
 */
export function sortKeys(
  query: Query,
  program: Program,
  evaluation: Evaluation,
): readonly SortKey[] {
  const { places, steps } = program
  const [root] = places
  if (root !== undefined && places.length === 1 && query.order === undefined) {
    return query.distinct === true ? [] : [primaryKeyOf(root, evaluation)]
  }
  const keys = orders(query, program).map(({ order, place }) =>
    sortKeyOf(order, place, query.choicesByValue === true, evaluation),
  )
  if (query.distinct === true) return keys
  const isSorted = ({ slot, table }: Place) =>
    keys.some((key) => key.slot === slot && key.column === table.primaryId)
  for (const place of places) {
    const step = steps.find((candidate) => candidate.place === place)
    const isSeveral = step === undefined || !bringsOne(step)
    if (isSeveral && !isSorted(place)) keys.push(primaryKeyOf(place, evaluation))
  }
  return keys
}

/** Whether a link brings one row at most, so that the row it is joined to stays the only one with its key. */
function bringsOne({ link, joint }: JoinStep): boolean {
  return link.kind === 'matchfirst' || joint.finder?.way === 'key'
}

interface PlacedOrder {
  readonly order: Order
  readonly place: Place
}

function orders(query: Query, { places, steps }: Program): readonly PlacedOrder[] {
  const found: PlacedOrder[] = []
  const addOf = (node: QueryNode, own: Place) => {
    for (const order of node.order ?? []) {
      const place = order.link === undefined ? own : placeNamed(order.link, { places })
      found.push({ order, place })
    }
  }
  const [root] = places
  if (root !== undefined) addOf(query, root)
  for (const { link, place } of steps) addOf(link, place)
  return found
}
