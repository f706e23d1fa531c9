/** So much of a line is kept in quarantine; the line itself stays where it was logged. */
export const MAX_QUARANTINED_BYTES = 2_048;

/** Keys under which logs keep what people wrote and models answered. */
const BODY_KEYS = [
  'inputBodyJson',
  'outputBodyJson',
  'messages',
  'message',
  'prompt',
  'completion',
  'content',
  'response',
  'system',
  'text',
  'inputText',
  'outputText',
] as const;

const REMOVED = '[removed]';
const isBodyKey: ReadonlySet<string> = new Set(BODY_KEYS);
const BODY_KEY_IN_TEXT = new RegExp(`"(?:${BODY_KEYS.join('|')})"\\s*:`);

/**
 * What the quarantine may keep of a line: its original bytes up to a cap, without prompts and answers.
 * A readable line loses the values of its body keys; an unreadable one is cut before the first such key.
 */
export function redactLine(line: string): string {
  return capBytes(redactJson(line) ?? cutBeforeBody(line));
}

function redactJson(line: string): string | undefined {
  if (!BODY_KEY_IN_TEXT.test(line)) return undefined;
  try {
    return JSON.stringify(JSON.parse(line), (key, value) => (isBodyKey.has(key) ? REMOVED : value));
  } catch {
    return undefined;
  }
}

function cutBeforeBody(line: string): string {
  const match = BODY_KEY_IN_TEXT.exec(line);
  return match === null ? line : `${line.slice(0, match.index)}${REMOVED}`;
}

function capBytes(text: string): string {
  const bytes = new TextEncoder().encode(text.slice(0, MAX_QUARANTINED_BYTES));
  if (bytes.length <= MAX_QUARANTINED_BYTES) return text.slice(0, MAX_QUARANTINED_BYTES);
  return new TextDecoder().decode(bytes.subarray(0, MAX_QUARANTINED_BYTES)).replace(/\uFFFD+$/, '');
}
