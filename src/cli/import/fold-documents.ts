import { combineDefinitions } from '../../metadata/import/combine.ts'
import type { ImportedDocument } from '../../metadata/import/read-document.ts'
import { extended, extensionsByTable } from '../../metadata/extend.ts'
import type { TableDefinition, TableExtension } from '../../metadata/table-definition.ts'
import type { Reporter } from './report.ts'

export interface ReadDocument {
  readonly name: string
  readonly document: ImportedDocument
}

interface FoldOptions {
  readonly report: Reporter
  /** A definition from outside this run, for extension pages that come without their base. */
  readonly baseOf: (logicalName: string) => TableDefinition | undefined
}

/**
 * One definition per table out of all documents of a run: EntityDefinitions over pages, of two documents
 * of one kind the later one, and what products add last.
 */
export function foldDocuments(
  documents: readonly ReadDocument[],
  { report, baseOf }: FoldOptions,
): Map<string, TableDefinition> {
  const tables = new Map<string, TableDefinition>()
  const add = (table: TableDefinition) => {
    const known = tables.get(table.logicalName)
    tables.set(table.logicalName, known === undefined ? table : combineDefinitions(table, known))
  }
  for (const { document } of documents) {
    if (document.kind === 'reference-page') add(document.table)
  }
  for (const { document } of documents) {
    if (document.kind === 'entity-definitions') document.tables.forEach(add)
  }
  const extensions: TableExtension[] = []
  for (const { name, document } of documents) {
    if (document.kind !== 'extension-page') continue
    const { extension } = document
    const base = tables.get(extension.extends) ?? baseOf(extension.extends)
    if (base === undefined) {
      report.failure(
        `${name} extends table '${extension.extends}', of which there is no document, schema or ` +
          `built-in definition; import the page of ${extension.extends} too.`,
      )
      continue
    }
    tables.set(extension.extends, base)
    extensions.push(extension)
  }
  for (const [name, its] of extensionsByTable(extensions)) {
    const base = tables.get(name)
    if (base !== undefined) tables.set(name, extended(base, its))
  }
  return tables
}
