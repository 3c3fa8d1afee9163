import type { Column } from '../../column.ts'
import type {
  MessageDefinition,
  Ownership,
  TableDefinition,
  TableExtension,
} from '../../table-definition.ts'
import { eachOnce } from '../each-once.ts'
import { present } from '../present.ts'
import { unreadable } from '../unreadable.ts'
import { readColumn } from './columns.ts'
import { withCompanions } from './companions.ts'
import { readColumnChange } from './column-change.ts'
import { plainText, type Facts } from './facts.ts'
import { readPage, type Page, type SectionKind } from './page.ts'
import type { Entry } from './section.ts'
import {
  readManyToMany,
  readManyToOne,
  readOneToMany,
  readRelationshipChange,
  tableOfAddress,
  withReferencingColumns,
} from './relationships.ts'

const OWNERSHIPS = [
  'UserOwned',
  'TeamOwned',
  'BusinessOwned',
  'OrganizationOwned',
  'BusinessParented',
  'None',
] as const satisfies readonly Ownership[]

/**
 * The table a reference page tells of, whichever year's form the page has; what an extension page adds,
 * where the page says that it extends a table and defines none itself.
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/about-entity-reference
 * @throws DOCUMENT_UNREADABLE with file and line
 */
export function readReferencePage(
  text: string,
  fileName: string,
): TableDefinition | TableExtension {
  const page = readPage(text, fileName)
  const properties = page.sections.get('properties')
  if (properties !== undefined) return readTable(page, properties.facts)
  if (page.extended !== undefined) return readExtension(page, page.extended)
  throw unreadable(
    { fileName, line: 1 },
    `a table reference page: a section 'Properties', or the note that it extends another table`,
    foundInstead(text),
  )
}

function foundInstead(text: string): string {
  if (/^\s*<(!doctype|html)\b/i.test(text)) {
    return 'HTML: import the Markdown the page is made of, not what a browser saves'
  }
  if (/^\s*<(\?xml|edmx:)/i.test(text)) {
    return 'XML: ask the organization for EntityDefinitions, which are JSON, instead of $metadata'
  }
  return 'neither'
}

function readTable(page: Page, properties: Facts): TableDefinition {
  const logicalName = properties.required('LogicalName')
  const primaryId = properties.required('PrimaryIdAttribute')
  const columns = readColumns(page, primaryId)
  const manyToMany = entries(page, 'many-to-many').map((entry) =>
    readManyToMany(entry, logicalName),
  )
  if (!properties.has('EntitySetName')) properties.required('EntitySetName')
  return {
    logicalName,
    schemaName: properties.required('SchemaName'),
    ...present({
      displayName: properties.text('DisplayName'),
      displayCollectionName: properties.text('DisplayCollectionName'),
      description: page.description,
      collectionSchemaName: properties.text('CollectionSchemaName'),
      logicalCollectionName: properties.text('LogicalCollectionName'),
      primaryName: properties.text('PrimaryNameAttribute'),
      messages: readMessages(page),
    }),
    // Blank on tables the Web API does not serve.
    entitySetName: properties.text('EntitySetName') ?? '',
    primaryId,
    // Pages before 2024 do not tell; nearly every table is a standard one.
    tableType: properties.oneOf('TableType', ['Standard', 'Elastic', 'Virtual']) ?? 'Standard',
    ownership: ownershipOf(properties),
    ...(isIntersect(page, properties, logicalName) ? { isIntersect: true } : {}),
    // No row tells; but every activity, and nothing else, has activitypointer's key for its own.
    ...(primaryId === 'activityid' && logicalName !== 'activitypointer'
      ? { isActivity: true }
      : {}),
    columns,
    keys: [],
    manyToOne: withReferencingColumns(
      entries(page, 'many-to-one').map((e) => readManyToOne(e, logicalName, page.fileName)),
      columns,
    ),
    oneToMany: entries(page, 'one-to-many').map((e) =>
      readOneToMany(e, logicalName, page.fileName),
    ),
    manyToMany,
  }
}

