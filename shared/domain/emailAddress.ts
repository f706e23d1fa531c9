/**
 * Anything around an `@`, also one that is escaped in JSON or in an address, between signs that end a word. It
 * takes more for an address than is one: what it misses would be a name in the ledger.
 */
const EMAIL = /[^\s"'`<>()[\]{},;:=\\/|]{1,128}(?:@|%40|\\u0040)[^\s"'`<>()[\]{},;:=\\/|]{1,255}/giu;

/** A text with another one in the place of each e-mail address. */
export function replaceEmails(text: string, replace: (address: string) => string): string {
  return text.replace(EMAIL, replace);
}
