import type { Row, Value, Values } from '../rows/value.ts'
import type { AnyOperation } from './operation.ts'
import type { ImageSpec } from './step.ts'

/** The columns of `row` that the image asks for; empty columns are null. */
export function imageOf(row: Row, spec: ImageSpec): Values {
  if (spec.columns === 'all') return { ...row }
  const image: Record<string, Value> = {}
  for (const column of spec.columns) image[column] = row[column] ?? null
  return image
}

/** A step's images by alias. */
export function imagesOf(
  operation: AnyOperation,
  when: 'before' | 'after',
  specs: readonly ImageSpec[],
): Readonly<Record<string, Values>> {
  if (operation[when] === undefined || specs.length === 0) return NO_IMAGES
  const images: Record<string, Values> = {}
  for (const spec of specs) {
    const row = spec.property === undefined ? operation[when] : operation.other?.[when]
    if (row !== undefined) images[spec.alias] = imageOf(row, spec)
  }
  return images
}

const NO_IMAGES: Readonly<Record<string, Values>> = Object.freeze({})
