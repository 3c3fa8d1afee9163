import type { FuncKeywordDefinition } from 'ajv/dist/2020.js'

import type { JsonSchema } from './column-schema.ts'

interface Int64 {
  /** Digits, so that the schema is plain JSON. */
  readonly minimum: string
  readonly maximum: string
  readonly nullable: boolean
  /** Whether a JSON number will do; it is compared as exactly as a double can be. */
  readonly numbers: boolean
}

/** A 64-bit integer: `type`, `minimum` and `maximum` of JSON Schema know numbers only. */
export const INT64: FuncKeywordDefinition = {
  keyword: 'int64',
  schemaType: 'object',
  errors: false,
  compile(limits: Int64) {
    const minimum = BigInt(limits.minimum)
    const maximum = BigInt(limits.maximum)
    // 9223372036854775807 as a double is 2^63, and so is the number a client means by it.
    const least = Number(minimum)
    const most = Number(maximum)
    return (value: unknown) => {
      if (typeof value === 'bigint') return value >= minimum && value <= maximum
      if (value === null) return limits.nullable
      return limits.numbers && Number.isInteger(value) && isWithin(Number(value), least, most)
    }
  },
}

/** The executable form of what a file asserts of a BigInt column. */
export function int64Schema(limits: {
  readonly min: bigint
  readonly max: bigint
  readonly nullable: boolean
  readonly numbers: boolean
}): JsonSchema {
  const { min, max, nullable, numbers } = limits
  return {
    int64: { minimum: String(min), maximum: String(max), nullable, numbers } satisfies Int64,
  }
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most
}
