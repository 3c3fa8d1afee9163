import picocolors from 'picocolors'
import type { Io } from '../io.ts'

/** How a failure and what is beside the point look where text is shown. */
export interface Paint {
  failure(text: string): string
  aside(text: string): string
}

export const PLAIN: Paint = { failure: (text) => text, aside: (text) => text }

/** Colours on a terminal that has them, unless NO_COLOR asks for none (https://no-color.org). */
export function paintFor({ stdout, env }: Io): Paint {
  if (stdout.isTTY !== true || (env['NO_COLOR'] ?? '') !== '') return PLAIN
  const { red, dim } = picocolors.createColors(true)
  return { failure: red, aside: dim }
}
