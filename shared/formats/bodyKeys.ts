/**
 * Keys under which logs keep what people wrote and models answered, without case, dashes and underscores.
 * The last part of a dotted key counts too, as in `gen_ai.prompt`.
 */
const BODY_KEYS: ReadonlySet<string> = new Set([
  'inputbodyjson',
  'outputbodyjson',
  'message',
  'messages',
  'prompt',
  'prompts',
  'userprompt',
  'prompttext',
  'systemprompt',
  'completion',
  'completions',
  'choices',
  'content',
  'contents',
  'text',
  'texts',
  'inputtext',
  'outputtext',
  'system',
  'instructions',
  'toolinput',
  'tooloutput',
  'toolparameters',
  'toolcalls',
  'toolresult',
  'arguments',
  'thinking',
  'reasoning',
  'transcript',
  'delta',
  'answer',
  'question',
  'payload',
  'data',
  'requestbody',
  'responsebody',
  'proxyserverrequest',
  'error',
  'errors',
  'errormessage',
  'errorstr',
  'exception',
  'traceback',
  'stacktrace',
  'stack',
]);

/** Keys whose value may be a body or an object that says something about it, such as its length in tokens. */
const CONTAINER_KEYS: ReadonlySet<string> = new Set([
  'input',
  'inputs',
  'output',
  'outputs',
  'request',
  'response',
  'body',
]);

/** What is kept of such an object. */
const KEPT_KEYS = [
  'inputContentType',
  'inputTokenCount',
  'cacheReadInputTokenCount',
  'cacheWriteInputTokenCount',
  'outputContentType',
  'outputTokenCount',
  'id',
  'status',
  'method',
] as const;
const KEPT: ReadonlySet<string> = new Set(KEPT_KEYS);

/** An id, a code or a media type; whatever else is text may be a piece of a prompt. */
const CODE = /^[\w.:/+-]{1,128}$/;

/** How a log names Claude Code's events: the one text of a body that is no body. */
const EVENT_NAME = /^claude_code\.[a-z_]{1,64}$/;

export type BodyKey = 'body' | 'container' | 'none';

/** What a key says of its value; lists have keys of digits. */
export function bodyKeyOf(key: string): BodyKey {
  const known = knownKeys.get(key);
  if (known !== undefined) return known;
  const kind = classify(key);
  if (knownKeys.size >= MAX_KNOWN_KEYS) knownKeys.clear();
  if (key.length <= MAX_KEY_LENGTH) knownKeys.set(key, kind);
  return kind;
}

const knownKeys = new Map<string, BodyKey>();
const MAX_KNOWN_KEYS = 1_000;
const MAX_KEY_LENGTH = 128;

function classify(key: string): BodyKey {
  const plain = key.toLowerCase().replace(/[_-]/g, '');
  const last = plain.slice(plain.lastIndexOf('.') + 1);
  if (BODY_KEYS.has(plain) || BODY_KEYS.has(last)) return 'body';
  return CONTAINER_KEYS.has(plain) || CONTAINER_KEYS.has(last) ? 'container' : 'none';
}

/**
 * What may be kept of a container's value: the value itself where all of it may be. What is not kept is
 * `removed`, under its own name where that is known to us: a name may be a piece of a prompt, too.
 */
export function keepOfContainer(value: unknown, removed: string): unknown {
  if (isHarmless(value) || (typeof value === 'string' && EVENT_NAME.test(value))) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return removed;
  const entries = Object.entries(value);
  const isKept = ([key, part]: [string, unknown]) => KEPT.has(key) && (isHarmless(part) || isCode(part));
  if (entries.every(isKept)) return value;
  return Object.fromEntries(
    entries.map((entry) => (isKept(entry) ? entry : [isKnownName(entry[0]) ? entry[0] : 'more', removed])),
  );
}

/** A number, a truth or nothing: nobody's words. */
export function isHarmless(value: unknown): boolean {
  return value === null || typeof value === 'number' || typeof value === 'boolean';
}

function isKnownName(key: string): boolean {
  return KEPT.has(key) || (/^\w+$/.test(key) && bodyKeyOf(key) !== 'none');
}

function isCode(value: unknown): boolean {
  return typeof value === 'string' && CODE.test(value);
}

const SCALAR = '(?:"[\\w.:/+-]{1,128}"|-?\\d[\\d.eE+-]{0,40}|true|false|null)';

/** A container's value in text, as far as all of it may be kept: up to its end, or to the first other entry. */
const KEPT_IN_TEXT = new RegExp(
  `\\s*(?:${SCALAR.replace('"[\\w.:/+-]{1,128}"|', '')}(?=\\s*[,}])|"${EVENT_NAME.source.slice(1, -1)}"|` +
    `\\{(?:\\s*"(?:${KEPT_KEYS.join('|')})"\\s*:\\s*${SCALAR}\\s*(?:,|(?=\\})))*(\\s*\\})?)`,
  'y',
);

/** Where a container's value stops being harmless, from the place after its colon; `isOver` at its own end. */
export function scanContainer(text: string, from: number): { end: number; isOver: boolean } {
  KEPT_IN_TEXT.lastIndex = from;
  const match = KEPT_IN_TEXT.exec(text);
  if (match === null) return { end: from, isOver: false };
  const isObject = match[0].trimStart().startsWith('{');
  return { end: KEPT_IN_TEXT.lastIndex, isOver: !isObject || match[1] !== undefined };
}
