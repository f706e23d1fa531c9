/**
 * Anything around an `@`, also one that is escaped in JSON or in an address, between signs that end a word. It
 * takes more for an address than is one: what it misses would be a name in the ledger.
 */
const EMAIL = /[^\s"'`<>()[\]{},;:=\\/|]{1,128}(?:@|%40|\\u0040)[^\s"'`<>()[\]{},;:=\\/|]{1,255}/giu;

/** A text with another one in the place of each e-mail address. */
export function replaceEmails(text: string, replace: (address: string) => string): string {
  return text.replace(EMAIL, replace);
}

const MAX_ADDRESS_LENGTH = 254;
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$/;

/** True for an address that mail can be sent to as it is: RFC 5321 without quotes, comments and letters beyond ASCII. */
export function isEmailAddress(text: string): boolean {
  if (text.length > MAX_ADDRESS_LENGTH) return false;
  const at = text.lastIndexOf('@');
  return at > 0 && at <= 64 && LOCAL_PART.test(text.slice(0, at)) && DOMAIN.test(text.slice(at + 1));
}
