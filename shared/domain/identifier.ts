/** The longest id in UTF-8 bytes; six of them and their separators fit DynamoDB's 1,024-byte sort key. */
export const MAX_IDENTIFIER_BYTES = 128;

const FORBIDDEN = /[#\p{Cc}\p{Zl}\p{Zp}]/u;

/**
 * Says why a text cannot be an id (of a user, team, model, request …), or `undefined` when it can.
 * `#` separates the parts of a key, so an id must not hold one: two ids could otherwise share a key.
 */
export function identifierProblem(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (FORBIDDEN.test(text)) return 'holds a # or a control character';
  if (!text.isWellFormed()) return 'is not well-formed Unicode';
  if (
    text.length > MAX_IDENTIFIER_BYTES ||
    (text.length * 3 > MAX_IDENTIFIER_BYTES && byteLength(text) > MAX_IDENTIFIER_BYTES)
  ) {
    return `is longer than ${MAX_IDENTIFIER_BYTES} bytes`;
  }
  return undefined;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
