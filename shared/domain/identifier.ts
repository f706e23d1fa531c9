/**
 * The longest id in UTF-8 bytes. A daily line's sort key holds five of them and a model id, which with
 * the separators stay within DynamoDB's 1,024 bytes.
 */
export const MAX_IDENTIFIER_BYTES = 128;

/** Model ids may be ARNs of inference profiles, which are longer. */
export const MAX_MODEL_ID_BYTES = 256;

/** Nearly all ids are plain ASCII without `#`; this says so at a glance. */
const PLAIN = /^[ -"$-~]+$/;
const FORBIDDEN = /[#\p{Cc}\p{Zl}\p{Zp}]/u;

/**
 * Says why a text cannot be an id (of a user, team, model, request …), or `undefined` when it can.
 * `#` separates the parts of a key, so an id must not hold one: two ids could otherwise share a key.
 */
export function identifierProblem(text: string, maxBytes = MAX_IDENTIFIER_BYTES): string | undefined {
  if (text.length <= maxBytes && PLAIN.test(text)) return undefined;
  if (text === '') return 'is empty';
  if (FORBIDDEN.test(text)) return 'holds a # or a control character';
  if (!text.isWellFormed()) return 'is not well-formed Unicode';
  return isLongerThan(text, maxBytes) ? `is longer than ${maxBytes} bytes` : undefined;
}

/** A UTF-16 unit is at most three UTF-8 bytes, so short texts need no encoding to know. */
function isLongerThan(text: string, maxBytes: number): boolean {
  if (text.length * 3 <= maxBytes) return false;
  return text.length > maxBytes || new TextEncoder().encode(text).length > maxBytes;
}
