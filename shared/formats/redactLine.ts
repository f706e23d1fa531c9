import { replaceEmails } from '../domain/emailAddress.ts';
import { bodyKeyOf, isHarmless, keepOfContainer, scanContainer } from './bodyKeys.ts';
import { isJson } from './fields.ts';

/** So much of a line is kept in quarantine; the line itself stays where it was logged. */
export const MAX_QUARANTINED_BYTES = 2_048;

const REMOVED = '[removed]';
const KEY_IN_TEXT = /"((?:[^"\\]|\\.){1,128})"\s*:/g;

/** The inside of JSON, as in the second part of a line that was split: nobody can tell what is a prompt. */
const JSON_INSIDE = /"\s*[:,}\]]/;

/** A text that holds quotes or lines is a log line wrapped into another, and may hold bodies of its own. */
const WRAPPED_LINE = /["\n]/;

/**
 * What the quarantine may keep of a line: its original bytes up to a cap, without prompts and answers. A
 * readable line loses the values of its body keys and any text that is itself a line; one that is cut ends
 * before the first body key; a piece from the middle of a line that still shows quotes is not kept at all, and
 * neither is a line of several records. Where users are kept under pseudonyms, no e-mail address is kept either.
 */
export function redactLine(
  line: string,
  { isWithoutEmails = false }: { isWithoutEmails?: boolean } = {},
): string {
  const redacted = redactJson(line) ?? cutBeforeBody(line);
  return capBytes(isWithoutEmails ? replaceEmails(redacted, () => REMOVED) : redacted);
}

/** A cap may fall into a character of up to four bytes, which is then left out as a whole. */
const MAX_LOST_AT_CAP_BYTES = 3;

/**
 * Whether what the quarantine kept of a line is all of it: nothing was removed, and it was not cut. A text
 * near the cap is whole if it is JSON, for a JSON object that is cut is none any more.
 */
export function isWholeLine(kept: string): boolean {
  if (kept === '' || kept.includes(REMOVED)) return false;
  const isBelowCap = Buffer.byteLength(kept) < MAX_QUARANTINED_BYTES - MAX_LOST_AT_CAP_BYTES;
  return isBelowCap || redactJson(kept) !== undefined;
}

function redactJson(line: string): string | undefined {
  try {
    const json: unknown = JSON.parse(line);
    if (holdsRecords(json)) return REMOVED;
    let isRedacted = false;
    const text = JSON.stringify(json, (key, value) => {
      const kept = keepOf(key, value);
      isRedacted ||= kept !== value;
      return kept;
    });
    return isRedacted ? text : line;
  } catch {
    return undefined;
  }
}

/** The value itself, or what may be kept of it. */
function keepOf(key: string, value: unknown): unknown {
  const kind = bodyKeyOf(key);
  switch (kind) {
    case 'body':
      return isHarmless(value) ? value : REMOVED;
    case 'container':
      return keepOfContainer(value, REMOVED);
    case 'none':
      return typeof value === 'string' && WRAPPED_LINE.test(value) ? REMOVED : value;
    default:
      return kind satisfies never;
  }
}

/** Of a list and of an OTLP export nothing is kept: their prompts lie under keys that are values there. */
function holdsRecords(json: unknown): boolean {
  return Array.isArray(json) ? json.length > 0 : isJson(json) && 'resourceLogs' in json;
}

function cutBeforeBody(line: string): string {
  if (!/^\s*[{[]/.test(line) && JSON_INSIDE.test(line)) return REMOVED;
  KEY_IN_TEXT.lastIndex = 0;
  for (let match = KEY_IN_TEXT.exec(line); match !== null; match = KEY_IN_TEXT.exec(line)) {
    const kind = bodyKeyOf(match[1] ?? '');
    if (kind === 'body') return `${line.slice(0, match.index)}${REMOVED}`;
    if (kind === 'none') continue;
    const { end, isOver } = scanContainer(line, KEY_IN_TEXT.lastIndex);
    if (!isOver) return `${line.slice(0, end)}${REMOVED}`;
    KEY_IN_TEXT.lastIndex = end;
  }
  return line;
}

function capBytes(text: string): string {
  const bytes = new TextEncoder().encode(text.slice(0, MAX_QUARANTINED_BYTES));
  if (bytes.length <= MAX_QUARANTINED_BYTES) return text.slice(0, MAX_QUARANTINED_BYTES);
  return new TextDecoder().decode(bytes.subarray(0, MAX_QUARANTINED_BYTES)).replace(/\uFFFD+$/, '');
}
