import { DataverseError } from '../../errors/dataverse-error.ts'

/** @throws QUERY_INVALID for a percent sign that is no code */
export function decode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new DataverseError(
      'QUERY_INVALID',
      `The URL is not well encoded near '${text.slice(0, 80)}'.`,
      {
        cause,
      },
    )
  }
}