function ownershipOf(properties: Facts): Ownership {
  properties.required('OwnershipType')
  return properties.oneOf('OwnershipType', OWNERSHIPS) ?? 'None'
}

/** No collection name, and a many-to-many relationship that is kept in this very table. */
function isIntersect(page: Page, properties: Facts, logicalName: string): boolean {
  return (
    !properties.has('CollectionSchemaName') &&
    entries(page, 'many-to-many').some(
      ({ facts, sentences }) =>
        sentences.length === 0 && facts.text('IntersectEntityName') === logicalName,
    )
  )
}

function readExtension(
  page: Page,
  { address, line }: NonNullable<Page['extended']>,
): TableExtension {
  const table = tableOfAddress(address)
  if (table === undefined) {
    throw unreadable(
      { fileName: page.fileName, line },
      'the address of the extended table',
      `'${address}'`,
    )
  }
  const columns = readColumns(page, undefined)
  return {
    extends: table,
    ...present({ messages: readMessages(page) }),
    columns,
    changedColumns: entries(page, 'customized').map((entry) =>
      readColumnChange(entry, page.fileName),
    ),
    ...changedRelationships(page),
    manyToOne: withReferencingColumns(
      entries(page, 'many-to-one').map((e) => readManyToOne(e, table, page.fileName)),
      columns,
    ),
    oneToMany: entries(page, 'one-to-many').map((e) => readOneToMany(e, table, page.fileName)),
    manyToMany: entries(page, 'many-to-many').map((entry) => readManyToMany(entry, table)),
  }
}

function changedRelationships(page: Page): Pick<TableExtension, 'changedRelationships'> {
  const changed = entries(page, 'customized-relationships')
  if (changed.length === 0) return {}
  return { changedRelationships: changed.map((e) => readRelationshipChange(e, page.fileName)) }
}

function readColumns(page: Page, primaryId: string | undefined): readonly Column[] {
  const printed = (['writable', 'read-only'] as const).flatMap((section) =>
    entries(page, section).map((entry) => ({ entry, section })),
  )
  const printsFlags = printed.some(
    ({ entry }) => entry.facts.has('IsValidForCreate') || entry.facts.has('IsValidForUpdate'),
  )
  const { fileName } = page
  const columns = printed.map(({ entry, section }) =>
    readColumn(entry, { fileName, section, primaryId, printsFlags }),
  )
  return withCompanions(
    eachOnce(columns, ({ logicalName }, at) => {
      const line = printed[at]?.entry.line
      return unreadable({ fileName, line }, `one column ${logicalName}`, 'two of different types')
    }),
  )
}

/** A page without a list of messages tells nothing about them; an event is a message to be registered on only. */
function readMessages(page: Page): readonly MessageDefinition[] | undefined {
  const messages = page.sections.get('messages')
  const events = page.sections.get('events')
  if (messages === undefined && events === undefined) return undefined
  const byName = new Map<string, boolean>()
  for (const { cells } of messages?.rows ?? []) {
    const [name, isEvent] = messageOf(cells[0] ?? '')
    if (name !== '') byName.set(name, isEvent)
  }
  for (const { cells } of events?.rows ?? []) {
    const [name] = messageOf(cells[0] ?? '')
    if (name !== '') byName.set(name, true)
  }
  return [...byName].map(([name, isEvent]) => ({ name, isEvent }))
}

/** `` `Create`<br />Event: True ``. Pages before 2024 have no mark and rule nothing out. */
function messageOf(cell: string): readonly [string, boolean] {
  const [name = '', ...rest] = cell.split(/<br\s*\/?>/)
  return [plainText(name), !/Event:\s*False/i.test(rest.join(' '))]
}

function entries(page: Page, kind: SectionKind): readonly Entry[] {
  return page.sections.get(kind)?.entries ?? []
}
