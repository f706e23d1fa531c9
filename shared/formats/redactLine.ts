import { isJson } from './fields.ts';

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
  'user_prompt',
  'prompt_text',
  'tool_input',
  'tool_parameters',
  'arguments',
  'error',
  'error_message',
  'error_str',
] as const;

const REMOVED = '[removed]';
const isBodyKey: ReadonlySet<string> = new Set(BODY_KEYS);
const BODY_KEY_IN_TEXT = new RegExp(`"(?:${BODY_KEYS.join('|')})"\\s*:`);

/** The inside of JSON, as in the second part of a line that was split: nobody can tell what is a prompt. */
const JSON_INSIDE = /"\s*[:,}\]]/;

/** A text that holds quotes or lines is a log line wrapped into another, and may hold bodies of its own. */
const WRAPPED_LINE = /["\n]/;

/**
 * What the quarantine may keep of a line: its original bytes up to a cap, without prompts and answers. A
 * readable line loses the values of its body keys and any text that is itself a line; one that is cut ends
 * before the first body key; a piece from the middle of a line that still shows quotes is not kept at all, and
 * neither is a line of several records.
 */
export function redactLine(line: string): string {
  return capBytes(redactJson(line) ?? cutBeforeBody(line));
}

function redactJson(line: string): string | undefined {
  try {
    const json: unknown = JSON.parse(line);
    if (holdsRecords(json)) return REMOVED;
    let isRedacted = false;
    const text = JSON.stringify(json, (key, value) => {
      const isPrivate = isBodyKey.has(key) || (typeof value === 'string' && WRAPPED_LINE.test(value));
      isRedacted ||= isPrivate;
      return isPrivate ? REMOVED : value;
    });
    return isRedacted ? text : line;
  } catch {
    return undefined;
  }
}

/** Of a list and of an OTLP export nothing is kept: their prompts lie under keys that are values there. */
function holdsRecords(json: unknown): boolean {
  return Array.isArray(json) ? json.length > 0 : isJson(json) && 'resourceLogs' in json;
}

function cutBeforeBody(line: string): string {
  if (!/^\s*[{[]/.test(line) && JSON_INSIDE.test(line)) return REMOVED;
  const match = BODY_KEY_IN_TEXT.exec(line);
  return match === null ? line : `${line.slice(0, match.index)}${REMOVED}`;
}

function capBytes(text: string): string {
  const bytes = new TextEncoder().encode(text.slice(0, MAX_QUARANTINED_BYTES));
  if (bytes.length <= MAX_QUARANTINED_BYTES) return text.slice(0, MAX_QUARANTINED_BYTES);
  return new TextDecoder().decode(bytes.subarray(0, MAX_QUARANTINED_BYTES)).replace(/\uFFFD+$/, '');
}
