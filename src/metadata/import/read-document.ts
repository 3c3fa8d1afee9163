import type { TableDefinition, TableExtension } from '../table-definition.ts'
import { definitionsOf, parseDocument } from './entity-definitions/read-entity-definitions.ts'
import { isObject } from './entity-definitions/members.ts'
import { readReferencePage } from './reference-page/read-reference-page.ts'

/** What one document tells, and how it told it: EntityDefinitions know more than a page. */
export type ImportedDocument =
  | { readonly kind: 'entity-definitions'; readonly tables: readonly TableDefinition[] }
  | { readonly kind: 'reference-page'; readonly table: TableDefinition }
  | { readonly kind: 'extension-page'; readonly extension: TableExtension }
  /** A schema file this package wrote: not input, though it lies among the input. */
  | { readonly kind: 'schema' }

/**
 * Tells by the content what a document is: EntityDefinitions and schema files are JSON, which begins with
 * a brace or a bracket; no page does. A file called .json is JSON whatever it begins with.
 * @throws DOCUMENT_UNREADABLE
 */
export function readDocument(text: string, fileName: string): ImportedDocument {
  if (!/^[\s\uFEFF]*[{[]/.test(text) && !/\.json$/i.test(fileName)) {
    const told = readReferencePage(text, fileName)
    return 'extends' in told
      ? { kind: 'extension-page', extension: told }
      : { kind: 'reference-page', table: told }
  }
  const json = parseDocument(text, fileName)
  if (isSchema(json)) return { kind: 'schema' }
  return { kind: 'entity-definitions', tables: definitionsOf(json, { text, fileName }) }
}

function isSchema(json: unknown): boolean {
  return isObject(json) && ('$schema' in json || 'x-dataverse' in json)
}
