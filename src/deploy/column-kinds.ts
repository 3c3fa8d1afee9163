import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HostParts } from '../hosts/host-preset.ts'
import { DataverseError } from '../errors/dataverse-error.ts'

type ColumnKinds = NonNullable<HostParts['columnKinds']>

/** The part of a schema file that is looked at. */
interface SchemaFile {
  readonly $defs?: {
    readonly columns?: {
      readonly properties?: Readonly<Record<string, { readonly 'x-dataverse'?: ColumnPart }>>
    }
  }
}
interface ColumnPart {
  readonly type?: unknown
  readonly behavior?: unknown
}

/**
 * The columns of `schemas/<table>.json` that a context does not tell enough of: days without a time, and
 * 64-bit numbers. Nothing where the folder is absent: such columns then arrive as moments and numbers.
 */
export function columnKindsIn(folder: string): ColumnKinds {
  if (!existsSync(folder)) return {}
  const kinds: Record<string, ColumnKinds[string]> = {}
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.json')) continue
    const found = kindsOf(join(folder, name))
    if (Object.keys(found).length > 0) kinds[name.slice(0, -'.json'.length)] = found
  }
  return kinds
}

function kindsOf(file: string): ColumnKinds[string] {
  const kinds: Record<string, ColumnKinds[string][string]> = {}
  for (const [column, definition] of Object.entries(columnsOf(file))) {
    const { type, behavior } = definition['x-dataverse'] ?? {}
    if (behavior === 'DateOnly') kinds[column] = 'DateOnly'
    else if (type === 'BigInt' && column !== 'versionnumber') kinds[column] = 'BigInt'
  }
  return kinds
}

function columnsOf(file: string) {
  try {
    const schema = JSON.parse(readFileSync(file, 'utf8')) as SchemaFile
    return schema.$defs?.columns?.properties ?? {}
  } catch (cause) {
    throw new DataverseError('SCHEMA_INVALID', `${file} is no JSON.`, { cause })
  }
}
