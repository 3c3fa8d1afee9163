import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

import { DataverseError } from '../errors/dataverse-error.ts'
import type { JsonSchema } from './column-schema.ts'
import { INT64, int64Schema } from './int64.ts'
import { Part } from './part.ts'
import { parsedJson } from './schema-file.ts'

export interface SchemaFinding {
  /** JSON pointer into the payload, `/name`; empty for the payload itself. */
  readonly path: string
  readonly message: string
}

/** Everything wrong with a payload; nothing when it is valid. */
export type PayloadCheck = (payload: unknown) => readonly SchemaFinding[]

export interface CompiledSchema {
  readonly create: PayloadCheck
  readonly update: PayloadCheck
  readonly row: PayloadCheck
}

/**
 * The checks of a schema file, for payloads outside an organization: JSON to be sent, rows that were
 * stored elsewhere. 64-bit columns take bigint, held to their bounds exactly, and numbers, as
 * far as a double tells.
 * @throws SCHEMA_INVALID
 */
export function compileSchema(text: string, fileName: string): CompiledSchema {
  const document = new Part(parsedJson(text, fileName), fileName)
  const definitions = executable(document.member('$defs'))
  const ajv = new Ajv2020({
    strict: false,
    strictNumbers: true,
    validateSchema: false,
    validateFormats: false,
    allErrors: true,
    // As the organization's own checks: UTF-16 code units. The logger would only call that deprecated.
    unicode: false,
    logger: false,
    keywords: [INT64],
  })
  const check = (name: keyof CompiledSchema): PayloadCheck => {
    let validate: ValidateFunction | undefined
    return (payload) => {
      validate ??= compiled(ajv, { $defs: definitions, $ref: `#/$defs/${name}` }, fileName)
      return validate(payload) ? [] : findings(validate)
    }
  }
  return { create: check('create'), update: check('update'), row: check('row') }
}

/** The schema's definitions with 64-bit columns in the form ajv can run. */
function executable($defs: Part): JsonSchema {
  const columns = $defs.member('columns').member('properties')
  const properties = columns.entries().map(([name, column]) => {
    const isInt64 = column.member('x-dataverse').member('type').value === 'BigInt'
    return [name, isInt64 ? int64Of(column) : column.value] as const
  })
  const others = $defs.entries().map(([name, part]) => [name, part.value] as const)
  return { ...Object.fromEntries(others), columns: { properties: Object.fromEntries(properties) } }
}

function int64Of(column: Part): JsonSchema {
  return int64Schema({
    min: column.member('minimum').bigint(),
    max: column.member('maximum').bigint(),
    nullable: Array.isArray(column.member('type').value),
    numbers: true,
  })
}

function compiled(ajv: Ajv2020, schema: JsonSchema, fileName: string): ValidateFunction {
  try {
    return ajv.compile(schema)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new DataverseError('SCHEMA_INVALID', `${fileName}: ${reason}`, { cause: error })
  }
}

function findings(validate: ValidateFunction): readonly SchemaFinding[] {
  return (validate.errors ?? []).map(({ instancePath, message, keyword, params }) => ({
    path: instancePath,
    message: messageOf(keyword, params) ?? message ?? keyword,
  }))
}

/** ajv names neither the unknown property nor the accepted values in its sentence. */
function messageOf(keyword: string, params: Readonly<Record<string, unknown>>): string | undefined {
  switch (keyword) {
    case 'additionalProperties':
      return `'${String(params['additionalProperty'])}' is not a column of this table`
    case 'enum': {
      const accepted = params['allowedValues']
      return Array.isArray(accepted)
        ? `must be one of ${accepted.map(String).join(', ')}`
        : undefined
    }
    case 'int64':
      return 'must be a 64-bit integer within the bounds of the column'
    default:
      return undefined
  }
}
