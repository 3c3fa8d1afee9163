/** A JSON string. Most texts need no escape, and looking costs less than JSON.stringify. */
export function quote(text: string): string {
  return needsEscape(text) ? JSON.stringify(text) : `"${text}"`
}

/** Whether the text can't stand between quotation marks as it is. */
export function needsEscape(text: string): boolean {
  return text.length <= SHORT ? shortNeedsEscape(text) : NEEDS_ESCAPE.test(text)
}

// Quotation mark, backslash, control characters, and surrogates, which may stand alone.
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/

/** Up to here a loop is quicker than to begin with a regular expression. */
const SHORT = 40

function shortNeedsEscape(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code <= 0xdfff)) {
      return true
    }
  }
  return false
}
