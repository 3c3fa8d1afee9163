import { isRequiredOnCreate, isWritable } from '../../json-schema/column-schema.ts'
import type { Catalog } from '../../metadata/catalog.ts'
import type { Table } from '../../metadata/table.ts'
import type { Step } from '../../pipeline/step.ts'

interface Organization {
  readonly catalog: Catalog
  readonly steps: readonly Step[]
}

/**
 * Two lines for a shell that work as they stand: a row is created, in a table whose Create sets steps off
 * where there is one, and rows are read.
 */
export function requestsToTry(
  { catalog, steps }: Organization,
  own: readonly string[],
  root: string,
): readonly [string, string] {
  const hasSteps = (name: string) => steps.some((s) => s.message === 'Create' && s.table === name)
  const [{ set, body } = ACCOUNT] = [...own.filter(hasSteps), ...own].flatMap((name) => {
    const table = catalog.table(name)
    const text = firstText(table)
    return text === undefined ? [] : [{ set: table.entitySetName, body: { [text]: 'First' } }]
  })
  return [
    `curl -i '${root}/${set}' -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`,
    `curl '${root}/${set}?$top=3'`,
  ]
}

const ACCOUNT = { set: 'accounts', body: { name: 'Contoso' } } as const

/** The text column that alone makes a row; undefined where a row needs more than a text. */
function firstText(table: Table): string | undefined {
  const isServed = table.entitySetName !== '' && !table.isIntersect
  if (!isServed || !table.offers('Create') || !table.offers('RetrieveMultiple')) return undefined
  const columns = [...table.columns.values()]
  const texts = columns
    .filter((c) => c.type === 'String' && c.attributeOf === undefined && isWritable(c, 'create'))
    .map((c) => c.logicalName)
  const text =
    texts.find((name) => name === table.primaryName) ??
    texts.find((name) => /(name|subject|title)$/.test(name)) ??
    texts[0]
  const isEnough = columns.every(
    (c) => c.logicalName === text || !isRequiredOnCreate(c, table.primaryId),
  )
  return isEnough ? text : undefined
}
