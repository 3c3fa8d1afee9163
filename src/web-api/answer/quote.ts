/** A JSON string. Most texts need no escape, and looking costs less than JSON.stringify. */
export function quote(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`
}

// Quotation mark, backslash, control characters, and surrogates, which may stand alone.
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/
