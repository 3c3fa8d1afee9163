import type { Row, Value, Values } from '../rows/value.ts'
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
  row: Row | undefined,
  specs: readonly ImageSpec[],
): Readonly<Record<string, Values>> {
  if (row === undefined || specs.length === 0) return NO_IMAGES
  return Object.fromEntries(specs.map((spec) => [spec.alias, imageOf(row, spec)]))
}

const NO_IMAGES: Readonly<Record<string, Values>> = Object.freeze({})
